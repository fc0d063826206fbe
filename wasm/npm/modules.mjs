// WebAssembly modules that Python loads with ctypes: instances of their own, with their own memory, which the core reads
// and writes through the functions here. They import nothing, so they reach nothing.
//
// A word is 64 bits, as in `wasm/src/ctypes`: the bits of a value of one of the types below. What fails leaves a message.

const I32 = 0;
const I64 = 1;
const F32 = 2;
const F64 = 3;
const CODES = [0x7f, 0x7e, 0x7d, 0x7c];
/** Functions from here on are known by name; below are slots of the table. */
const NAMED = 0x40000000;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const bits = new DataView(new ArrayBuffer(8));

function valueOf(type, word) {
  if (type === I64) return BigInt.asIntN(64, word);
  bits.setBigUint64(0, word, true);
  return type === I32 ? bits.getInt32(0, true) : type === F32 ? bits.getFloat32(0, true) : bits.getFloat64(0, true);
}
function wordOf(type, value) {
  bits.setBigUint64(0, 0n, true);
  if (type === I32) bits.setInt32(0, Number(value), true);
  else if (type === I64) bits.setBigInt64(0, BigInt(value), true);
  else if (type === F32) bits.setFloat32(0, Number(value), true);
  else bits.setFloat64(0, Number(value), true);
  return bits.getBigUint64(0, true);
}

class Loaded {
  constructor(bytes) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    this.names = new Map();
    this.functions = [];
    this.variables = new Map();
    this.memory = null;
    this.table = null;
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value === "function") {
        this.names.set(name, this.functions.push(value) - 1 + NAMED);
      } else if (value instanceof WebAssembly.Memory) {
        this.memory ??= value;
      } else if (value instanceof WebAssembly.Table) {
        this.table ??= value;
      } else if (value instanceof WebAssembly.Global && typeof value.value === "number") {
        this.variables.set(name, value.value >>> 0);
      }
    }
  }
  get size() {
    return this.memory?.buffer.byteLength ?? 0;
  }
  find(number) {
    if (number >= NAMED) return this.functions[number - NAMED];
    return this.table && number < this.table.length ? this.table.get(number) : null;
  }
  addSlot(value) {
    const slot = this.table.grow(1);
    this.table.set(slot, value);
    return slot;
  }
}

/** A function of JavaScript as one of WebAssembly, which is what tables hold. */
function asWasm(params, results, work) {
  const list = (types) => [types.length, ...types.map((type) => CODES[type])];
  const section = (id, content) => [id, ...leb(content.length), ...content];
  const type = [1, 0x60, ...list(params), ...list(results)];
  const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, type), ...section(2, [1, 1, 0x6b, 1, 0x66, 0, 0]), ...section(7, [1, 1, 0x66, 0, 0])];
  return new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module)), { k: { f: work } }).exports.f;
}
function leb(n) {
  const bytes = [];
  for (; n > 0x7f; n >>>= 7) bytes.push((n & 0x7f) | 0x80);
  return [...bytes, n];
}

/**
 * The functions of the core's imports that have to do with modules.
 *
 * @param bytes (at, length) gives a view of the core's memory
 * @param keep (content) keeps bytes that the core fetches; their length
 * @param callBack (vm, module, id, words) runs the core's part of a callback; what it throws has ended the interpreter
 * @param hasEnded whether the interpreter has ended
 */
export function moduleImports(bytes, keep, callBack, hasEnded) {
  const loaded = [];
  const text = (at, length) => decoder.decode(bytes(at, length).slice());
  const words = (at, count) => new BigUint64Array(bytes(at, count * 8).slice().buffer);
  /** The length of a message that is kept, as a negative number; -1 for an empty one. */
  const complain = (error) => {
    if (hasEnded()) throw error;
    return -1 - keep(encoder.encode(String(error?.message ?? error)));
  };
  const view = (module, place, length) => {
    const { memory, size } = loaded[module];
    return memory && place + length <= size ? new Uint8Array(memory.buffer, place, length) : null;
  };
  return {
    module_load: (number, at, length) => {
      try {
        loaded[number] = new Loaded(bytes(at, length).slice());
        return 0;
      } catch (error) {
        return complain(error);
      }
    },
    module_size: (module) => loaded[module].size,
    module_grow: (module, pages) => {
      try {
        return loaded[module].memory?.grow(pages) ?? -1;
      } catch {
        return -1;
      }
    },
    module_read: (module, place, to, length) => {
      const from = view(module, place >>> 0, length >>> 0);
      if (from) bytes(to, length >>> 0).set(from);
      return from ? 1 : 0;
    },
    module_write: (module, place, from, length) => {
      const to = view(module, place >>> 0, length >>> 0);
      to?.set(bytes(from, length >>> 0));
      return to ? 1 : 0;
    },
    module_function: (module, at, length) => loaded[module].names.get(text(at, length)) ?? -1,
    module_variable: (module, at, length) => loaded[module].variables.get(text(at, length)) ?? -1,
    /** The number of a function's parameters, or -1. */
    module_arity: (module, number) => loaded[module].find(number)?.length ?? -1,
    module_slot: (module, number) => {
      try {
        return loaded[module].addSlot(loaded[module].find(number));
      } catch {
        return -1;
      }
    },
    /** Types of the arguments are bytes, as is that of the result, 255 for none. 0, or the length of a message. */
    module_call: (module, number, types, at, count, result, out) => {
      const kinds = bytes(types, count).slice();
      const args = Array.from(words(at, count), (word, i) => valueOf(kinds[i], word));
      try {
        const value = loaded[module].find(number)(...args);
        const word = result === 255 || value === undefined ? 0n : wordOf(result, value);
        new DataView(bytes(out, 8).buffer).setBigUint64(out >>> 0, word, true);
        return 0;
      } catch (error) {
        return complain(error);
      }
    },
    /** A new function of the table that calls back. Types as above. */
    module_install: (vm, module, id, types, count, result) => {
      const kinds = [...bytes(types, count)];
      const called = (...args) => {
        const word = callBack(vm, module, id, BigUint64Array.from(args, (value, i) => wordOf(kinds[i], value)));
        return result === 255 ? undefined : valueOf(result, BigInt.asUintN(64, word));
      };
      try {
        return loaded[module].addSlot(asWasm(kinds, result === 255 ? [] : [result], called));
      } catch {
        return -1;
      }
    },
  };
}
