// An interpreter in a thread of node's: `const krait = await loadKraitWorker(); await krait.run("1 + 1")`.

import { Worker } from "node:worker_threads";
import { KraitWorker } from "./remote.mjs";

export { KraitWorker };
export { KraitError, LimitError, PythonError } from "./errors.mjs";
export { PyFunction, PyObject } from "./python.mjs";

/** Loads an interpreter in a worker; the options are those of `loadKrait`. */
export function loadKraitWorker(options = {}) {
  const worker = new Worker(new URL("./thread.mjs", import.meta.url));
  const port = {
    post: (message) => worker.postMessage(message),
    listen(hear, fail) {
      worker.on("message", hear);
      worker.on("error", fail);
      worker.on("exit", (code) => fail(new Error(`it exited with ${code}`)));
    },
    terminate: () => void worker.terminate(),
    // An idle worker keeps no program from ending.
    keepAlive: (needed) => (needed ? worker.ref() : worker.unref()),
  };
  return KraitWorker.start(port, options, null);
}
