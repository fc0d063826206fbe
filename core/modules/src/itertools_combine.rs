//! `itertools`: product, permutations, combinations and combinations_with_replacement.
//!
//! Pools are collected once; a vector of indices runs through them in lexicographic order.

use crate::itertools::{define_iterator, native_iterator};
use krait_vm::args::{KwArgs, Methods};
use krait_vm::builtins::module::Module;
use krait_vm::types::Type;
use krait_vm::{Ref, Result, Traverse, Value, Vm, methods};

// ---- product ----

#[derive(Traverse)]
struct Product {
    /// All pools, one after the other; repeated pools are stored once.
    items: Vec<Value>,
    #[traverse(skip)]
    pools: Vec<(usize, usize)>,
    #[traverse(skip)]
    indices: Vec<usize>,
    started: bool,
    stopped: bool,
}

#[methods]
impl Product {
    #[sig("(*iterables, **kwargs)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterables: &[Value], kwargs: KwArgs<'_>) -> Result<Value> {
        let mut repeat = 1;
        for (key, value) in &kwargs.items {
            let text = vm.to_text(key)?;
            if text != "repeat" {
                return Err(vm.type_error(format!("product() got an unexpected keyword argument '{text}'")));
            }
            repeat = vm.index_i64(value, "ssize_t")?;
            if repeat < 0 {
                return Err(vm.value_error("repeat argument cannot be negative"));
            }
        }
        let (mut items, mut pools) = (Vec::new(), Vec::new());
        let repeat = repeat as usize;
        if repeat > 0 {
            if iterables.len().checked_mul(repeat).is_none_or(|n| n > 1 << 28) {
                return Err(vm.overflow_error("repeat argument too large"));
            }
            for iterable in iterables {
                let start = items.len();
                items.extend(vm.collect(iterable)?);
                pools.push((start, items.len() - start));
            }
            pools = pools.repeat(repeat);
        }
        let indices = vec![0; pools.len()];
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Product { items, pools, indices, started: false, stopped: false }).into_value())
    }
    /// Returns size in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Product>, vm: &mut Vm) -> Result<usize> {
        Ok(48 + this.get(&*vm).items.len() * 8 + this.get(&*vm).pools.len() * 24)
    }
}
impl Product {
    fn step(this: &Ref<Product>, vm: &mut Vm) -> Result<Option<Value>> {
        let p = this.get_mut(vm);
        if p.stopped {
            return Ok(None);
        }
        if !p.started {
            p.started = true;
            p.stopped = p.pools.iter().any(|&(_, len)| len == 0);
        } else {
            p.stopped = true;
            for (index, &(_, len)) in p.indices.iter_mut().zip(&p.pools).rev() {
                *index += 1;
                if *index < len {
                    p.stopped = false;
                    break;
                }
                *index = 0;
            }
        }
        if p.stopped {
            return Ok(None);
        }
        let items: Vec<Value> = p.indices.iter().zip(&p.pools).filter_map(|(&i, &(start, _))| p.items.get(start + i).cloned()).collect();
        Ok(Some(vm.tuple(items)))
    }
}
native_iterator!(ProductIteration, Product);

// ---- permutations, combinations ----

/// The state of a selection of `r` out of a pool.
#[derive(Traverse)]
struct Permutations {
    pool: Vec<Value>,
    #[traverse(skip)]
    indices: Vec<usize>,
    #[traverse(skip)]
    cycles: Vec<usize>,
    r: usize,
    started: bool,
    stopped: bool,
}

#[methods]
impl Permutations {
    #[sig("(iterable, r=None)")]
    fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value, r: Option<Value>) -> Result<Value> {
        let pool = vm.collect(iterable)?;
        let n = pool.len();
        let r = match r {
            None => n,
            Some(r) if !r.is_int(&*vm.heap) => return Err(vm.type_error("Expected int as r")),
            Some(r) => match vm.index_i64(&r, "ssize_t")? {
                r if r < 0 => return Err(vm.value_error("r must be non-negative")),
                r => r as usize,
            },
        };
        let stopped = r > n;
        let cycles = if stopped { Vec::new() } else { (0..r).map(|i| n - i).collect() };
        let id = cls.id(&vm.heap);
        Ok(vm.heap.alloc_typed(id, Permutations { pool, indices: (0..n).collect(), cycles, r, started: false, stopped }).into_value())
    }
    /// Returns size in memory, in bytes.
    #[sig("()")]
    fn __sizeof__(this: &Ref<Permutations>, vm: &mut Vm) -> Result<usize> {
        Ok(48 + this.get(&*vm).pool.len() * 24)
    }
}
impl Permutations {
    fn step(this: &Ref<Permutations>, vm: &mut Vm) -> Result<Option<Value>> {
        let p = this.get_mut(vm);
        if p.stopped {
            return Ok(None);
        }
        let n = p.pool.len();
        if !p.started {
            p.started = true;
        } else {
            p.stopped = true;
            for i in (0..p.r).rev() {
                p.cycles[i] -= 1;
                if p.cycles[i] == 0 {
                    p.indices[i..].rotate_left(1);
                    p.cycles[i] = n - i;
                } else {
                    let j = n - p.cycles[i];
                    p.indices.swap(i, j);
                    p.stopped = false;
                    break;
                }
            }
        }
        if p.stopped {
            return Ok(None);
        }
        let items: Vec<Value> = p.indices[..p.r].iter().map(|&i| p.pool[i].clone()).collect();
        Ok(Some(vm.tuple(items)))
    }
}
native_iterator!(PermutationsIteration, Permutations);

