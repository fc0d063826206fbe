//! Link options of the command.
//!
//! On Linux the executable has a fixed address. Its tables of methods, documentation and the like are full of pointers;
//! at a floating address each of them (some 24,000) is computed anew at every start and takes private memory.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
