"""The fields of a consent's form."""

from collections.abc import Collection, Mapping

from preo.catalog.api.product_views import ProductViewSet
from preo.consents.api.bodies import MAX_PRODUCTS
from preo.consents.models import Consent, ConsentType
from preo.consents.service.scopes import languages_of
from preo.core.languages import Language
from preo.dashboard.asked_views import asked_view
from preo.dashboard.body_fields import Boxes, Cards, Check, Local, Select, Text, Translated
from preo.dashboard.body_form import Group
from preo.dashboard.catalog.choices import vendor_choices
from preo.dashboard.places import Place
from preo.editions.models import Edition

NOTES: dict[str, str] = {
    ConsentType.TERMS: "What has to be accepted to buy, such as the terms of sale.",
    ConsentType.MARKETING: "Whether you may write with news and offers. It cannot be required.",
    ConsentType.NOTICE: "What customers are told; it asks for nothing.",
}


def needed_languages(consent: Consent) -> Mapping[Language, str]:
    """The languages in which it must be written before it is published, and whose they are."""
    return languages_of(consent, [] if consent._state.adding else consent.product_ids)


def missing_languages(consent: Consent) -> list[str]:
    """The names of those in which there is no text yet."""
    needed = needed_languages(consent)
    return [
        str(language.label)
        for language in Language
        if language in needed and not consent.consent_text.get(language)
    ]


def local_of(languages: Collection[Language]) -> Local:
    """In which languages texts are typed."""
    return Local(languages=[language.value for language in languages])


def consent_groups(place: Place, consent: Consent) -> list[Group]:
    """The groups of fields for a consent at its place."""
    return [
        Group(
            "Consent",
            (
                Text("title", "Title", help="Customers see it above the text.", wide=True),
                Cards("type", "Type", notes=NOTES),
            ),
        ),
        Group(
            "Text",
            (
                Translated("consent_text", "Text", long=True),
                Translated("document_url", "Document", help="An https address to read more at."),
            ),
            note="What customers read, letter for letter. Line breaks are kept.",
        ),
        Group("Who is asked", _asked(place, consent), note=_whom(place)),
        Group(
            "How",
            (
                Check("required", "Required", help="Nobody buys without accepting it.", wide=True),
                Check("enabled", "Asked", help="Shown to customers once published.", wide=True),
            ),
        ),
    ]


def _asked(place: Place, consent: Consent) -> list[Text]:
    fields: list[Text] = [
        Select("vendor_org_id", "Vendor", choices=vendor_choices(place), empty="Of no vendor"),
    ]
    products = _product_choices(place, _edition_of_products(place, consent))
    if products:
        about = "Or of these products, and then of no vendor."
        fields.append(
            Boxes("product_ids", "Products", choices=products, help=about, wide=True),
        )
    return fields


def _edition_of_products(place: Place, consent: Consent) -> Edition | None:
    if place.edition is not None or consent._state.adding:
        return place.edition
    first = consent.products.select_related("edition").first()
    return first.edition if first else None


def _product_choices(place: Place, edition: Edition | None) -> list[tuple[str, str]]:
    """The edition's products by name; none where they are more than one consent can name."""
    if edition is None:
        return []
    rows = asked_view(place, ProductViewSet, "list").get_queryset().filter(edition=edition)
    found = list(rows.order_by("name", "id")[: MAX_PRODUCTS + 1])
    return [(row.api_id, row.name) for row in found] if len(found) <= MAX_PRODUCTS else []


def _whom(place: Place) -> str:
    if place.edition is not None:
        return f"Whoever buys at {place.edition.full_name}, unless you narrow it here."
    return "Everybody who buys of the organization, unless you narrow it here."
