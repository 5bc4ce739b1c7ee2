"""What orders draw their lines from: decks of cards, each a way to buy a product.

A product that is taken often is on many cards of a deck, so that one roll of the die picks a line
with its product, variant and options.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from django.db import connection

from preo.catalog.models import Option, Product, Variant
from preo.core.money import Currency
from preo.runtime.demo.goods import Good
from preo.runtime.demo.plan import EditionPlan

DECKS = ("lead", "add", "bar", "outside")
"""For each way of selling one, as in `Good`."""
CARDS = 1000
EURO_PERMILLE = 134
"""What a reseller abroad takes in euros for a krone, in thousandths."""

_TABLE = """
    CREATE TEMP TABLE demo_card (
        edition smallint, deck text, place int, product_id uuid, variant_id uuid, location_id uuid,
        vendor_code text, options jsonb, price bigint, deposit bigint, handling_fee bigint,
        uses int, is_unlimited_use boolean, most int
    ) ON COMMIT DROP
"""


@dataclass(frozen=True)
class Offer:
    """One way to buy a product: a variant of it and some options."""

    good: Good
    product: Product
    variant: Variant | None
    options: tuple[Option, ...]

    def card(self, edition: int, deck: str, place: int, permille: int) -> tuple[object, ...]:
        """A row of `demo_card`; its amounts are the product's times so many thousandths."""

        def money(minor: int) -> int:
            return (minor * permille + 500) // 1000

        product, variant = self.product, self.variant
        own = variant.price if variant else None
        price = money(product.price if own is None else own)
        deposit = money(product.deposit)
        chosen = []
        for option in self.options:
            price_mod, deposit_mod = money(option.price_mod), money(option.deposit_mod)
            price, deposit = price + price_mod, deposit + deposit_mod
            named = {"id": option.api_id, "name": option.name}
            chosen.append(named | {"price_mod": price_mod, "deposit_mod": deposit_mod})
        return (
            edition, deck, place, product.pk, variant.pk if variant else None, product.location_id,
            product.vendor.code if product.vendor else None, orjson.dumps(chosen).decode(), price,
            deposit, money(product.handling_fee) if deck in ("lead", "add") else 0, product.uses,
            product.is_unlimited_use, self.good.most,
        )  # fmt: skip


def ways_to_buy(
    good: Good, product: Product, variants: Sequence[Variant], options: Sequence[Option]
) -> list[Offer]:
    """Each variant twice without options, once with each of them and once with all."""
    choices: list[tuple[Option, ...]] = [(), (), *((option,) for option in options)]
    if len(options) > 1:
        choices.append(tuple(options))
    forms: Sequence[Variant | None] = variants or (None,)
    return [
        Offer(good, product, variant, chosen)
        for variant, chosen in itertools.product(forms, choices)
    ]


def lay_out_cards() -> None:
    """Make the empty table `demo_card`."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)


def deal_cards(place: int, edition: EditionPlan, offers: Sequence[Offer]) -> None:
    """The decks of an edition; `abroad` is of orders from elsewhere in euros, as are its cards."""
    decks = [(deck, deck, 1000) for deck in DECKS]
    if edition.currency is Currency.DKK:
        decks.append(("abroad", "outside", EURO_PERMILLE))
    with connection.cursor() as cursor, cursor.copy("COPY demo_card FROM STDIN") as copy:
        for deck, wish, permille in decks:
            for number, offer in enumerate(_dealt(offers, wish)):
                copy.write_row(offer.card(place, deck, number, permille))


def _dealt(offers: Sequence[Offer], wish: str) -> Iterator[Offer]:
    """`CARDS` offers, each as often as its good is wished; the ways to buy a good share evenly."""
    ways: dict[str, int] = {}
    for offer in offers:
        ways[offer.good.code] = ways.get(offer.good.code, 0) + 1
    weights = [10**6 * getattr(offer.good, wish) // ways[offer.good.code] for offer in offers]
    total, upto, dealt = sum(weights), 0, 0
    for offer, weight in zip(offers, weights, strict=True):
        upto += weight
        until = CARDS * upto // total
        yield from itertools.repeat(offer, until - dealt)
        dealt = until
