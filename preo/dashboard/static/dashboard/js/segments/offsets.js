// The server counts characters (code points), JavaScript counts UTF-16 units: an emoji is one of
// those and two of these.

/** A function from an offset in code points of `text` to one in UTF-16 units. */
export const unitsOf = (text) => {
  const starts = [];
  let units = 0;
  for (const character of text) {
    starts.push(units);
    units += character.length;
  }
  starts.push(units);
  return (points) => starts[Math.min(Math.max(points, 0), starts.length - 1)];
};

/** The text as the server may get it: a typed blank must be one, also where a browser made another of it. */
export const sendable = (text) => text.replaceAll("\u00a0", " ");
