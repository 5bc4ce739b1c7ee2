// A condition in the words of the row builder, for who does not read CEL.
import { namesOf } from "./context.js";
import { KINDS } from "./kinds.js";
import { readRows } from "./rows.js";

const ID = /"([a-z]{3}_[0-9a-z]{26})"/g;

const valueWords = (kind, value, context, names) => {
  const own = kind.value.options?.find((entry) => entry.value === value)?.label;
  const word = own ?? names.get(value) ?? context.words[value] ?? value;
  const unit = kind.value.unit ?? (kind.value.type === "amount" ? context.currency : "");
  return unit ? `${word} ${unit}` : word;
};

const rowWords = (row, context, names) => {
  const kind = KINDS.find((entry) => entry.key === row.kind);
  const operator = kind.operators.find((entry) => entry.key === row.operator);
  return `${kind.label}: ${operator.label} ${valueWords(kind, row.value, context, names)}`;
};

/** `{every, words}` of a condition, a sentence for each row; null where rows cannot say it. */
export const inWords = (text, context) => {
  const found = readRows(text);
  const names = namesOf(context);
  return found?.rows.length
    ? { every: found.every, words: found.rows.map((row) => rowWords(row, context, names)) }
    : null;
};

/** Write the conditions in `[data-cel]` below `root` in words, or at least with names for their ids. */
export const sayInWords = (root, context) => {
  const names = namesOf(context);
  for (const element of root.querySelectorAll("[data-cel]")) {
    const text = element.dataset.cel;
    const said = inWords(text, context);
    if (said?.words.length === 1) {
      const words = document.createElement("span");
      [words.textContent] = said.words;
      words.title = text;
      element.replaceWith(words);
    } else {
      element.textContent = text.replace(ID, (all, id) => (names.has(id) ? `“${names.get(id)}”` : all));
      element.title = text;
    }
  }
};
