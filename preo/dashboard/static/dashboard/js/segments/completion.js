// What can be written next: fields, functions, values, and the real things of this organization by
// their names. `context` is the answer of the page's own address for it.
import { loopsOf, partsOf, pathBefore } from "./reading.js";

/** How the loop variable over a list is called when nobody has said. */
export const VARIABLES = { orders: "o", purchases: "p", consents: "c", messages: "m" };
const MACROS = [
  ["exists", "at least one of them"],
  ["all", "every one of them"],
  ["exists_one", "exactly one of them"],
  ["filter", "only those for which something holds"],
  ["map", "one value of each"],
];
const SUMS = [
  ["size", "how many"],
  ["sum", "all together"],
  ["min", "the smallest"],
  ["max", "the largest"],
  ["avg", "the mean"],
];
const WORD = /^\w*$/;
const TEXT = /^[^"'\n]*$/;

/** A function `(text, position, explicit)` for the editor. */
export const completer = (context) => {
  const relations = new Map(context.relations.map((relation) => [relation.name, relation]));
  const functions = context.functions.filter((entry) => !MACROS.some(([name]) => name === entry.name));
  const ofText = functions.filter((entry) => entry.is_method);
  const free = functions.filter((entry) => !entry.is_method);

  const entityOf = (name, loops) => {
    if (name === "user") return context.entities.user;
    const path = loops.get(name);
    const relation = path?.length === 1 ? relations.get(path[0]) : null;
    return relation && !relation.value ? context.entities[relation.entity] : null;
  };
  const fieldOf = (path, loops) => {
    if (path.length === 1 && relations.get(path[0])?.value) return relations.get(path[0]).value;
    if (path.length === 1 && loops.has(path[0])) return fieldOf(loops.get(path[0]), loops);
    if (path.length !== 2) return null;
    return entityOf(path[0], loops)?.find((field) => field.name === path[1]) ?? null;
  };

  const valuesOf = (field) => [
    ...(field.values ?? []).map((value) => ({ value, label: value, detail: context.words[value] })),
    ...(context.references[field.reference] ?? []),
  ];
  const everything = () => Object.values(context.references).flat();
  const textOptions = (values, close) =>
    values.map((entry, at) => ({
      label: entry.label,
      boost: Math.max(-99, -at),
      detail: entry.detail,
      info: entry.value === entry.label ? undefined : entry.value,
      insert: close(entry.value),
    }));

  const fieldOptions = (fields) =>
    fields.map((field, at) => ({
      label: field.name,
      boost: -at,
      detail: field.type,
      info: field.description,
      again: field.type.startsWith("list"),
    }));
  const listOptions = (path) => {
    const variable = VARIABLES[path[0]] ?? "x";
    return [
      ...MACROS.map(([name, info]) => ({
        label: name,
        detail: `(${variable}, …)`,
        info,
        insert: `${name}(\${${variable}}, \${})`,
        isSnippet: true,
      })),
      ...SUMS.map(([name, info]) => ({ label: name, detail: "()", info, insert: `${name}()` })),
    ];
  };
  const callOption = (entry) => ({
    label: entry.name,
    detail: entry.syntax,
    info: entry.example ? `${entry.description} For instance: ${entry.example}` : entry.description,
    insert: `${entry.name}(\${})`,
    isSnippet: true,
  });

  const afterDot = (parts, loops) => {
    const path = pathBefore(parts);
    const entity = path.length === 1 ? entityOf(path[0], loops) : null;
    if (entity) return fieldOptions(entity);
    const field = fieldOf(path, loops);
    if ((path.length === 1 && relations.has(path[0])) || field?.type.startsWith("list")) return listOptions(path);
    return ofText.map(callOption);
  };

  const atTop = (loops) => [
    ...[...loops].map(([name, path]) => ({ label: name, detail: `one of ${path.join(".")}`, boost: 2, insert: name })),
    { label: "user", detail: "the customer", info: "Who is asked about.", insert: "user.", again: true, boost: 1 },
    ...context.relations.map((relation) => ({
      label: relation.name,
      detail: relation.value ? "list" : "list of rows",
      info: relation.description,
      insert: relation.value ? relation.name : `${relation.name}.`,
      again: !relation.value,
    })),
    { label: "now", detail: "timestamp", info: "The moment of the calculation." },
    ...free.map(callOption),
  ];

  // The field whose value is asked for at the end of `parts`: `o.status ==`, `o.status in [`.
  const askedField = (parts, loops) => {
    let at = parts.length - 1;
    if (["[", ","].includes(parts[at]?.text)) {
      while (at >= 0 && parts[at].text !== "[") at -= 1;
      at -= 1;
      if (parts[at]?.text !== "in") return null;
    }
    if (!["==", "!=", "in"].includes(parts[at]?.text)) return null;
    const path = [];
    for (let name = at - 1; parts[name]?.kind === "name"; name -= 2) {
      path.unshift(parts[name].text);
      if (parts[name - 1]?.text !== ".") break;
    }
    return fieldOf(path, loops);
  };
  const askedArgument = (parts) => {
    if (parts.at(-1)?.text !== "(") return null;
    return context.functions.find((entry) => entry.name === parts.at(-2)?.text && entry.values) ?? null;
  };

  const inText = (text, open, parts, loops) => {
    const quote = text[open.inner - 1];
    const rest = text.slice(open.inner);
    const length = rest.search(/["'\n]/);
    const closed = length >= 0 && rest[length] === quote;
    const to = open.inner + (length < 0 ? rest.length : length) + (closed ? 1 : 0);
    const field = askedField(parts, loops) ?? askedArgument(parts);
    const values = field ? valuesOf(field) : everything();
    const found = values.length ? values : field ? [] : everything();
    return { from: open.inner, to, validFor: TEXT, options: textOptions(found, (value) => value + quote) };
  };

  return (text, position, explicit) => {
    const parts = partsOf(text, position);
    const loops = loopsOf(parts);
    const last = parts.at(-1);
    if (last?.open) return inText(text, last, parts.slice(0, -1), loops);
    if (last?.kind === "text" && last.from + last.text.length === position) return null;
    const isTyping = last?.kind === "name" && last.from + last.text.length === position;
    const before = isTyping ? parts.slice(0, -1) : parts;
    const from = isTyping ? last.from : position;
    const found = (options) => (options.length ? { from, options, validFor: WORD } : null);
    if (before.at(-1)?.text === ".") return found(afterDot(before, loops));
    const field = askedField(before, loops) ?? askedArgument(before);
    const values = field ? textOptions(valuesOf(field), (value) => `"${value}"`) : [];
    if (values.length) return found(values);
    return isTyping || explicit ? found(atTop(loops)) : null;
  };
};
