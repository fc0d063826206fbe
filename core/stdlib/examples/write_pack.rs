//! Writes the library's pack to a file, for hosts that keep it beside the program: `write_pack FILE TEXTS`. Behind the
//! pack come the tables of character names and of decompositions, and the texts of builtins (`xtask/src/about.rs`), which
//! such hosts keep out of the program as well.

fn main() {
    let (Some(file), Some(texts)) = (std::env::args().nth(1), std::env::args().nth(2)) else { panic!("usage: write_pack FILE TEXTS") };
    let texts = std::fs::read(texts).expect("the texts of builtins can be read");
    let decompositions = krait_normal::DECOMPOSITIONS.as_bytes();
    let names = [krait_names::BLOCKS, krait_names::FINGERPRINTS, krait_names::ALIASES.as_bytes(), krait_names::SEQUENCES.as_bytes()].concat();
    let content = [krait_stdlib::PACK, &names, decompositions, &texts].concat();
    assert_eq!(krait_stdlib::EMBEDDED.pack_len(), krait_stdlib::PACK.len());
    // A file that is the same keeps its date.
    if std::fs::read(&file).is_ok_and(|old| old == content) {
        return;
    }
    std::fs::write(&file, content).expect("the pack can be written");
}
