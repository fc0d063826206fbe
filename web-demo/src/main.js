// The playground: puts editor, output and Python together.

import { Editor } from "./editor.js";
import { all, groups } from "./examples.js";
import { element, Output } from "./output.js";
import { FILE, Python } from "./python.js";
import { fromHash, toHash } from "./share.js";

const at = (id) => document.getElementById(id);
const [runButton, stopButton, resetButton, shareButton] = ["run", "stop", "reset", "share"].map(at);
const DRAFT = "krait-playground-draft";

const editor = new Editor(at("editor"), { run, changed });
const output = new Output(at("output"), { go: (line) => editor.go(line), file: FILE });
const python = new Python({
  write: (text, kind) => output.write(text, kind),
  async ask() {
    say("asking", "Waiting for your input");
    const line = await output.ask();
    if (python.isRunning) say("running", "Running…");
    return line;
  },
});

/** What Reset brings back. */
let original = "";
let loaded = false;

// ---- saying ----

function say(state, text) {
  const place = at("state");
  place.dataset.state = state;
  place.textContent = text;
}

function duration(milliseconds) {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

let toastTimer;
function toast(text) {
  at("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (at("toast").textContent = ""), 4000);
}

function hint() {
  const keys = element("div", "hint");
  const key = /Mac/.test(navigator.platform) ? "⌘" : "Ctrl";
  const or = matchMedia("(hover: none)").matches ? "" : ` or <kbd>${key}</kbd> <kbd>Enter</kbd>`;
  keys.innerHTML = `<p>What the program prints appears here.</p><p>Run it with the button${or}. It runs on your machine and nowhere else.</p>`;
  output.clear();
  at("output").append(keys);
}

// ---- running ----

async function run() {
  if (python.isRunning || runButton.disabled) return;
  runButton.disabled = true;
  stopButton.disabled = false;
  output.clear();
  editor.mark(null);
  at("timing").textContent = "";
  say("running", "Running…");
  const outcome = await python.run(editor.text).catch((error) => ({ ok: false, error, took: 0 }));
  output.answer?.(null);
  stopButton.disabled = true;
  runButton.disabled = false;
  finish(outcome);
}

function finish({ ok, stopped, ended, error, exitCode, took }) {
  at("timing").textContent = `ran for ${duration(took)}`;
  if (stopped) {
    output.note(ended ? "Stopped. It would not end by itself, so its interpreter was ended." : "Stopped.");
    say("ready", "Stopped");
  } else if (error) {
    if (error.traceback) output.traceback(error.traceback);
    else output.note(`Python could not go on: ${error.message}`);
    const line = error.frames?.findLast((frame) => frame.file === FILE)?.line ?? lineOf(error.traceback);
    editor.mark(line ?? null);
    say("failed", line ? `${error.type} in line ${line}` : (error.type ?? "Failed"));
  } else if (!ok) {
    say("failed", `Exited with status ${exitCode}`);
  } else {
    if (output.isEmpty) output.note("The program printed nothing.");
    say("done", "Done");
  }
}

/** A syntax error has no frame, but says where it is. */
function lineOf(traceback) {
  const [, line] = traceback?.match(new RegExp(`File "${FILE}", line (\\d+)`)) ?? [];
  return line && Number(line);
}

function stop() {
  if (!python.isRunning) return;
  stopButton.disabled = true;
  say("running", "Stopping…");
  python.stop();
  output.answer?.(null);
}

async function reset() {
  stop();
  editor.text = original;
  editor.mark(null);
  at("timing").textContent = "";
  hint();
  if (!python.isRunning && loaded) say("ready", "Ready");
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}

// ---- programs ----

function changed() {
  try {
    localStorage.setItem(DRAFT, editor.text);
  } catch {
    // Private windows may not remember anything.
  }
}

function open(program, name = "") {
  stop();
  original = program;
  editor.text = program;
  editor.mark(null);
  at("examples").value = name;
  hint();
}

function menu() {
  const select = at("examples");
  const none = element("option", "", "Examples");
  none.value = "";
  none.disabled = true;
  select.append(none);
  for (const { title, examples } of groups) {
    const group = document.createElement("optgroup");
    group.label = title;
    for (const example of examples) group.append(Object.assign(element("option", "", example.title), { value: example.name }));
    select.append(group);
  }
  select.addEventListener("change", async () => {
    const example = all.find((one) => one.name === select.value);
    open(await example.load(), example.name);
    history.replaceState(null, "", location.pathname + location.search);
  });
}

async function share() {
  const hash = await toHash(editor.text);
  history.replaceState(null, "", hash);
  try {
    await navigator.clipboard.writeText(location.href);
    toast("Link copied");
  } catch {
    toast("The link is in the address bar");
  }
}

/** The program of the address, else the draft, else the first example. */
async function begin() {
  try {
    const shared = await fromHash(location.hash);
    if (shared !== null) return open(shared);
  } catch {
    open(await all[0].load(), all[0].name);
    output.clear();
    output.note("The link does not hold a program that can be read; it may have been cut short.");
    return;
  }
  // What is opened is remembered in its place.
  const draft = readDraft();
  const first = await all[0].load();
  open(first, all[0].name);
  if (draft && draft !== first) {
    editor.text = draft;
    at("examples").value = "";
  }
}

function readDraft() {
  try {
    return localStorage.getItem(DRAFT);
  } catch {
    return null;
  }
}

async function load() {
  const began = performance.now();
  say("loading", "Loading Python…");
  try {
    await python.prepare();
    loaded = true;
    say("ready", `Python 3.14 ready in ${duration(performance.now() - began)}`);
    runButton.disabled = false;
    if (!crossOriginIsolated) toast("input() needs a cross-origin isolated page");
  } catch (error) {
    say("failed", "Python could not be loaded");
    output.clear();
    output.note(error.message);
    const again = Object.assign(element("button", "button", "Try again"), { type: "button" });
    again.addEventListener("click", () => (hint(), load()));
    at("output").append(again);
  }
}

runButton.addEventListener("click", run);
stopButton.addEventListener("click", stop);
resetButton.addEventListener("click", reset);
shareButton.addEventListener("click", share);
addEventListener("hashchange", begin);

menu();
begin();
load();
