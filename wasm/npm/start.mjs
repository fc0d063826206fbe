// A prepared start: the memory of an interpreter that has started, as far as it differs from that of a fresh instance.
//
// Starting takes a hundred milliseconds of imports in the engine's slowest code, and ends in the same state every time but
// for a handful of options, which are given afterwards. So the build starts once and keeps the outcome (`prepare.mjs`).
// A start belongs to one module, whose section `krait.build` has the same name as the start; another module's is not used.
// Strings hash with the seed of the start: programs that need a random one go without it.
//
// Layout, numbers of 32 bits: the module's name (16 bytes), the interpreter's address, the bytes of memory, and then
// for each piece its address, its length and its bytes.

const NAME = 16;
const HEAD = NAME + 8;
/** Equal bytes between two pieces that are worth a piece of their own. */
const GAP = 32;

/** The name that the build gave a module, or null. */
export function buildName(module) {
  const [section] = WebAssembly.Module.customSections(module, "krait.build");
  return section?.byteLength === NAME ? new Uint8Array(section) : null;
}

/** Whether a prepared start ends where one with these options would. The environment is read by no import of a start. */
export function suits(options) {
  return !options.optimize;
}

/** Puts a start into the memory of a fresh instance. The interpreter's address, or 0 if it belongs to another module. */
export function restore(start, module, memory) {
  const name = buildName(module);
  if (name === null || name.some((byte, i) => byte !== start[i])) return 0;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const missing = view.getUint32(NAME + 4, true) - memory.buffer.byteLength;
  if (missing > 0) memory.grow(missing >> 16);
  const bytes = new Uint8Array(memory.buffer);
  for (let at = HEAD; at < start.length; ) {
    const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    at += 8;
    bytes.set(start.subarray(at, at + length), address);
    at += length;
  }
  return view.getUint32(NAME, true);
}

/** The start that a started instance's memory is, next to that of a fresh one. */
export function capture(name, interpreter, started, fresh) {
  const pieces = [...differences(started, fresh)];
  const start = new Uint8Array(HEAD + pieces.reduce((sum, [from, to]) => sum + 8 + to - from, 0));
  const view = new DataView(start.buffer);
  start.set(name);
  view.setUint32(NAME, interpreter, true);
  view.setUint32(NAME + 4, started.length, true);
  let at = HEAD;
  for (const [from, to] of pieces) {
    view.setUint32(at, from, true);
    view.setUint32(at + 4, to - from, true);
    start.set(started.subarray(from, to), at + 8);
    at += 8 + to - from;
  }
  return start;
}

/** Pieces of a memory that differ from a shorter one, continued by zeros. */
function* differences(now, before) {
  const differs = (i) => now[i] !== (i < before.length ? before[i] : 0);
  for (let i = 0; i < now.length; i++) {
    if (!differs(i)) continue;
    let end = i + 1;
    for (let j = end; j < now.length && j - end < GAP; j++) if (differs(j)) end = j + 1;
    yield [i, end];
    i = end;
  }
}
