// What the tests share: the built package, an interpreter that says nothing, and what an error was.

import { loadKrait } from "../../wasm/npm/index.mjs";

export const npm = new URL("../../wasm/npm/", import.meta.url);

/** An interpreter and what it printed. */
export async function quiet(options = {}) {
  const out = [];
  const err = [];
  const krait = await loadKrait({ stdout: (line) => out.push(line), stderr: (line) => err.push(line), ...options });
  return { krait, out, err };
}

/** What a function throws. */
export function thrown(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

export async function rejected(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was not rejected");
}
