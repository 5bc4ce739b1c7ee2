// Redoc on our own document, with the system's fonts: nothing is fetched from outside.
const place = document.getElementById("reference");
const letters = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
window.Redoc.init(
  place.dataset.document,
  {
    disableSearch: false,
    hideDownloadButton: false,
    theme: { typography: { fontFamily: letters, headings: { fontFamily: letters } } },
  },
  place,
);
