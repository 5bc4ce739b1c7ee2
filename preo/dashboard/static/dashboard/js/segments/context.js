// What there is to name here, as the server tells it.

// Things of one kind that are called the same are told apart by the edition that they belong to.
const withFullNames = (entries) => {
  const seen = new Map();
  for (const { label } of entries) seen.set(label, (seen.get(label) ?? 0) + 1);
  return entries.map((entry) => ({
    ...entry,
    full: seen.get(entry.label) > 1 && entry.detail ? `${entry.label}, ${entry.detail}` : entry.label,
  }));
};

/** The context at an address; null where there is none. */
export const readContext = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) return null;
  const context = await answer.json();
  context.references = Object.fromEntries(
    Object.entries(context.references).map(([kind, entries]) => [kind, withFullNames(entries)]),
  );
  return context;
};

/** What each id and slug is called, of all things that a condition can name here. */
export const namesOf = (context) =>
  new Map(
    Object.values(context.references)
      .flat()
      .map((entry) => [entry.value, entry.full]),
  );
