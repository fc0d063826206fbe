//! The `_symtable` module: what the compiler knows about names, as the library's `symtable` reads it.
//!
//! The compiler's table is turned into entry objects at once, so nothing here outlives the call. Comprehensions
//! that are inlined into their scope have no entry of their own: their names and their children are the scope's.

use krait_compiler::symtable::{self as table, BlockKind, Resolution, SymbolTable};
use krait_compiler::{Mode, Options};
use krait_vm::builtins::module::Module;
use krait_vm::builtins::str::Str;
use krait_vm::types::build::TypeSpec;
use krait_vm::{Ref, Result, Type, Value, Vm, methods};

#[derive(krait_vm::Traverse)]
struct Entry {
    id: i64,
    kind: i64,
    nested: bool,
    lineno: i64,
    name: Value,
    symbols: Value,
    varnames: Value,
    children: Value,
}

#[derive(Default)]
struct State(Option<Ref<Type>>);

/// One scope on its way from the compiler's table to an `Entry`.
struct Block {
    kind: i64,
    nested: bool,
    line: i64,
    name: String,
    symbols: Vec<(String, u32)>,
    params: Vec<String>,
    children: Vec<u32>,
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    let numbers = [
        ("USE", table::USE),
        ("DEF_GLOBAL", table::DEF_GLOBAL),
        ("DEF_NONLOCAL", table::DEF_NONLOCAL),
        ("DEF_LOCAL", table::DEF_LOCAL),
        ("DEF_PARAM", table::DEF_PARAM),
        ("DEF_TYPE_PARAM", table::DEF_TYPE_PARAM),
        ("DEF_FREE_CLASS", table::DEF_FREE_CLASS),
        ("DEF_IMPORT", table::DEF_IMPORT),
        // Type parameters are bound too, but this constant has never said so.
        ("DEF_BOUND", table::DEF_LOCAL | table::DEF_PARAM | table::DEF_IMPORT),
        ("DEF_ANNOT", table::DEF_ANNOT),
        ("DEF_COMP_ITER", table::DEF_COMP_ITER),
        ("DEF_COMP_CELL", table::DEF_COMP_CELL),
        ("TYPE_FUNCTION", BlockKind::Function as u32),
        ("TYPE_CLASS", BlockKind::Class as u32),
        ("TYPE_MODULE", BlockKind::Module as u32),
        ("TYPE_ANNOTATION", BlockKind::Annotation as u32),
        ("TYPE_TYPE_ALIAS", BlockKind::TypeAlias as u32),
        ("TYPE_TYPE_PARAMETERS", BlockKind::TypeParameters as u32),
        ("TYPE_TYPE_VARIABLE", BlockKind::TypeVariable as u32),
        ("LOCAL", Resolution::Local as u32),
        ("GLOBAL_EXPLICIT", Resolution::GlobalExplicit as u32),
        ("GLOBAL_IMPLICIT", Resolution::GlobalImplicit as u32),
        ("FREE", Resolution::Free as u32),
        ("CELL", Resolution::Cell as u32),
        ("SCOPE_OFF", table::SCOPE_OFFSET),
        ("SCOPE_MASK", 15),
    ];
    for (name, value) in numbers {
        vm.module_set(module, name, Value::int32(value as i32));
    }
    let flags = krait_vm::heap::flags::DISALLOW_INSTANTIATION;
    let methods = <EntryMethods as krait_vm::args::Methods>::METHODS;
    let class = vm.define_type::<Entry>(None, &TypeSpec { name: "symtable entry", doc: "", flags, dict: false, methods });
    vm.state::<State>().0 = Some(class);
    Ok(())
}

struct Functions;

#[methods]
impl Functions {
    /// Return symbol and scope dictionaries used internally by compiler.
    #[sig("(source, filename, startstr, /)")]
    fn symtable(vm: &mut Vm, source: &Value, filename: &Value, startstr: Ref<Str>) -> Result<Value> {
        let filename = vm.file_name(filename)?;
        let mode = match startstr.get(&*vm).to_string_lossy().as_str() {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
        };
        let text = vm.source_text("symtable", source, &filename)?;
        match krait_compiler::symbol_table(&text, mode, &Options::default(), blocks) {
            Ok(found) => entries(vm, &found),
            Err(mut error) => {
                krait_compiler::attach_text(&mut error, &text);
                Err(vm.compile_error(error, &filename))
            }
        }
    }
}

