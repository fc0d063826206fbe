// The playground as people use it, in Chromium; what it looks like lands in target/playground.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ISOLATED, launch, serve } from "./_browser.mjs";

const built = fileURLToPath(new URL("../../web-demo/dist", import.meta.url));
const pictures = fileURLToPath(new URL("../../target/playground/", import.meta.url));
mkdirSync(pictures, { recursive: true });

const server = await serve({ "/playground": [built, ISOLATED], "/plain": [built, {}] });
const browser = await launch();
after(async () => {
  await browser.close();
  server.close();
});

/** A playground, ready to run. What goes wrong in the page goes wrong here. */
async function open({ path = "/playground/", hash = "", ...context } = {}) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...context })).newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.complaints.push(message.text()));
  await page.goto(server.at(path) + hash);
  await page.waitForSelector("#state[data-state=ready]");
  return page;
}

async function close(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

/** Types a program over what is there. */
async function type(page, program) {
  await page.click(".cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(program);
}
const output = (page) => page.textContent("#output");
const state = (page, name) => page.waitForSelector(`#state[data-state=${name}]`);

test("a program is typed and run", async (t) => {
  const page = await open();
  const ready = await page.textContent("#state");
  assert.match(ready, /Python 3\.14 ready in/);
  await type(page, "import sys\nprint('line', 1 + 1)\nprint('wrong', file=sys.stderr)");
  await page.click("#run");
  await state(page, "done");
  assert.equal(await output(page), "line 2\nwrong\n");
  assert.equal(await page.textContent("#output .err"), "wrong\n");
  assert.match(await page.textContent("#timing"), /ran for/);
  // The next run starts afresh.
  await type(page, "print('sys' in globals())");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.getElementById("output").textContent === "False\n");
  t.diagnostic(`the playground: ${ready}, ${await page.textContent("#timing")}`);
  await close(page);
});

test("keys of the editor work", async () => {
  const page = await open();
  await type(page, "");
  await page.keyboard.type("def f(x):\nreturn x * 2\n");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type("print(f(21)");
  await page.keyboard.press("Control+Enter");
  await state(page, "done");
  assert.equal(await output(page), "42\n");
  await close(page);
});

test("an endless loop is stopped", async () => {
  const page = await open();
  await type(page, "print('begin')\nwhile True:\n    pass");
  await page.click("#run");
  await page.waitForFunction(() => document.getElementById("output").textContent === "begin\n");
  assert.equal(await page.isDisabled("#run"), true);
  await page.click("#stop");
  await page.waitForFunction(() => document.getElementById("state").textContent === "Stopped");
  assert.equal(await output(page), "begin\nStopped.\n");
  await type(page, "while True: print('x' * 60)");
  await page.click("#run");
  await page.waitForFunction(() => document.getElementById("output").textContent.length > 100_000);
  await page.click("#stop");
  await page.waitForFunction(() => document.getElementById("state").textContent === "Stopped");
  assert.ok((await output(page)).length < 1_000_000);
  await close(page);
});

test("a program that will not stop is ended", async () => {
  const page = await open();
  await type(page, "while True:\n    try:\n        while True: pass\n    except BaseException: print('no')");
  await page.click("#run");
  await state(page, "running");
  await page.waitForTimeout(200);
  await page.click("#stop");
  await page.waitForFunction(() => document.getElementById("state").textContent === "Stopped");
  assert.match(await output(page), /^no\nStopped\. It would not end by itself/);
  await type(page, "print('again')");
  await page.click("#run");
  await state(page, "done");
  assert.equal(await output(page), "again\n");
  await close(page);
});

test("input is answered", async () => {
  const page = await open();
  await type(page, "name = input('Name? ')\nprint('Hi', name)\ntry:\n    input()\nexcept EOFError:\n    print('the end')");
  await page.click("#run");
  await state(page, "asking");
  assert.equal(await page.evaluate(() => document.activeElement.closest("#output") !== null), true);
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("output").textContent.includes("Hi Ada"));
  await page.waitForSelector(".ask input");
  await page.keyboard.press("Control+d");
  await state(page, "done");
  assert.equal(await output(page), "Name? Ada\nHi Ada\nthe end\n");
  // A question that is stopped.
  await type(page, "input('? ')");
  await page.click("#run");
  await state(page, "asking");
  await page.click("#stop");
  await page.waitForFunction(() => document.getElementById("state").textContent === "Stopped");
  assert.equal(await page.$(".ask"), null);
  await close(page);
});

