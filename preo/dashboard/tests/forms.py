"""Reading the form of a page as a browser would send it, for tests that send it back."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Sent = dict[str, list[str]]


@dataclass
class Form(HTMLParser):
    """The values of the page's main form, and the words that stand at its fields as mistakes."""

    form_id: str = "body-form"
    sent: Sent = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._inside = False
        self._select = ""
        self._area = ""
        self._mistake = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = words.get("id") == self.form_id
        if not self._inside:
            return
        name = words.get("name", "")
        found = re.fullmatch(r"field-(.*)-mistakes", words.get("id", ""))
        if found:
            self._mistake = found[1]
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self.sent[name] = [""]
        elif tag == "option" and "selected" in words:
            self.sent[self._select] = [words["value"]]
        elif tag == "input" and name:
            self._take(name, words)

    def _take(self, name: str, words: dict[str, str]) -> None:
        if words.get("type") not in {"checkbox", "radio"} or "checked" in words:
            self.sent.setdefault(name, []).append(words.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            # A browser leaves out the line break after the tag, and sends others as CR and LF.
            text = self.sent[self._area][0].removeprefix("\n")
            self.sent[self._area] = [text.replace("\n", "\r\n")]
            self._area = ""
        elif tag in {"fieldset", "div", "label"}:
            self._mistake = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area][0] += data
        elif self._mistake and data.strip():
            self.mistakes[self._mistake] = self.mistakes.get(self._mistake, "") + data.strip()


def read_form(response: Any) -> Form:
    """The form of a page."""
    form = Form()
    form.feed(response.content.decode())
    return form