/// Copies the table's scopes. A scope comes before those nested in it, so going backwards finds them finished, and
/// nothing here recurses however deep a program nests its functions.
fn blocks(t: &SymbolTable<'_>) -> Vec<Block> {
    let mut made: Vec<Block> = Vec::with_capacity(t.scopes.len());
    for index in (0..t.scopes.len()).rev() {
        let scope = &t.scopes[index];
        let mut block = Block {
            kind: scope.kind as i64,
            nested: scope.nested,
            line: scope.span.line.into(),
            // Blocks of expressions have plain words as names here.
            name: scope.name.trim_matches(['<', '>']).to_string(),
            symbols: scope.symbols.list.iter().map(|(name, symbol)| (name.to_string(), packed(symbol))).collect(),
            params: scope.params.iter().map(|p| p.to_string()).collect(),
            children: Vec::new(),
        };
        let mut unused = scope.unused_annotations.iter().peekable();
        for (at, child) in scope.children.iter().enumerate() {
            while let Some((_, id)) = unused.next_if(|(place, _)| *place as usize <= at) {
                block.children.push(id.0);
            }
            let inner = &made[t.scopes.len() - 1 - child.0 as usize];
            if !t.scope(*child).comp_inlined {
                block.children.push(child.0);
                continue;
            }
            block.children.extend(&inner.children);
            let params = &inner.params;
            let class = scope.kind == BlockKind::Class;
            for (name, flags) in inner.symbols.iter().filter(|(name, _)| !params.contains(name)) {
                // A cell of the comprehension is one of the scope's that only the comprehension uses.
                let cell = *flags >> table::SCOPE_OFFSET == Resolution::Cell as u32;
                match block.symbols.iter_mut().find(|(known, _)| known == name) {
                    // What the comprehension takes from the scope is used by it.
                    Some((_, known)) if !class && flags & table::DEF_BOUND == 0 => *known |= *flags & table::USE,
                    Some(_) => {}
                    None => block.symbols.push((name.clone(), *flags | if cell { table::DEF_COMP_CELL } else { 0 })),
                }
            }
        }
        block.children.extend(unused.map(|(_, id)| id.0));
        made.push(block);
    }
    made.reverse();
    made
}

fn packed(symbol: &table::Symbol) -> u32 {
    // The annotation blocks of functions without annotations are never analysed.
    let resolution = match symbol.resolution {
        Resolution::Unresolved if symbol.flags & table::DEF_PARAM != 0 => Resolution::Local,
        Resolution::Unresolved => Resolution::Free,
        other => other,
    };
    symbol.flags | (resolution as u32) << table::SCOPE_OFFSET
}

fn entries(vm: &mut Vm, blocks: &[Block]) -> Result<Value> {
    let Some(class) = vm.state::<State>().0.clone() else { return Err(vm.runtime_error("lost symtable entry")) };
    let type_id = class.id(&vm.heap);
    let mut made: Vec<Value> = vec![Value::NONE; blocks.len()];
    for (index, block) in blocks.iter().enumerate().rev() {
        let symbols = vm.heap.dict();
        for (name, flags) in &block.symbols {
            let name = vm.intern(name);
            symbols.set_str(vm, &name, Value::int32(*flags as i32));
        }
        let params: Vec<Value> = block.params.iter().map(|p| vm.intern(p).into_value()).collect();
        let children = block.children.iter().map(|&child| made[child as usize].clone()).collect();
        let (name, varnames, children) = (vm.str(&block.name), vm.list(params), vm.list(children));
        let entry = Entry {
            // Programs expect it to look like an address.
            id: index as i64 + 1,
            kind: block.kind,
            nested: block.nested,
            lineno: block.line,
            name,
            symbols: symbols.into_value(),
            varnames,
            children,
        };
        made[index] = vm.heap.alloc_typed(type_id, entry).into_value();
    }
    Ok(made.swap_remove(0))
}

struct EntryMethods;

#[methods]
impl EntryMethods {
    #[sig("()")]
    fn __repr__(this: &Ref<Entry>, vm: &mut Vm) -> Result<String> {
        let (id, line, name) = { let e = this.get(&*vm); (e.id, e.lineno, e.name.clone()) };
        let name = vm.to_text(&name)?;
        Ok(format!("<symtable entry {name}({id}), line {line}>"))
    }
    #[getter]
    fn id(this: &Ref<Entry>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm).id)
    }
    #[getter]
    fn name(this: &Ref<Entry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).name.clone())
    }
    #[getter]
    fn symbols(this: &Ref<Entry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).symbols.clone())
    }
    #[getter]
    fn varnames(this: &Ref<Entry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).varnames.clone())
    }
    #[getter]
    fn children(this: &Ref<Entry>, vm: &mut Vm) -> Result<Value> {
        Ok(this.get(&*vm).children.clone())
    }
    #[getter]
    fn nested(this: &Ref<Entry>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm).nested.into())
    }
    #[getter]
    #[pyname("type")]
    fn kind(this: &Ref<Entry>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm).kind)
    }
    #[getter]
    fn lineno(this: &Ref<Entry>, vm: &mut Vm) -> Result<i64> {
        Ok(this.get(&*vm).lineno)
    }
}
