// Types of the package: `loadKrait` and what it gives. Those of `krait-python/worker` are in `worker.d.mts`.

/** Plain data as it comes from Python: dicts are objects if all their keys are strings, unless `dicts` says otherwise. */
export type FromPython =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | FromPython[]
  | Set<FromPython>
  | Map<FromPython, FromPython>
  | { [key: string]: FromPython }
  | PyObject
  | PyFunction;

/** What can be done with Python objects. */
export interface PyObjectMethods {
  /** The class's name. */
  readonly type: string;
  /** Whether `destroy` has been called. */
  readonly destroyed: boolean;
  getAttr(name: string): any;
  setAttr(name: string, value: unknown): void;
  callMethod(name: string, ...args: unknown[]): any;
  /** The items, one after the other. */
  [Symbol.iterator](): Iterator<any>;
  /** The same; a worker's objects can be iterated only so. */
  [Symbol.asyncIterator](): AsyncIterator<any>;
  /** What Python's `str` says. */
  str(): string;
  /** What Python's `repr` says. */
  repr(): string;
  /** Lets Python forget the object at once; otherwise it does when JavaScript's garbage collector has found it. */
  destroy(): void;
  toString(): string;
}

/** A Python object that is more than plain data. From a worker its methods give promises. */
export class PyObject {
  private constructor();
}
export interface PyObject extends PyObjectMethods {}

/** A Python object that can be called. */
export interface PyFunction extends PyObjectMethods {
  (...args: unknown[]): any;
  /** Calls with keyword arguments, an object that comes last. */
  callKwargs(...args: unknown[]): any;
}
export const PyFunction: { readonly prototype: PyFunction; new (): never };

/** The base of the errors below; itself for what is no exception of the program's. */
export class KraitError extends Error {}

/** An exception that the program did not catch. Its `cause` is the page's own error if it came from there. */
export class PythonError extends KraitError {
  private constructor();
  /** The exception's class, such as `"ZeroDivisionError"`. */
  readonly type: string;
  /** The text that Python would print. */
  readonly traceback: string;
  /** Where it was raised, outermost first. */
  readonly frames: Frame[];
  /** The status that `sys.exit` asked for. */
  readonly exitCode?: number;
}

export interface Frame {
  file: string;
  line: number;
  function: string;
}

/** A program reached a limit. */
export class LimitError extends KraitError {
  private constructor();
  readonly limit: "fuel" | "time";
  /** Whether `resume` can let it go on. If not, the program would not stop, and the interpreter has ended. */
  readonly resumable: boolean;
  /** Lets the program go on with new limits; ends like the call that was interrupted. */
  resume(limits?: RunLimits): any;
  resumeAsync(limits?: RunLimits): Promise<any>;
}

/** Limits of one run, or of each run. */
export interface RunLimits {
  /** Steps: back-edges of loops and calls. Checked every ten thousand. */
  fuel?: number;
  /** Milliseconds. */
  timeMs?: number;
}

export interface Limits extends RunLimits {
  /** Bytes that Python's objects and files may take; beyond them MemoryError is raised. */
  memoryBytes?: number;
}

export interface RunOptions extends RunLimits {
  /** The file name in tracebacks. */
  filename?: string;
  /** False: the value is not wanted, and not converted. */
  value?: boolean;
}

export interface AsyncRunOptions extends RunOptions {
  /** Raises KeyboardInterrupt when it is aborted; the error's `cause` is the signal's reason. */
  signal?: AbortSignal;
}

/** Called with each line, or written to as text comes. */
export type Output = ((line: string) => void) | { write(text: string): void };

/** Everything, or a function that gives the next line or bytes, and null at the end. */
export type Input = string | Uint8Array | (() => string | Uint8Array | null | undefined);

/** A folder that Python sees: what it writes there stays in memory. */
export interface Folder {
  /** The entries of a folder in it (`""` is itself), or null. */
  list(path: string): { name: string; folder: boolean; size: number; modified: number }[] | null;
  read(path: string): Uint8Array | string | null;
}

