//! THE opcode table: every opcode is declared once, in `for_each_op!`, and everything else expands from it.
//!
//! A line reads `name Variant kind (operand: Role, …) "what it does";`. `kind` is `data` (computes a value
//! through a runtime function), `control` (changes pc or frames) or `quick` (a specialised form that only the
//! interpreter writes; the compiler never emits it). See docs/add-an-opcode.md.

/// Kill flags in `x`: the register in that operand is a temporary that dies here.
pub const KILL_A: u8 = 1;
pub const KILL_B: u8 = 2;
pub const KILL_C: u8 = 4;
/// Constant flags in `x`: that operand, a `Val`, is no register but an index into `consts`.
pub const CONST_B: u8 = 0x10;
pub const CONST_C: u8 = 0x20;
/// `jump_if_*` compare-and-branch: jump when the comparison is false.
pub const NEGATE: u8 = 0x80;
/// `yield_value`: delegating (`R[c]` is the receiver).
pub const DELEGATE: u8 = 0x80;
/// `load_super_attr`, `load_global`: fill a call window (`R[a]`, `R[a+1]`) as `load_method` does.
pub const METHOD: u8 = 0x80;

/// `call`: the next instruction clears `R[a]`, which is `R[b]`. A builtin function's result goes nowhere then, and the
/// call goes on behind that instruction.
pub const DISCARD: u8 = 0x80;

/// `jump`: only the layout of the code needs it, so `sys.monitoring` does not tell.
pub const LAYOUT: u8 = 0x80;

/// `format_simple`: the result goes to `build_string`, which formats numbers itself: they stay as they are.
pub const PART: u8 = 0x80;

/// The kill flag of a field.
pub fn kill_flag(field: Field) -> u8 {
    match field {
        Field::a => KILL_A,
        Field::b => KILL_B,
        Field::c => KILL_C,
        Field::bc => 0,
    }
}

/// The constant flag of a field.
pub fn constant_flag(field: Field) -> u8 {
    match field {
        Field::b => CONST_B,
        Field::c => CONST_C,
        Field::a | Field::bc => 0,
    }
}

/// What an operand means; drives the listing, the verifier and register liveness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A register that is written.
    Dst,
    /// A register that is read (and killed when its kill flag is set).
    Src,
    /// As `Src`, or an index into `consts` when the operand's constant flag is set.
    Val,
    /// A register that is read and written in place, never killed (a list being built).
    Inout,
    /// First register of a window that is written (`load_method`: two registers; `unpack_*`: `count`).
    Out,
    /// First register of a window that is read and always killed.
    Window,
    /// Number of items in a window.
    Count,
    /// Signed 16-bit (in a 16-bit field) or 32-bit (in `bc`) integer.
    Imm,
    /// Index into `names`.
    Name,
    /// Index into `sites` (each site names an entry of `names` and owns an inline cache).
    Site,
    /// Index into `consts`.
    Const,
    /// Absolute instruction index.
    Target,
    /// Number of a variant in an enumeration named by the op's documentation.
    Which,
}

