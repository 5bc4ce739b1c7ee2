"""Filling in the forms of the catalogue as a browser does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from preo.editions.models import Edition


@dataclass
class Form(HTMLParser):
    """Reads the form of a page: what would be posted as it stands."""

    values: dict[str, list[str]] = field(default_factory=dict)
    _inside: bool = False
    _area: str = ""
    _select: str = ""
    _text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = dict(attrs)
        name = words.get("name") or ""
        if tag == "form":
            self._inside = words.get("id") == "body-form"
        if not self._inside or (not name and tag != "option"):
            return
        if tag == "input":
            self._note_input(name, words)
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in words:
            self.values[self._select] = [words.get("value") or ""]

    def _note_input(self, name: str, words: dict[str, str | None]) -> None:
        is_box = words.get("type") in {"checkbox", "radio"}
        if not is_box or "checked" in words:
            self.values.setdefault(name, []).append(words.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.values[self._area] = [self._text.removeprefix("\n")]
            self._area = ""
        self._inside = self._inside and tag != "form"


def form_of(page: str) -> dict[str, list[str]]:
    """What stands in the form of a page."""
    form = Form()
    form.feed(page)
    return form.values


def fill(client: Client, url: str, without: tuple[str, ...] = (), **changes: Any) -> HttpResponse:
    """Open a page, change what is given (`__` in a name is a dot), and send its form.

    Fields `without` are not sent, such as a box that is not ticked any more.
    """
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    named = {name.replace("__", "."): value for name, value in changes.items()}
    values = {**form_of(page.content.decode()), **named}
    posted = {name: value for name, value in values.items() if name not in without}
    return client.post(url, posted)  # type: ignore[return-value] # the client adds to it


def new_url(edition: Edition, noun: str) -> str:
    """The address of the form of a new row."""
    place = "" if noun in {"vendors", "events"} else f"/e/{edition.slug}"
    return f"/o/{edition.organization.slug}{place}/{noun}/new"


def row_url(edition: Edition, noun: str, row: Any) -> str:
    """The address of a row's page."""
    return f"/o/{edition.organization.slug}/{noun}/{row.api_id}"


def mistakes_at(page: str, field_id: str) -> str:
    """The text that stands at a field; empty where nothing is wrong with it."""
    start = page.find(f'id="{field_id}-mistakes"')
    return "" if start < 0 else page[start : page.index("</span></span>", start)]
