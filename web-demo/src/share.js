// Programs in links: compressed, in the part of the address that no server sees.

/** A program may be this long, whatever a link claims. */
const LONGEST = 1 << 20;

async function through(bytes, stream) {
  const out = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let length = 0;
  for (let part = await out.read(); !part.done; part = await out.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > LONGEST) throw new Error("it is too long");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The hash of a link to a program. */
export async function toHash(program) {
  const bytes = await through(new TextEncoder().encode(program), new CompressionStream("deflate-raw"));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `#program=${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** The program of a hash; null if it is about none. Throws if it is damaged. */
export async function fromHash(hash) {
  const [, text] = /^#program=([\w-]+)$/.exec(hash) ?? [];
  if (text === undefined) return null;
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(await through(bytes, new DecompressionStream("deflate-raw")));
}
