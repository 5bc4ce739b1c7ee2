// Where in a condition the cursor stands: in a text, after a dot, and what the loop variables are of.
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const LIST_MACROS = new Set(["exists", "all", "exists_one", "filter", "map"]);

const textEnd = (source, at) => {
  const quote = source.startsWith(source[at].repeat(3), at) ? source[at].repeat(3) : source[at];
  let here = at + quote.length;
  while (here < source.length) {
    if (source.startsWith(quote, here)) return { start: at + quote.length, end: here + quote.length };
    if (source[here] === "\n" && quote.length === 1) return { start: at + quote.length, end: here };
    here += source[here] === "\\" ? 2 : 1;
  }
  return { start: at + quote.length, end: Infinity };
};

/**
 * The parts of a condition up to `end`, each `{kind, text, from}` with the kinds `name`, `text`,
 * `number` and `sign`. A text that is not closed before `end` has `open` set.
 */
export const partsOf = (source, end = source.length) => {
  const parts = [];
  let at = 0;
  while (at < end) {
    const sign = source[at];
    if (/\s/.test(sign)) {
      at += 1;
      continue;
    }
    if (source.startsWith("//", at)) {
      const line = source.indexOf("\n", at);
      at = line < 0 ? source.length : line;
      continue;
    }
    if (sign === '"' || sign === "'") {
      const text = textEnd(source, at);
      const open = text.end > end || (text.end === end && source[end - 1] !== sign) || text.start > end;
      parts.push({ kind: "text", text: source.slice(at, Math.min(text.end, end)), from: at, inner: text.start, open });
      at = Math.min(text.end, end);
      continue;
    }
    NAME.lastIndex = at;
    const name = NAME.exec(source);
    const number = name ? null : /^\d+(?:\.\d+)?/.exec(source.slice(at, at + 40));
    const double = /^(?:&&|\|\||[=!<>]=)/.exec(source.slice(at, at + 2));
    const found = name ?? number ?? double;
    const text = (found ? found[0] : sign).slice(0, end - at);
    parts.push({ kind: name ? "name" : number ? "number" : "sign", text, from: at });
    at += text.length;
  }
  return parts;
};

// From the index of a dot back to the beginning of what stands before it: `orders.filter(...)`.
const receiverOf = (parts, dot) => {
  const path = [];
  let at = dot - 1;
  while (at >= 0) {
    if (parts[at].text === ")") {
      let depth = 1;
      while (depth && --at >= 0) depth += { ")": 1, "(": -1 }[parts[at].text] ?? 0;
      at -= 1;
    }
    if (at < 0 || parts[at].kind !== "name") break;
    if (!LIST_MACROS.has(parts[at].text)) path.unshift(parts[at].text);
    if (at < 1 || parts[at - 1].text !== ".") break;
    at -= 2;
  }
  return path;
};

/** The loop variables before `parts` end: a Map of names to paths such as `["orders"]`. */
export const loopsOf = (parts) => {
  const loops = new Map();
  parts.forEach((part, at) => {
    const isLoop =
      LIST_MACROS.has(part.text) &&
      parts[at - 1]?.text === "." &&
      parts[at + 1]?.text === "(" &&
      parts[at + 2]?.kind === "name" &&
      parts[at + 3]?.text === ",";
    if (isLoop) loops.set(parts[at + 2].text, receiverOf(parts, at - 1));
  });
  return loops;
};

/** What stands before the dot at the end of `parts`, as a path; empty where there is none. */
export const pathBefore = (parts) => receiverOf(parts, parts.length - 1);
