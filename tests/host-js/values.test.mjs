// Plain data, both ways, and what is no plain data.

import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet, thrown } from "./_kit.mjs";

const { krait } = await quiet();

test("Python's values arrive as JavaScript's", () => {
  const cases = {
    "None": null,
    "True": true,
    "1": 1,
    "2**53 - 1": 2 ** 53 - 1,
    "2**53": 2n ** 53n,
    "-2**63": -(2n ** 63n),
    "2**64": 2n ** 64n,
    "-3**200": -(3n ** 200n),
    "0.5": 0.5,
    "float('inf')": Infinity,
    "'é😀'": "é😀",
    "'\\ud800'": "\ud800",
    "b'\\x00\\xff'": new Uint8Array([0, 255]),
    "bytearray(b'x')": new Uint8Array([120]),
    "[1, [2]]": [1, [2]],
    "(1, 2)": [1, 2],
    "{1, 2}": new Set([1, 2]),
    "frozenset({3})": new Set([3]),
    "{'a': 1, '__proto__': 2}": Object.fromEntries([["a", 1], ["__proto__", 2]]),
    "{1: 'a'}": new Map([[1, "a"]]),
    "{}": {},
  };
  for (const [source, value] of Object.entries(cases)) assert.deepEqual(krait.run(source), value, source);
  assert.ok(Number.isNaN(krait.run("float('nan')")));
  assert.equal(krait.run("x = 1"), null);
  assert.equal(krait.run("1 + 1", { value: false }), null);
  assert.equal(krait.run("'''only a docstring'''"), "only a docstring");
});

test("JavaScript's values arrive as Python's", () => {
  const cases = [
    [null, "None"],
    [undefined, "None"],
    [false, "False"],
    [7, "7"],
    [7.5, "7.5"],
    [-0, "-0.0"],
    [2n ** 80n, String(2n ** 80n)],
    [-1n, "-1"],
    ["a\0é😀", "'a\\x00é😀'"],
    ["\udc00x", "'\\udc00x'"],
    [new Uint8Array([1, 2]), "b'\\x01\\x02'"],
    [new Uint8Array([1, 2, 3]).subarray(1), "b'\\x02\\x03'"],
    [new ArrayBuffer(2), "b'\\x00\\x00'"],
    [new Float64Array([0.5]), "[0.5]"],
    [[1, , 3], "[1, None, 3]"],
    [new Set(["a"]), "{'a'}"],
    [new Map([[1, { a: [] }]]), "{1: {'a': []}}"],
    [{ 2: 1 }, "{'2': 1}"],
    [Object.create(null), "{}"],
  ];
  for (const [value, repr] of cases) {
    krait.globals.set("v", value);
    assert.equal(krait.run("repr(v)"), repr);
  }
});

test("values go round unchanged", () => {
  const value = { text: "ü", list: [1, 2.5, null, true], nested: { deep: [["x"]] }, bytes: new Uint8Array(1000).fill(7), big: 2n ** 100n };
  krait.globals.set("v", value);
  assert.deepEqual(krait.globals.get("v"), value);
});

test("the dicts option decides between objects and Maps", async () => {
  const { krait } = await quiet({ dicts: "map" });
  assert.deepEqual(krait.run("{'a': {'b': 1}}"), new Map([["a", new Map([["b", 1]])]]));
});

test("what cannot be passed is refused with a clear error", () => {
  const cyclic = {};
  cyclic.self = [cyclic];
  assert.match(thrown(() => krait.globals.set("v", cyclic)).message, /contains itself/);
  class Point {}
  assert.match(thrown(() => krait.globals.set("v", new Point())).message, /an instance of Point cannot be passed/);
  assert.match(thrown(() => krait.globals.set("v", Symbol("s"))).message, /a symbol cannot be passed/);
  assert.match(thrown(() => krait.globals.set("v", { get a() { throw new Error("getter"); } })).message, /^getter$/);
  let deep = [];
  for (let i = 0; i < 10_000; i++) deep = [deep];
  assert.match(thrown(() => krait.globals.set("v", deep)).message, /nested too deeply/);
  assert.match(thrown(() => krait.globals.set("v", new Map([[[1], 2]]))).message, /unhashable/);
  assert.match(String(thrown(() => krait.run("a = []; a.append(a); a"))), /ValueError: cannot pass data that contains itself/);
  assert.match(String(thrown(() => krait.run("a = []\nfor i in range(10000): a = [a]\na"))), /nested too deeply/);
  assert.match(thrown(() => krait.globals.set("v", new Array(2 ** 32 - 1))).message, /too much data/);
  const trap = new Proxy({}, { ownKeys: () => { throw new Error("trap"); } });
  assert.match(thrown(() => krait.globals.set("v", trap)).message, /^trap$/);
  // Twice the same is no cycle.
  const shared = [1];
  krait.globals.set("v", [shared, shared]);
  assert.deepEqual(krait.run("a = []; [a, a, v]"), [[], [], [[1], [1]]]);
});

test("large values cross", () => {
  assert.equal(krait.run("'x' * 20_000_000").length, 20_000_000);
  assert.equal(krait.run("list(range(500_000))").length, 500_000);
  krait.globals.set("v", Array.from({ length: 300_000 }, (_, i) => i));
  assert.equal(krait.run("sum(v)"), (300_000 * 299_999) / 2);
  assert.equal(krait.run("(1 << 1_000_000)") >> 999_999n, 2n);
});

test("a conversion counts against the memory limit", async () => {
  const { krait } = await quiet({ limits: { memoryBytes: 64 << 20 } });
  assert.equal(thrown(() => krait.run("a = ['x' * 1_000_000] * 1000\na")).type, "MemoryError");
  assert.equal(krait.run("1 + 1"), 2);
  const big = "x".repeat(1_000_000);
  assert.equal(thrown(() => krait.globals.set("v", Array(200).fill(big))).type, "MemoryError");
  assert.equal(krait.run("1 + 1"), 2);
});
