//! The numbers of the pattern language: what each code in a compiled pattern stands for.
//!
//! They are the interface between `re._constants` (Python) and this engine and belong to one value of [`MAGIC`]; the
//! library refuses to start when the two disagree. Only `decode` reads these numbers, the engine sees decoded
//! instructions.

/// Version of the pattern language; `re._compiler` compares it with its own.
pub const MAGIC: u32 = 20230612;
/// "No upper bound" in a repeat.
pub const MAXREPEAT: u32 = u32::MAX;
/// Largest number of groups in a pattern.
pub const MAXGROUPS: u32 = i32::MAX as u32 / 2;

macro_rules! numbered {
    ($($name:ident)*) => { numbered!(@ 0, $($name)*); };
    (@ $at:expr, $name:ident $($rest:ident)*) => {
        pub const $name: u32 = $at;
        numbered!(@ $at + 1, $($rest)*);
    };
    (@ $at:expr,) => {};
}

numbered! {
    FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS
    IN INFO JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE SUBPATTERN
    MIN_REPEAT_ONE ATOMIC_GROUP POSSESSIVE_REPEAT POSSESSIVE_REPEAT_ONE
    GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE
    GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE
    GROUPREF_UNI_IGNORE IN_UNI_IGNORE LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE RANGE_UNI_IGNORE
}

numbered! {
    AT_BEGINNING AT_BEGINNING_LINE AT_BEGINNING_STRING AT_BOUNDARY AT_NON_BOUNDARY AT_END AT_END_LINE AT_END_STRING
    AT_LOC_BOUNDARY AT_LOC_NON_BOUNDARY AT_UNI_BOUNDARY AT_UNI_NON_BOUNDARY
}

numbered! {
    CATEGORY_DIGIT CATEGORY_NOT_DIGIT CATEGORY_SPACE CATEGORY_NOT_SPACE CATEGORY_WORD CATEGORY_NOT_WORD
    CATEGORY_LINEBREAK CATEGORY_NOT_LINEBREAK CATEGORY_LOC_WORD CATEGORY_LOC_NOT_WORD
    CATEGORY_UNI_DIGIT CATEGORY_UNI_NOT_DIGIT CATEGORY_UNI_SPACE CATEGORY_UNI_NOT_SPACE
    CATEGORY_UNI_WORD CATEGORY_UNI_NOT_WORD CATEGORY_UNI_LINEBREAK CATEGORY_UNI_NOT_LINEBREAK
}

pub const SRE_FLAG_IGNORECASE: u32 = 2;
pub const SRE_FLAG_LOCALE: u32 = 4;
pub const SRE_FLAG_UNICODE: u32 = 32;

pub const SRE_INFO_PREFIX: u32 = 1;
pub const SRE_INFO_LITERAL: u32 = 2;
pub const SRE_INFO_CHARSET: u32 = 4;
