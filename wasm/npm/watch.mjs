// Sees which functions ordinary programs run: `node watch.mjs WATCHED PACK OUT FOLDER…` runs the folders' Python files in a
// watched build (`xtask/src/split.rs`) and writes the numbers of those functions, one in a line. Part of the build.
//
// A program that has an `.in` beside it reads that; one that ends in an error, or does not end, has run all the same.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadKrait } from "./index.mjs";
import { Interpreter, Outside } from "./krait.mjs";

/** Back-edges and calls of one program. */
const FUEL = 400_000;

const [watched, packed, out, ...folders] = process.argv.slice(2);
const programs = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).sort().filter((name) => name.endsWith(".py")).map((name) => join(folder, name)));
const module = new WebAssembly.Module(readFileSync(watched));
const pack = readFileSync(packed);

/** What the interpreters of this module are instances of. */
const instances = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(of, imports) {
    super(of, imports);
    if (of === module) instances.push(this);
  }
};

// The start is prepared by the build, so what it runs is not needed.
const start = Interpreter.prepare({ module, pack }, new Outside());
instances.length = 0;

for (const program of programs) {
  const krait = await loadKrait({
    files: { module, pack, start },
    args: [],
    stdin: existsSync(program.replace(/py$/, "in")) ? readFileSync(program.replace(/py$/, "in"), "utf8") : "",
    stdout: () => {},
    stderr: () => {},
    mounts: { "/programs": dirname(program) },
  });
  try {
    krait.run("import sys; sys.path.insert(0, '/programs')");
    await krait.runAsync(readFileSync(program, "utf8"), { filename: program, fuel: FUEL });
  } catch (error) {
    String(error);
  }
}

const ran = new Set();
for (const { exports } of instances) {
  for (const [name, flag] of Object.entries(exports)) if (name.startsWith("ran") && flag.value === 1) ran.add(name.slice(3));
}
writeFileSync(out, [...ran].join("\n"));
