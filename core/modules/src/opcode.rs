//! The `_opcode` module: facts about the reference interpreter's opcodes.
//!
//! `dis` and `opcode` describe programs in CPython's numbering; Krait's own instructions are another set, so there
//! are no specialisation statistics and no stack effects here.

use krait_vm::builtins::module::Module;
use krait_vm::{Ref, Result, Value, Vm, methods};

struct Functions;

fn within(ranges: &[(i64, i64)], opcode: i64) -> bool {
    ranges.iter().any(|&(first, last)| (first..=last).contains(&opcode))
}

const VALID: &[(i64, i64)] = &[(0, 120), (128, 211), (234, 266)];
const ARG: &[(i64, i64)] = &[
    (44, 120), (128, 128), (143, 153), (155, 195), (197, 197), (200, 200), (209, 211), (237, 237), (239, 239), (241, 245), (247, 251),
    (253, 253), (255, 255), (257, 261), (263, 266),
];
const CONST: &[(i64, i64)] = &[(82, 82), (190, 191)];
const EXC: &[(i64, i64)] = &[(263, 265)];
const FREE: &[(i64, i64)] = &[(62, 62), (90, 90), (97, 97), (111, 111)];
const JUMP: &[(i64, i64)] = &[(68, 68), (70, 70), (75, 77), (100, 103), (106, 106), (172, 176), (237, 237), (248, 248), (257, 260)];
const LOCAL: &[(i64, i64)] = &[(3, 3), (63, 63), (83, 89), (112, 114), (261, 261), (266, 266)];
const NAME: &[(i64, i64)] = &[
    (61, 61), (64, 65), (72, 73), (80, 80), (91, 93), (96, 96), (110, 110), (115, 116), (179, 179), (189, 189), (194, 195), (200, 200),
    (249, 249),
];
const INTRINSICS1: &[&str] = &[
    "INTRINSIC_1_INVALID", "INTRINSIC_PRINT", "INTRINSIC_IMPORT_STAR", "INTRINSIC_STOPITERATION_ERROR", "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE", "INTRINSIC_LIST_TO_TUPLE", "INTRINSIC_TYPEVAR", "INTRINSIC_PARAMSPEC", "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC", "INTRINSIC_TYPEALIAS",
];
const INTRINSICS2: &[&str] = &[
    "INTRINSIC_2_INVALID", "INTRINSIC_PREP_RERAISE_STAR", "INTRINSIC_TYPEVAR_WITH_BOUND", "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS", "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];
const OPERATORS: &[(&str, &str)] = &[
    ("ADD", "+"), ("AND", "&"), ("FLOOR_DIVIDE", "//"), ("LSHIFT", "<<"), ("MATRIX_MULTIPLY", "@"), ("MULTIPLY", "*"), ("REMAINDER", "%"),
    ("OR", "|"), ("POWER", "**"), ("RSHIFT", ">>"), ("SUBTRACT", "-"), ("TRUE_DIVIDE", "/"), ("XOR", "^"),
];

fn names(vm: &mut Vm, names: &[&str]) -> Value {
    let items = names.iter().map(|n| vm.str(n)).collect();
    vm.list(items)
}

#[methods]
impl Functions {
    /// Compute the stack effect of the opcode.
    #[sig("(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(vm: &mut Vm, _opcode: i64, _oparg: Option<Value>, _jump: Option<Value>) -> Result<i64> {
        Err(vm.value_error("invalid opcode or oparg"))
    }
    /// Return True if opcode is valid, False otherwise.
    #[sig("(opcode)")]
    fn is_valid(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(VALID, opcode))
    }
    /// Return True if the opcode uses its oparg, False otherwise.
    #[sig("(opcode)")]
    fn has_arg(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(ARG, opcode))
    }
    /// Return True if the opcode accesses a constant, False otherwise.
    #[sig("(opcode)")]
    fn has_const(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(CONST, opcode))
    }
    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[sig("(opcode)")]
    fn has_name(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(NAME, opcode))
    }
    /// Return True if the opcode has a jump target, False otherwise.
    #[sig("(opcode)")]
    fn has_jump(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(JUMP, opcode))
    }
    /// Return True if the opcode accesses a free variable, False otherwise.
    #[sig("(opcode)")]
    fn has_free(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(FREE, opcode))
    }
    /// Return True if the opcode accesses a local variable, False otherwise.
    #[sig("(opcode)")]
    fn has_local(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(LOCAL, opcode))
    }
    /// Return True if the opcode sets an exception handler, False otherwise.
    #[sig("(opcode)")]
    fn has_exc(_vm: &mut Vm, opcode: i64) -> Result<bool> {
        Ok(within(EXC, opcode))
    }
    /// Return the specialization stats
    #[sig("()")]
    fn get_specialization_stats(_vm: &mut Vm) -> Result<()> {
        Ok(())
    }
    /// Return array of symbols of binary ops.
    #[sig("()")]
    fn get_nb_ops(vm: &mut Vm) -> Result<Value> {
        let mut items = Vec::new();
        for (prefix, suffix) in [("NB_", ""), ("NB_INPLACE_", "=")] {
            for (name, symbol) in OPERATORS {
                let (name, symbol) = (vm.str(&format!("{prefix}{name}")), vm.str(&format!("{symbol}{suffix}")));
                items.push(vm.tuple(vec![name, symbol]));
            }
        }
        let (name, symbol) = (vm.str("NB_SUBSCR"), vm.str("[]"));
        items.push(vm.tuple(vec![name, symbol]));
        Ok(vm.list(items))
    }
    /// Return a list of names of the unary intrinsics.
    #[sig("()")]
    fn get_intrinsic1_descs(vm: &mut Vm) -> Result<Value> {
        Ok(names(vm, INTRINSICS1))
    }
    /// Return a list of names of the binary intrinsics.
    #[sig("()")]
    fn get_intrinsic2_descs(vm: &mut Vm) -> Result<Value> {
        Ok(names(vm, INTRINSICS2))
    }
    /// Return a list of special method names.
    #[sig("()")]
    fn get_special_method_names(vm: &mut Vm) -> Result<Value> {
        Ok(names(vm, &["__enter__", "__exit__", "__aenter__", "__aexit__"]))
    }
    /// Return the executor object at offset in code if exists, None otherwise.
    #[sig("(*, code, offset)")]
    fn get_executor(_vm: &mut Vm, _code: &Value, _offset: &Value) -> Result<()> {
        Ok(())
    }
}

pub fn init(vm: &mut Vm, module: &Ref<Module>) -> Result<()> {
    vm.module_functions::<Functions>(module);
    vm.module_set(module, "ENABLE_SPECIALIZATION", Value::FALSE);
    vm.module_set(module, "ENABLE_SPECIALIZATION_FT", Value::FALSE);
    Ok(())
}
