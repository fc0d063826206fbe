//! Compile programs from standard input, one `mode flags hex-of-source` a line, and print the
//! error each gives. For comparison with another implementation's errors.

use krait_compiler::{Mode, Options, compile};
use std::io::BufRead;

fn main() {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let mut parts = line.split(' ');
        let (Some(mode), Some(flags), hex) = (parts.next(), parts.next(), parts.next().unwrap_or("")) else { continue };
        let bytes: Vec<u8> =
            (0..hex.len() / 2).filter_map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()).collect();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mode = match mode {
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => Mode::Exec,
        };
        let flags: u32 = flags.parse().unwrap_or(0);
        let options = Options {
            top_level_await: flags & 0x2000 != 0,
            allow_incomplete: flags & 0x4000 != 0,
            dont_imply_dedent: flags & 0x200 != 0,
            future: flags & 0x1000000,
            ..Options::default()
        };
        match compile(&text, "<string>", mode, &options) {
            Ok(_) => println!("OK"),
            Err(e) => println!(
                "{:?}|{}|{},{},{},{}",
                e.kind,
                e.message.replace('\n', "\\n"),
                e.line,
                e.offset,
                e.end_line,
                e.end_offset
            ),
        }
    }
}
