//! Opcodes whose arm is nothing but the call of a method.
//!
//! They share one arm of the loop, which looks the method up here: the loop stays small, and with it what an engine's
//! compiler needs for it. An opcode that deserves a quick way of its own moves out of this list and into the loop.

use crate::Result;
use crate::interp::ops::Ctx;
use crate::vm::Vm;
use krait_bytecode::Op;
use krait_bytecode::ops::OP_COUNT;

pub(crate) type Called = fn(&mut Vm, Ctx) -> Result<()>;

/// The opcodes and their methods, handed to another macro.
macro_rules! with_called_ops {
    ($with:ident) => {
        $with! {
            LoadCommon op_load_common,
            MakeCell op_make_cell,
            CopyFreeVars op_copy_free_vars,
            DeleteDeref op_delete_deref,
            LoadName op_load_name,
            StoreName op_store_name,
            DeleteName op_delete_name,
            StoreGlobal op_store_global,
            DeleteGlobal op_delete_global,
            LoadDictOrGlobal op_load_dict_or_global,
            DeleteAttr op_delete_attr,
            LoadAttrDyn op_load_attr_dyn,
            StoreAttrDyn op_store_attr_dyn,
            LoadSuperAttr op_load_super_attr,
            DeleteItem op_delete_item,
            GetSlice op_get_slice,
            GetStep op_get_step,
            SetSlice op_set_slice,
            GetIter op_get_iter,
            BuildTuple op_build_tuple,
            BuildList op_build_list,
            BuildSet op_build_set,
            BuildMap op_build_map,
            BuildString op_build_string,
            BuildSlice op_build_slice,
            BuildInterpolation op_build_interpolation,
            BuildTemplate op_build_template,
            ListToTuple op_list_to_tuple,
            SetAdd op_set_add,
            SetUpdate op_set_update,
            MapAdd op_map_add,
            DictUpdate op_dict_update,
            DictMerge op_dict_merge,
            ConvertValue op_convert_value,
            FormatSimple op_format_simple,
            FormatWithSpec op_format_with_spec,
            MakeFunction op_make_function,
            SetFunctionAttr op_set_function_attr,
            ImportFrom op_import_from,
            ImportStar op_import_star,
            Intrinsic1 op_intrinsic1,
            SetupAnnotations op_setup_annotations,
            GetYieldFromIter op_get_yield_from_iter,
            GetAwaitable op_get_awaitable,
            GetAiter op_get_aiter,
            GetAnext op_get_anext,
            LoadSpecial op_load_special,
            WithExceptStart op_with_except_start,
            PushExc op_push_exc,
            PopExc op_pop_exc,
            CheckExcMatch op_check_exc_match,
            CheckEgMatch op_check_eg_match,
            MatchKeys op_match_keys,
        }
    };
}
/// The pattern of the opcodes.
macro_rules! called_pattern {
    ($($op:ident $method:ident,)*) => { $(krait_bytecode::Op::$op)|* };
}
macro_rules! table {
    ($($op:ident $method:ident,)*) => {{
        let mut table: [Called; OP_COUNT] = [nothing; OP_COUNT];
        $(table[Op::$op as usize] = Vm::$method;)*
        table
    }};
}
pub(crate) use {called_pattern, with_called_ops};

fn nothing(_: &mut Vm, _: Ctx) -> Result<()> {
    Ok(())
}

static METHODS: [Called; OP_COUNT] = with_called_ops!(table);

/// The method of an opcode of the list.
#[inline(always)]
pub(crate) fn function(op: u8) -> Called {
    METHODS[op as usize % OP_COUNT]
}
