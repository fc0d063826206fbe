// Values across the boundary: plain data by content, everything else by number. A tag byte, then the content; the core's
// half, with the description of the format, is wasm/src/values.rs (and data.rs, for options).
//
// Who encodes says how functions and Python objects get their numbers (`functionNumber`, `objectNumber`), who decodes
// what to make of numbers (`object`, `pageObject`).

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const DEPTH = 200;
/** Bytes that may cross at once. */
const MOST = 1 << 30;

class Writer {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  length = 0;
  around = [];

  constructor(peer) {
    this.peer = peer;
  }
  room(n) {
    if (this.length + n <= this.bytes.length) return;
    if (this.length + n > MOST) throw new RangeError("this is too much data to be passed to Python");
    const bigger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + n));
    bigger.set(this.bytes);
    this.bytes = bigger;
    this.view = new DataView(bigger.buffer);
  }
  tag(letter, more = 0) {
    this.room(1 + more);
    this.bytes[this.length++] = letter.charCodeAt(0);
  }
  sized(letter, count) {
    this.tag(letter, 4);
    this.view.setUint32(this.length, count, true);
    this.length += 4;
  }
  raw(letter, content) {
    this.sized(letter, content.length);
    this.room(content.length);
    this.bytes.set(content, this.length);
    this.length += content.length;
  }
  number(value) {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.integer(BigInt(value));
    this.tag("D", 8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }
  integer(value) {
    if (BigInt.asIntN(64, value) !== value) return this.raw("G", encoder.encode(value.toString(16)));
    this.tag("I", 8);
    this.view.setBigInt64(this.length, value, true);
    this.length += 8;
  }
  text(value) {
    // What UTF-8 has no place for would be replaced.
    if (!/[\ud800-\udfff]/.test(value) || isWellFormed(value)) return this.raw("S", encoder.encode(value));
    const units = new Uint8Array(value.length * 2);
    const view = new DataView(units.buffer);
    for (let i = 0; i < value.length; i++) view.setUint16(2 * i, value.charCodeAt(i), true);
    this.raw("W", units);
  }
  value(value) {
    switch (typeof value) {
      case "undefined":
        return this.tag("N");
      case "boolean":
        return this.tag(value ? "T" : "F");
      case "number":
        return this.number(value);
      case "bigint":
        return this.integer(value);
      case "string":
        return this.text(value);
      case "function":
        return this.object(value);
      case "object":
        return value === null ? this.tag("N") : this.object(value);
      default:
        throw new TypeError(`a ${typeof value} cannot be passed to Python`);
    }
  }
  object(value) {
    const object = this.peer?.objectNumber(value);
    if (object !== undefined) {
      this.sized("P", object);
      return;
    }
    if (typeof value === "function") {
      if (!this.peer) throw new TypeError("a function cannot be passed here");
      return this.pageObject(this.peer.functionNumber(value), value.name || "function");
    }
    if (value instanceof ArrayBuffer) return this.raw("B", new Uint8Array(value));
    if (value instanceof Uint8Array || value instanceof Uint8ClampedArray || value instanceof DataView) {
      return this.raw("B", new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
    if (ArrayBuffer.isView(value)) value = Array.from(value);
    const outer = this.around;
    if (outer.includes(value)) throw new TypeError("data that contains itself cannot be passed to Python");
    if (outer.length >= DEPTH) throw new TypeError("data is nested too deeply to be passed to Python");
    outer.push(value);
    this.container(value);
    outer.pop();
  }
  pageObject(number, name) {
    this.sized("J", number);
    this.text(name);
  }
  container(value) {
    if (Array.isArray(value)) {
      this.sized("L", value.length);
      this.room(Math.min(value.length, MOST + 1));
      // Holes as well.
      for (let i = 0; i < value.length; i++) this.value(value[i]);
    } else if (value instanceof Set) {
      this.sized("E", value.size);
      value.forEach((item) => this.value(item));
    } else if (value instanceof Map) {
      this.pairs([...value]);
    } else if (isPlain(value)) {
      this.pairs(Object.entries(value));
    } else {
      throw new TypeError(`an instance of ${className(value)} cannot be passed to Python: only plain data and functions`);
    }
  }
  pairs(pairs) {
    this.sized("M", pairs.length);
    for (const [key, item] of pairs) {
      this.value(key);
      this.value(item);
    }
  }
}

function isWellFormed(text) {
  return text.isWellFormed ? text.isWellFormed() : !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  // Another realm's Object is one as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(value) {
  const name = value.constructor?.name;
  return typeof name === "string" && name ? name : "a class";
}

/**
 * The bytes of a value: null and undefined, booleans, numbers, bigints, strings, bytes, arrays, sets, maps, plain objects;
 * with a peer also functions and Python's own objects.
 */
export function encode(value, peer = null) {
  const writer = new Writer(peer);
  writer.value(value);
  return writer.bytes.subarray(0, writer.length);
}

/** The bytes of a list that ends in an object of the page. */
export function encodeError(name, message, number) {
  const writer = new Writer(null);
  writer.sized("L", 4);
  writer.tag("N");
  writer.text(name);
  writer.text(message);
  writer.pageObject(number, name);
  return writer.bytes.subarray(0, writer.length);
}

/**
 * The value of such bytes. Integers beyond 2^53 are bigints. Maps are objects if all their keys are strings, or Maps, or
 * whatever `peer.dicts` says.
 */
export function decode(bytes, peer = null) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dicts = peer?.dicts ?? "auto";
  let at = 0;
  const count = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const content = () => {
    const length = count();
    at += length;
    return bytes.subarray(at - length, at);
  };
  const items = () => {
    const length = count();
    const list = [];
    for (let i = 0; i < length; i++) list.push(read());
    return list;
  };
  const pairs = () => {
    const length = count();
    const list = [];
    for (let i = 0; i < length; i++) list.push([read(), read()]);
    return list;
  };
  const big = (digits) => (digits[0] === "-" ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`));
  const read = () => {
    switch (String.fromCharCode(bytes[at++])) {
      case "N":
        return null;
      case "T":
        return true;
      case "F":
        return false;
      case "I": {
        at += 8;
        const n = view.getBigInt64(at - 8, true);
        const small = Number(n);
        return Number.isSafeInteger(small) ? small : n;
      }
      case "G":
        return big(decoder.decode(content()));
      case "D":
        at += 8;
        return view.getFloat64(at - 8, true);
      case "S":
        return decoder.decode(content());
      case "W": {
        const units = content().slice();
        return Array.from(new Uint16Array(units.buffer), (unit) => String.fromCharCode(unit)).join("");
      }
      case "B":
        return content().slice();
      case "L":
      case "U":
        return items();
      case "E":
      case "Z":
        return new Set(items());
      case "M": {
        const all = pairs();
        const asObject = dicts === "object" || (dicts === "auto" && all.every(([key]) => typeof key === "string"));
        return asObject ? Object.fromEntries(all) : new Map(all);
      }
      case "P": {
        const number = count();
        const [callable, type] = [read(), read()];
        return peer.object(number, callable, type);
      }
      case "J": {
        const number = count();
        read();
        return peer.pageObject(number);
      }
      default:
        throw new Error("damaged data");
    }
  };
  return read();
}
