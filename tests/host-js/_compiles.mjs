// A worker that compiles for a page that may not: its own headers say that it may.

addEventListener("message", async ({ data }) => postMessage(await WebAssembly.compileStreaming(fetch(data))));
