// An interpreter in a Web Worker: `const krait = await loadKraitWorker(); await krait.run("1 + 1")`.

import { buildOf } from "./browser.mjs";
import { KraitWorker } from "./remote.mjs";

export { KraitWorker };
export { KraitError, LimitError, PythonError } from "./errors.mjs";
export { PyFunction, PyObject } from "./python.mjs";

/** Loads an interpreter in a worker; the options are those of `loadKrait`. */
export async function loadKraitWorker(options = {}) {
  // The worker starts while the files are on their way.
  const worker = new Worker(new URL("./thread.browser.mjs", import.meta.url), { type: "module", name: "krait" });
  const port = {
    post: (message) => worker.postMessage(message),
    listen(hear, fail) {
      worker.onmessage = ({ data }) => hear(data);
      worker.onerror = (event) => fail(event);
      worker.onmessageerror = (event) => fail(event);
    },
    terminate: () => worker.terminate(),
    keepAlive() {},
  };
  try {
    const build = buildOf(options);
    const krait = await KraitWorker.start(port, options, options.files ?? (await build.first()));
    // If it cannot be had, the worker says so when it needs it.
    if (!options.files) build.rest().then((rest) => port.post({ rest }), () => {});
    return krait;
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
