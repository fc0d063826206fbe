// What runs in node's worker thread.

import { parentPort } from "node:worker_threads";
import { files, NodeFolder } from "./index.mjs";
import { serve } from "./inside.mjs";

const hear = serve((message) => parentPort.postMessage(message), { files: () => files(), folder: (path) => new NodeFolder(path) });
parentPort.on("message", hear);
