// Types of `krait-python/worker`: the interface of `index.d.mts` with promises.

import type { AsyncRunOptions, LoadOptions, Members } from "./index.mjs";

export { KraitError, LimitError, PyFunction, PyObject, PythonError } from "./index.mjs";
export type * from "./index.mjs";

type Awaitable<T> = T | Promise<T>;

export interface WorkerOptions extends Omit<LoadOptions, "stdin" | "mounts" | "interruptBuffer"> {
  /** A function may give a promise. It is asked only where the page shares memory with the worker. */
  stdin?: string | Uint8Array | (() => Awaitable<string | Uint8Array | null | undefined>);
  mounts?: Record<
    string,
    | string
    | Record<string, string | Uint8Array>
    | {
        list(path: string): Awaitable<{ name: string; folder: boolean; size: number; modified: number }[] | null>;
        read(path: string): Awaitable<Uint8Array | string | null>;
      }
  >;
}

/** Loads an interpreter in a worker. Functions in `modules` may be asynchronous: Python waits for them. */
export function loadKraitWorker(options?: WorkerOptions): Promise<KraitWorker>;

export class KraitWorker {
  private constructor();
  readonly globals: WorkerGlobals;
  readonly fs: WorkerFileSystem;
  /** Whether the page shares memory with the worker (in a browser: whether it is cross-origin isolated). */
  readonly isolated: boolean;
  /** Runs source in `__main__`: the value of its last statement, if that is an expression, else null. */
  run(source: string, options?: AsyncRunOptions): Promise<any>;
  /** As `run`; the source may `await` at top level. */
  runAsync(source: string, options?: AsyncRunOptions): Promise<any>;
  runPython(source: string, options?: AsyncRunOptions): Promise<any>;
  runPythonAsync(source: string, options?: AsyncRunOptions): Promise<any>;
  addModule(name: string, members: Members): Promise<void>;
  /** Raises KeyboardInterrupt in what is running, an endless loop or a wait for input included. */
  interrupt(): void;
  /** Ends the worker at once. What was running is rejected with a KraitError. */
  terminate(): void;
  readonly terminated: boolean;
  /** Bytes that Python's objects take. */
  memoryUsed(): Promise<number>;
  /** Loops that run as code of their own. */
  compiledLoops(): Promise<number>;
}

export interface WorkerGlobals {
  get(name: string): Promise<any>;
  set(name: string, value: unknown): Promise<void>;
  has(name: string): Promise<boolean>;
  delete(name: string): Promise<boolean>;
  keys(): Promise<string[]>;
}

export interface WorkerFileSystem {
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  readFile(path: string): Promise<Uint8Array>;
  readFile(path: string, encoding: string): Promise<string>;
  readdir(path: string): Promise<string[]>;
  remove(path: string): Promise<void>;
}