/// Expands `$callback!` with the whole table. Fields in brackets belong to the `ext` word that follows.
#[macro_export]
macro_rules! for_each_op {
    ($callback:ident) => { $callback! {
        // Housekeeping.
        nop Nop control () [] "Do nothing.";
        ext Ext control () [] "Carries operands of the instruction before it.";
        // Moves, constants, locals.
        move_ Move data (a: Dst, b: Src) [] "R[a] = R[b].";
        load_const LoadConst data (a: Dst, bc: Const) [] "R[a] = consts[bc].";
        load_int LoadInt data (a: Dst, bc: Imm) [] "R[a] = the int bc.";
        load_common LoadCommon data (a: Dst, b: Which) [] "R[a] = a well-known object: `Common`.";
        push_null PushNull data (a: Dst) [] "R[a] = EMPTY: no self in a call window.";
        clear Clear data (a: Dst) [] "R[a] = UNBOUND, dropping what was there.";
        clear_range ClearRange data (a: Out, c: Count) [] "R[a..a+c] = UNBOUND, dropping what was there.";
        check_bound CheckBound data (a: Inout, bc: Name) [] "UnboundLocalError naming bc unless R[a] is bound.";
        delete_local DeleteLocal data (a: Dst, bc: Name) [] "`del` of a local: raise if unbound, then clear.";
        // Cells and closures.
        make_cell MakeCell data (a: Inout) [] "R[a] = a new cell holding R[a] (which may be UNBOUND).";
        copy_free_vars CopyFreeVars data (a: Out, b: Count) [] "R[a..a+b] = the cells of the running function's closure.";
        load_deref LoadDeref data (a: Dst, b: Src, c: Name) [] "R[a] = content of cell R[b]; NameError naming c when empty (free variable wording unless the name is one of the code's cell variables).";
        store_deref StoreDeref data (a: Inout, b: Src) [] "content of cell R[a] = R[b].";
        delete_deref DeleteDeref data (a: Inout, bc: Name) [] "`del` of a cell variable.";
        load_class_deref LoadClassDeref data (a: Dst, b: Src, c: Src) [a: Name] "R[a] = R[b][name] from the mapping R[b], or else content of cell R[c].";
        // Names.
        load_name LoadName data (a: Dst, bc: Site) [] "R[a] = name from the frame's locals mapping, globals or builtins.";
        store_name StoreName data (a: Src, bc: Name) [] "locals[name] = R[a].";
        delete_name DeleteName data (bc: Name) [] "del locals[name].";
        load_global LoadGlobal data (a: Dst, bc: Site) [] "R[a] = name from globals or builtins; with METHOD R[a+1] = EMPTY: the window of a plain call.";
        store_global StoreGlobal data (a: Src, bc: Site) [] "globals[name] = R[a].";
        delete_global DeleteGlobal data (bc: Name) [] "del globals[name].";
        load_dict_or_global LoadDictOrGlobal data (a: Dst, b: Src, c: Name) [] "R[a] = name from the mapping R[b], globals or builtins.";
        load_locals LoadLocals data (a: Dst) [] "R[a] = the frame's locals mapping.";
        // Attributes and items. The `_dyn` forms take the name from a register, for code with too many sites.
        load_attr LoadAttr data (a: Dst, b: Src, c: Site) [] "R[a] = R[b].name.";
        store_attr StoreAttr data (a: Src, b: Src, c: Site) [] "R[b].name = R[a].";
        delete_attr DeleteAttr data (b: Src, c: Name) [] "del R[b].name.";
        load_method LoadMethod data (a: Out, b: Src, c: Site) [] "(R[a], R[a+1]) = (function, R[b]) or (R[b].name, EMPTY).";
        load_attr_dyn LoadAttrDyn data (a: Dst, b: Src, c: Src) [] "R[a] = getattr(R[b], R[c]).";
        store_attr_dyn StoreAttrDyn data (a: Src, b: Src, c: Src) [] "setattr(R[b], R[c], R[a]).";
        load_super_attr LoadSuperAttr data (a: Dst, b: Window, c: Site) [] "R[a] = R[b](R[b+1], R[b+2]).name where R[b] is the global `super`, R[b+1] `__class__`, R[b+2] the first argument; with METHOD fills the window a, a+1.";
        get_item GetItem data (a: Dst, b: Src, c: Val) [] "R[a] = R[b][R[c]].";
        set_item SetItem data (a: Src, b: Src, c: Val) [] "R[b][R[c]] = R[a].";
        delete_item DeleteItem data (b: Src, c: Src) [] "del R[b][R[c]].";
        get_slice GetSlice data (a: Dst, b: Src, c: Window) [] "R[a] = R[b][R[c]:R[c+1]].";
        get_step GetStep data (a: Dst, b: Src, c: Window) [] "R[a] = R[b][R[c]:R[c+1]:R[c+2]].";
        set_slice SetSlice data (a: Src, b: Src, c: Window) [] "R[b][R[c]:R[c+1]] = R[a].";
        // Arithmetic.
        binary_add BinaryAdd data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] + R[c].";
        binary_sub BinarySub data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] - R[c].";
        binary_mul BinaryMul data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] * R[c].";
        binary_matmul BinaryMatmul data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] @ R[c].";
        binary_truediv BinaryTruediv data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] / R[c].";
        binary_floordiv BinaryFloordiv data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] // R[c].";
        binary_mod BinaryMod data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] % R[c].";
        binary_pow BinaryPow data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] ** R[c].";
        binary_lshift BinaryLshift data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] << R[c].";
        binary_rshift BinaryRshift data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] >> R[c].";
        binary_and BinaryAnd data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] & R[c].";
        binary_or BinaryOr data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] | R[c].";
        binary_xor BinaryXor data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] ^ R[c].";
        inplace_add InplaceAdd data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] += R[c] (the destination is the operand when it is a local).";
        inplace_sub InplaceSub data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] -= R[c].";
        inplace_mul InplaceMul data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] *= R[c].";
        inplace_matmul InplaceMatmul data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] @= R[c].";
        inplace_truediv InplaceTruediv data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] /= R[c].";
        inplace_floordiv InplaceFloordiv data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] //= R[c].";
        inplace_mod InplaceMod data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] %= R[c].";
        inplace_pow InplacePow data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] **= R[c].";
        inplace_lshift InplaceLshift data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] <<= R[c].";
        inplace_rshift InplaceRshift data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] >>= R[c].";
        inplace_and InplaceAnd data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] &= R[c].";
        inplace_or InplaceOr data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] |= R[c].";
        inplace_xor InplaceXor data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] ^= R[c].";
        add_imm AddImm data (a: Dst, b: Src, c: Imm) [] "R[a] = R[b] + c, for `x + 1` and `x += 1` (int constants fall back to the binary protocol; x bit 0x80: in-place).";
        sub_imm SubImm data (a: Dst, b: Src, c: Imm) [] "R[a] = R[b] - c (x bit 0x80: in-place).";
        unary_neg UnaryNeg data (a: Dst, b: Src) [] "R[a] = -R[b].";
        unary_pos UnaryPos data (a: Dst, b: Src) [] "R[a] = +R[b].";
        unary_invert UnaryInvert data (a: Dst, b: Src) [] "R[a] = ~R[b].";
        unary_not UnaryNot data (a: Dst, b: Src) [] "R[a] = not R[b].";
        to_bool ToBool data (a: Dst, b: Src) [] "R[a] = bool(R[b]).";
        // Comparisons.
        compare_lt CompareLt data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] < R[c].";
        compare_le CompareLe data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] <= R[c].";
        compare_eq CompareEq data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] == R[c].";
        compare_ne CompareNe data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] != R[c].";
        compare_gt CompareGt data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] > R[c].";
        compare_ge CompareGe data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] >= R[c].";
        is_ Is data (a: Dst, b: Src, c: Src) [] "R[a] = R[b] is R[c].";
        is_not IsNot data (a: Dst, b: Src, c: Src) [] "R[a] = R[b] is not R[c].";
        contains Contains data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] in R[c].";
        not_contains NotContains data (a: Dst, b: Val, c: Val) [] "R[a] = R[b] not in R[c].";
        // Jumps. Compare-and-branch: NEGATE in x jumps when the comparison is false.
        jump Jump control (bc: Target) [] "pc = bc (forward, or backward inside a delegation); with LAYOUT unseen by monitoring.";
        jump_back JumpBack control (bc: Target) [] "pc = bc: a loop's back-edge; polls signals, fuel, limits.";
        jump_if_true JumpIfTrue control (a: Src, bc: Target) [] "if R[a]: pc = bc.";
        jump_if_false JumpIfFalse control (a: Src, bc: Target) [] "if not R[a]: pc = bc.";
        jump_if_none JumpIfNone control (a: Src, bc: Target) [] "if R[a] is None: pc = bc.";
        jump_if_not_none JumpIfNotNone control (a: Src, bc: Target) [] "if R[a] is not None: pc = bc.";
        jump_if_lt JumpIfLt control (a: Src, b: Val) [bc: Target] "if R[a] < R[b]: pc = target.";
        jump_if_le JumpIfLe control (a: Src, b: Val) [bc: Target] "if R[a] <= R[b]: pc = target.";
        jump_if_eq JumpIfEq control (a: Src, b: Val) [bc: Target] "if R[a] == R[b]: pc = target.";
        jump_if_ne JumpIfNe control (a: Src, b: Val) [bc: Target] "if R[a] != R[b]: pc = target.";
        jump_if_gt JumpIfGt control (a: Src, b: Val) [bc: Target] "if R[a] > R[b]: pc = target.";
        jump_if_ge JumpIfGe control (a: Src, b: Val) [bc: Target] "if R[a] >= R[b]: pc = target.";
        jump_if_lt_imm JumpIfLtImm control (a: Src, c: Imm) [bc: Target] "if R[a] < c: pc = target.";
        jump_if_le_imm JumpIfLeImm control (a: Src, c: Imm) [bc: Target] "if R[a] <= c: pc = target.";
        jump_if_eq_imm JumpIfEqImm control (a: Src, c: Imm) [bc: Target] "if R[a] == c: pc = target.";
        jump_if_ne_imm JumpIfNeImm control (a: Src, c: Imm) [bc: Target] "if R[a] != c: pc = target.";
        jump_if_gt_imm JumpIfGtImm control (a: Src, c: Imm) [bc: Target] "if R[a] > c: pc = target.";
        jump_if_ge_imm JumpIfGeImm control (a: Src, c: Imm) [bc: Target] "if R[a] >= c: pc = target.";
        jump_if_is JumpIfIs control (a: Src, b: Src) [bc: Target] "if R[a] is R[b]: pc = target.";
        jump_if_in JumpIfIn control (a: Src, b: Val) [bc: Target] "if R[a] in R[b]: pc = target.";
        // Iteration.
        get_iter GetIter data (a: Dst, b: Src) [] "R[a] = iter(R[b]).";
        for_iter ForIter control (a: Dst, b: Inout) [bc: Target] "R[a] = next(R[b]); when exhausted clear R[b] and pc = target. The iterator dies with the loop; leaving early needs `clear b`.";
        unpack_sequence UnpackSequence data (a: Out, b: Src, c: Count) [] "R[a..a+c] = the c items of R[b].";
        unpack_ex UnpackEx data (a: Out, b: Src, c: Count) [a: Count] "c items before the star, one list, ext.a items after.";
        // Building.
        build_tuple BuildTuple data (a: Dst, b: Window, c: Count) [] "R[a] = tuple(R[b..b+c]).";
        build_list BuildList data (a: Dst, b: Window, c: Count) [] "R[a] = list(R[b..b+c]).";
        build_set BuildSet data (a: Dst, b: Window, c: Count) [] "R[a] = set(R[b..b+c]).";
        build_map BuildMap data (a: Dst, b: Window, c: Count) [] "R[a] = dict of the c pairs R[b], R[b+1], …";
        build_string BuildString data (a: Dst, b: Window, c: Count) [] "R[a] = the texts of R[b..b+c] joined: strings, and numbers that format_simple left with PART.";
        build_slice BuildSlice data (a: Dst, b: Window, c: Count) [] "R[a] = slice of c (2 or 3) values.";
        build_interpolation BuildInterpolation data (a: Dst, b: Window, c: Count) [] "R[a] = Interpolation(R[b] value, R[b+1] expression, R[b+2] conversion (None or str), R[b+3] format_spec); c is 4.";
        build_template BuildTemplate data (a: Dst, b: Window, c: Count) [] "R[a] = Template(R[b] tuple of strings, R[b+1] tuple of interpolations); c is 2.";
        list_append ListAppend data (a: Inout, b: Src) [] "R[a].append(R[b]) for a list under construction.";
        list_extend ListExtend data (a: Inout, b: Src) [c: Which] "R[a].extend(R[b]); ext.c: 0 display wording, 1 call-argument wording (`Value after * must be an iterable`).";
        list_to_tuple ListToTuple data (a: Dst, b: Src) [] "R[a] = tuple(R[b]).";
        set_add SetAdd data (a: Inout, b: Src) [] "R[a].add(R[b]).";
        set_update SetUpdate data (a: Inout, b: Src) [] "R[a].update(R[b]).";
        map_add MapAdd data (a: Inout, b: Src, c: Src) [] "R[a][R[b]] = R[c].";
        dict_update DictUpdate data (a: Inout, b: Src) [] "R[a].update(R[b]) for `**` in a display.";
        dict_merge DictMerge data (a: Inout, b: Src, c: Inout) [] "R[a].update(R[b]) for `**` in a call of R[c]; duplicates raise TypeError.";
        convert_value ConvertValue data (a: Dst, b: Src, c: Which) [] "R[a] = str (1), repr (2) or ascii (3) of R[b].";
        format_simple FormatSimple data (a: Dst, b: Src) [] "R[a] = format(R[b], ''); with PART R[a] = R[b] if that is a number.";
        format_with_spec FormatWithSpec data (a: Dst, b: Src, c: Val) [] "R[a] = format(R[b], R[c]).";
        // Functions, classes, imports.
        make_function MakeFunction data (a: Dst, bc: Const) [] "R[a] = a function of the code consts[bc] and the frame's globals.";
        set_function_attr SetFunctionAttr data (a: Inout, b: Src, c: Which) [] "Set part c (`FunctionAttr`) of the fresh function R[a].";
        import_name ImportName data (a: Dst, b: Src, c: Src) [bc: Name] "R[a] = __import__(name, globals, locals, fromlist R[c], level R[b]).";
        import_from ImportFrom data (a: Dst, b: Inout, c: Name) [] "R[a] = the name of the module R[b].";
        import_star ImportStar data (b: Src) [] "Bind all public names of R[b] in the locals mapping.";
        intrinsic1 Intrinsic1 data (a: Dst, b: Src, c: Which) [] "R[a] = `Intrinsic1` c of R[b].";
        intrinsic2 Intrinsic2 data (a: Dst, b: Src, c: Src) [a: Which] "R[a] = `Intrinsic2` ext.a of R[b], R[c].";
        setup_annotations SetupAnnotations data () [] "Make sure that the locals mapping has __annotations__.";
        // Calls.
        call Call control (a: Dst, b: Window, c: Count) [] "R[a] = R[b](*R[b+2..b+2+c]) with self R[b+1].";
        call_kw CallKw control (a: Dst, b: Window, c: Count) [bc: Const] "As call; the last len(names) of the c arguments are keywords named by the tuple consts[ext.bc].";
        call_ex CallEx control (a: Dst, b: Window, c: Which) [] "R[a] = R[b](*R[b+2], **R[b+3]); R[b+1] is EMPTY; c = 1 when R[b+3] (a dict) is present. R[b+2] is a tuple or list or any iterable.";
        return_ Return control (a: Src, b: Count) [] "Leave the frame with R[a]; no register from b up is alive.";
        // Generators and coroutines.
        yield_value YieldValue control (a: Dst, b: Src, c: Src) [] "Suspend with R[b]; when resumed R[a] = the value sent. x & DELEGATE: R[c] is the receiver (never killed).";
        send Send control (a: Dst, b: Inout, c: Src) [bc: Target] "R[a] = R[b].send(R[c]) (next when None); when it is exhausted R[a] = its return value, clear R[b] and pc = target. a and c may be the same register.";
        get_yield_from_iter GetYieldFromIter data (a: Dst, b: Src) [] "R[a] = the iterator `yield from R[b]` delegates to.";
        get_awaitable GetAwaitable data (a: Dst, b: Src, c: Which) [] "R[a] = the iterator of awaitable R[b]; c: 0 plain, 1 from __aenter__, 2 from __aexit__.";
        get_aiter GetAiter data (a: Dst, b: Src) [] "R[a] = R[b].__aiter__(), checked.";
        get_anext GetAnext data (a: Dst, b: Inout) [] "R[a] = the awaitable iterator of R[b].__anext__().";
        end_async_for EndAsyncFor control (a: Src, b: Src) [] "R[b] is the exception caught around __anext__: StopAsyncIteration is dropped together with the iterator R[a] (both are cleared); others are raised again.";
        // Context managers.
        load_special LoadSpecial data (a: Out, b: Inout, c: Which) [] "(R[a], R[a+1]) = special method c of R[b] for a call: 0 __enter__, 1 __exit__, 2 __aenter__, 3 __aexit__, with the context manager protocol's TypeErrors.";
        with_except_start WithExceptStart data (a: Dst, b: Inout, c: Inout) [] "R[a] = exit(type, exc, traceback) where (R[b], R[b+1]) is the exit method and its self and R[c] the exception.";
        // Exceptions.
        raise_ Raise control () [] "Re-raise the exception being handled (bare `raise`).";
        raise_exc RaiseExc control (a: Src) [] "raise R[a].";
        raise_from RaiseFrom control (a: Src, b: Src) [] "raise R[a] from R[b].";
        reraise Reraise control (a: Src) [] "Go on raising the exception R[a] without a new traceback entry.";
        push_exc PushExc data (a: Dst, b: Inout) [] "R[a] = the exception being handled; R[b] becomes it.";
        pop_exc PopExc data (a: Src) [] "The exception being handled becomes R[a] (always killed).";
        check_exc_match CheckExcMatch data (a: Dst, b: Inout, c: Src) [] "R[a] = exception R[b] matches class or tuple R[c] of an `except`.";
        check_eg_match CheckEgMatch data (a: Out, b: Src, c: Src) [] "(R[a], R[a+1]) = (rest, match) of exception group R[b] against R[c]; None where empty.";
        // Pattern matching.
        match_sequence MatchSequence data (a: Dst, b: Inout) [] "R[a] = R[b] is a sequence for patterns.";
        match_mapping MatchMapping data (a: Dst, b: Inout) [] "R[a] = R[b] is a mapping for patterns.";
        match_keys MatchKeys data (a: Dst, b: Inout, c: Src) [] "R[a] = tuple of R[b]'s values for the key tuple R[c], or None.";
        match_class MatchClass data (a: Dst, b: Inout, c: Window) [a: Count] "R[a] = tuple of attributes (ext.a positional, then the names R[c+1]) if R[b] is an instance of R[c], or None. The window is R[c], R[c+1].";
        get_len GetLen data (a: Dst, b: Inout) [] "R[a] = len(R[b]).";
        // Specialised forms, written by the interpreter only.
        load_body LoadBody quick () [] "Decode the code's body, which takes this instruction's place, and begin it.";
        load_attr_slot LoadAttrSlot quick (a: Dst, b: Src, c: Site) [] "load_attr: inline slot of an instance whose shape matches.";
        load_attr_class LoadAttrClass quick (a: Dst, b: Src, c: Site) [] "load_attr: cached value found on the class of an instance whose shape and type version match; a function is bound.";
        load_attr_module LoadAttrModule quick (a: Dst, b: Src, c: Site) [] "load_attr: entry of a module's dict whose keys version matches.";
        load_attr_type LoadAttrType quick (a: Dst, b: Src, c: Site) [] "load_attr: cached value found on a class object itself.";
        load_method_module LoadMethodModule quick (a: Out, b: Src, c: Site) [] "load_method: entry of a module's dict whose keys version matches.";
        load_method_type LoadMethodType quick (a: Out, b: Src, c: Site) [] "load_method: cached value found on a class object itself; a class method's function and the class.";
        load_attr_property LoadAttrProperty quick (a: Dst, b: Src, c: Site) [] "load_attr: call of a Python property getter.";
        load_attr_member LoadAttrMember quick (a: Dst, b: Src, c: Site) [] "load_attr: `__slots__` member.";
        load_attr_item LoadAttrItem quick (a: Dst, b: Src, c: Site) [] "load_attr: field of a named tuple.";
        load_attr_dict LoadAttrDict quick (a: Dst, b: Src, c: Site) [] "load_attr: entry of the `__dict__` of an instance that has a real one.";
        load_attr_getset LoadAttrGetset quick (a: Dst, b: Src, c: Site) [] "load_attr: computed attribute of a builtin type.";
        store_attr_dict StoreAttrDict quick (a: Src, b: Src, c: Site) [] "store_attr: existing entry of the `__dict__` of an instance that has a real one.";
        load_method_dict LoadMethodDict quick (a: Out, b: Src, c: Site) [] "load_method: function of the class of an instance whose `__dict__` is a real one without that name.";
        store_attr_slot StoreAttrSlot quick (a: Src, b: Src, c: Site) [] "store_attr: existing inline slot.";
        store_attr_add StoreAttrAdd quick (a: Src, b: Src, c: Site) [] "store_attr: shape transition that adds an inline slot.";
        store_attr_member StoreAttrMember quick (a: Src, b: Src, c: Site) [] "store_attr: `__slots__` member.";
        store_attr_property StoreAttrProperty quick (a: Src, b: Src, c: Site) [] "store_attr: call of a Python property setter.";
        load_attr_descriptor LoadAttrDescriptor quick (a: Dst, b: Src, c: Site) [] "load_attr: call of a data descriptor's Python `__get__`.";
        store_attr_descriptor StoreAttrDescriptor quick (a: Src, b: Src, c: Site) [] "store_attr: call of a descriptor's Python `__set__`.";
        load_method_cached LoadMethodCached quick (a: Out, b: Src, c: Site) [] "load_method: function of the class of an instance whose shape matches.";
        load_method_builtin LoadMethodBuiltin quick (a: Out, b: Src, c: Site) [] "load_method: function of an object without a shape, by type id and type version.";
        load_method_native LoadMethodNative quick (a: Out, b: Src, c: Site) [] "load_method: builtin method of an immutable type, by type id; a word that is no value stands for it.";
        load_global_module LoadGlobalModule quick (a: Dst, bc: Site) [] "load_global: entry of the globals dict whose keys version matches.";
        load_global_builtin LoadGlobalBuiltin quick (a: Dst, bc: Site) [] "load_global: entry of the builtins dict; both versions match.";
        load_global_native LoadGlobalNative quick (a: Dst, bc: Site) [] "load_global of a builtin function to be called: a word stands for it in the window.";
        store_global_module StoreGlobalModule quick (a: Src, bc: Site) [] "store_global: entry of the globals dict whose keys version matches.";
        for_range ForRange quick (a: Dst, b: Inout) [bc: Target] "for_iter over a range of small ints.";
        for_list ForList quick (a: Dst, b: Inout) [bc: Target] "for_iter over a list iterator.";
        for_pair ForPair quick (a: Dst, b: Inout) [bc: Target] "for_iter over enumerate, zip or dict items, with the unpack_sequence behind it.";
        for_generator ForGenerator quick (a: Dst, b: Inout) [bc: Target] "for_iter over a generator.";
        enter_loop EnterLoop quick (a: Which, bc: Target) [] "jump_back into a loop that is compiled: the code object's a-th.";
        call_py_exact CallPyExact quick (a: Dst, b: Window, c: Count) [] "call of a Python function whose parameters are plain and all given.";
        call_builtin CallBuiltin quick (a: Dst, b: Window, c: Count) [] "call of a builtin function.";
        call_class CallClass quick (a: Dst, b: Window, c: Count) [] "call of a Python class with a Python __init__ and the default __new__.";
    } };
}

