// The output: text as it comes, tracebacks whose places lead to the editor, and lines to type in.

/** More than this is forgotten from the front: a program that prints for ever must not fill the page. */
const MOST = 400_000;

export class Output {
  #pane;
  #text = "";
  #kind = "out";
  #length = 0;
  #scheduled = false;
  #go;
  #file;

  /** `go` is called with the line of a place in `file` that was chosen. */
  constructor(pane, { go, file }) {
    this.#pane = pane;
    this.#go = go;
    this.#file = file;
  }
  clear() {
    this.#text = "";
    this.#length = 0;
    this.#pane.replaceChildren();
  }
  get isEmpty() {
    return this.#text === "" && this.#pane.childNodes.length === 0;
  }
  /** Text of standard output (`out`) or standard error (`err`). */
  write(text, kind = "out") {
    if (kind !== this.#kind) this.#flush();
    this.#kind = kind;
    this.#text += plain(text);
    if (this.#text.length > MOST) this.#text = this.#text.slice(-MOST / 2);
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }
  /** Something that the playground has to say. */
  note(text) {
    this.#line("note", text);
  }
  /** An exception's text. */
  traceback(text) {
    this.#flush();
    const block = element("div", "traceback");
    const lines = text.trimEnd().split("\n");
    let inLibrary = false;
    lines.forEach((line, i) => {
      const place = /^(\s*)(File "(.*)", line (\d+))(.*)$/.exec(line);
      // What the exception says begins at the margin; a note after it does as well.
      const last = !line.startsWith(" ") && i > 0 && !line.startsWith("Traceback");
      if (place) inLibrary = place[3] !== this.#file;
      if (place && !inLibrary) {
        const button = element("button", "place", place[2]);
        button.type = "button";
        button.addEventListener("click", () => this.#go(Number(place[4])));
        block.append(place[1], button, place[5]);
      } else {
        block.append(element("span", last ? "last" : inLibrary && line.startsWith(" ") ? "library" : "", line));
      }
      if (i < lines.length - 1) block.append("\n");
    });
    this.#append(block, text.length);
  }
  /** Asks for a line; null if the end of input is meant. */
  ask() {
    this.#flush();
    return new Promise((resolve) => {
      const form = element("form", "ask");
      const input = document.createElement("input");
      Object.assign(input, { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: false, enterKeyHint: "send", title: "Enter sends the line, Ctrl+D ends the input" });
      input.setAttribute("aria-label", "Input for the program");
      form.append(input);
      const done = (line) => {
        if (!form.isConnected) return;
        form.replaceWith(element("span", "typed", line === null ? "" : `${line}\n`));
        this.answer = null;
        this.#pane.focus({ preventScroll: true });
        resolve(line);
      };
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        done(input.value);
      });
      input.addEventListener("keydown", (event) => {
        if (event.ctrlKey && event.key === "d") {
          event.preventDefault();
          done(null);
        }
      });
      /** Takes the question back. */
      this.answer = done;
      this.#append(form, 0);
      input.focus();
    });
  }
  answer = null;

  #line(kind, text) {
    this.#flush();
    const start = this.#pane.lastChild && !this.#pane.textContent.endsWith("\n") && !this.#pane.lastElementChild?.matches("div") ? "\n" : "";
    this.#append(element("span", kind, `${start}${text}\n`), text.length);
  }
  #flush() {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    const last = this.#pane.lastElementChild;
    // One element for what belongs together.
    if (last?.dataset.kind === this.#kind && last.textContent.length < 20_000) {
      this.#keepAtEnd(() => last.append(text));
      this.#length += text.length;
    } else {
      const span = element("span", this.#kind, text);
      span.dataset.kind = this.#kind;
      this.#append(span, text.length);
    }
  }
  #append(node, length) {
    this.#keepAtEnd(() => this.#pane.append(node));
    this.#length += length;
    while (this.#length > MOST && this.#pane.firstChild !== node) {
      this.#length -= this.#pane.firstChild.textContent.length;
      this.#pane.firstChild.remove();
    }
  }
  /** Follows what comes, unless somebody has scrolled back. */
  #keepAtEnd(change) {
    const pane = this.#pane;
    const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;
    change();
    if (atEnd) pane.scrollTop = pane.scrollHeight;
  }
}

export function element(name, kind, text) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Without what only a terminal understands. */
function plain(text) {
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replace(/\r\n?/g, "\n");
}
