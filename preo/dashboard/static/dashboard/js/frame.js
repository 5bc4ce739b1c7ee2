// The frame: flyouts and drops, whole rows as links, copy buttons, print, and failed requests.
(() => {
  "use strict";
  const notice = (text) => {
    const place = document.getElementById("notice");
    const box = document.createElement("div");
    box.className = "alert-box bg-base-100 shadow-lg";
    box.textContent = text;
    place.replaceChildren(box);
    window.setTimeout(() => box.remove(), 6000);
  };

  // A popover says that it opened, once for htmx to fill it, each time for the focus.
  document.addEventListener(
    "toggle",
    (event) => {
      const flyout = event.target;
      if (!(flyout instanceof HTMLElement) || !flyout.matches(".flyout")) return;
      const opener = document.querySelector(`[popovertarget="${flyout.id}"]`);
      if (opener) opener.setAttribute("aria-expanded", String(event.newState === "open"));
      if (event.newState !== "open") return;
      flyout.dispatchEvent(new CustomEvent("opened"));
      const field = flyout.querySelector("input[type=search]");
      if (field) field.focus();
    },
    true,
  );
  document.addEventListener("htmx:afterSettle", (event) => {
    const flyout = event.target.closest(".flyout");
    const field = flyout && flyout.querySelector("input[type=search]");
    if (field && flyout.matches(":popover-open") && !flyout.contains(document.activeElement)) field.focus();
  });

  const closeDrops = (except) => {
    for (const drop of document.querySelectorAll(".js-drop[open]")) {
      if (drop !== except) drop.open = false;
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const drop = document.activeElement && document.activeElement.closest(".js-drop[open]");
    closeDrops(null);
    if (drop) drop.querySelector("summary").focus();
  });

  const openRow = (event) => {
    const row = event.target.closest("tr[data-row]");
    const link = row && row.querySelector("a[href]");
    if (!link || event.target.closest("a, button, input, label, summary")) return;
    if (String(window.getSelection())) return;
    if (event.ctrlKey || event.metaKey || event.button === 1) window.open(link.href, "_blank", "noopener");
    else link.click();
  };

  const copy = async (button) => {
    const from = button.dataset.copyFrom;
    const text = from ? document.querySelector(from).textContent.trim() : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      notice("This browser does not let pages copy.");
      return;
    }
    const label = button.querySelector("[data-copy-label]");
    const word = label && label.textContent;
    button.dataset.done = "";
    if (label) label.textContent = "Copied";
    else notice("Copied.");
    window.setTimeout(() => {
      delete button.dataset.done;
      if (label) label.textContent = word;
    }, 1500);
  };

  document.addEventListener("click", (event) => {
    closeDrops(event.target.closest(".js-drop"));
    const button = event.target.closest("[data-copy], .js-copy-from");
    if (button) copy(button);
    else if (event.target.closest(".js-print")) window.print();
    else openRow(event);
  });
  document.addEventListener("auxclick", (event) => {
    if (event.button === 1) openRow(event);
  });

  document.addEventListener("htmx:sendError", () => notice("No connection. What you see is as it was."));
  document.addEventListener("htmx:responseError", (event) => {
    notice(`The server could not answer (${event.detail.xhr.status}). Try again, or load the page anew.`);
  });
})();
