// CEL for the editor's colours. Nothing is judged here: what is wrong, the server says.
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const QUOTES = /^(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/;
const NUMBER = /^(?:0[xX][0-9a-fA-F]+[uU]?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]?)/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const OPERATOR = /^(?:&&|\|\||[=!<>]=|[-+*/%!<>?:])/;
const WORDS = new Map([
  ["true", "bool"],
  ["false", "bool"],
  ["null", "null"],
  ["in", "operatorKeyword"],
]);
const ROOTS = new Set(["user", "orders", "purchases", "consents", "segments", "messages", "now"]);

// `state.quote` is what ends the text that is open, for those of three quotes over several lines.
const readText = (stream, state) => {
  while (!stream.eol()) {
    if (stream.match(state.quote)) {
      state.quote = "";
      return "string";
    }
    if (stream.next() === "\\" && !state.raw) stream.next();
  }
  if (state.quote.length === 1) state.quote = "";
  return "string";
};

const token = (stream, state) => {
  if (state.quote) return readText(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match("//")) {
    stream.skipToEnd();
    return "comment";
  }
  const quote = stream.match(QUOTES);
  if (quote) {
    state.quote = quote[1];
    state.raw = /^[bB]?[rR]/.test(quote[0]);
    return readText(stream, state);
  }
  if (stream.match(NUMBER)) return "number";
  const after = state.dot;
  state.dot = false;
  const name = stream.match(NAME);
  if (name) {
    const called = stream.match(/^\s*\(/, false);
    if (after) return called ? "function" : "propertyName";
    if (WORDS.has(name[0])) return WORDS.get(name[0]);
    if (called) return "function";
    return ROOTS.has(name[0]) ? "root" : "variableName";
  }
  if (stream.match(OPERATOR)) return "operator";
  state.dot = stream.next() === ".";
  return null;
};

const language = StreamLanguage.define({
  name: "cel",
  startState: () => ({ quote: "", raw: false, dot: false }),
  copyState: (state) => ({ ...state }),
  token,
  tokenTable: {
    function: tags.function(tags.variableName),
    root: tags.standard(tags.variableName),
  },
  languageData: { closeBrackets: { brackets: ["(", "[", '"', "'"] }, commentTokens: { line: "//" } },
});

// Only classes: the colours stand with all others in css/editor.css, for both schemes.
const colours = HighlightStyle.define([
  { tag: tags.string, class: "cel-text" },
  { tag: tags.number, class: "cel-number" },
  { tag: [tags.bool, tags.null, tags.operatorKeyword], class: "cel-word" },
  { tag: tags.operator, class: "cel-operator" },
  { tag: tags.function(tags.variableName), class: "cel-function" },
  { tag: tags.standard(tags.variableName), class: "cel-root" },
  { tag: tags.comment, class: "cel-comment" },
]);

export const cel = [language, syntaxHighlighting(colours)];
