//! Writes the library's pack to a file, for hosts that keep it beside the program: `write_pack FILE`.

fn main() {
    let file = std::env::args().nth(1).expect("usage: write_pack FILE");
    // A file that is the same keeps its date.
    if std::fs::read(&file).is_ok_and(|old| old == krait_stdlib::PACK) {
        return;
    }
    std::fs::write(&file, krait_stdlib::PACK).expect("the pack can be written");
}
