//! The JavaScript host.
