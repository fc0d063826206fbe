// The types say what the package does: a program that uses all of it compiles, wrong uses do not.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("./", import.meta.url));

test("tsc is content", () => {
  const done = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit", "--project", "types"], { cwd: here, encoding: "utf-8" });
  assert.equal(done.stdout + done.stderr, "");
  assert.equal(done.status, 0);
});
