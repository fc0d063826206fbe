// A headless Chromium and a server for it to load things from.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const TYPES = { ".mjs": "text/javascript", ".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".json": "application/json" };

export const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Debian's browser, in a profile that is thrown away. */
export function launch() {
  const named = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) => (process.env.PATH ?? "").split(":").map((folder) => join(folder, name)));
  const executablePath = process.env.KRAIT_CHROMIUM ?? named.find((path) => existsSync(path));
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath, args });
}

/**
 * Serves folders by the first part of a path, each with headers: `{"/a": [folder, headers]}`. An empty page is at `/a/`.
 * Parts of files are served where `Accept-Ranges` is `bytes`.
 */
export async function serve(folders) {
  const server = createServer((request, response) => {
    const [, first, rest] = /^(\/[^/]*)\/?(.*)$/.exec(decodeURIComponent(new URL(request.url, "http://localhost").pathname)) ?? [];
    const [folder, headers] = folders[first] ?? [];
    if (!folder) return void response.writeHead(404).end();
    if (rest === "" && !existsSync(join(folder, "index.html"))) {
      response.writeHead(200, { "Content-Type": "text/html", ...headers });
      return void response.end("<!doctype html><title>Krait</title>");
    }
    const path = join(folder, normalize(`/${rest || "index.html"}`));
    if (!existsSync(path) || !statSync(path).isFile()) return void response.writeHead(404, headers).end();
    const type = { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" };
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (start === undefined || headers["Accept-Ranges"] !== "bytes") {
      response.writeHead(200, { ...type, ...headers });
      return void createReadStream(path).pipe(response);
    }
    const size = statSync(path).size;
    if (+start >= size) return void response.writeHead(416, headers).end();
    const last = Math.min(+end, size - 1);
    response.writeHead(206, { ...type, ...headers, "Content-Range": `bytes ${start}-${last}/${size}` });
    createReadStream(path, { start: +start, end: last }).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { at: (path) => `http://127.0.0.1:${server.address().port}${path}`, close: () => server.close() };
}
