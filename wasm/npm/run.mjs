// Runs a Python program in the wasm core under node: `node wasm/npm/run.mjs FILE [ARGUMENTS]`.
//
// Gives the core this process's standard streams, clocks and randomness, and the current folder and that of the file,
// read only: what the program writes stays in memory. Nothing else of the machine is reachable from Python.

import { readSync, writeSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { isatty } from "node:tty";
import { setFlagsFromString } from "node:v8";
import { Interpreter, NodeOutside, files } from "./index.mjs";

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

// The main thread has 8 MB of stack where V8 dares to use one of them, so native recursion may go deeper.
const stack = process.platform === "win32" ? 900 << 10 : 3800 << 10;
setFlagsFromString(`--stack-size=${(stack >> 10) + 100}`);

const cwd = process.cwd();
const beside = dirname(resolve(argv[0]));
const mounts = [[cwd, cwd]];
if (beside !== cwd && !beside.startsWith(cwd + sep)) mounts.push([beside, beside]);
// A folder that holds another goes first: the inner one is part of it then.
mounts.sort(([a], [b]) => a.length - b.length);
const { module, pack } = await files();
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(LANG|LC_|TZ|PYTHON)/.test(name)));
const interpreter = new Interpreter(module, pack, new Terminal(), { argv, cwd, mounts, env, stack });
process.exitCode = interpreter.runFile(argv[0]);
