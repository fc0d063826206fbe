//! Runs with limits, as a host drives them: fuel that suspends, a memory quota, a time limit, deep recursion.

use krait_compiler::{Mode, Options, compile_bytes};
use krait_vm::builtins::code::CodeObject;
use krait_vm::builtins::dict::Dict;
use krait_vm::host::{Host, Stream};
use krait_vm::interp::program::{Outcome, Suspension};
use krait_vm::vm::{Builder, Interrupts};
use krait_vm::{Ref, Vm};
use std::cell::Cell;
use std::time::Duration;

/// A host that grants nothing; its clock goes on a second with every look.
#[derive(Default)]
struct Nothing {
    looks: Cell<u64>,
}

impl Host for Nothing {
    fn write(&mut self, _stream: Stream, _bytes: &[u8]) {}
    fn monotonic(&self) -> Duration {
        self.looks.set(self.looks.get() + 1);
        Duration::from_secs(self.looks.get())
    }
    fn max_native_depth(&self) -> usize {
        50
    }
}

fn interpreter(memory: usize) -> Box<Vm> {
    Builder::new(Nothing::default()).memory(memory).modules(krait_modules::MODULES).build()
}

fn load(vm: &mut Vm, source: &str) -> (Ref<CodeObject>, Ref<Dict>) {
    let compiled = compile_bytes(source.as_bytes(), "test", Mode::Exec, &Options::default(), None).expect("it compiles");
    let code = vm.heap.link(&compiled.code);
    let globals = vm.heap.dict();
    let (key, name) = (vm.intern("__name__"), vm.str("test"));
    globals.set_str(&mut *vm.heap, &key, name);
    // There is no import system here.
    if let Ok(Some(module)) = vm.native_module("itertools") {
        let name = vm.intern("itertools");
        globals.set_str(&mut *vm.heap, &name, module.into_value());
    }
    (code, globals)
}

fn global(vm: &mut Vm, globals: &Ref<Dict>, name: &str) -> Option<i64> {
    let key = vm.intern(name);
    globals.get_str(&*vm.heap, &key).and_then(|v| v.as_small_int())
}

/// Runs to the end in one go and gives the name of the exception's type, or "done".
fn ending(vm: &mut Vm, source: &str) -> String {
    let (code, globals) = load(vm, source);
    match vm.run_code(&code, &globals, None) {
        Ok(_) => "done".into(),
        Err(_) => {
            let exception = vm.take_pending();
            vm.heap.type_name(&exception)
        }
    }
}

#[test]
fn an_endless_loop_is_suspended_again_and_again() {
    let mut vm = interpreter(usize::MAX);
    let (code, globals) = load(&mut vm, "n = 0\nwhile True:\n    n += 1\n");
    let program = vm.start(&code, &globals).expect("it starts");
    let mut before = 0;
    for _ in 0..3 {
        assert!(matches!(vm.advance(&program, 50_000), Outcome::Suspended(Suspension::OutOfFuel)));
        let n = global(&mut vm, &globals, "n").expect("n is an int");
        assert!((40_000..=60_000).contains(&(n - before)), "{n} after {before}");
        before = n;
    }
    vm.abandon(program);
    assert_eq!(ending(&mut vm, "x = 1"), "done");
}

#[test]
fn a_program_gives_the_same_result_in_any_steps() {
    const SOURCE: &str = "
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def squares(n):
    for i in range(n):
        yield i * i
class Sum:
    def __init__(self):
        self.total = 0
    def add(self, n):
        self.total += n
s = Sum()
for i in squares(30000):
    try:
        s.add(i % 7)
        if i % 1000 == 0:
            raise KeyError(i)
    except KeyError:
        s.add(1)
r = s.total + fib(17)
";
    let mut results = Vec::new();
    for fuel in [u64::MAX, 20_000, 10_000] {
        let mut vm = interpreter(usize::MAX);
        let (code, globals) = load(&mut vm, SOURCE);
        let program = vm.start(&code, &globals).expect("it starts");
        let mut steps = 1;
        loop {
            match vm.advance(&program, fuel) {
                Outcome::Suspended(_) => steps += 1,
                Outcome::Done(_) => break,
                Outcome::Raised(e) => panic!("raised {}", vm.heap.type_name(&e)),
            }
        }
        results.push(global(&mut vm, &globals, "r").expect("r is an int"));
        assert_eq!(steps > 1, fuel != u64::MAX, "{fuel}");
    }
    assert!(results.iter().all(|r| *r == results[0]), "{results:?}");
}

#[test]
fn an_exception_leaves_a_bounded_run_as_any_other() {
    let mut vm = interpreter(usize::MAX);
    let (code, globals) = load(&mut vm, "for i in range(100000):\n    if i == 70000:\n        1 / 0\n");
    let program = vm.start(&code, &globals).expect("it starts");
    loop {
        match vm.advance(&program, 20_000) {
            Outcome::Suspended(_) => {}
            Outcome::Raised(e) => {
                assert_eq!(vm.heap.type_name(&e), "ZeroDivisionError");
                break;
            }
            Outcome::Done(_) => panic!("it must raise"),
        }
    }
}

#[test]
fn a_builtin_that_never_ends_is_not_suspended_but_raises() {
    let mut vm = interpreter(usize::MAX);
    let source = "def key(x):\n    while True:\n        pass\ntry:\n    [2, 1].sort(key=key)\nexcept RuntimeError as e:\n    r = 1\n";
    let (code, globals) = load(&mut vm, source);
    let program = vm.start(&code, &globals).expect("it starts");
    let mut steps = 0;
    while let Outcome::Suspended(_) = vm.advance(&program, 1_000) {
        steps += 1;
        assert!(steps < 1_000, "it never ends");
    }
    assert_eq!(global(&mut vm, &globals, "r"), Some(1));
}

