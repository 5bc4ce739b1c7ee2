"""The numbers that we give, the hashes, and the chunks."""

import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from conftest import Cast
from preo.catalog.models import Product
from preo.catalog.tests.factories import make_product
from preo.core.ids import ALPHABET
from preo.orders.models import Order
from preo.orders.outside.chunks import in_chunks
from preo.orders.outside.metadata import stored_json
from preo.orders.outside.order_numbers import ORDER_NUMBER
from preo.orders.outside.shapes import OutsideOrder
from preo.orders.outside.values import international
from preo.orders.tests.outside import ADA, line, outside_order, take, take_one

EDITION = uuid.UUID(int=7)


def made(*external_ids: str, edition: uuid.UUID = EDITION, service: str = "shop") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ORDER_NUMBER} FROM unnest(%(ids)s::text[]) AS external_id"  # noqa: S608
            " CROSS JOIN LATERAL (SELECT external_id, NULL::text AS order_number) AS staged",
            {"ids": list(external_ids), "edition": edition, "service": service},
        )
        return [number for [number] in cursor.fetchall()]


@pytest.mark.django_db
def test_numbers_of_our_own_do_not_collide_in_an_edition_of_many_orders() -> None:
    numbers = made(*(f"order-of-a-long-name-{number}" for number in range(100_000)))
    assert len(set(numbers)) == 100_000


@pytest.mark.django_db
def test_a_number_of_our_own_is_always_the_same_for_the_same_order() -> None:
    assert made("ORD-2026-00000000001") == made("ORD-2026-00000000001") == ["XHZFF0J2G396"]


@pytest.mark.django_db
def test_another_edition_or_system_makes_another_number() -> None:
    long = "x" * 20
    others = made(long, edition=uuid.UUID(int=8)) + made(long, service="shops")
    assert len({*made(long), *others}) == 3


@pytest.mark.django_db
def test_a_number_of_our_own_can_be_read_out() -> None:
    [number] = made("x" * 20)
    assert len(number) == 12
    assert set(number[1:].lower()) <= set(ALPHABET)


def digests(cast: Cast, *said: OutsideOrder) -> list[bytes]:
    """What is kept of each of these orders to know it again."""
    take(cast.edition, *said)
    kept = Order.objects.order_by("external_id").values_list("source_digest", flat=True)
    return [bytes(digest or b"") for digest in kept]


@pytest.mark.django_db
def test_a_known_digest_stays_what_it_is_so_that_no_upgrade_compares_all_orders(cast: Cast) -> None:
    product_id = uuid.UUID(int=9)
    Product.objects.filter(pk=make_product(edition=cast.edition).pk).update(id=product_id)
    bought = line(product_id=product_id, line_total=999, quantity=2, external_line_id="L1")
    said = outside_order("A-1", bought, coupon_code="Ærø", metadata={"b": 1, "a": [None, ""]})
    assert [digest.hex() for digest in digests(cast, said)] == [
        "0a698a3a168bfeb39a2206b442b5dec330e9353fcac56892f157e045f638e9ec"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pair",
    [
        ({"first_name": "a", "last_name": "b"}, {"first_name": "ab", "last_name": ""}),
        ({"first_name": "a,b"}, {"first_name": "a", "last_name": "b"}),
        ({"external_id": None}, {"external_id": '""'}),
        ({"external_id": "1,2"}, {"external_id": "1", "phone_number": "2"}),
    ],
)
def test_digests_tell_apart_what_only_looks_alike(cast: Cast, pair: Any) -> None:
    ada = replace(ADA, external_id="C-1", first_name="", last_name="", phone_number=None)
    one, other = (
        digests(cast, outside_order(str(n), customer=replace(ada, **fields)))[-1]
        for n, fields in enumerate(pair)
    )
    assert one != other


@pytest.mark.django_db
def test_digests_are_the_same_whatever_the_session_is_set_to(cast: Cast) -> None:
    [one] = digests(cast, outside_order("A-1"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Asia/Tokyo'; SET LOCAL datestyle = 'SQL, DMY'")
    assert take_one(cast.edition, outside_order("A-1")).outcome == "unchanged"
    assert digests(cast, outside_order("A-1")) == [one]


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
