//! The bytecode.
