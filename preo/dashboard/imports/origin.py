"""From which system a file is, and how its orders stand in it, as the columns' form asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from preo.core.access import Principal, Role
from preo.core.bodies import checked_body
from preo.core.errors import DomainError, FieldError, InvalidError
from preo.dashboard.body_bound import words_of
from preo.dashboard.imports.columns import Option
from preo.imports.api.bodies import GROUPING_CHOICES, DataImportUpdateSerializer
from preo.imports.columns.sources import SOURCES
from preo.imports.models import DataImport

MOST_SOURCES = 50
_FIELDS = ("source", "grouping")
_WORDS = dict(GROUPING_CHOICES)


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands in the form, or was typed."""

    source: str
    known: Sequence[str]
    """Systems that are suggested: of earlier imports, then those whose exports we know."""
    groupings: Sequence[Option]
    mistakes: Mapping[str, Sequence[str]]
    """By field."""


def origin_of(
    data_import: DataImport,
    typed: Mapping[str, Any] | None = None,
    refusal: DomainError | None = None,
    *,
    by: Principal,
) -> Origin:
    """What the import says, with what was typed over it and why that was refused.

    Systems are suggested of the imports that the visitor may see.
    """
    said = {"source": data_import.source, "grouping": data_import.chosen.get("grouping")}
    said |= typed or {}
    found = _WORDS.get(data_import.detected.get("grouping", ""), "not known")
    choices = [("", f"As found: {found[0].lower()}{found[1:]}"), *GROUPING_CHOICES]
    errors = refusal.errors if refusal else ()
    return Origin(
        source=said["source"] or "",
        known=_known(data_import, by),
        groupings=[
            Option(value, label, value == (said["grouping"] or "")) for value, label in choices
        ],
        mistakes={
            name: [words_of(error) for error in errors if error.pointer == f"/{name}"]
            for name in _FIELDS
        },
    )


def posted_origin(post: QueryDict) -> dict[str, Any]:
    """What was typed, of what was asked. Texts hold no NUL."""
    typed: dict[str, Any] = {
        name: post.get(name, "").replace("\0", "").strip() for name in _FIELDS if name in post
    }
    return typed | ({"grouping": None} if typed.get("grouping") == "" else {})


def checked_origin(typed: Mapping[str, Any], *, is_needed: bool) -> dict[str, Any]:
    """The same as members of the API's body. Raises InvalidError.

    `is_needed`: without a source it is refused. The API would name it by the header; who sits before
    the page can be asked.
    """
    if is_needed and typed.get("source") == "":
        detail = "Say which system the file is from, for instance the name of the shop."
        raise InvalidError(errors=[FieldError("/source", "required", detail)])
    return checked_body(DataImportUpdateSerializer(data=dict(typed)))


def _known(data_import: DataImport, by: Principal) -> list[str]:
    mine = by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
    earlier = (
        DataImport.objects.filter(mine, organization_id=data_import.organization_id)
        .exclude(source="")
        .order_by("source")
        .values_list("source", flat=True)
        .distinct()[:MOST_SOURCES]
    )
    return list(dict.fromkeys([*earlier, *(source.name for source in SOURCES)]))
