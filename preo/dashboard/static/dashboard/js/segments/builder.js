// The page on which a segment is built: rows and text say the same condition, and while it changes
// the server is asked what is wrong with it and for whom it holds.
import { makeEditor } from "../../dist/editor.js";
import { VARIABLES, completer } from "./completion.js";
import { namesOf, readContext } from "./context.js";
import { asker, settled } from "./live.js";
import { sendable } from "./offsets.js";
import { listNames } from "./names.js";
import { listProblems, sentence, withPlaces } from "./problems.js";
import { makeRecipes } from "./recipes.js";
import { makeRows } from "./rows_view.js";
import { sayInWords } from "./words.js";

const form = document.getElementById("segment-form");
const source = document.getElementById("field-condition");
const audience = document.getElementById("audience");
const said = document.getElementById("audience-said");
const brief = document.getElementById("audience-brief");
const why = document.getElementById("why");
const problemList = document.getElementById("condition-problems");
const script = document.getElementById("segment-script");

const nothing = { entities: { user: [] }, relations: [], functions: [], references: {}, currency: "" };
let context = nothing;
let complete = () => null;
let names = new Map();
// What was sent and refused is not saved either.
let isSaved = !document.getElementById("form-mistakes");

// --- the condition ---

const editor = makeEditor({
  parent: document.getElementById("condition-editor"),
  text: source.value,
  nonce: script.nonce,
  attributes: {
    id: "condition-text",
    "aria-label": "Condition",
    "aria-describedby": "condition-help condition-problems",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
  },
  hint: "Add a row above, start from a recipe, or write a condition here",
  complete: (...words) => complete(...words),
  nameOf: (id) => names.get(id),
  sentence,
  changed: (text) => {
    rows.show(text);
    conditionChanged(text);
  },
});
const valuesOf = ({ entity, field }) => {
  const found = (context.entities[entity] ?? []).find((entry) => entry.name === field);
  return (found?.values ?? []).map((word) => ({ value: word, label: context.words[word] ?? word }));
};
const rows = makeRows({
  root: document.getElementById("rows"),
  template: document.getElementById("row-template"),
  choices: (value) => (value.field ? valuesOf(value) : (context.references[value.reference] ?? [])),
  currency: () => context.currency,
  changed: (text) => {
    if (text === editor.text()) return;
    editor.setText(text);
    conditionChanged(text);
  },
});

const conditionChanged = (text) => {
  source.value = sendable(text);
  isSaved = false;
  audience.dataset.state = text.trim() ? "waiting" : "empty";
  judge();
};

// --- what the server says of it ---

const showProblems = (text, found) => {
  const problems = withPlaces(text, found);
  editor.show(problems);
  listProblems(problemList, problems, {
    select: ({ from, to }) => editor.select(from, to),
    mend: ({ from, to, fix }) => editor.replace(from, to, fix),
  });
};

const ask = asker(
  () => form.dataset.check,
  () => new FormData(form),
);
const judge = settled(async () => {
  const text = editor.text();
  if (!text.trim()) {
    showProblems("", []);
    return;
  }
  try {
    const answer = await ask();
    if (answer === null || editor.text() !== text) return;
    showProblems(text, answer.problems);
    if (answer.valid) count();
    else audience.dataset.state = "wrong";
  } catch {
    audience.dataset.state = "silent";
  }
});

const count = () => {
  audience.dataset.state = "counting";
  window.htmx.trigger(audience, "count");
  const person = why.querySelector("[data-again]");
  if (person) window.htmx.trigger(person, "again");
};
audience.addEventListener("htmx:afterSwap", () => {
  audience.dataset.state = "ready";
  const number = audience.querySelector(".audience-number");
  brief.textContent = number ? `${number.textContent} can be reached` : "Not counted";
  said.textContent = brief.textContent;
});
why.addEventListener("htmx:afterSwap", () => sayInWords(why, context));
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  audience.addEventListener(failure, () => {
    audience.dataset.state = "silent";
  });
}

// --- what there is to choose from ---

const loadContext = async () => {
  const edition = form.elements.edition_id?.value ?? "";
  const url = new URL(form.dataset.context, location.href);
  url.searchParams.set("edition_id", edition);
  const found = await readContext(url);
  if (!found || (form.elements.edition_id?.value ?? "") !== edition) return;
  context = found;
  // A segment cannot be made of itself.
  context.references.segment = context.references.segment.filter((entry) => entry.value !== form.dataset.segment);
  names = namesOf(context);
  complete = completer(context);
  editor.namesChanged();
  rows.redraw();
  recipes.show(context.recipes);
  listNames(document.getElementById("names"), context, VARIABLES);
  form.dataset.ready = "";
};

form.addEventListener("change", (event) => {
  isSaved = false;
  const { name } = event.target;
  if (name === "edition_id") loadContext();
  if (["edition_id", "communication_channel", "communication_type", "consent_id"].includes(name)) judge();
  if (name === "communication_type") showConsent();
});
const showConsent = () => {
  document.getElementById("consent-part").hidden = form.elements.communication_type.value !== "marketing";
};

// --- recipes ---

const recipes = makeRecipes({
  dialog: document.getElementById("recipes"),
  template: document.getElementById("recipe-template"),
  opener: document.querySelector(".js-recipes"),
  take: (condition, how) => {
    const now = editor.text().trim();
    const text = how === "add" && now ? `(${now})\n&& (${condition})` : condition;
    editor.setText(text);
    rows.show(text);
    conditionChanged(text);
    editor.focus();
  },
});

// --- begin ---

// The box of mistakes leads to the plain field, which the editor stands for.
document.addEventListener("click", (event) => {
  if (!event.target.closest('a[href="#field-condition"]')) return;
  event.preventDefault();
  editor.focus();
});

form.addEventListener("submit", () => {
  source.value = sendable(editor.text());
  isSaved = true;
});
window.addEventListener("beforeunload", (event) => {
  if (!isSaved) event.preventDefault();
});
document.documentElement.classList.add("has-editor");
showConsent();
rows.show(editor.text());
loadContext();
if (editor.text().trim()) judge();
else audience.dataset.state = "empty";
