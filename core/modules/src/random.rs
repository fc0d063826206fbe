//! The `_random` module: the Mersenne Twister behind `random.Random`.

use dashu_int::{IBig, UBig};
use krait_formats::random::MersenneTwister;
use krait_vm::builtins::module::Module;
use krait_vm::builtins::tuple::Tuple;
use krait_vm::heap::flags;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Traverse, Type, Value, Vm, args::Methods, methods};

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    let spec = TypeSpec {
        name: "_random.Random",
        doc: "Random() -> create a random number generator with its own internal state.",
        flags: flags::BASETYPE,
        dict: false,
        methods: Random::METHODS,
    };
    let ty = vm.define_type::<Random>(None, &spec);
    vm.module_set(module, "Random", ty.into());
    Ok(())
}

#[derive(Traverse)]
struct Random {
    #[traverse(skip)]
    /// Boxed: objects are small.
    twister: Box<MersenneTwister>,
}

/// The words of a magnitude, least significant first.
fn words(n: &UBig) -> Vec<u32> {
    n.to_le_bytes().chunks(4).map(|c| c.iter().rev().fold(0, |word, &b| word << 8 | u32::from(b))).collect()
}

fn seed(this: &Ref<Random>, vm: &mut Vm, n: Option<&Value>) -> Result<()> {
    let key = match n {
        None => {
            let mut bytes = vec![0; 624 * 4];
            vm.host.random(&mut bytes);
            bytes.chunks(4).map(|c| c.iter().fold(0, |word, &b| word << 8 | u32::from(b))).collect()
        }
        Some(n) if n.is_int(&*vm.heap) => words(&vm.big(n).into_parts().1),
        Some(n) => {
            let hash = vm.hash(n)? as u64;
            vec![hash as u32, (hash >> 32) as u32]
        }
    };
    this.get_mut(&mut *vm.heap).twister = Box::new(MersenneTwister::from_key(&key));
    Ok(())
}

#[methods]
impl Random {
    #[sig("(*args, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, _args: &[Value], _kwargs: krait_vm::KwArgs<'_>) -> Result<Value> {
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Random { twister: Box::default() }).into())
    }
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[sig("(seed=None, /)")]
    fn __init__(this: &Ref<Random>, vm: &mut Vm, n: Option<Value>) -> Result<()> {
        seed(this, vm, n.as_ref())
    }
    /// random() -> x in the interval [0, 1).
    #[sig("()")]
    fn random(this: &Ref<Random>, vm: &mut Vm) -> Result<f64> {
        Ok(this.get_mut(&mut *vm.heap).twister.random())
    }
    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[sig("(n=None, /)")]
    fn seed(this: &Ref<Random>, vm: &mut Vm, n: Option<Value>) -> Result<()> {
        seed(this, vm, n.as_ref())
    }
    /// getstate() -> tuple containing the current state.
    #[sig("()")]
    fn getstate(this: &Ref<Random>, vm: &mut Vm) -> Result<Value> {
        let state: Vec<u32> = this.get(&*vm.heap).twister.get_state().collect();
        let state = state.into_iter().map(|word| vm.heap.int(i128::from(word))).collect();
        Ok(vm.tuple(state))
    }
    /// setstate(state) -> None.  Restores generator state.
    #[sig("(state, /)")]
    fn setstate(this: &Ref<Random>, vm: &mut Vm, state: &Value) -> Result<()> {
        let Some(state) = state.downcast::<Tuple>(&*vm.heap).cloned() else {
            return Err(vm.type_error("state vector must be a tuple"));
        };
        let items = state.items(&*vm.heap).to_vec();
        if items.len() != 625 {
            return Err(vm.value_error("state vector is the wrong size"));
        }
        let mut words = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let n = vm.index_i64(item, "unsigned long")?;
            if i == 624 && !(0..=624).contains(&n) {
                return Err(vm.value_error("invalid state"));
            }
            if n < 0 {
                return Err(vm.overflow_error("can't convert negative value to unsigned int"));
            }
            words.push(n as u32);
        }
        let done = this.get_mut(&mut *vm.heap).twister.set_state(&words);
        done.map_err(|e| vm.value_error(&e.message))
    }
    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[sig("(k, /)")]
    fn getrandbits(this: &Ref<Random>, vm: &mut Vm, k: &Value) -> Result<Value> {
        let k = vm.index(k)?;
        let bits = vm.big(&k);
        if bits < IBig::ZERO {
            return Err(vm.value_error("Cannot convert negative int"));
        }
        let Ok(bits) = usize::try_from(&bits) else {
            return Err(vm.overflow_error("Python int too large to convert to C uint64_t"));
        };
        if bits <= 64 {
            let drawn = this.get_mut(&mut *vm.heap).twister.bits64(bits as u32);
            return Ok(vm.heap.int(i128::from(drawn)));
        }
        let room = vm.heap.check_room(bits / 4);
        vm.memory(room)?;
        let words = this.get_mut(&mut *vm.heap).twister.bits(bits);
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        Ok(vm.heap.big_int(UBig::from_le_bytes(&bytes).into()))
    }
}