test("a traceback leads to its lines", async () => {
  const page = await open();
  await type(page, "import json\n\ndef f():\n    return json.loads('{')\n\nf()");
  await page.click("#run");
  await state(page, "failed");
  assert.equal(await page.textContent("#state"), "JSONDecodeError in line 4");
  assert.deepEqual(await page.$$eval(".place", (places) => places.map((place) => place.textContent)), ['File "main.py", line 6', 'File "main.py", line 4']);
  assert.equal(await page.textContent(".cm-failed-line"), "    return json.loads('{')");
  await page.click(".place >> nth=0");
  assert.equal(await page.textContent(".cm-activeLine"), "f()");
  await type(page, "x = (1,\n");
  await page.click("#run");
  await state(page, "failed");
  assert.equal(await page.textContent("#state"), "SyntaxError in line 1");
  await type(page, "import sys; sys.exit(3)");
  await page.click("#run");
  await page.waitForFunction(() => document.getElementById("state").textContent === "Exited with status 3");
  await close(page);
});

test("a share link is followed", async () => {
  const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  await type(page, "# ünïcode 😀\nprint('shared')");
  await page.click("#share");
  await page.waitForFunction(() => document.getElementById("toast").textContent === "Link copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, page.url());
  await close(page);
  const other = await open({ hash: new URL(link).hash });
  assert.equal(await other.$eval(".cm-content", (content) => content.innerText.trimEnd()), "# ünïcode 😀\nprint('shared')");
  await other.click("#run");
  await state(other, "done");
  assert.equal(await output(other), "shared\n");
  await close(other);
  const damaged = await open({ hash: "#program=AAAA" });
  assert.match(await output(damaged), /The link does not hold a program/);
  await close(damaged);
});

test("examples are opened, reset and remembered", async () => {
  const page = await open();
  await page.selectOption("#examples", "nbody");
  await page.waitForFunction(() => document.querySelector(".cm-content").textContent.includes("body"));
  await page.selectOption("#examples", "traceback");
  await page.waitForFunction(() => document.querySelector(".cm-content").textContent.includes("basket"));
  await page.click("#run");
  await state(page, "failed");
  assert.match(await page.textContent("#state"), /ZeroDivisionError in line/);
  await type(page, "print(1)");
  await page.reload();
  await page.waitForSelector("#state[data-state=ready]");
  assert.equal(await page.textContent(".cm-content"), "print(1)");
  await page.click("#reset");
  assert.match(await page.textContent(".cm-content"), /What is your name/);
  await close(page);
});

test("every example runs", async () => {
  const page = await open();
  const names = await page.$$eval("#examples option", (options) => options.map((option) => option.value).filter(Boolean));
  assert.ok(names.length >= 15);
  for (const name of names) {
    await page.selectOption("#examples", name);
    await page.waitForFunction((n) => document.getElementById("examples").value === n, name);
    await page.click("#run");
    for (;;) {
      await page.waitForSelector("#state:not([data-state=running])");
      if (!(await page.$("#state[data-state=asking]"))) break;
      await page.focus(".ask input");
      await page.keyboard.press("Control+d");
      await page.waitForFunction(() => document.getElementById("state").dataset.state !== "asking");
    }
    const ended = await page.textContent("#state");
    assert.match(ended, name === "traceback" ? /ZeroDivisionError/ : /^(Done|Exited with status 0)$|EOFError/, `${name}: ${ended}\n${await output(page)}`);
  }
  await close(page);
});

test("without isolation it says what is missing", async () => {
  const page = await open({ path: "/plain/" });
  await type(page, "print(6 * 7)\ninput()");
  await page.click("#run");
  await state(page, "failed");
  assert.match(await output(page), /^42\nkrait: input can be asked for only in a page that is cross-origin isolated/);
  await type(page, "while True: pass");
  await page.click("#run");
  await page.waitForTimeout(200);
  await page.click("#stop");
  await page.waitForFunction(() => document.getElementById("state").textContent === "Stopped");
  await close(page);
});

test("Python that cannot be loaded is said", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(server.at("/playground/"));
  await state(page, "failed");
  assert.match(await output(page), /cannot load .*krait.*wasm/);
  await page.unroute("**/*.wasm");
  await page.click("text=Try again");
  await state(page, "ready");
  await page.context().close();
});

const looks = {
  "desktop-light": { colorScheme: "light" },
  "desktop-dark": { colorScheme: "dark" },
  "phone-light": { colorScheme: "light", viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  "phone-dark": { colorScheme: "dark", viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};
for (const [name, context] of Object.entries(looks)) {
  test(`it looks well: ${name}`, async () => {
    const page = await open(context);
    await page.screenshot({ path: `${pictures}${name}-start.png` });
    await page.click("#run");
    await state(page, "asking");
    await page.keyboard.type("Ada");
    await page.screenshot({ path: `${pictures}${name}-input.png` });
    await page.keyboard.press("Enter");
    await state(page, "done");
    await page.selectOption("#examples", "traceback");
    await page.waitForFunction(() => document.querySelector(".cm-content").textContent.includes("basket"));
    await page.click("#run");
    await state(page, "failed");
    await page.screenshot({ path: `${pictures}${name}.png` });
    // Nothing sticks out.
    const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= seen, `${wide} in ${seen}`);
    await close(page);
  });
}
