//! The build's two wasm files: `krait.wasm` has what ordinary programs run, `krait.more.wasm` the rest, which a page
//! fetches when it is first needed.
//!
//! Which functions those are is seen, not said: a watched build, where each function sets a global of its own, runs the
//! programs of [`crate::wasm`] under node. Then each file gets all functions under the numbers that they had. Those that
//! lie in the other file are stubs that call through the table, which both share like the memory and the globals; stubs
//! of the first file ask for the second before. wasm-opt takes away what nobody calls.
//!
//! Bodies are moved, never read: sections, and the heads of bodies, are all that is understood here. Terms are the
//! WebAssembly specification's.

use crate::Failure;
use crate::sections::Reader;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

const TYPE: u8 = 1;
const IMPORT: u8 = 2;
const FUNCTION: u8 = 3;
const TABLE: u8 = 4;
const MEMORY: u8 = 5;
const GLOBAL: u8 = 6;
const EXPORT: u8 = 7;
const START: u8 = 8;
const ELEMENT: u8 = 9;
const CODE: u8 = 10;

const I32: u8 = 0x7f;
const FUNCREF: u8 = 0x70;
const END: u8 = 0x0b;
const CALL: u8 = 0x10;
const CALL_INDIRECT: u8 = 0x11;
const LOCAL_GET: u8 = 0x20;
const GLOBAL_GET: u8 = 0x23;
const GLOBAL_SET: u8 = 0x24;
const I32_CONST: u8 = 0x41;
const I32_EQZ: u8 = 0x45;
const IF: u8 = 0x04;
const NO_RESULT: u8 = 0x40;

/// The name by which the second file finds the first one's table, and of the global that says that it is there.
const TABLE_NAME: &str = "__indirect_function_table";
const LOADED: &str = "krait_loaded";
const ASK: (&str, &str) = ("krait", "more");

