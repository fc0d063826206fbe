// The editor: CodeMirror, coloured by the names in style.css so that it follows the theme.

import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.self], color: "var(--keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.docString], color: "var(--string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--number)" },
  { tag: [tags.comment], color: "var(--comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: "var(--definition)", fontWeight: "600" },
  { tag: [tags.standard(tags.variableName), tags.meta, tags.typeName], color: "var(--builtin)" },
]);

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--ink)", fontSize: "14px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", fontVariantLigatures: "none" },
  ".cm-content": { padding: "12px 0 40vh", caretColor: "var(--focus)" },
  ".cm-line": { padding: "0 16px 0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--focus)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "none", paddingLeft: "6px", opacity: "0.85" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.2em", fontSize: "12px", lineHeight: "calc(1.6 * 14px)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--select) !important" },
  ".cm-matchingBracket": { backgroundColor: "var(--select) !important", outline: "none" },
  ".cm-foldGutter .cm-gutterElement": { color: "var(--soft)", padding: "0 3px" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--hover)", border: "none", color: "var(--soft)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "7px", overflow: "hidden" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--select)", color: "var(--ink)" },
  ".cm-panels": { borderColor: "var(--line)" },
  ".cm-textfield, .cm-button": { backgroundImage: "none", backgroundColor: "var(--paper)", color: "inherit", borderColor: "var(--line)", borderRadius: "5px" },
  ".cm-searchMatch": { backgroundColor: "var(--select)" },
  ".cm-failed-line": { backgroundColor: "var(--bad-wash)", boxShadow: "inset 3px 0 var(--bad)" },
  "@media (max-width: 759px)": {
    "&": { fontSize: "13.5px" },
    ".cm-foldGutter": { display: "none !important" },
    ".cm-gutters": { paddingLeft: "2px" },
    ".cm-line": { padding: "0 12px 0 8px" },
  },
});

const markLine = StateEffect.define();
/** The line that an error points at, until the program changes. */
const marked = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(markLine)) return effect.value === null ? Decoration.none : Decoration.set(Decoration.line({ class: "cm-failed-line" }).range(effect.value));
    }
    return transaction.docChanged ? Decoration.none : lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export class Editor {
  #view;

  /** `run` is called for Ctrl+Enter, `changed` when the program does. */
  constructor(parent, { run, changed }) {
    const runKey = { key: "Mod-Enter", run: () => (run(), true), preventDefault: true };
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          Prec.highest(keymap.of([runKey])),
          basicSetup,
          keymap.of([indentWithTab]),
          python(),
          indentUnit.of("    "),
          syntaxHighlighting(colours),
          theme,
          marked,
          EditorView.contentAttributes.of({ "aria-label": "Program", autocapitalize: "off", autocorrect: "off", spellcheck: "false" }),
          EditorView.updateListener.of((update) => update.docChanged && changed()),
        ],
      }),
    });
  }
  get text() {
    return this.#view.state.doc.toString();
  }
  /** Replaces the program, so that undo brings the old one back. */
  set text(text) {
    if (text === this.text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text }, selection: { anchor: 0 }, scrollIntoView: true });
  }
  focus() {
    this.#view.focus();
  }
  /** Puts the cursor on a line, counted from 1. */
  go(number) {
    const { doc } = this.#view.state;
    const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
    const indent = /^\s*/.exec(line.text)[0].length;
    this.#view.dispatch({ selection: { anchor: line.from + indent }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
    this.focus();
  }
  /** Marks a line as the one that failed, or none. */
  mark(number) {
    const { doc } = this.#view.state;
    const is = number !== null && number >= 1 && number <= doc.lines;
    this.#view.dispatch({ effects: markLine.of(is ? doc.line(number).from : null) });
  }
}
