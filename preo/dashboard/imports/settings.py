"""How an import's file is read, as a form: what was found, which staff may correct."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from preo.dashboard.asked_views import asked_view
from preo.dashboard.body_fields import Choice, Local, Number, Select, Text
from preo.dashboard.body_form import BodyForm, Group
from preo.dashboard.places import Place
from preo.imports.api.views import DataImportViewSet
from preo.imports.models import DataImport, ImportService

FOUND = "As found in the file"
TAB = "tab"
"""How a tab is posted: blanks would be taken for nothing."""
_DELIMITERS: list[Choice] = [(",", "Comma"), (";", "Semicolon"), (TAB, "Tab"), ("|", "Pipe")]


@dataclass(frozen=True)
class Delimiter(Select):
    """The character that parts cells."""

    def show(self, value: Any, local: Local) -> str:
        return TAB if value == "\t" else str(value or "")

    def read(self, post: QueryDict, path: str) -> str:
        return post.get(path, "")

    def write(self, typed: Any, present: Any, local: Local) -> str:
        return "\t" if typed == TAB else str(typed)


def settings_form(place: Place, data_import: DataImport) -> BodyForm:
    """The form of `PATCH /v1/data-imports/{id}`, of what this kind of file has."""
    view = asked_view(place, DataImportViewSet, "partial_update")
    shown = view.shown(data_import)
    if data_import.service == ImportService.EXCEL:
        sheets = [(name, name) for name in shown["sheets"]]
        of_kind: tuple[Text, ...] = (Select("sheet", "Sheet", choices=sheets, empty=FOUND),)
    else:
        of_kind = (
            Select("encoding", "Encoding", empty=FOUND),
            Delimiter("delimiter", "Cells are parted by", choices=_DELIMITERS, empty=FOUND),
        )
    groups = (
        Group(
            "The file",
            (
                *of_kind,
                Number("header_row", "Row of the column names", help="0: the file has none."),
                Select("decimal_separator", "Decimals after", empty=FOUND),
                Select("date_order", "Dates", empty=FOUND),
            ),
            "Found by looking at many of its rows. A change lets the file be read again.",
        ),
        Group(
            "What it is",
            (
                Text("name", "Name"),
                Select("default_country_code", "Country of phone numbers"),
            ),
        ),
    )
    return BodyForm(view.bodies["partial_update"], groups, present=shown)