fn number(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A number as an operand of `i32.const`, which has a sign.
fn constant(out: &mut Vec<u8>, mut value: usize) {
    out.push(I32_CONST);
    while value >= 0x40 {
        out.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn sized(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// A section's items behind their count.
fn section(out: &mut Vec<u8>, id: u8, items: &[Vec<u8>]) {
    let mut content = Vec::new();
    number(&mut content, items.len());
    items.iter().for_each(|item| content.extend_from_slice(item));
    out.push(id);
    sized(out, &content);
}

/// A module, as far as splitting it asks for it.
struct Module<'a> {
    sections: Vec<(u8, &'a [u8])>,
    types: Vec<Vec<u8>>,
    /// Parameters by type.
    params: Vec<usize>,
    imports: Vec<Vec<u8>>,
    /// The number of the import that asks for the second file.
    ask: usize,
    /// The type of each function that is not imported.
    functions: Vec<usize>,
    table: usize,
    memory: usize,
    globals: Vec<Vec<u8>>,
    exports: Vec<Vec<u8>>,
    /// Slots of the table and the functions in them.
    elements: Vec<(usize, usize)>,
    bodies: Vec<&'a [u8]>,
}

impl<'a> Module<'a> {
    fn read(module: &'a [u8]) -> Result<Module<'a>, Failure> {
        let mut m = Module {
            sections: Vec::new(),
            types: Vec::new(),
            params: Vec::new(),
            imports: Vec::new(),
            ask: usize::MAX,
            functions: Vec::new(),
            table: 0,
            memory: 0,
            globals: Vec::new(),
            exports: Vec::new(),
            elements: Vec::new(),
            bodies: Vec::new(),
        };
        let mut all = Reader(module.get(8..).ok_or("the wasm build is empty")?);
        while !all.0.is_empty() {
            let (id, content) = (all.byte()?, all.bytes()?);
            m.sections.push((id, content));
            let mut r = Reader(content);
            match id {
                TYPE..=MEMORY | GLOBAL..=EXPORT | ELEMENT..=CODE => {
                    for _ in 0..r.number()? {
                        let before = r;
                        m.item(id, &mut r)?;
                        match id {
                            TYPE => m.types.push(r.since(before).to_vec()),
                            IMPORT => m.imports.push(r.since(before).to_vec()),
                            GLOBAL => m.globals.push(r.since(before).to_vec()),
                            EXPORT => m.exports.push(r.since(before).to_vec()),
                            _ => {}
                        }
                    }
                }
                START => return Err("the wasm build has a start function".into()),
                _ => {}
            }
        }
        if m.ask == usize::MAX {
            return Err(format!("the wasm build does not import {}.{}", ASK.0, ASK.1));
        }
        Ok(m)
    }
    fn item(&mut self, id: u8, r: &mut Reader<'a>) -> Result<(), Failure> {
        match id {
            TYPE => {
                if r.byte()? != 0x60 {
                    return Err("the wasm build has types that are not functions'".into());
                }
                self.params.push(r.bytes()?.len());
                r.bytes()?;
            }
            IMPORT => {
                let (module, name) = (r.bytes()?, r.bytes()?);
                if r.byte()? != 0 {
                    return Err("the wasm build imports something that is no function".into());
                }
                if (module, name) == (ASK.0.as_bytes(), ASK.1.as_bytes()) {
                    self.ask = self.imports.len();
                }
                r.number()?;
            }
            FUNCTION => self.functions.push(r.number()?),
            TABLE => {
                if r.byte()? != FUNCREF {
                    return Err("the wasm build has a table that is not of functions".into());
                }
                self.table = r.limits()?;
            }
            MEMORY => self.memory = r.limits()?,
            GLOBAL => {
                (r.byte()?, r.byte()?);
                if r.byte()? != I32_CONST {
                    return Err("the wasm build has a global that is no plain number".into());
                }
                r.number()?;
                r.byte()?;
            }
            EXPORT => {
                r.bytes()?;
                r.byte()?;
                r.number()?;
            }
            ELEMENT => {
                if (r.number()?, r.byte()?) != (0, I32_CONST) {
                    return Err("the wasm build has elements of another kind".into());
                }
                let first = r.number()?;
                r.byte()?;
                for slot in first..first + r.number()? {
                    self.elements.push((slot, r.number()?));
                }
            }
            _ => self.bodies.push(r.bytes()?),
        }
        Ok(())
    }
    /// The module with some of its sections replaced.
    fn with(&self, replaced: &[(u8, &[Vec<u8>])]) -> Vec<u8> {
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        for &(id, content) in &self.sections {
            match replaced.iter().find(|(other, _)| *other == id) {
                Some((_, items)) => section(&mut out, id, items),
                None => {
                    out.push(id);
                    sized(&mut out, content);
                }
            }
        }
        out
    }
}

fn export(name: &str, kind: u8, index: usize) -> Vec<u8> {
    let mut item = Vec::new();
    text(&mut item, name);
    item.push(kind);
    number(&mut item, index);
    item
}

/// A global of its own, zero at first.
fn flag() -> Vec<u8> {
    vec![I32, 1, I32_CONST, 0, END]
}

/// The name of the global that says whether the function with this number, imports not counted, has run.
fn watch_name(function: usize) -> String {
    format!("ran{function}")
}

/// A module whose functions say that they have run: exported globals `ran0`, `ran1` and so on.
pub fn watched(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let m = Module::read(module)?;
    let (mut globals, mut exports) = (m.globals.clone(), m.exports.clone());
    let first = globals.len();
    let mut bodies = Vec::new();
    for (n, body) in m.bodies.iter().enumerate() {
        globals.push(flag());
        exports.push(export(&watch_name(n), 3, first + n));
        let mut r = Reader(body);
        for _ in 0..r.number()? {
            (r.number()?, r.byte()?);
        }
        let mut inside = r.since(Reader(body)).to_vec();
        constant(&mut inside, 1);
        inside.push(GLOBAL_SET);
        number(&mut inside, first + n);
        inside.extend_from_slice(r.0);
        let mut item = Vec::new();
        sized(&mut item, &inside);
        bodies.push(item);
    }
    let mut watched = m.with(&[(GLOBAL, &globals), (EXPORT, &exports), (CODE, &bodies)]);
    // Without a name there is no prepared start.
    let mut name = Vec::new();
    text(&mut name, "krait.build");
    name.extend([0; 16]);
    watched.push(0);
    sized(&mut watched, &name);
    Ok(watched)
}

/// The two files of a module: the functions that have run (numbers without imports), and the others.
pub fn split(module: &[u8], ran: &[usize]) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let m = Module::read(module)?;
    let mut here = vec![false; m.bodies.len()];
    for &n in ran {
        *here.get_mut(n).ok_or("a function ran that the wasm build does not have")? = true;
    }
    let imported = m.imports.len();
    // Each function has a slot.
    let mut slots = HashMap::new();
    m.elements.iter().for_each(|&(slot, f)| {
        slots.entry(f).or_insert(slot);
    });
    let mut elements = m.elements.clone();
    let mut table = m.table;
    for f in imported..imported + m.bodies.len() {
        slots.entry(f).or_insert_with(|| {
            elements.push((table, f));
            table += 1;
            table - 1
        });
    }
    let stub = |n: usize, before: &[u8]| {
        let mut body = vec![0];
        body.extend_from_slice(before);
        for local in 0..m.params[m.functions[n]] {
            body.push(LOCAL_GET);
            number(&mut body, local);
        }
        constant(&mut body, slots[&(imported + n)]);
        body.push(CALL_INDIRECT);
        number(&mut body, m.functions[n]);
        body.extend([0, END]);
        body
    };
    // The first file: a function that asks for the second comes last.
    let loaded = m.globals.len();
    let need = imported + m.bodies.len();
    let mut ask = vec![0, GLOBAL_GET];
    number(&mut ask, loaded);
    ask.extend([I32_EQZ, IF, NO_RESULT, CALL]);
    number(&mut ask, m.ask);
    ask.extend([END, END]);
    let mut call_need = vec![CALL];
    number(&mut call_need, need);
    let mut types = m.types.clone();
    types.push(vec![0x60, 0, 0]);
    let item = |body: &[u8]| {
        let mut item = Vec::new();
        sized(&mut item, body);
        item
    };
    let numbers = |numbers: &[usize]| numbers.iter().map(|&n| leb(n)).collect::<Vec<_>>();
    let mut functions = m.functions.clone();
    functions.push(m.types.len());
    let mut bodies: Vec<_> = m.bodies.iter().enumerate().map(|(n, body)| if here[n] { item(body) } else { item(&stub(n, &call_need)) }).collect();
    bodies.push(item(&ask));
    let mut globals = m.globals.clone();
    globals.push(flag());
    let mut exports = m.exports.clone();
    exports.push(export(LOADED, 3, loaded));
    exports.push(export(&memory_name(module), 2, 0));
    exports.extend((0..loaded).map(|n| export(&global_name(n), 3, n)));
    // What the second file has gets its place in the table from there, unless the table had it already.
    let known: HashMap<_, _> = m.elements.iter().map(|&(slot, f)| (slot, f)).collect();
    let first: Vec<_> = elements.iter().copied().filter(|(slot, f)| known.contains_key(slot) || here[f - imported]).collect();
    let core = m.with(&[
        (TYPE, &types),
        (FUNCTION, &numbers(&functions)),
        (TABLE, &[[vec![FUNCREF, 0], leb(table)].concat()]),
        (GLOBAL, &globals),
        (EXPORT, &exports),
        (ELEMENT, &segments(&first)),
        (CODE, &bodies),
    ]);
    // The second file.
    let mut imports = m.imports.clone();
    let mut import = |name: &str, what: &[u8]| {
        let mut item = Vec::new();
        text(&mut item, "core");
        text(&mut item, name);
        item.extend_from_slice(what);
        imports.push(item);
    };
    import(TABLE_NAME, &[vec![1, FUNCREF, 0], leb(table)].concat());
    import(&memory_name(module), &[vec![2, 0], leb(m.memory)].concat());
    for (n, global) in m.globals.iter().enumerate() {
        // Its type and whether it changes, as in the item.
        import(&global_name(n), &[3, global[0], global[1]]);
    }
    let rest: Vec<_> = elements.iter().copied().filter(|(_, f)| *f >= imported && !here[f - imported]).collect();
    let bodies: Vec<_> = m.bodies.iter().enumerate().map(|(n, body)| if here[n] { item(&stub(n, &[])) } else { item(body) }).collect();
    let mut more = b"\0asm\x01\0\0\0".to_vec();
    for (id, items) in [(TYPE, &m.types), (IMPORT, &imports), (FUNCTION, &numbers(&m.functions)), (ELEMENT, &segments(&rest)), (CODE, &bodies)] {
        section(&mut more, id, items);
    }
    Ok((core, more))
}

fn leb(n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, n);
    out
}

/// The memory has the build in its name, so that files of two builds are refused.
fn memory_name(module: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(module);
    format!("memory_{:016x}", hasher.finish())
}

fn global_name(n: usize) -> String {
    format!("krait_global{n}")
}

/// Element segments of functions and the slots they are for.
fn segments(elements: &[(usize, usize)]) -> Vec<Vec<u8>> {
    let mut sorted = elements.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|(a, _), (b, _)| a + 1 == *b)
        .map(|run| {
            let mut item = vec![0];
            constant(&mut item, run[0].0);
            item.push(END);
            number(&mut item, run.len());
            run.iter().for_each(|(_, f)| number(&mut item, *f));
            item
        })
        .collect()
}
