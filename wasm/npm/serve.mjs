// Runs one program after the other, each in an interpreter of its own over one compiled module: most of what a short
// program takes under node is compiling the core. For the test runner (`xtask/src/server.rs`).
//
// A request is a line with the number of arguments, and a line for each. The answer is a line with the exit status and
// the numbers of bytes of standard output and standard error, and those bytes.

import { readSync, writeSync } from "node:fs";
import { NodeOutside, files } from "./index.mjs";
import { runProgram } from "./program.mjs";

let waiting = Buffer.alloc(0);

/** Reads more; whether there was any. */
function fill() {
  const bytes = Buffer.alloc(65536);
  for (;;) {
    try {
      const count = readSync(0, bytes, 0, bytes.length, null);
      waiting = Buffer.concat([waiting, bytes.subarray(0, count)]);
      return count > 0;
    } catch (error) {
      if (error.code === "EOF") return false;
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
function line() {
  while (!waiting.includes(10)) if (!fill()) return null;
  const end = waiting.indexOf(10);
  const text = waiting.subarray(0, end).toString();
  waiting = waiting.subarray(end + 1);
  return text;
}
function send(bytes) {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Streams in memory; a program that prints for ever must not fill it. */
class Captured extends NodeOutside {
  said = [null, [], []];
  room = 16 << 20;
  write(stream, bytes) {
    if (this.room < bytes.length) return;
    this.room -= bytes.length;
    this.said[stream].push(bytes);
  }
}

const core = await files();
for (let head = line(); head !== null; head = line()) {
  const argv = Array.from({ length: Number(head) }, line);
  const outside = new Captured();
  let status;
  try {
    // As much of it as a process can tell.
    status = runProgram(core, outside, argv) & 255;
  } catch (error) {
    // The core trapped.
    status = 134;
    outside.write(2, Buffer.from(`${error.stack}\n`));
  }
  const [out, err] = outside.said.slice(1).map((parts) => Buffer.concat(parts));
  send(Buffer.concat([Buffer.from(`${status} ${out.length} ${err.length}\n`), out, err]));
}
