//! Link options of the command.
//!
//! On Linux the executable has a fixed address. Its tables of methods, documentation and the like are full of pointers;
//! at a floating address each of them (some 24,000) is computed anew at every start and takes private memory. What a start
//! runs lies together (`startup.ld`, written by `cargo xtask order`): three megabytes less are resident.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        // Names differ between machines, and the order is of no use to a build for debugging.
        if target("ARCH") == "x86_64" && std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/startup.ld");
            println!("cargo:rerun-if-changed={script}");
            println!("cargo:rustc-link-arg-bins=-Wl,-T,{script}");
        }
    }
}
