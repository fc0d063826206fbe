// The examples menu: a few short programs written for it, and the repository's own.

const own = import.meta.glob("./programs/*.py", { query: "?raw", import: "default", eager: true });
const others = import.meta.glob("../../examples/*.py", { query: "?raw", import: "default" });

const TITLES = {
  adventure: "Text adventure",
  bank: "Bank accounts",
  calculator: "Calculator",
  chat: "Chat with asyncio",
  life: "Game of Life",
  markdown: "Markdown to HTML",
  maze: "Maze",
  nbody: "Planets (N-body)",
  report: "JSON report",
  shapes: "Shapes and matching",
  spreadsheet: "Spreadsheet",
  sudoku: "Sudoku solver",
  wordcount: "Word count",
};

const nameOf = (path) => path.replace(/^.*\//, "").replace(/\.py$/, "");

/** `{name, title, load}` in two groups. */
export const groups = [
  {
    title: "Start here",
    examples: [
      ["hello", "Hello"],
      ["guess", "Guess the number"],
      ["mandelbrot", "Mandelbrot set"],
      ["traceback", "An error, explained"],
    ].map(([name, title]) => ({ name, title, load: async () => own[`./programs/${name}.py`] })),
  },
  {
    title: "Larger programs",
    examples: Object.entries(others).map(([path, load]) => ({ name: nameOf(path), title: TITLES[nameOf(path)] ?? nameOf(path), load })),
  },
];

export const all = groups.flatMap((group) => group.examples);
