// The quick search: Ctrl K or Cmd K opens it, arrows choose, Enter opens what is chosen,
// and with nothing chosen the form leads to the search of orders.
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  const opener = document.getElementById("open-palette");
  if (!palette || !opener) return;
  const field = document.getElementById("palette-input");

  const open = () => {
    if (palette.open) return;
    palette.showModal();
    field.select();
    palette.dispatchEvent(new CustomEvent("opened"));
  };
  const options = () => [...palette.querySelectorAll("[role=option]")];
  const chosen = () => palette.querySelector("[role=option][aria-selected=true]");
  const choose = (option) => {
    const before = chosen();
    if (before) before.setAttribute("aria-selected", "false");
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const step = (by) => {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(chosen());
    choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
  };

  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && chosen()) chosen().click();
    else return;
    event.preventDefault();
  });
  field.addEventListener("input", () => choose(null));
  // A click outside of the box, on what lies behind it, closes it.
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  palette.addEventListener("close", () => opener.focus());
})();
