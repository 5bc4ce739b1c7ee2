// A file that is too large is named before it is sent: the server would not read it.
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.dataset.mostBytes) return;
    const most = Number(field.dataset.mostBytes);
    const file = field.files && field.files[0];
    const megabytes = (bytes) => Math.ceil(bytes / 1024 ** 2).toLocaleString("en");
    const text =
      file && file.size > most
        ? `This file has ${megabytes(file.size)} MB; ${megabytes(most)} MB are the most. Bring it in parts, each with the header.`
        : "";
    field.setCustomValidity(text);
    if (text) field.reportValidity();
  });
})();
