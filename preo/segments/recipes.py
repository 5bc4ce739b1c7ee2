"""Conditions to begin with: what festivals ask most, each ready to be changed.

A recipe names things by stand-ins, which have the right form; `recipes_with` puts the names of a
real organization in their place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

EDITION = "your-edition-2026"
EARLIER_EDITION = "your-edition-2025"
PRODUCT = "prd_00000000000000000000000000"
OTHER_PRODUCT = "prd_00000000000000000000000001"
CATEGORY = "cat_00000000000000000000000000"
VENDOR = "vnd_00000000000000000000000000"
LOCATION = "loc_00000000000000000000000000"
CONSENT = "cns_00000000000000000000000000"
CURRENCY = '"eur"'
_SECOND = {EARLIER_EDITION: EDITION, OTHER_PRODUCT: PRODUCT}
"""What stands for another one of the same sort."""

# A purchase that was given back or never paid is none, for most questions.
_BOUGHT = 'o.status in ["confirmed", "completed"]'
_HELD = '!(p.status in ["cancelled", "refunded", "expired"])'


@dataclass(frozen=True, slots=True)
class Recipe:
    """A question in plain words, and the condition that asks it."""

    title: str
    description: str
    condition: str


RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "Spent more than 500",
        "What came of confirmed and completed orders, less refunds, in your main currency.",
        "user.total_spent > 500",
    ),
    Recipe(
        "Spent more than 200 in one currency",
        "The same in a currency of your choice.",
        f"spent({CURRENCY}) > 200",
    ),
    Recipe(
        "Spent more than 100 at one edition",
        "The sum of the orders of one edition, in its currency.",
        f'orders.filter(o, o.edition == "{EDITION}" && {_BOUGHT}).map(o, o.amount).sum() > 100',
    ),
    Recipe("First-time buyers", "Exactly one order so far.", "user.orders_count == 1"),
    Recipe("Regulars", "Three orders or more.", "user.orders_count >= 3"),
    Recipe("Never bought", "People you know of who have no order.", "user.orders_count == 0"),
    Recipe(
        "Bought within 30 days",
        "The last order is no older than that.",
        "user.last_order > now - days(30)",
    ),
    Recipe(
        "Lapsed: no order for a year",
        "They bought before. Who never did is not among them.",
        "user.last_order < now - days(365)",
    ),
    Recipe(
        "Came last time, not yet this time",
        "An order for the earlier edition, none for the present one.",
        f'orders.exists(o, o.edition == "{EARLIER_EDITION}" && {_BOUGHT})\n'
        f'  && !orders.exists(o, o.edition == "{EDITION}" && {_BOUGHT})',
    ),
    Recipe(
        "Came to both editions",
        "Two questions, since one order is of one edition only.",
        f'orders.exists(o, o.edition == "{EARLIER_EDITION}" && {_BOUGHT})\n'
        f'  && orders.exists(o, o.edition == "{EDITION}" && {_BOUGHT})',
    ),
    Recipe(
        "Bought a product",
        "At any time, and not given back.",
        f'purchases.exists(p, p.product == "{PRODUCT}" && {_HELD})',
    ),
    Recipe(
        "Bought one product, but not another",
        "For an offer of what goes with it.",
        f'purchases.exists(p, p.product == "{PRODUCT}" && {_HELD})\n'
        f'  && !purchases.exists(p, p.product == "{OTHER_PRODUCT}" && {_HELD})',
    ),
    Recipe(
        "Bought any of several products",
        "One of them is enough.",
        f'purchases.exists(p, p.product in ["{PRODUCT}", "{OTHER_PRODUCT}"] && {_HELD})',
    ),
    Recipe(
        "Bought from a category",
        "A product can be in several categories.",
        f'purchases.exists(p, "{CATEGORY}" in p.categories && {_HELD})',
    ),
    Recipe(
        "Bought from a vendor",
        "Products that are sold for somebody else.",
        f'purchases.exists(p, p.vendor == "{VENDOR}" && {_HELD})',
    ),
    Recipe(
        "Picks up at one location",
        "For news about this place; what is used already does not count.",
        f'purchases.exists(p, p.location == "{LOCATION}" && p.status in ["paid", "ready"])',
    ),
    Recipe(
        "Comes with a group",
        "Four tickets or more in one line of an order.",
        f'purchases.exists(p, p.product_type == "ticket" && p.quantity >= 4 && {_HELD})',
    ),
    Recipe(
        "Ten drinks or more",
        "Pieces are added up over all purchases.",
        f'purchases.filter(p, p.product_type == "drink" && {_HELD}).map(p, p.quantity).sum() >= 10',
    ),
    Recipe(
        "Tickets not yet used",
        "Paid for one edition, not scanned.",
        f'purchases.exists(p, p.edition == "{EDITION}" && p.product_type == "ticket"'
        ' && p.status in ["paid", "ready"])',
    ),
    Recipe(
        "Got a refund",
        "Something was given back and paid out.",
        'purchases.exists(p, p.status == "refunded")',
    ),
    Recipe(
        "Left an order open this week",
        "Placed within seven days and not paid.",
        'orders.exists(o, o.status == "pending" && o.created > now - days(7))',
    ),
    Recipe(
        "Used a coupon",
        "One that begins with these letters. Where no coupon was used, there is nothing to ask.",
        'orders.exists(o, has(o.coupon) && o.coupon.startsWith("EARLY"))',
    ),
    Recipe(
        "Orders at the weekend",
        "Saturday or Sunday where you are: name the time zone.",
        'orders.exists(o, o.created.getDayOfWeek("Europe/Copenhagen") in [0, 6])',
    ),
    Recipe(
        "Said yes to a consent",
        "By the last answer. Who may be written to is asked besides, by the segment's own settings.",
        f'consents.exists(c, c.id == "{CONSENT}" && c.accepted)',
    ),
    Recipe(
        "Danish speakers with an e-mail address",
        "The language on the customer's page, and an address that ends as you say.",
        'user.language == "da" && has(user.email) && user.email.endsWith(".dk")',
    ),
)


def recipes_with(names: Mapping[str, Any], *, currency: str = "") -> tuple[Recipe, ...]:
    """The recipes with real names in them, as far as there are any.

    `names` is what `context.names_in` gives: editions with the newest first, products ... Recipes
    of two editions or products are left out where there is one only, as in an edition's segment.
    """
    real = dict(_real_names(names))
    if currency:
        real[CURRENCY] = f'"{currency}"'
    absent = [second for second, first in _SECOND.items() if first in real and second not in real]
    return tuple(
        replace(recipe, condition=_filled(recipe.condition, real))
        for recipe in RECIPES
        if not any(stand_in in recipe.condition for stand_in in absent)
    )


def _filled(condition: str, real: Mapping[str, str]) -> str:
    for stand_in, name in real.items():
        condition = condition.replace(stand_in, name)
    return condition


def _real_names(names: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Slugs and ids hold no quotes and no stand-in of another."""
    editions = [each["slug"] for each in names.get("editions", ())]
    yield from zip((EDITION, EARLIER_EDITION), editions, strict=False)
    products = [each["id"] for each in names.get("products", ())]
    yield from zip((PRODUCT, OTHER_PRODUCT), products, strict=False)
    for stand_in, key in (
        (CATEGORY, "categories"),
        (VENDOR, "vendors"),
        (LOCATION, "locations"),
        (CONSENT, "marketing_consents"),
    ):
        for first in list(names.get(key, ()))[:1]:
            yield stand_in, first["id"]