macro_rules! declare_ops {
    ($($name:ident $variant:ident $kind:ident ($($op:ident: $role:ident),*) [$($eop:ident: $erole:ident),*] $doc:literal;)*) => {
        /// An opcode. The discriminant is the byte in the instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op { $(#[doc = $doc] $variant),* }

        /// Facts about every opcode, indexed by its byte.
        pub static OPS: &[OpInfo] = &[$(OpInfo {
            op: Op::$variant,
            name: stringify!($name),
            kind: Kind::$kind,
            operands: &[$((Field::$op, Role::$role)),*],
            ext: &[$((Field::$eop, Role::$erole)),*],
            doc: $doc,
        }),*];
    };
}

/// How an op is executed; the first words of [`for_each_op`] explain them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "named as in the table")]
pub enum Kind {
    data,
    control,
    quick,
}

/// A field of an instruction word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "named as in the table")]
pub enum Field {
    a,
    b,
    c,
    bc,
}

/// One line of the table.
pub struct OpInfo {
    pub op: Op,
    pub name: &'static str,
    pub kind: Kind,
    pub operands: &'static [(Field, Role)],
    /// Operands in the `ext` word that follows; empty when there is none.
    pub ext: &'static [(Field, Role)],
    pub doc: &'static str,
}

for_each_op!(declare_ops);

