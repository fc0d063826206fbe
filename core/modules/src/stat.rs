//! The `_stat` module: file modes as numbers, tests and text.

use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Value, Vm, methods};

const FORMAT: u32 = 0o170000;
const DIRECTORY: u32 = 0o040000;
const CHARACTER: u32 = 0o020000;
const BLOCK: u32 = 0o060000;
const REGULAR: u32 = 0o100000;
const FIFO: u32 = 0o010000;
const LINK: u32 = 0o120000;
const SOCKET: u32 = 0o140000;

const CONSTANTS: &[(&str, i64)] = &[
    ("S_IFDIR", DIRECTORY as i64), ("S_IFCHR", CHARACTER as i64), ("S_IFBLK", BLOCK as i64), ("S_IFREG", REGULAR as i64),
    ("S_IFIFO", FIFO as i64), ("S_IFLNK", LINK as i64), ("S_IFSOCK", SOCKET as i64), ("S_IFDOOR", 0), ("S_IFPORT", 0), ("S_IFWHT", 0),
    ("S_ISUID", 0o4000), ("S_ISGID", 0o2000), ("S_ISVTX", 0o1000), ("S_ENFMT", 0o2000), ("S_IREAD", 0o400), ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100), ("S_IRWXU", 0o700), ("S_IRUSR", 0o400), ("S_IWUSR", 0o200), ("S_IXUSR", 0o100), ("S_IRWXG", 0o070),
    ("S_IRGRP", 0o040), ("S_IWGRP", 0o020), ("S_IXGRP", 0o010), ("S_IRWXO", 0o007), ("S_IROTH", 0o004), ("S_IWOTH", 0o002),
    ("S_IXOTH", 0o001), ("UF_SETTABLE", 0xffff), ("UF_NODUMP", 1), ("UF_IMMUTABLE", 2), ("UF_APPEND", 4), ("UF_OPAQUE", 8),
    ("UF_NOUNLINK", 16), ("UF_COMPRESSED", 32), ("UF_TRACKED", 64), ("UF_DATAVAULT", 128), ("UF_HIDDEN", 0x8000),
    ("SF_SETTABLE", 0xffff0000), ("SF_ARCHIVED", 0x10000), ("SF_IMMUTABLE", 0x20000), ("SF_APPEND", 0x40000), ("SF_NOUNLINK", 0x100000),
    ("SF_SNAPSHOT", 0x200000), ("SF_FIRMLINK", 0x800000), ("SF_DATALESS", 0x40000000), ("ST_MODE", 0), ("ST_INO", 1), ("ST_DEV", 2),
    ("ST_NLINK", 3), ("ST_UID", 4), ("ST_GID", 5), ("ST_SIZE", 6), ("ST_ATIME", 7), ("ST_MTIME", 8), ("ST_CTIME", 9),
];

struct Functions;

fn mode_of(vm: &mut Vm, mode: &Value) -> Result<u32> {
    let index = vm.index(mode)?;
    let Some(n) = index.as_int(&*vm.heap) else { return Ok(0) };
    if n.is_negative() {
        return Err(vm.overflow_error("can't convert negative value to unsigned int"));
    }
    match n.to_u64() {
        Some(n) => match u32::try_from(n) {
            Ok(n) => Ok(n),
            Err(_) => Err(vm.overflow_error("mode out of range")),
        },
        None => Err(vm.overflow_error("Python int too large to convert to C unsigned long")),
    }
}

fn is(vm: &mut Vm, mode: &Value, format: u32) -> Result<bool> {
    Ok(mode_of(vm, mode)? & FORMAT == format)
}

