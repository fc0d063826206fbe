// What can go wrong, as JavaScript sees it.

/** Something that is no exception of the program's: the package, the page or the interpreter as a whole. */
export class KraitError extends Error {
  name = "KraitError";
}

/** An exception that the program did not catch. */
export class PythonError extends KraitError {
  name = "PythonError";
  /** The exception's class, such as `ZeroDivisionError`. */
  type;
  /** The text that Python would print. */
  traceback;
  /** Where it was raised, outermost first: `{file, line, function}`. */
  frames;
  /** The status that `sys.exit` asked for, or undefined. */
  exitCode;

  constructor({ type, message = "", traceback = type, frames = [], exit = null, error }) {
    super(message, error === undefined || error === null ? undefined : { cause: error });
    this.type = type;
    this.traceback = traceback;
    this.frames = frames.map(([file, line, name]) => ({ file, line, function: name }));
    if (exit !== null) this.exitCode = exit;
  }
  toString() {
    return this.message ? `${this.type}: ${this.message}` : this.type;
  }
}

/** A program reached its limit of fuel or time. */
export class LimitError extends KraitError {
  name = "LimitError";
  /** "fuel" or "time". */
  limit;
  /** Whether `resume` can let the program go on. */
  resumable;
  #go;

  constructor(limit, go = null) {
    super(limit === "fuel" ? "the program is out of fuel" : "the program's time is up");
    this.limit = limit;
    this.resumable = go !== null;
    this.#go = go;
  }
  /** Lets the program go on, with new limits; ends like the call that was interrupted. */
  resume(limits = {}) {
    return this.#once()(limits, false);
  }
  /** As `resume`, without blocking. */
  resumeAsync(limits = {}) {
    return this.#once()(limits, true);
  }
  #once() {
    const go = this.#go;
    if (!go) throw new KraitError("the program cannot be resumed");
    this.resumable = false;
    this.#go = null;
    return go;
  }
}

/** An error as it crosses threads. */
export function flatten(error) {
  const { name, message, limit } = error ?? {};
  return { name: String(name ?? "Error"), message: String(message ?? error), limit };
}

/** The error that `flatten` made flat. */
export function unflatten({ name, message, limit }) {
  if (limit) return new LimitError(limit);
  const error = new KraitError(message);
  return name === "KraitError" ? error : Object.assign(new Error(message), { name });
}