/// The number of opcodes.
pub const OP_COUNT: usize = OPS.len();

impl Op {
    /// The opcode of a byte, if it names one.
    #[inline]
    pub fn from_byte(byte: u8) -> Option<Op> {
        OPS.get(byte as usize).map(|info| info.op)
    }

    pub fn info(self) -> &'static OpInfo {
        &OPS[self as usize]
    }

    /// Whether a field may name a constant.
    pub fn takes_constant(self, field: Field) -> bool {
        self.info().operands.contains(&(field, Role::Val))
    }

    /// The name in listings; `move_` prints as `move`.
    pub fn name(self) -> &'static str {
        self.info().name.trim_end_matches('_')
    }

    /// Whether an `ext` word follows.
    pub fn has_ext(self) -> bool {
        !self.info().ext.is_empty()
    }
}

/// One instruction word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Instr(pub u64);

impl Instr {
    #[inline(always)]
    pub fn new(op: Op, x: u8, a: u16, b: u16, c: u16) -> Instr {
        Instr(op as u64 | (x as u64) << 8 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48)
    }
    #[inline(always)]
    pub fn with_bc(op: Op, x: u8, a: u16, bc: u32) -> Instr {
        Instr(op as u64 | (x as u64) << 8 | (a as u64) << 16 | (bc as u64) << 32)
    }
    #[inline(always)]
    pub fn op_byte(self) -> u8 {
        self.0 as u8
    }
    /// The opcode; words made by this crate always hold one.
    pub fn op(self) -> Op {
        Op::from_byte(self.op_byte()).unwrap_or(Op::Nop)
    }
    #[inline(always)]
    pub fn x(self) -> u8 {
        (self.0 >> 8) as u8
    }
    #[inline(always)]
    pub fn a(self) -> usize {
        (self.0 >> 16) as u16 as usize
    }
    #[inline(always)]
    pub fn b(self) -> usize {
        (self.0 >> 32) as u16 as usize
    }
    #[inline(always)]
    pub fn c(self) -> usize {
        (self.0 >> 48) as usize
    }
    #[inline(always)]
    pub fn bc(self) -> usize {
        (self.0 >> 32) as usize
    }
    /// `c` as a signed immediate.
    #[inline(always)]
    pub fn imm(self) -> i64 {
        ((self.0 as i64) >> 48) as i16 as i64
    }
    /// `bc` as a signed immediate.
    #[inline(always)]
    pub fn imm32(self) -> i64 {
        (self.0 >> 32) as i32 as i64
    }
}

