// Questions to the server while somebody types: only the answer to the last one counts.

const WAIT = 400;

/** A function that calls `run` when it was not called again for a moment. */
export const settled = (run, wait = WAIT) => {
  let timer = 0;
  return (...words) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => run(...words), wait);
  };
};

/**
 * A function that posts a form's values and gives the JSON of the answer, or null where a later
 * question has taken its place. Throws where there is no answer.
 */
export const asker = (url, values) => {
  let last = null;
  return async () => {
    last?.abort();
    const mine = (last = new AbortController());
    try {
      const answer = await fetch(url(), {
        method: "POST",
        body: values(),
        signal: mine.signal,
        headers: { "HX-Request": "true", "HX-Current-URL": location.href },
      });
      const elsewhere = answer.headers.get("HX-Redirect");
      if (elsewhere) location.assign(elsewhere);
      if (answer.status !== 200) throw new Error(`${answer.status}`);
      return mine === last ? await answer.json() : null;
    } catch (error) {
      if (mine.signal.aborted) return null;
      throw error;
    }
  };
};
