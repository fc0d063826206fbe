// What runs in a Web Worker.

import { KraitError } from "./errors.mjs";
import { serve } from "./inside.mjs";

const hear = serve((message) => postMessage(message), {
  files: (given) => given,
  folder(path) {
    throw new KraitError(`there is no folder ${path} to mount in a browser`);
  },
});
addEventListener("message", ({ data }) => hear(data));
