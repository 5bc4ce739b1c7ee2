"""The numbers that we give, the hashes, and the chunks: what needs no database."""

import uuid
from decimal import Decimal

import pytest

from preo.core.ids import ALPHABET
from preo.orders.outside.chunks import in_chunks
from preo.orders.outside.digests import digest, stored_json
from preo.orders.outside.order_numbers import order_number
from preo.orders.outside.values import international
from preo.orders.tests.outside import line, outside_order

SOURCE = f"{uuid.UUID(int=7)}\nshop"


def made(external_id: str, source: str = SOURCE) -> str:
    return order_number(None, external_id, source)


def test_numbers_of_our_own_do_not_collide_in_an_edition_of_many_orders() -> None:
    numbers = {made(f"order-of-a-long-name-{number}") for number in range(200_000)}
    assert len(numbers) == 200_000


def test_a_number_of_our_own_is_always_the_same_for_the_same_order() -> None:
    assert made("ORD-2026-00000000001") == made("ORD-2026-00000000001") == "X1SN8KF0WXGN"


def test_another_edition_or_system_makes_another_number() -> None:
    other = f"{uuid.UUID(int=8)}\nshop"
    assert len({made("x" * 20), made("x" * 20, other), made("x" * 20, f"{SOURCE}s")}) == 3


def test_a_number_of_our_own_can_be_read_out() -> None:
    number = made("x" * 20)
    assert len(number) == 12
    assert set(number[1:].lower()) <= set(ALPHABET)


def test_a_known_digest_stays_what_it_is_so_that_no_upgrade_rewrites_all_orders() -> None:
    values = ("A-1", None, 5000, "Ærø", outside_order().created, ("L1", 2, 333))
    assert digest(values).hex() == "5b6dcd05eafd9c52ad4d5511bd8848a9"


@pytest.mark.parametrize(
    "pair", [(("a", "b"), ("ab", "")), ((None,), ("",)), ((1,), ("1",)), ((("a",),), ("a",))]
)
def test_digests_tell_apart_what_only_looks_alike(pair: tuple[tuple[object], ...]) -> None:
    assert digest(pair[0]) != digest(pair[1])


def test_the_same_object_is_the_same_text_whatever_its_order() -> None:
    assert stored_json({"b": 1, "a": {"d": 2, "c": 3}}) == stored_json(
        {"a": {"c": 3, "d": 2}, "b": 1}
    )
    assert stored_json({"n": Decimal("12.50")}) == '{"n":12.50}'
    assert stored_json({}) == "{}"


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+45 12 34 56 78", "+4512345678"),
        ("0045-12.34.56.78", "+4512345678"),
        ("+1 (206) 555/0100", "+12065550100"),
        ("12345678", None),
        ("+0512345678", None),
        ("+45123", None),
        ("+4512345678901234", None),
        ("+45\uff11\uff12345678", None),
        ("call me", None),
        (None, None),
    ],
)
def test_a_phone_is_known_by_its_digits_with_the_countrys_prefix(
    phone: str | None, number: str | None
) -> None:
    assert international(phone) == number


def test_chunks_hold_whole_orders_and_about_as_many_lines_as_asked() -> None:
    orders = [outside_order(f"A-{n}", *[line()] * size) for n, size in enumerate((3, 3, 9, 1, 1))]
    chunks = [[order.external_id for order in chunk] for chunk in in_chunks(orders, lines=5)]
    assert chunks == [["A-0", "A-1"], ["A-2"], ["A-3", "A-4"]]


def test_chunks_read_no_further_than_they_must() -> None:
    read = []

    def endless() -> object:
        number = 0
        while True:
            read.append(number)
            yield outside_order(f"A-{number}")
            number += 1

    next(in_chunks(endless(), lines=10))  # type: ignore[arg-type]
    assert len(read) == 10


def test_orders_without_lines_fill_chunks_too() -> None:
    bare = [outside_order(f"A-{number}") for number in range(3)]
    assert len(list(in_chunks(bare, lines=1))) == 3
