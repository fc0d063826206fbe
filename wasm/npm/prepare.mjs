// Prepares the start of the built module: `node prepare.mjs FOLDER` names `krait.wasm` after its content and writes
// `krait.start` beside it. Part of the build (`xtask/src/wasm.rs`).

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Interpreter, Outside } from "./krait.mjs";
import { buildName } from "./start.mjs";

const folder = process.argv[2];
const path = join(folder, "krait.wasm");
let wasm = readFileSync(path);
if (buildName(new WebAssembly.Module(wasm)) === null) {
  wasm = Buffer.concat([wasm, section("krait.build", createHash("sha256").update(wasm).digest().subarray(0, 16))]);
  writeFileSync(path, wasm);
}
const pack = readFileSync(join(folder, "library.pack"));

/** Nothing of the moment may get into what every program starts from. */
class Nowhere extends Outside {
  write(_stream, bytes) {
    process.stderr.write(bytes);
  }
  now() {
    return 0;
  }
  monotonic() {
    return 0;
  }
  zoneOffset() {
    return 0;
  }
  random(bytes) {
    const name = buildName(module);
    bytes.forEach((_, i) => (bytes[i] = name[i % name.length]));
  }
}

const module = new WebAssembly.Module(wasm);
const more = () => new WebAssembly.Module(readFileSync(join(folder, "krait.more.wasm")));
writeFileSync(join(folder, "krait.start"), Interpreter.prepare({ module, more, pack }, new Nowhere()));

/** A custom section of a wasm file, shorter than 128 bytes. */
function section(name, content) {
  const inside = [name.length, ...Buffer.from(name), ...content];
  return Buffer.from([0, inside.length, ...inside]);
}
