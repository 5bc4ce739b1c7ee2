// Lists of rows in a form: where the focus goes when a button has added or removed one.
(() => {
  "use strict";
  document.addEventListener("htmx:afterSettle", (event) => {
    const button = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!button || button.name !== "_rows") return;
    const [action, name] = button.value.split(":");
    const list = document.getElementById(`field-${name}`);
    if (!list) return;
    const rows = list.querySelectorAll(".form-row");
    const last = rows[rows.length - 1];
    const field = last && last.querySelector("input:not([type=hidden])");
    if (action === "add" && field) field.focus();
    else if (!list.contains(document.activeElement)) document.getElementById(`field-${name}-add`).focus();
  });
})();