/** Functions and plain data by name. */
export type Members = Record<string, unknown>;

export interface LoadOptions {
  /** Lines of standard output. Default: `console.log`. */
  stdout?: Output;
  /** Lines of standard error. Default: `console.error`. */
  stderr?: Output;
  /** Default: nothing to read. */
  stdin?: Input;
  /** Files in memory by path. */
  fs?: Record<string, string | Uint8Array>;
  /** Folders by the path where Python sees them: contents by name, a `Folder`, or under node a path of this machine. */
  mounts?: Record<string, string | Folder | Record<string, string | Uint8Array>>;
  /** Modules that Python may import. */
  modules?: Record<string, Members>;
  /** `sys.argv[1:]` */
  args?: string[];
  /** `os.environ`: empty unless given. */
  env?: Record<string, string>;
  /** The current folder. */
  cwd?: string;
  limits?: Limits;
  /** Interrupts every `runAsync`. */
  signal?: AbortSignal;
  /** What dicts become: `"auto"` objects if all keys are strings, else Maps. */
  dicts?: "auto" | "map" | "object";
  /** 1: no asserts (`-O`); 2: no docstrings either. */
  optimize?: 0 | 1 | 2;
  /** Its first number is set, by another thread, to interrupt. */
  interruptBuffer?: Int32Array;
  /**
   * Hot loops become WebAssembly code of their own, where the page lets it compile. False: they do not. `"stress"`: all do as
   * soon as they go round, and with `"guards"` what is checked in them fails in turn, for tests; fuel is no measure then.
   */
  jit?: boolean | "stress" | "guards";
  /** Bytes of stack that the engine has; default 900 KB. */
  stack?: number;
  /** In a browser: where `krait.wasm`, `krait.more.wasm`, `library.pack` and `krait.start` are, if not beside the package's modules. */
  indexURL?: string | URL;
}

/** Loads an interpreter. Python sees what the options give it and nothing else. */
export function loadKrait(options?: LoadOptions): Promise<Krait>;

export const version: string;

export class Krait {
  private constructor();
  /** The names of `__main__`. */
  readonly globals: Globals;
  /** Python's files in memory. */
  readonly fs: FileSystem;
  /** Runs source in `__main__`: the value of its last statement, if that is an expression, else null. */
  run(source: string, options?: RunOptions): any;
  /** As `run`, letting others have a turn every few milliseconds. The source may `await` at top level. */
  runAsync(source: string, options?: AsyncRunOptions): Promise<any>;
  /** The same as `run`. */
  runPython(source: string, options?: RunOptions): any;
  /** The same as `runAsync`. */
  runPythonAsync(source: string, options?: AsyncRunOptions): Promise<any>;
  /** Makes a module that Python may import. */
  addModule(name: string, members: Members): void;
  /** Raises KeyboardInterrupt in what is running: from a function that Python calls, or during `runAsync`. */
  interrupt(): void;
  /** Another thread interrupts by setting its first number, if it may be shared. */
  readonly interruptBuffer: Int32Array;
  /** Bytes that Python's objects take. */
  readonly memoryUsed: number;
  /** Loops that run as code of their own: see `jit`. */
  readonly compiledLoops: number;
}

export interface Globals {
  /** A global's value; undefined if there is none. */
  get(name: string): any;
  set(name: string, value: unknown): void;
  has(name: string): boolean;
  /** Whether there was one. */
  delete(name: string): boolean;
  /** The names, without Python's own. */
  keys(): string[];
}

export interface FileSystem {
  /** Writes a file, making its folders. */
  writeFile(path: string, content: string | Uint8Array): void;
  readFile(path: string): Uint8Array;
  readFile(path: string, encoding: string): string;
  /** The names in a folder; folders end in a slash. */
  readdir(path: string): string[];
  /** Removes a file or an empty folder. */
  remove(path: string): void;
}
