// Python, from its package: one interpreter for each run, made ready while the last one is being looked at.

import { KraitError, PythonError, loadKraitWorker } from "krait-python/worker";

/** A program that has not stopped after this many milliseconds is ended with its interpreter. */
const PATIENCE = 1500;

export const FILE = "main.py";

export class Python {
  #next = null;
  #running = null;
  /** Milliseconds that somebody took to answer. */
  #thought = 0;
  #hooks;

  /** `hooks`: `write(text, kind)`, `ask()` for a line. */
  constructor(hooks) {
    this.#hooks = hooks;
  }
  /** Makes an interpreter ready. */
  prepare() {
    this.#next ??= loadKraitWorker({
      stdout: { write: (text) => this.#hooks.write(text, "out") },
      stderr: { write: (text) => this.#hooks.write(text, "err") },
      stdin: () => this.#ask(),
      cwd: "/home",
    });
    this.#next.catch(() => (this.#next = null));
    return this.#next;
  }
  async #ask() {
    const began = performance.now();
    try {
      return await this.#hooks.ask();
    } finally {
      this.#thought += performance.now() - began;
    }
  }
  get isRunning() {
    return this.#running !== null;
  }
  /** Runs a program in a fresh interpreter: `{ok, stopped, error, exitCode, took}`. */
  async run(program) {
    const krait = await this.prepare();
    this.#next = null;
    this.#running = { krait, stopped: false };
    const running = this.#running;
    this.#thought = 0;
    const began = performance.now();
    const outcome = { ok: true, stopped: false, error: null, exitCode: 0 };
    try {
      await krait.runAsync(program, { filename: FILE, value: false });
    } catch (error) {
      outcome.ok = false;
      outcome.stopped = running.stopped && (!(error instanceof PythonError) || error.type === "KeyboardInterrupt");
      if (error instanceof PythonError && error.exitCode !== undefined) {
        outcome.exitCode = error.exitCode;
        outcome.ok = error.exitCode === 0;
      } else if (!outcome.stopped) {
        outcome.error = error;
      } else if (error instanceof KraitError && !(error instanceof PythonError)) {
        outcome.ended = true;
      }
    }
    outcome.took = performance.now() - began - this.#thought;
    krait.terminate();
    this.#running = null;
    this.prepare().catch(() => {});
    return outcome;
  }
  stop() {
    const running = this.#running;
    if (!running) return;
    running.stopped = true;
    running.krait.interrupt();
    setTimeout(() => running.krait.terminate(), PATIENCE);
  }
}
