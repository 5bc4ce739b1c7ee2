// Rows to CEL and back. A condition that says anything else than rows can say is not read at all.
import { KINDS } from "./kinds.js";
import { partsOf } from "./reading.js";

const HOLE = "$value";
const DAY = /^(\d{4}-\d{2}-\d{2})T00:00:00Z$/;
const ESCAPES = { "\\\\": "\\", '\\"': '"', "\\'": "'" };
const DIGITS = { whole: /^\d{1,9}$/, amount: /^\d{1,12}(\.\d{1,2})?$/ };

const kindOf = (key) => KINDS.find((kind) => kind.key === key);
const operatorOf = (kind, key) => kind.operators.find((operator) => operator.key === key);

// --- writing ---

const written = (kind, value) => {
  const { type, isName, options } = kind.value;
  if (type === "date") return /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : null;
  if (isName) return options.some((option) => option.value === value) ? value : null;
  if (type === "whole" || type === "amount") {
    const number = value.trim().replace(",", ".");
    if (!DIGITS[type].test(number)) return null;
    return Number(number) < (kind.value.least ?? 0) ? null : number.replace(/^0+(?=\d)/, "");
  }
  const text = value.trim();
  return text && !/[\n\r]/.test(text) ? text.replaceAll("\\", "\\\\").replaceAll('"', '\\"') : null;
};

/** Whether a row says something already. */
export const isWhole = (row) => written(kindOf(row.kind), row.value) !== null;

/** The condition of all rows that say something, each on its line. */
export const writeRows = ({ every, rows }) =>
  rows
    .filter(isWhole)
    .map((row) => {
      const kind = kindOf(row.kind);
      return operatorOf(kind, row.operator).cel.replaceAll(HOLE, () => written(kind, row.value));
    })
    .join(every ? "\n&& " : "\n|| ");

// --- reading ---

const textOf = (part) => {
  const quote = part.text[0];
  if (part.open || part.text.startsWith(quote.repeat(3)) || part.text.length < 2) return null;
  const inner = part.text.slice(1, -1);
  const others = inner.replace(/\\[\\"']/g, "").includes("\\");
  return others ? null : inner.replace(/\\[\\"']/g, (found) => ESCAPES[found]);
};

const opens = (part) => part.kind === "sign" && "([{".includes(part.text);
const closes = (part) => part.kind === "sign" && ")]}".includes(part.text);

// Split at `&&` or `||` outside of brackets: {sign, pieces}; null where both stand there.
const split = (parts) => {
  const pieces = [[]];
  const signs = new Set();
  let depth = 0;
  for (const part of parts) {
    if (opens(part)) depth += 1;
    if (closes(part)) depth -= 1;
    if (depth < 0) return null;
    if (depth === 0 && part.kind === "sign" && (part.text === "&&" || part.text === "||")) {
      signs.add(part.text);
      pieces.push([]);
    } else pieces.at(-1).push(part);
  }
  return depth || signs.size > 1 ? null : { sign: [...signs][0] ?? "&&", pieces };
};

const closing = (parts) => {
  let depth = 0;
  return parts.findIndex((part) => (depth += opens(part) ? 1 : closes(part) ? -1 : 0) === 0);
};
const bare = (parts) => {
  let inner = parts;
  while (inner[0]?.text === "(" && closing(inner) === inner.length - 1) inner = inner.slice(1, -1);
  return inner;
};

const valueAt = (kind, hole, part) => {
  const { type, isName, options } = kind.value;
  if (hole.kind === "text") {
    const text = part.kind === "text" ? textOf(part) : null;
    if (text === null || !text) return null;
    return type === "date" ? (DAY.exec(text)?.[1] ?? null) : text;
  }
  if (isName) return options.some((option) => option.value === part.text) ? part.text : null;
  return part.kind === "number" && DIGITS[type].test(part.text) ? part.text : null;
};

// A template's `$value` outside of quotes comes as the two parts `$` and `value`.
const templates = KINDS.flatMap((kind) =>
  kind.operators.map((operator) => {
    const parts = [];
    for (const part of partsOf(operator.cel)) {
      if (part.text === "value" && parts.at(-1)?.text === "$") parts.pop();
      const isHole = part.text === `"${HOLE}"` || part.text === "value";
      parts.push({ ...part, isHole });
    }
    return { kind, operator, parts };
  }),
);

const sameParts = (one, two) => one.text === two.text || (one.kind === "text" && two.kind === "text" && textOf(one) === textOf(two));

const readRow = (parts) => {
  for (const template of templates) {
    if (template.parts.length !== parts.length) continue;
    let value = null;
    const fits = template.parts.every((part, at) => {
      if (!part.isHole) return sameParts(part, parts[at]);
      value = valueAt(template.kind, part, parts[at]);
      return value !== null;
    });
    if (fits) return { kind: template.kind.key, operator: template.operator.key, value };
  }
  return null;
};

/** `{every, rows}` of a condition; null where it says something that rows cannot. */
export const readRows = (text) => {
  if (!text.trim()) return { every: true, rows: [] };
  if (text.includes("//")) return null;
  const found = split(bare(partsOf(text)));
  if (!found) return null;
  const rows = found.pieces.map((piece) => readRow(bare(piece)));
  return rows.includes(null) ? null : { every: found.sign === "&&", rows };
};
