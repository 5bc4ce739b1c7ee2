"""Reading the form of a page and filling it in as a browser would."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from preo.consents.models import Consent


@dataclass
class _Inputs(HTMLParser):
    hidden: dict[str, list[str]] = field(default_factory=dict)
    ticked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag != "input":
            return
        if words["type"] == "hidden":
            self.hidden.setdefault(words["name"], []).append(words["value"])
        elif "checked" in words:
            self.ticked.append(words["value"])


def filled_in(
    page: str, tick: Sequence[Consent] = (), untick: Sequence[Consent] = ()
) -> dict[str, list[str]]:
    """What a browser sends when boxes were ticked and unticked on the page."""
    inputs = _Inputs()
    inputs.feed(page)
    accept = {*inputs.ticked, *(consent.api_id for consent in tick)}
    accept -= {consent.api_id for consent in untick}
    return inputs.hidden | {"accept": sorted(accept)}