macro_rules! combinations {
    ($name:ident, $iteration:ident, |$n:ident, $r:ident| $first:expr, $stopped:expr, |$p:ident| $advance:expr) => {
        #[derive(Traverse)]
        struct $name {
            pool: Vec<Value>,
            #[traverse(skip)]
            indices: Vec<usize>,
            started: bool,
            stopped: bool,
        }
        #[methods]
        impl $name {
            #[sig("(iterable, r)")]
            fn __new__(cls: &Ref<Type>, vm: &mut Vm, iterable: &Value, r: isize) -> Result<Value> {
                let pool = vm.collect(iterable)?;
                if r < 0 {
                    return Err(vm.value_error("r must be non-negative"));
                }
                let ($n, $r) = (pool.len(), r as usize);
                let stopped = $stopped;
                let room = vm.heap.check_room($r.saturating_mul(8));
                vm.memory(room)?;
                let indices = if stopped { Vec::new() } else { $first };
                let id = cls.id(&vm.heap);
                Ok(vm.heap.alloc_typed(id, $name { pool, indices, started: false, stopped }).into_value())
            }
            /// Returns size in memory, in bytes.
            #[sig("()")]
            fn __sizeof__(this: &Ref<$name>, vm: &mut Vm) -> Result<usize> {
                Ok(48 + this.get(&*vm).pool.len() * 8)
            }
        }
        impl $name {
            fn step(this: &Ref<$name>, vm: &mut Vm) -> Result<Option<Value>> {
                let $p = this.get_mut(vm);
                if $p.stopped {
                    return Ok(None);
                }
                if !$p.started {
                    $p.started = true;
                } else {
                    $p.stopped = !$advance;
                }
                if $p.stopped {
                    return Ok(None);
                }
                let items: Vec<Value> = $p.indices.iter().map(|&i| $p.pool[i].clone()).collect();
                Ok(Some(vm.tuple(items)))
            }
        }
        native_iterator!($iteration, $name);
    };
}

combinations!(Combinations, CombinationsIteration, |n, r| (0..r).collect(), r > n, |p| {
    let (n, r) = (p.pool.len(), p.indices.len());
    match (0..r).rev().find(|&i| p.indices[i] != i + n - r) {
        Some(i) => {
            p.indices[i] += 1;
            for j in i + 1..r {
                p.indices[j] = p.indices[j - 1] + 1;
            }
            true
        }
        None => false,
    }
});
combinations!(CombinationsWithReplacement, CombinationsWithReplacementIteration, |n, r| vec![0; r], n == 0 && r > 0, |p| {
    let n = p.pool.len();
    match (0..p.indices.len()).rev().find(|&i| p.indices[i] != n - 1) {
        Some(i) => {
            let next = p.indices[i] + 1;
            p.indices[i..].fill(next);
            true
        }
        None => false,
    }
});

pub(crate) fn init(vm: &mut Vm, module: &Ref<Module>) {
    define_iterator::<Product>(vm, module, "itertools.product", "product(*iterables, repeat=1) --> product object\n\nCartesian product of input iterables.  Equivalent to nested for-loops.", ProductIteration::METHODS, Product::native);
    define_iterator::<Permutations>(vm, module, "itertools.permutations", "Return successive r-length permutations of elements in the iterable.", PermutationsIteration::METHODS, Permutations::native);
    define_iterator::<Combinations>(vm, module, "itertools.combinations", "Return successive r-length combinations of elements in the iterable.", CombinationsIteration::METHODS, Combinations::native);
    define_iterator::<CombinationsWithReplacement>(vm, module, "itertools.combinations_with_replacement", "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.", CombinationsWithReplacementIteration::METHODS, CombinationsWithReplacement::native);
}
