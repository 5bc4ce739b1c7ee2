"""What the builder offers: fields, functions, recipes, and the real things by their names."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404

from preo.catalog.models import Category, Location, Product, ProductType
from preo.consents.models import Consent
from preo.core.errors import InvalidError, RoleError
from preo.core.languages import Language
from preo.core.models import parse_id
from preo.dashboard.asked_views import asked_view
from preo.dashboard.places import Place
from preo.dashboard.segments.drafts import LEAST
from preo.editions.models import Edition
from preo.segments.api.views import SegmentViewSet
from preo.segments.context import context_for
from preo.segments.recipes import recipes_with
from preo.segments.service.places import place_for

Choices = list[dict[str, str]]
_SHOWN_SEGMENTS = 500


def context_of(place: Place, edition_id: str) -> dict[str, Any]:
    """All of it, for the place's organization and, where its API id is given, one of its editions.

    Raises Http404 for an edition that is not the visitor's, and without one for who has only an
    edition's role.
    """
    edition = _edition(place, edition_id)
    found = context_for(place.organization, edition)
    schema = found["schema"]
    currency = (edition or place.organization).currency
    lists = {name: entry for name, entry in schema.items() if entry["type"].startswith("list(")}
    return {
        "entities": {
            name: [{"name": key, **field} for key, field in entry["fields"].items()]
            for name, entry in schema.items()
            if "fields" in entry
        },
        "relations": [_relation(name, entry) for name, entry in lists.items()],
        "functions": [
            {**entry, "is_method": "." in entry["syntax"].partition("(")[0]}
            for entry in found["functions"]
        ],
        "references": _references(place, edition, found["dynamic_values"]),
        "words": {
            str(word): str(label) for word, label in (*Language.choices, *ProductType.choices)
        },
        "currency": currency.upper(),
        "recipes": [
            {"title": each.title, "description": each.description, "condition": each.condition}
            for each in recipes_with(found["dynamic_values"], currency=currency)
        ],
    }


def _edition(place: Place, edition_id: str) -> Edition | None:
    key = parse_id(Edition, edition_id) if edition_id else None
    if edition_id and key is None:
        raise Http404
    try:
        _, edition = place_for(
            organization_id=place.organization.pk,
            edition_id=key,
            least=LEAST,
            by=place.visitor.principal,
        )
    except (InvalidError, RoleError):
        raise Http404 from None
    return edition


def _relation(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    is_of_rows = "fields" in entry
    value: dict[str, Any] = {"type": "string", "values": [], "reference": entry.get("reference")}
    return {
        "name": name,
        "description": entry["description"],
        "entity": name if is_of_rows else "",
        "value": None if is_of_rows else value,
    }


def _references(place: Place, edition: Edition | None, names: dict[str, Any]) -> dict[str, Choices]:
    """The things that a condition can name, each kind under the word of the fields that name it."""
    variants = [
        {"id": variant["id"], "name": f"{product['name']}, {variant['name']}"}
        for product in names["products"]
        for variant in product["variants"]
    ]
    return {
        "edition": [
            {"value": each["slug"], "label": each["full_name"]} for each in names["editions"]
        ],
        "product": _choices(names["products"], _editions_of(Product, place, edition)),
        "variant": _choices(variants, {}),
        "category": _choices(names["categories"], _editions_of(Category, place, edition)),
        "vendor": _choices(names["vendors"], {}),
        "location": _choices(names["locations"], _editions_of(Location, place, edition)),
        "consent": [
            {"value": consent.api_id, "label": consent.title}
            for consent in Consent.objects.filter(organization=place.organization).order_by(
                "order", "id"
            )
        ],
        "segment": list(_segments(place)),
    }


def _choices(rows: Iterable[dict[str, str]], editions: dict[str, str]) -> Choices:
    """With `detail` the edition that the thing belongs to, where there are several."""
    return [
        {"value": row["id"], "label": row["name"]}
        | ({"detail": editions[row["id"]]} if row["id"] in editions else {})
        for row in rows
    ]


def _editions_of(
    model: type[Product | Category | Location], place: Place, edition: Edition | None
) -> dict[str, str]:
    if edition is not None:
        return {}
    rows: Any = model._default_manager.filter(organization=place.organization)
    return {
        row.api_id: row.edition.full_name
        for row in rows.select_related("edition").only("id", "edition__full_name")
    }


def _segments(place: Place) -> Iterator[dict[str, str]]:
    view = asked_view(place, SegmentViewSet, "list")
    rows = view.get_queryset().filter(organization=place.organization)
    for row in rows.order_by("name", "id").only("id", "name")[:_SHOWN_SEGMENTS]:
        yield {"value": row.api_id, "label": row.name}
