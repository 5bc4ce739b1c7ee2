"""Debian's Chromium before the server, noting all that it complains about."""

from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EMAIL = "ada@northlight.example"
FINISH = """document.getAnimations()
    .filter(moving => moving instanceof CSSTransition).forEach(moving => moving.finish())"""
WIDTHS = (320, 390, 768, 1024)
PATIENCE = 30_000
"""Milliseconds for what should take a few: the machine may be busy."""


@dataclass
class Desk:
    chromium: Browser
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(
        self, *, dark: bool = False, width: int = 1440, height: int = 900, scripts: bool = True
    ) -> Page:
        """A new window of a person whom nobody knows yet."""
        context = self.chromium.new_context(
            base_url=self.base,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note_foreign)
        return page

    def _note_foreign(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.complaints.append(f"asked elsewhere: {request.url}")


def sign_in(page: Page, password: str) -> None:
    """From wherever the server sends a stranger, in by the form."""
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own good practices, by day and by night.

    At night only colours are others. What is on its way to another colour is set there at once.
    """
    found = Axe().run(page).response["violations"]
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(FINISH)
        if scheme == "dark":
            colours = page.evaluate("axe.run(document, {runOnly: ['color-contrast']})")
            found += colours["violations"]
    return [
        f"{page.url}: {fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


def overhang(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return int(wide)


def overhangs(page: Page) -> list[str]:
    """The same in windows from a small phone's to a tablet's, where it is wider."""
    given = page.viewport_size
    assert given is not None
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if (wide := overhang(page)) > 0:
            found.append(f"{page.url}: {wide} pixels too wide at {width}")
    page.set_viewport_size(given)
    return found