#[methods]
impl Functions {
    /// S_ISDIR(mode) -> bool
    ///
    /// Return True if mode is from a directory.
    #[sig("(mode, /)")]
    #[pyname("S_ISDIR")]
    fn is_dir(vm: &mut Vm, mode: &Value) -> Result<bool> {
        is(vm, mode, DIRECTORY)
    }
    /// S_ISCHR(mode) -> bool
    ///
    /// Return True if mode is from a character special device file.
    #[sig("(mode, /)")]
    #[pyname("S_ISCHR")]
    fn is_chr(vm: &mut Vm, mode: &Value) -> Result<bool> {
        is(vm, mode, CHARACTER)
    }
    /// S_ISBLK(mode) -> bool
    ///
    /// Return True if mode is from a block special device file.
    #[sig("(mode, /)")]
    #[pyname("S_ISBLK")]
    fn is_blk(vm: &mut Vm, mode: &Value) -> Result<bool> {
        is(vm, mode, BLOCK)
    }
    /// S_ISREG(mode) -> bool
    ///
    /// Return True if mode is from a regular file.
    #[sig("(mode, /)")]
    #[pyname("S_ISREG")]
    fn is_reg(vm: &mut Vm, mode: &Value) -> Result<bool> {
        is(vm, mode, REGULAR)
    }
    /// S_ISFIFO(mode) -> bool
    ///
    /// Return True if mode is from a FIFO (named pipe).
    #[sig("(mode, /)")]
    #[pyname("S_ISFIFO")]
    fn is_fifo(vm: &mut Vm, mode: &Value) -> Result<bool> {
        is(vm, mode, FIFO)
    }
    /// S_ISLNK(mode) -> bool
    ///
    /// Return True if mode is from a symbolic link.
    #[sig("(mode, /)")]
    #[pyname("S_ISLNK")]
    fn is_lnk(vm: &mut Vm, mode: &Value) -> Result<bool> {
        is(vm, mode, LINK)
    }
    /// S_ISSOCK(mode) -> bool
    ///
    /// Return True if mode is from a socket.
    #[sig("(mode, /)")]
    #[pyname("S_ISSOCK")]
    fn is_sock(vm: &mut Vm, mode: &Value) -> Result<bool> {
        is(vm, mode, SOCKET)
    }
    /// S_ISDOOR(mode) -> bool
    ///
    /// Return True if mode is from a door.
    #[sig("(mode, /)")]
    #[pyname("S_ISDOOR")]
    fn is_door(vm: &mut Vm, mode: &Value) -> Result<bool> {
        mode_of(vm, mode).map(|_| false)
    }
    /// S_ISPORT(mode) -> bool
    ///
    /// Return True if mode is from an event port.
    #[sig("(mode, /)")]
    #[pyname("S_ISPORT")]
    fn is_port(vm: &mut Vm, mode: &Value) -> Result<bool> {
        mode_of(vm, mode).map(|_| false)
    }
    /// S_ISWHT(mode) -> bool
    ///
    /// Return True if mode is from a whiteout.
    #[sig("(mode, /)")]
    #[pyname("S_ISWHT")]
    fn is_wht(vm: &mut Vm, mode: &Value) -> Result<bool> {
        mode_of(vm, mode).map(|_| false)
    }
    /// Return the portion of the file's mode that can be set by os.chmod().
    #[sig("(mode, /)")]
    #[pyname("S_IMODE")]
    fn mode_bits(vm: &mut Vm, mode: &Value) -> Result<u32> {
        Ok(mode_of(vm, mode)? & 0o7777)
    }
    /// Return the portion of the file's mode that describes the file type.
    #[sig("(mode, /)")]
    #[pyname("S_IFMT")]
    fn format_bits(vm: &mut Vm, mode: &Value) -> Result<u32> {
        Ok(mode_of(vm, mode)? & FORMAT)
    }
    /// Convert a file's mode to a string of the form '-rwxrwxrwx'
    #[sig("(mode, /)")]
    fn filemode(vm: &mut Vm, mode: &Value) -> Result<String> {
        let mode = mode_of(vm, mode)?;
        let mut text = String::with_capacity(10);
        text.push(match mode & FORMAT {
            REGULAR => '-',
            DIRECTORY => 'd',
            LINK => 'l',
            BLOCK => 'b',
            CHARACTER => 'c',
            FIFO => 'p',
            SOCKET => 's',
            _ => '?',
        });
        for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
            let bits = mode >> shift;
            text.push(if bits & 4 != 0 { 'r' } else { '-' });
            text.push(if bits & 2 != 0 { 'w' } else { '-' });
            text.push(match (mode & special != 0, bits & 1 != 0) {
                (true, true) => letter,
                (true, false) => letter.to_ascii_uppercase(),
                (false, true) => 'x',
                (false, false) => '-',
            });
        }
        Ok(text)
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    for &(name, value) in CONSTANTS {
        let value = vm.heap.int(value.into());
        vm.module_set(module, name, value);
    }
    Ok(())
}
