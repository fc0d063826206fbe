// How a program is run from a command line under node: what it sees of the machine, and how much stack it has.

import { dirname, resolve, sep } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Interpreter } from "./krait.mjs";

// The main thread has 8 MB of stack where V8 dares to use one of them, so native recursion may go deeper.
const stack = process.platform === "win32" ? 900 << 10 : 5700 << 10;
setFlagsFromString(`--stack-size=${(stack >> 10) + 100}`);

/** `-X jit=off|on|stress|guards` before the file, or the environment's `PYTHON_JIT`; takes the flag away. */
function jitMode(argv) {
  let mode = { 0: "off" }[process.env.PYTHON_JIT] ?? process.env.PYTHON_JIT;
  while (argv[0] === "-X") mode = argv.splice(0, 2)[1]?.replace(/^jit=/, "");
  return mode === "stress" || mode === "guards" ? mode : mode !== "off";
}

/** Runs the file `argv[0]` in an interpreter of its own; its exit status. */
export function runProgram(build, outside, argv) {
  const jit = jitMode(argv);
  const cwd = process.cwd();
  const beside = dirname(resolve(argv[0]));
  const mounts = [[cwd, cwd]];
  if (beside !== cwd && !beside.startsWith(cwd + sep)) mounts.push([beside, beside]);
  // A folder that holds another goes first: the inner one is part of it then.
  mounts.sort(([a], [b]) => a.length - b.length);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(LANG|LC_|TZ|PYTHON)/.test(name)));
  const interpreter = new Interpreter(build, outside, { argv, cwd, mounts, env, stack, jit });
  return interpreter.runFile(argv[0]);
}
