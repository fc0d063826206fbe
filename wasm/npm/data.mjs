// Plain data across the boundary: a tag byte, then the content. The core's half, with the description of the format,
// is wasm/src/data.rs.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

class Writer {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  length = 0;

  room(n) {
    if (this.length + n <= this.bytes.length) return;
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
    if (BigInt.asIntN(64, value) !== value) throw new RangeError("integer too large for Python's side");
    this.tag("I", 8);
    this.view.setBigInt64(this.length, value, true);
    this.length += 8;
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
        return this.raw("S", encoder.encode(value));
      case "object":
        return this.object(value);
      default:
        throw new TypeError(`a ${typeof value} cannot be passed to Python`);
    }
  }
  object(value) {
    if (value === null) return this.tag("N");
    if (ArrayBuffer.isView(value)) return this.raw("B", new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (Array.isArray(value)) {
      this.sized("L", value.length);
      value.forEach((item) => this.value(item));
      return;
    }
    const pairs = value instanceof Map ? [...value] : Object.entries(value);
    this.sized("M", pairs.length);
    for (const [key, item] of pairs) {
      this.value(key);
      this.value(item);
    }
  }
}

/** The bytes of a value made of null, booleans, numbers, bigints, strings, byte arrays, arrays, maps and objects. */
export function encode(value) {
  const writer = new Writer();
  writer.value(value);
  return writer.bytes.subarray(0, writer.length);
}

/** The value of such bytes. Integers beyond 2^53 are bigints, maps are objects if all their keys are strings. */
export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const count = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const slice = () => {
    const length = count();
    at += length;
    return bytes.slice(at - length, at);
  };
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
        return BigInt.asIntN(54, n) === n ? Number(n) : n;
      }
      case "D":
        at += 8;
        return view.getFloat64(at - 8, true);
      case "S":
        return decoder.decode(slice());
      case "B":
        return slice();
      case "L":
        return Array.from({ length: count() }, read);
      case "M": {
        const pairs = Array.from({ length: count() }, () => [read(), read()]);
        return pairs.every(([key]) => typeof key === "string") ? Object.fromEntries(pairs) : new Map(pairs);
      }
      default:
        throw new Error("damaged data");
    }
  };
  return read();
}