#[test]
fn a_host_can_stop_a_program_and_let_it_go_on() {
    let mut vm = interpreter(usize::MAX);
    let (code, globals) = load(&mut vm, "n = 0\nfor i in range(200000):\n    n += 1\n");
    let program = vm.start(&code, &globals).expect("it starts");
    vm.interrupts.clone().set(Interrupts::STOP);
    assert!(matches!(vm.advance(&program, u64::MAX), Outcome::Suspended(Suspension::Stopped)));
    assert!(matches!(vm.advance(&program, u64::MAX), Outcome::Done(_)));
    assert_eq!(global(&mut vm, &globals, "n"), Some(200_000));
}

#[test]
fn a_program_yields_and_keeps_its_fuel() {
    let mut vm = interpreter(usize::MAX);
    let (code, globals) = load(&mut vm, "n = 0\nfor i in range(200000):\n    n += 1\n[2, 1].sort(key=lambda x: sum(1 for _ in range(30000)))\n");
    let program = vm.start(&code, &globals).expect("it starts");
    let (mut fuel, mut yields) = (1_000_000, 0);
    loop {
        vm.interrupts.clone().set(Interrupts::YIELD);
        match vm.advance(&program, fuel) {
            Outcome::Suspended(Suspension::Yielded) => {
                assert!(vm.fuel_left() < fuel, "{} of {fuel} are left", vm.fuel_left());
                fuel = vm.fuel_left();
                yields += 1;
            }
            Outcome::Done(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(yields > 10, "{yields}");
    assert_eq!(global(&mut vm, &globals, "n"), Some(200_000));
}

#[test]
fn memory_is_refused_before_it_is_taken() {
    let mut vm = interpreter(64 << 20);
    assert_eq!(ending(&mut vm, "a = []\nwhile True:\n    a.append(a.__len__() * 1.5)\n"), "MemoryError");
    assert_eq!(ending(&mut vm, "a = []\nwhile True:\n    a.append([1])\n"), "MemoryError");
    assert_eq!(ending(&mut vm, "s = 'a' * 10**12"), "MemoryError");
    assert_eq!(ending(&mut vm, "b = b'ab' * (1 << 40)"), "MemoryError");
    assert_eq!(ending(&mut vm, "x = [0] * (1 << 45)"), "MemoryError");
    assert_eq!(ending(&mut vm, "s = 'ok'"), "done");
}

#[test]
fn recursion_ends_in_an_exception_however_deep() {
    let mut vm = interpreter(usize::MAX);
    assert_eq!(ending(&mut vm, "def f():\n    f()\nf()\n"), "RecursionError");
    let through_builtins = "class A:\n    def __repr__(self):\n        return repr(self)\nrepr(A())\n";
    assert_eq!(ending(&mut vm, through_builtins), "RecursionError");
    assert_eq!(ending(&mut vm, "x = []\nfor _ in range(1000000):\n    x = [x]\ndel x\n"), "done");
}

#[test]
fn a_time_limit_ends_any_loop() {
    let mut vm = interpreter(usize::MAX);
    vm.deadline = Some(Duration::from_secs(20));
    assert_eq!(ending(&mut vm, "while True:\n    pass\n"), "TimeoutError");
}

#[test]
fn interpreters_do_not_share_anything() {
    let (mut a, mut b) = (interpreter(usize::MAX), interpreter(usize::MAX));
    let (code, globals) = load(&mut a, "x = 1");
    a.run_code(&code, &globals, None).expect("it runs");
    assert_eq!(global(&mut a, &globals, "x"), Some(1));
    assert_eq!(ending(&mut b, "x"), "NameError");
}

/// Loops without an instruction of Python's that repeats.
const NATIVE_LOOPS: &[&str] = &[
    "sum(itertools.repeat(1))",
    "any(map(lambda x: 0, iter(int, 1)))",
    "set(itertools.cycle('a'))",
    "max(range(10**15))",
    "2 in itertools.repeat(1)",
    "1.5 in range(10**15)",
    "b''.join(itertools.repeat(b''))",
    "next(itertools.filterfalse(bool, itertools.repeat(1)))",
];

#[test]
fn fuel_and_time_end_loops_in_native_code() {
    for expression in NATIVE_LOOPS {
        let mut vm = interpreter(usize::MAX);
        let (code, globals) = load(&mut vm, expression);
        let program = vm.start(&code, &globals).expect("it starts");
        let mut steps = 0;
        loop {
            match vm.advance(&program, 50_000) {
                Outcome::Raised(e) => {
                    assert_eq!(vm.heap.type_name(&e), "RuntimeError", "{expression}");
                    break;
                }
                Outcome::Suspended(_) => steps += 1,
                Outcome::Done(_) => panic!("{expression} ended"),
            }
            assert!(steps < 100, "{expression} never ends");
        }
        vm.deadline = Some(vm.host.monotonic());
        assert_eq!(ending(&mut vm, expression), "TimeoutError", "{expression}");
    }
}

#[test]
fn memory_ends_loops_in_native_code() {
    for expression in ["[].extend(itertools.repeat(1))", "l = [1]\nl.extend(iter(l))", "list(zip(itertools.count(), itertools.count()))", "(0, *itertools.repeat(1))"] {
        let mut vm = interpreter(64 << 20);
        assert_eq!(ending(&mut vm, expression), "MemoryError", "{expression}");
    }
}
