//! The command line: `krait FILE`.

fn main() {}
