// The package in a page or a worker of a browser, Deno or any other place with `fetch`.

import { KraitError, LimitError, PythonError } from "./errors.mjs";
import { Interpreter } from "./krait.mjs";
import { Build } from "./loading.mjs";
import { PageOutside, coreOptions } from "./outside.mjs";
import { Krait, PyFunction, PyObject } from "./python.mjs";

export { Krait, KraitError, LimitError, PyFunction, PyObject, PythonError };
export const version = "0.1.0";

const builds = new Map();

/** The build that the options name: its files are fetched once. */
export function buildOf({ indexURL } = {}) {
  const key = indexURL?.toString();
  if (!builds.has(key)) builds.set(key, new Build(indexURL === undefined ? beside() : inFolder(new URL(indexURL, globalThis.location?.href))));
  return builds.get(key);
}

// Bundlers look for addresses in this form.
const beside = () => ({
  module: new URL("./dist/krait.wasm", import.meta.url),
  more: new URL("./dist/krait.more.wasm", import.meta.url),
  pack: new URL("./dist/library.pack", import.meta.url),
  start: new URL("./dist/krait.start", import.meta.url),
});
const inFolder = (base) => ({
  module: new URL("krait.wasm", base),
  more: new URL("krait.more.wasm", base),
  pack: new URL("library.pack", base),
  start: new URL("krait.start", base),
});

/** Loads an interpreter; see `index.d.mts` for the options. */
export async function loadKrait(options = {}) {
  const build = options.files ?? (await buildOf(options).whole());
  const { stdout = console.log, stderr = console.error, stdin, interruptBuffer } = options;
  const { core, mounts } = coreOptions(options, (path) => {
    throw new KraitError(`there is no folder ${path} to mount in a browser`);
  });
  const outside = new PageOutside({ stdout, stderr, stdin, mounts, interrupts: interruptBuffer });
  return new Krait(new Interpreter(build, outside, core), outside, options);
}