macro_rules! which {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub enum $name { $($(#[$vmeta])* $variant),* }
        impl $name {
            pub fn from_index(index: usize) -> Option<$name> {
                [$($name::$variant),*].get(index).copied()
            }
        }
    };
}

which! {
    /// Objects `load_common` can load.
    Common { BuildClass, AssertionError, NotImplementedError, Ellipsis, NotImplemented, None, True, False,
        BuiltinTuple, BuiltinAll, BuiltinAny, BuiltinList, BuiltinSet,
        /// An empty dict, for call_ex and class namespaces of PEP 695 scopes.
        EmptyTuple }
}
which! {
    /// Parts `set_function_attr` can set.
    FunctionAttr { Defaults, KwDefaults, Annotate, Closure, Annotations, TypeParams }
}
which! {
    /// Operations of `intrinsic1`.
    Intrinsic1 {
        /// `sys.displayhook(x)`: an expression statement in `single` mode.
        Print,
        /// The RuntimeError that a StopIteration leaving a generator becomes (x is the exception; other exceptions pass).
        StopIterationError,
        /// Wraps a value yielded by an async generator.
        AsyncGenWrap,
        TypeVar, ParamSpec, TypeVarTuple,
        /// `Generic[*params]` of a tuple of type parameters.
        SubscriptGeneric,
        /// `TypeAliasType` from the tuple (name, type_params or None, evaluate function).
        TypeAlias,
        /// The value of an `import a.b as c` chain is plain import_from; this checks `**` operands: a dict from any mapping.
        DictFromMapping,
    }
}
which! {
    /// Operations of `intrinsic2`.
    Intrinsic2 {
        /// (original group, list of raised and unhandled exceptions) → exception to raise or None.
        PrepReraiseStar,
        /// (name, function evaluating the bound)
        TypeVarWithBound,
        /// (name, function evaluating the constraints)
        TypeVarWithConstraints,
        /// (type parameter, function evaluating its default) → the parameter
        SetTypeParamDefault,
    }
}
