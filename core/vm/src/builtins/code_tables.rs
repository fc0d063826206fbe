//! `co_linetable`: positions in CPython's location table format (PEP 626, PEP 657), one unit for entering the code and
//! one per instruction.
//!
//! An entry covers one to eight units and says where they come from, lines as differences from the entry before.

use krait_bytecode::Position;

const NO_COLUMN: u32 = u32::MAX;
const SHORT_FORMS: u32 = 10;
const ONE_LINE: u8 = 10;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NOWHERE: u8 = 15;

fn variable(out: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        out.push(0x40 | (value & 63) as u8);
        value >>= 6;
    }
    out.push(value as u8);
}
fn signed(out: &mut Vec<u8>, value: i64) {
    let magnitude = value.unsigned_abs() as u32;
    variable(out, magnitude << 1 | u32::from(value < 0));
}

/// The table of positions that cover `count` instructions.
pub(crate) fn encode(positions: &[Position], count: usize, first_line: u32, entry_line: Option<u32>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = i64::from(first_line);
    if let Some(start) = entry_line {
        out.push(0x80 | LONG << 3);
        signed(&mut out, i64::from(start) - line);
        for number in [0, 1, 1] {
            variable(&mut out, number);
        }
        line = start.into();
    }
    for (i, p) in positions.iter().enumerate() {
        let end = positions.get(i + 1).map_or(count, |next| next.pc as usize).min(count);
        let mut length = end.saturating_sub(p.pc as usize);
        while length > 0 {
            let units = length.min(8);
            entry(&mut out, p, units, &mut line);
            length -= units;
        }
    }
    out
}
fn entry(out: &mut Vec<u8>, p: &Position, units: usize, line: &mut i64) {
    let head = |code: u8| 0x80 | code << 3 | (units as u8 - 1);
    if p.line == 0 {
        return out.push(head(NOWHERE));
    }
    let delta = i64::from(p.line) - *line;
    *line = i64::from(p.line);
    let single = p.end_line == p.line;
    if p.col == NO_COLUMN || p.end_col == NO_COLUMN {
        out.push(head(NO_COLUMNS));
        return signed(out, delta);
    }
    if single && delta == 0 && p.col < 8 * SHORT_FORMS && p.end_col >= p.col && p.end_col - p.col < 16 {
        out.push(head((p.col >> 3) as u8));
        return out.push(((p.col & 7) << 4 | (p.end_col - p.col)) as u8);
    }
    if single && (0..3).contains(&delta) && p.col < 128 && p.end_col < 128 {
        out.push(head(ONE_LINE + delta as u8));
        return out.extend([p.col as u8, p.end_col as u8]);
    }
    out.push(head(LONG));
    signed(out, delta);
    variable(out, p.end_line.saturating_sub(p.line));
    variable(out, p.col + 1);
    variable(out, p.end_col + 1);
}

/// Positions from a table; what it does not cover is nowhere.
pub(crate) fn decode(table: &[u8], first_line: u32) -> Vec<Position> {
    let mut bytes = table.iter().copied();
    let mut positions = Vec::new();
    let (mut pc, mut line) = (0u32, i64::from(first_line));
    while let Some(head) = bytes.next() {
        let (code, units) = ((head >> 3) & 15, u32::from(head & 7) + 1);
        let mut number = || {
            let (mut value, mut shift) = (0u32, 0u32);
            for byte in bytes.by_ref() {
                value |= u32::from(byte & 63).checked_shl(shift).unwrap_or(0);
                shift += 6;
                if byte & 64 == 0 {
                    break;
                }
            }
            value
        };
        let column = |n: u32| n.checked_sub(1).unwrap_or(NO_COLUMN);
        let delta = |n: u32| if n & 1 == 1 { -i64::from(n >> 1) } else { i64::from(n >> 1) };
        let (mut extra, mut col, mut end_col) = (0, NO_COLUMN, NO_COLUMN);
        match code {
            NOWHERE => {}
            LONG => {
                line += delta(number());
                extra = number();
                (col, end_col) = (column(number()), column(number()));
            }
            NO_COLUMNS => line += delta(number()),
            ONE_LINE.. => {
                line += i64::from(code - ONE_LINE);
                (col, end_col) = (bytes.next().unwrap_or(0).into(), bytes.next().unwrap_or(0).into());
            }
            _ => {
                let second = u32::from(bytes.next().unwrap_or(0));
                col = u32::from(code) << 3 | second >> 4;
                end_col = col + (second & 15);
            }
        }
        let shown = if code == NOWHERE { 0 } else { u32::try_from(line).unwrap_or(0) };
        positions.push(Position { pc, line: shown, end_line: if shown == 0 { 0 } else { shown.saturating_add(extra) }, col, end_col });
        pc = pc.saturating_add(units);
    }
    positions.push(Position { pc, line: 0, end_line: 0, col: NO_COLUMN, end_col: NO_COLUMN });
    // The first unit is no instruction.
    for p in &mut positions {
        p.pc = p.pc.saturating_sub(1);
    }
    positions
}
