"""The fields of a product's form."""

from preo.core.money import Currency
from preo.dashboard.body_fields import (
    Boxes,
    Check,
    Hidden,
    Money,
    Number,
    Rows,
    Select,
    Text,
    Translated,
)
from preo.dashboard.body_form import Group
from preo.dashboard.catalog.choices import category_choices, location_choices, vendor_choices
from preo.dashboard.places import Place
from preo.editions.models import Edition


def product_groups(place: Place) -> list[Group]:
    """The groups of fields, in the place of the product's edition."""
    edition = place.edition
    if edition is None:
        raise ValueError("A product stands in an edition.")
    return [_what(), _where(place, edition), _price(edition), _variants(edition), _options(edition)]


def _what() -> Group:
    return Group(
        "Product",
        (
            Text("name", "Name", wide=True),
            Select("type", "Type"),
            Text("code", "Code", help="Unique in the edition; other systems know it by this."),
            Translated("description", "Description", long=True),
            Check("is_draft", "Draft", help="Nobody can buy a draft.", wide=True),
        ),
    )


def _where(place: Place, edition: Edition) -> Group:
    vendors, places = vendor_choices(place), location_choices(place, edition)
    categories = category_choices(place, edition)
    fields: list[Text] = [
        Select("vendor_id", "Vendor", choices=vendors, empty="No vendor"),
        Select("location_id", "Location", choices=places, empty="No location"),
    ]
    if categories:
        fields.append(Boxes("category_ids", "Categories", choices=categories, wide=True))
    return Group("Where it stands", fields, note="Who sells it, and where buyers find and use it.")


def _price(edition: Edition) -> Group:
    unit = edition.currency.upper()
    return Group(
        "Price and use",
        (
            Money("price", "Price", unit=unit),
            Money("deposit", "Deposit", unit=unit),
            Money("handling_fee", "Handling fee", unit=unit),
            Number("uses", "Uses of one piece", help="Such as 10 for a card of ten drinks."),
            Check("is_unlimited_use", "Can be used without limit", wide=True),
        ),
        note=f"Amounts are in {Currency(edition.currency).label}, the edition's currency.",
    )


def _variants(edition: Edition) -> Group:
    columns = (
        Hidden("id"),
        Text("name", "Name"),
        Text("code", "Code"),
        Money("price", "Price", unit=edition.currency.upper()),
    )
    note = "Forms of the product, such as sizes. A price here replaces the product's."
    return Group("Variants", (Rows("variants", "Variants", columns=columns, row="Variant"),), note)


def _options(edition: Edition) -> Group:
    unit = edition.currency.upper()
    columns = (
        Hidden("id"),
        Text("name", "Name"),
        Money("price_mod", "Added to the price", unit=unit),
        Money("deposit_mod", "Added to the deposit", unit=unit),
    )
    note = "Additions that a buyer can choose. An amount below zero makes it cheaper."
    return Group("Options", (Rows("options", "Options", columns=columns, row="Option"),), note)
