#!/usr/bin/env node
// Runs a Python program in the wasm core under node: `node wasm/npm/run.mjs FILE [ARGUMENTS]`.
//
// Gives the core this process's standard streams, clocks and randomness, and the current folder and that of the file,
// read only: what the program writes stays in memory. Nothing else of the machine is reachable from Python.

import { readSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { NodeOutside, files } from "./index.mjs";
import { runProgram } from "./program.mjs";

const argv = process.argv.slice(2);
if (argv.length === 0) {
  process.stderr.write("usage: node run.mjs FILE [ARGUMENTS]\n");
  process.exit(2);
}

class Terminal extends NodeOutside {
  write(stream, bytes) {
    for (let done = 0; done < bytes.length; ) {
      try {
        done += writeSync(stream, bytes, done);
      } catch (error) {
        if (error.code === "EPIPE") process.exit(0);
        if (error.code !== "EAGAIN") throw error;
        this.sleep(1);
      }
    }
  }
  read(limit) {
    const bytes = new Uint8Array(limit);
    for (;;) {
      try {
        return bytes.subarray(0, readSync(0, bytes, 0, limit, null));
      } catch (error) {
        if (error.code === "EOF") return new Uint8Array();
        if (error.code !== "EAGAIN") throw error;
        this.sleep(5);
      }
    }
  }
  isTerminal(stream) {
    return isatty(stream);
  }
}

process.exitCode = runProgram(await files(), new Terminal(), argv);
