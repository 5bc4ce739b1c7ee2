// All that a condition can name, to be read: what is at hand, and what it means.

const element = (name, css, text) => Object.assign(document.createElement(name), { className: css, textContent: text });

const group = (title, note, entries) => {
  const box = document.createElement("section");
  box.append(element("h3", "names-title", title));
  if (note) box.append(element("p", "quiet", note));
  const list = element("dl", "names-list", "");
  for (const [word, type, description] of entries) {
    const term = element("dt", "", "");
    term.append(element("code", "code", word), " ", element("span", "quiet", type));
    list.append(term, element("dd", "", description));
  }
  box.append(list);
  return box;
};

const fieldsOf = (fields, prefix) =>
  fields.map((field) => [`${prefix}.${field.name}`, field.type, field.description]);

/** Fill `root` with the fields of the customer and of each list, and with the functions. */
export const listNames = (root, context, variables) =>
  root.replaceChildren(
    group("The customer", "", fieldsOf(context.entities.user, "user")),
    ...context.relations.map((relation) =>
      relation.value
        ? group(relation.name, relation.description, [])
        : group(
            relation.name,
            `${relation.description} Ask with ${relation.name}.exists(${variables[relation.name] ?? "x"}, …).`,
            fieldsOf(context.entities[relation.entity], variables[relation.name] ?? "x"),
          ),
    ),
    group(
      "Functions",
      "",
      context.functions.map((entry) => [entry.syntax, "", entry.description]),
    ),
  );
