// What runs in a Web Worker.

import { KraitError } from "./errors.mjs";
import { serve } from "./inside.mjs";
import { Rest } from "./loading.mjs";

let rest = null;

const hear = serve((message) => postMessage(message), {
  files({ module, start, more, pack }) {
    const known = (rest = new Rest({ more, pack }));
    return { module, start, more: () => known.more(), pack: (offset, length) => known.part(offset, length) };
  },
  folder(path) {
    throw new KraitError(`there is no folder ${path} to mount in a browser`);
  },
});
addEventListener("message", ({ data }) => (data.rest ? rest?.come(data.rest) : hear(data)));
