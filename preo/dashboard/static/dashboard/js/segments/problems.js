// What is wrong with the condition, as a list below the editor: each entry leads to its place, and
// where the server knows what was meant, a button writes that.
import { unitsOf } from "./offsets.js";

const MEANT = /^Did you mean (?:`([^`]+)`|("[^"]*"))\?/;

/** A sentence in which what stands between grave accents is code. */
export const sentence = (text) =>
  text.split("`").map((piece, at) => {
    if (at % 2 === 0) return piece;
    const code = document.createElement("code");
    code.textContent = piece;
    return code;
  });

// The whole of what was meant may begin before the mistake: `user.total_spent` for `total_spen`.
const fixOf = (text, problem) => {
  const [, name, value] = MEANT.exec(problem.hint) ?? [];
  const meant = name ?? value;
  if (!meant || problem.from === problem.to) return null;
  const before = text.slice(0, problem.from);
  for (let length = meant.length - 1; length > 0; length -= 1) {
    if (before.endsWith(meant.slice(0, length))) return meant.slice(length);
  }
  return meant;
};

/** The server's problems with offsets as the editor counts, and with what would mend them. */
export const withPlaces = (text, problems) => {
  const units = unitsOf(text);
  return problems
    .map((problem) => ({ ...problem, from: units(problem.start), to: units(problem.end) }))
    .map((problem) => ({ ...problem, fix: fixOf(text, problem) }));
};

const element = (name, css, ...content) => {
  const made = document.createElement(name);
  made.className = css;
  made.append(...content);
  return made;
};

const itemOf = (problem, select, mend) => {
  const place = element("span", "problem-place", `Line ${problem.line}, column ${problem.column}`);
  const text = element("button", "problem-text", place, " ", ...sentence(problem.message));
  text.type = "button";
  if (problem.hint) text.append(" ", element("span", "problem-hint", ...sentence(problem.hint)));
  text.addEventListener("click", () => select(problem));
  const item = element("li", `problem problem-${problem.severity}`, text);
  if (problem.fix) {
    const button = element("button", "btn btn-sm btn-quiet problem-fix", "Write ", ...sentence(`\`${problem.fix}\``));
    button.type = "button";
    button.addEventListener("click", () => mend(problem));
    item.append(button);
  }
  return item;
};

/** Show problems in `list`; `select` and `mend` are called with the one that is clicked. */
export const listProblems = (list, problems, { select, mend }) =>
  list.replaceChildren(...problems.map((problem) => itemOf(problem, select, mend)));
