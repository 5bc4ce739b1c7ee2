"""What conditions name by an id or a slug: whether there is such a thing in this place."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from preo.catalog.models import Category, Location, Product, Variant, Vendor
from preo.consents.models import Consent
from preo.core.models import Row, parse_id
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.cel.problems import Problem
from preo.segments.cel.typed import Reference

_OF_EDITIONS: Mapping[str, tuple[type[Row], str]] = {
    "product": (Product, "edition"),
    "variant": (Variant, "product__edition"),
    "category": (Category, "edition"),
    "location": (Location, "edition"),
}
"""Things that belong to one edition, and by which column."""
_OF_THE_ORGANIZATION: Mapping[str, type[Row]] = {"vendor": Vendor, "consent": Consent}


def absent_things(
    references: Iterable[Reference], *, organization: Organization, edition: Edition | None
) -> list[Problem]:
    """A warning for each product, category, edition ... that is not there: such a comparison never
    holds. A fixed number of queries. Segments are another matter: see `named_segments`.
    """
    by_kind: dict[str, list[Reference]] = {}
    for reference in references:
        by_kind.setdefault(reference.kind, []).append(reference)
    where = "this edition" if edition else "this organization"
    problems = []
    for kind, found in by_kind.items():
        known = _known(kind, {each.text for each in found}, organization, edition)
        if known is None:
            continue
        problems += [
            Problem(
                f"unknown_{kind}",
                f"There is no {kind} {each.text} in {where}.",
                each.span,
                "A comparison with it never holds.",
            )
            for each in found
            if each.text not in known
        ]
    return sorted(problems, key=lambda problem: problem.span.start)


def keys_by_text(model: type[Row], references: Iterable[Reference]) -> dict[str, uuid.UUID]:
    """The keys behind the ids that are written well."""
    keys = {each.text: parse_id(model, each.text) for each in references}
    return {text: key for text, key in keys.items() if key is not None}


def _known(
    kind: str, texts: set[str], organization: Organization, edition: Edition | None
) -> set[str] | None:
    """Those of the texts that name something; None for a kind that is not looked up."""
    mine = Q(organization=organization)
    if kind == "edition":
        rows = Edition.objects.filter(mine, slug__in=texts)
        rows = rows.filter(pk=edition.pk) if edition else rows
        return set(rows.values_list("slug", flat=True))
    if kind in _OF_EDITIONS:
        model, column = _OF_EDITIONS[kind]
        return _present(model, texts, mine & Q(**{column: edition}) if edition else mine)
    if kind in _OF_THE_ORGANIZATION:
        if kind == "consent" and edition:
            mine &= Q(edition=edition) | Q(edition=None)
        return _present(_OF_THE_ORGANIZATION[kind], texts, mine)
    return None


def _present(model: type[Row], texts: set[str], condition: Q) -> set[str]:
    rows: Any = model._default_manager.filter(
        condition, pk__in=[key for text in texts if (key := parse_id(model, text))]
    )
    return {row.api_id for row in rows.only("pk")}
