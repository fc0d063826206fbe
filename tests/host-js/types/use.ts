// Never run: compiled by `types.test.mjs`.

import { KraitError, LimitError, PyFunction, PyObject, PythonError, loadKrait, type Folder, type FromPython, type Krait } from "krait-python";
import { loadKraitWorker, type KraitWorker } from "krait-python/worker";

const folder: Folder = { list: () => null, read: () => "text" };

export async function here(signal: AbortSignal): Promise<FromPython> {
  const krait: Krait = await loadKrait({
    stdout: (line) => line.trim(),
    stderr: { write: (text: string) => void text },
    stdin: () => null,
    fs: { "/a": "text", "/b": new Uint8Array(3) },
    mounts: { "/m": folder, "/n": { "x.txt": "1" }, "/o": "./folder" },
    modules: { page: { add: (a: number, b: number) => a + b, version: 1 } },
    limits: { fuel: 1e9, memoryBytes: 1 << 28, timeMs: 1000 },
    signal,
    dicts: "map",
  });
  try {
    krait.run("1", { filename: "m.py", fuel: 10 });
    await krait.runAsync("1", { signal });
    krait.globals.set("x", [1, new Map()]);
    const names: string[] = krait.globals.keys();
    const text: string = krait.fs.readFile("/a", "utf-8");
    const bytes: Uint8Array = krait.fs.readFile("/a");
    const f = krait.run("len") as PyFunction;
    f([1]);
    f.callKwargs([1], { key: 1 });
    f.destroy();
    const o: unknown = krait.run("object()");
    if (o instanceof PyObject) o.callMethod("__repr__");
    if (o instanceof PyObject) for (const item of o) void item;
    // @ts-expect-error a source is text
    krait.run(5);
    // @ts-expect-error there is no such limit
    krait.run("1", { fule: 5 });
    // @ts-expect-error dicts become objects or Maps
    await loadKrait({ dicts: "list" });
    return [names, text, bytes];
  } catch (error) {
    if (error instanceof PythonError) return [error.type, error.traceback, error.frames[0]?.line ?? 0, error.exitCode ?? null];
    if (error instanceof LimitError && error.resumable) return error.resume({ fuel: 5 });
    if (error instanceof KraitError) return error.message;
    throw error;
  }
}

export async function there(): Promise<number> {
  const krait: KraitWorker = await loadKraitWorker({ stdin: async () => "line", modules: { page: { later: async () => 1 } } });
  await krait.run("1");
  const has: boolean = await krait.globals.has("x");
  const text: string = await krait.fs.readFile("/a", "utf-8");
  krait.interrupt();
  krait.terminate();
  // @ts-expect-error a worker answers later
  const now: boolean = krait.globals.has("x");
  return has || now ? text.length : (await krait.memoryUsed()) + (await krait.compiledLoops());
}
