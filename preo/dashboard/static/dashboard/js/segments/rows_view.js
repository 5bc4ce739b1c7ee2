// The rows on the page: selects and fields, of which `rows.js` makes CEL.
import { KINDS } from "./kinds.js";
import { isWhole, readRows, writeRows } from "./rows.js";

const option = (value, label, chosen) => new Option(label, value, false, value === chosen);
const LABELS = { whole: "How many", amount: "How much", text: "Which", date: "Day", choice: "Which" };

/**
 * Rows in `root`, made of `template`. `choices(value)` gives `[{value, label, detail}]` for a value
 * that is chosen, `currency()` the word behind amounts; `changed(text)` is called with the condition
 * that the person's change says.
 */
export const makeRows = ({ root, template, choices, currency, changed }) => {
  const list = root.querySelector(".js-rows");
  const every = root.querySelector(".js-every");
  const told = root.querySelector(".js-rows-told");
  const state = { every: true, rows: [], text: "" };

  const say = () => {
    state.text = writeRows(state);
    for (const word of list.querySelectorAll(".js-join")) word.textContent = state.every ? "and" : "or";
    list.querySelectorAll(".js-row").forEach((element, at) => {
      element.toggleAttribute("data-open", !isWhole(state.rows[at]));
    });
    changed(state.text);
  };
  const kindOf = (row) => KINDS.find((kind) => kind.key === row.kind);

  const choiceField = (row) => {
    const select = document.createElement("select");
    select.className = "select select-sm";
    const all = kindOf(row).value.options ?? choices(kindOf(row).value);
    if (!row.value) select.append(option("", "Choose", ""));
    if (row.value && !all.some((entry) => entry.value === row.value)) {
      select.append(option(row.value, `${row.value} (unknown here)`, row.value));
    }
    const groups = new Map();
    for (const entry of all) {
      const name = entry.detail ?? "";
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(option(entry.value, entry.full ?? entry.label, row.value));
    }
    for (const [name, options] of groups) {
      if (groups.size === 1 || !name) select.append(...options);
      else {
        const group = document.createElement("optgroup");
        group.label = name;
        group.append(...options);
        select.append(group);
      }
    }
    return select;
  };
  const typedField = (row) => {
    const { type } = kindOf(row).value;
    const input = document.createElement("input");
    input.className = "input input-sm";
    input.type = type === "date" ? "date" : "text";
    if (type === "whole" || type === "amount") {
      input.inputMode = type === "whole" ? "numeric" : "decimal";
      input.classList.add("rule-number");
    }
    input.value = row.value;
    return input;
  };
  const unitOf = (row) => {
    const { unit, type } = kindOf(row).value;
    return unit ?? (type === "amount" ? currency() : "");
  };

  const fillValue = (element, row) => {
    const { type } = kindOf(row).value;
    const field = type === "choice" ? choiceField(row) : typedField(row);
    field.setAttribute("aria-label", `${kindOf(row).label}: ${LABELS[type]}`);
    field.addEventListener(type === "choice" ? "change" : "input", () => {
      row.value = field.value;
      say();
    });
    const place = element.querySelector(".js-value");
    place.replaceChildren(field);
    if (unitOf(row)) place.append(Object.assign(document.createElement("span"), { textContent: unitOf(row) }));
  };
  const fillOperators = (element, row) => {
    const select = element.querySelector(".js-operator");
    const { operators } = kindOf(row);
    select.replaceChildren(...operators.map((entry) => option(entry.key, entry.label, row.operator)));
    select.setAttribute("aria-label", `${kindOf(row).label}: how`);
  };

  const rowElement = (row) => {
    const element = template.content.firstElementChild.cloneNode(true);
    const kinds = element.querySelector(".js-kind");
    kinds.replaceChildren(...KINDS.map((kind) => option(kind.key, kind.label, row.kind)));
    const fill = () => {
      fillOperators(element, row);
      fillValue(element, row);
      element.querySelector(".js-remove").setAttribute("aria-label", `Remove the row ${kindOf(row).label}`);
    };
    fill();
    kinds.addEventListener("change", () => {
      Object.assign(row, emptyRow(kinds.value));
      fill();
      say();
    });
    element.querySelector(".js-operator").addEventListener("change", (event) => {
      row.operator = event.target.value;
      say();
    });
    element.querySelector(".js-remove").addEventListener("click", () => remove(row));
    return element;
  };
  const emptyRow = (key) => {
    const kind = KINDS.find((entry) => entry.key === key);
    return { kind: key, operator: kind.operators[0].key, value: kind.value.begin ?? "" };
  };
  const remove = (row) => {
    const at = state.rows.indexOf(row);
    state.rows.splice(at, 1);
    draw();
    say();
    // The focus stays among the rows: on the one that took this one's place.
    const next = list.querySelectorAll(".js-kind")[Math.min(at, state.rows.length - 1)];
    (next ?? root.querySelector(".js-add")).focus();
  };
  const draw = () => {
    list.replaceChildren(...state.rows.map(rowElement));
    every.value = state.every ? "all" : "any";
    root.toggleAttribute("data-many", state.rows.length > 1);
    for (const word of list.querySelectorAll(".js-join")) word.textContent = state.every ? "and" : "or";
  };

  every.addEventListener("change", () => {
    state.every = every.value === "all";
    say();
  });
  root.querySelector(".js-add").addEventListener("click", () => {
    state.rows.push(emptyRow(KINDS[0].key));
    draw();
    say();
    list.lastElementChild.querySelector(".js-kind").focus();
  });

  // `rows`: they say what the text says; `behind`: they say what it said before; `text`: they never did.
  const turnTo = (word) => {
    root.dataset.state = word;
    told.hidden = word === "rows";
    for (const part of [list, every.closest("p")]) part.inert = word !== "rows";
    root.querySelector(".js-add").disabled = word !== "rows";
  };

  return {
    /** Show what a condition says, as far as rows can say it. */
    show: (text) => {
      if (text === state.text && root.dataset.state === "rows") return;
      const found = readRows(text);
      if (!found) {
        turnTo(state.rows.length && root.dataset.state !== "text" ? "behind" : "text");
        return;
      }
      Object.assign(state, found, { text });
      turnTo("rows");
      draw();
    },
    /** Draw again, after the choices have changed. */
    redraw: () => {
      if (root.dataset.state === "rows") draw();
    },
  };
};
