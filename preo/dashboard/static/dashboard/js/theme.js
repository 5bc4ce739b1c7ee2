// What needs a script to be of use is hidden without one; the theme changes without a new page.
(() => {
  "use strict";
  const reveal = (root) => {
    for (const element of root.querySelectorAll(".js-only[hidden]")) element.hidden = false;
  };
  const choose = (form, word) => {
    const root = document.documentElement;
    const age = word === "system" ? 0 : 365 * 24 * 3600;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `preo_theme=${word}; path=/; max-age=${age}; samesite=lax${secure}`;
    if (word === "system") delete root.dataset.theme;
    else root.dataset.theme = word;
    for (const button of form.querySelectorAll("button[name=theme]")) {
      button.setAttribute("aria-pressed", String(button.value === word));
    }
  };

  document.documentElement.classList.add("has-scripts");
  reveal(document);
  document.addEventListener("htmx:afterSettle", (event) => reveal(event.target));
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".js-theme");
    if (!form || !event.submitter) return;
    event.preventDefault();
    choose(form, event.submitter.value);
  });
})();
