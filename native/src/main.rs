//! The `krait` command.

use krait_compiler::{Mode, Options};
use krait_vm::host::{Host, Stream};
use krait_vm::vm::Builder;
use std::io::Write;

struct NativeHost {
    stack_end: usize,
}

impl Host for NativeHost {
    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let _ = match stream {
            Stream::Stdout => std::io::stdout().write_all(bytes),
            Stream::Stderr => std::io::stderr().write_all(bytes),
        };
    }
    fn stack_left(&self) -> Option<usize> {
        let here = 0u8;
        Some((&raw const here as usize).saturating_sub(self.stack_end))
    }
}

const STACK: usize = 512 << 20;

fn main() {
    let run = || {
        let here = 0u8;
        let stack_end = (&raw const here as usize) - STACK + (1 << 20);
        std::process::exit(run(NativeHost { stack_end }))
    };
    match std::thread::Builder::new().stack_size(STACK).spawn(run) {
        Ok(thread) => drop(thread.join()),
        Err(e) => eprintln!("krait: {e}"),
    }
}

fn run(host: NativeHost) -> i32 {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let dump = args.first().is_some_and(|a| a == "--dump=bytecode");
    if dump {
        args.remove(0);
    }
    let (name, source) = match args.first().map(String::as_str) {
        Some("-c") => ("<string>".to_string(), args.get(1).cloned().unwrap_or_default().into_bytes()),
        Some(file) => match std::fs::read(file) {
            Ok(bytes) => (file.to_string(), bytes),
            Err(e) => {
                eprintln!("krait: can't open file '{file}': {e}");
                return 2;
            }
        },
        None => return 0,
    };
    let compiled = match krait_compiler::compile_bytes(&source, &name, Mode::Exec, &Options::default(), None) {
        Ok(c) => c,
        Err(e) => {
            eprintln!("{e:?}");
            return 1;
        }
    };
    if dump {
        print!("{}", krait_bytecode::listing::listing(&compiled.code));
        return 0;
    }
    let mut vm = Builder::new(host).modules(krait_modules::MODULES).build();
    let code = vm.heap.link(&compiled.code);
    let module = vm.new_module("__main__", None);
    let globals = vm.module_dict(&module);
    let result = vm.run_code(&code, &globals, None);
    let status = match result {
        Ok(_) => 0,
        Err(_) => {
            let exception = vm.take_pending();
            vm.report_uncaught(&exception);
            1
        }
    };
    let _ = std::io::stdout().flush();
    status
}
