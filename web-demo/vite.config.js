import { defineConfig } from "vite";

/** With these a page may share memory with its worker, which is what lets Python wait for input. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // Works in any folder of any server.
  base: "./",
  server: { headers, fs: { allow: [".."] } },
  preview: { headers },
  // It finds its files beside its modules.
  optimizeDeps: { exclude: ["krait-python"] },
  worker: { format: "es" },
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 1000 },
});
