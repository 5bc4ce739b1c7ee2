// The page of one segment: names for the ids of its condition, words for why somebody is (not) in it.
import { sayInWords } from "./words.js";

const page = document.getElementById("segment");
const answer = await fetch(page.dataset.context);
if (answer.ok) {
  const context = await answer.json();
  sayInWords(page, context);
  document.addEventListener("htmx:afterSettle", () => sayInWords(page, context));
}
