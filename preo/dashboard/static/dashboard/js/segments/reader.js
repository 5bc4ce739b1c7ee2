// The page of one segment: its condition in words, and words for why somebody is (not) in it.
import { readContext } from "./context.js";
import { inWords, sayInWords } from "./words.js";

const page = document.getElementById("segment");
const condition = document.getElementById("condition-text");
const list = page.querySelector(".js-condition-words");

const context = await readContext(page.dataset.context);
if (context) {
  const said = condition && inWords(condition.textContent, context);
  if (said) {
    list.replaceChildren(
      ...said.words.map((words, at) => {
        const item = document.createElement("li");
        item.textContent = at ? `${said.every ? "and" : "or"} ${words}` : words;
        return item;
      }),
    );
    list.hidden = false;
    condition.classList.add("quiet");
  }
  sayInWords(page, context);
  document.addEventListener("htmx:afterSettle", () => sayInWords(page, context));
}
