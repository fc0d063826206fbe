//! The `binascii` module on krait-text's engines.

use crate::support;
use krait_text::{ErrorKind, TextError, binascii, bytes};
use krait_vm::builtins::buffer::Buffer;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::{Exc, Raised, Ref, Result, Type, Value, Vm, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<BinasciiFunctions>(module);
    let error = support::exception_type(vm, module, "binascii.Error", Exc::ValueError, "");
    let incomplete = support::exception_type(vm, module, "binascii.Incomplete", Exc::Exception, "");
    let state = vm.state::<BinasciiErrors>();
    state.error = Some(error);
    state.incomplete = Some(incomplete);
    Ok(())
}

#[derive(Default)]
struct BinasciiErrors {
    error: Option<Ref<Type>>,
    incomplete: Option<Ref<Type>>,
}

#[cold]
fn raise(vm: &mut Vm, e: TextError) -> Raised {
    let ty = match e.kind {
        ErrorKind::BinasciiError => vm.state::<BinasciiErrors>().error.clone(),
        ErrorKind::BinasciiIncomplete => vm.state::<BinasciiErrors>().incomplete.clone(),
        _ => None,
    };
    match ty {
        Some(ty) => support::raise(vm, &ty, &e.message),
        None => vm.text_error(e),
    }
}

/// ASCII text or a bytes-like object.
fn ascii(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    if let Some(s) = value.downcast::<Str>(&*vm.heap) {
        let s = s.get(&*vm.heap);
        return match s.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(vm.value_error("string argument should contain only ASCII characters")),
        };
    }
    match vm.buffer_opt(value)? {
        Some(b) => Ok(b.bytes(&*vm.heap).to_vec()),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("argument should be bytes, buffer or ASCII string, not '{name}'")))
        }
    }
}

fn output(vm: &mut Vm, result: krait_text::Result<Vec<u8>>) -> Result<Value> {
    match result {
        Ok(data) => Ok(vm.heap.bytes_boxed(data.into()).into()),
        Err(e) => Err(raise(vm, e)),
    }
}

/// The checksum argument: any int, its low 32 bits.
fn start_value(vm: &mut Vm, value: Option<&Value>) -> Result<u32> {
    let Some(value) = value else { return Ok(0) };
    let n = vm.index(value)?;
    let n = vm.big(&n) & dashu_int::IBig::from(u32::MAX);
    Ok(u32::try_from(&n).unwrap_or(0))
}

fn hexlify(vm: &mut Vm, data: &Buffer, sep: Option<&Value>, bytes_per_sep: i64) -> Result<Value> {
    let text = match sep {
        None => bytes::to_hex(data.bytes(&*vm.heap)),
        Some(sep) => {
            let sep = if let Some(s) = sep.downcast::<Str>(&*vm.heap) {
                bytes::hex_separator(s.view(&*vm.heap)).map_err(|e| vm.text_error(e))?
            } else {
                let data = match vm.buffer_opt(sep)? {
                    Some(b) => b.bytes(&*vm.heap).to_vec(),
                    None => return Err(vm.type_error("sep must be str or bytes.")),
                };
                bytes::hex_separator(krait_text::StrRef::One(&data)).map_err(|e| vm.text_error(e))?
            };
            bytes::to_hex_grouped(data.bytes(&*vm.heap), sep, bytes_per_sep)
        }
    };
    Ok(vm.heap.bytes(text.as_bytes()).into())
}

struct BinasciiFunctions;

#[methods]
impl BinasciiFunctions {
    /// Decode a line of uuencoded data.
    #[sig("(data, /)")]
    fn a2b_uu(vm: &mut Vm, data: &Value) -> Result<Value> {
        let data = ascii(vm, data)?;
        output(vm, binascii::a2b_uu(&data))
    }
    /// Uuencode line of data.
    #[sig("(data, /, *, backtick=False)")]
    fn b2a_uu(vm: &mut Vm, data: Buffer, backtick: bool) -> Result<Value> {
        let result = binascii::b2a_uu(data.bytes(&*vm.heap), backtick);
        output(vm, result)
    }
    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not in the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[sig("(data, /, *, strict_mode=False)")]
    fn a2b_base64(vm: &mut Vm, data: &Value, strict_mode: bool) -> Result<Value> {
        let data = ascii(vm, data)?;
        output(vm, binascii::a2b_base64(&data, strict_mode))
    }
    /// Base64-code line of data.
    #[sig("(data, /, *, newline=True)")]
    fn b2a_base64(vm: &mut Vm, data: Buffer, newline: bool) -> Result<Value> {
        let result = binascii::b2a_base64(data.bytes(&*vm.heap), newline);
        output(vm, Ok(result))
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[sig("(hexstr, /)")]
    fn a2b_hex(vm: &mut Vm, hexstr: &Value) -> Result<Value> {
        let data = ascii(vm, hexstr)?;
        output(vm, binascii::a2b_hex(&data))
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[sig("(hexstr, /)")]
    fn unhexlify(vm: &mut Vm, hexstr: &Value) -> Result<Value> {
        BinasciiFunctions::a2b_hex(vm, hexstr)
    }
    /// Hexadecimal representation of binary data.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    #[sig("(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(vm: &mut Vm, data: Buffer, sep: Option<Value>, bytes_per_sep: i64) -> Result<Value> {
        hexlify(vm, &data, sep.as_ref(), bytes_per_sep)
    }
    /// Hexadecimal representation of binary data.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[sig("(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(vm: &mut Vm, data: Buffer, sep: Option<Value>, bytes_per_sep: i64) -> Result<Value> {
        hexlify(vm, &data, sep.as_ref(), bytes_per_sep)
    }
    /// Compute CRC-CCITT incrementally.
    #[sig("(data, crc, /)")]
    fn crc_hqx(vm: &mut Vm, data: Buffer, crc: &Value) -> Result<u32> {
        let start = start_value(vm, Some(crc))?;
        Ok(binascii::crc_hqx(data.bytes(&*vm.heap), start))
    }
    /// Compute CRC-32 incrementally.
    #[sig("(data, crc=0, /)")]
    fn crc32(vm: &mut Vm, data: Buffer, crc: Option<Value>) -> Result<u32> {
        let start = start_value(vm, crc.as_ref())?;
        Ok(zlib_rs::crc32::crc32(start, data.bytes(&*vm.heap)))
    }
    /// Decode a string of qp-encoded data.
    #[sig("(data, header=False)")]
    fn a2b_qp(vm: &mut Vm, data: &Value, header: bool) -> Result<Value> {
        let data = ascii(vm, data)?;
        output(vm, Ok(binascii::a2b_qp(&data, header)))
    }
    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[sig("(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(vm: &mut Vm, data: Buffer, quotetabs: bool, istext: bool, header: bool) -> Result<Value> {
        let result = binascii::b2a_qp(data.bytes(&*vm.heap), quotetabs, istext, header);
        output(vm, Ok(result))
    }
}
