"""Orders of a file keep the same rules as orders that another system sends."""

import datetime as dt

import pytest
from django.utils import timezone

from conftest import Cast
from preo.catalog.models import Product
from preo.catalog.tests.factories import make_product
from preo.customers.outside.shapes import OutsideCustomer
from preo.imports.models import ProductMapping
from preo.imports.service.runs import run_import, start_import
from preo.imports.tests.runs import BY, make_ready, run_all
from preo.imports.tests.staged import fields_of, problems_of, values_of
from preo.orders.models import Order
from preo.orders.tests.outside import assert_sound, line, outside_order, take

pytestmark = pytest.mark.django_db

HEADER = (
    "Order ID;Order number;Order date;Status;Currency;Customer ID;E-mail;Phone;First name;Last name;"
    "Product;Quantity;Unit price;Line total;Deposit;Line ID;Discount;Fees;Order total;Coupon;Language"
)
ROWS = (
    "A-1;N-7;2026-05-31T10:00:00Z;paid;DKK;C-1;Zoe@example.com;+45 20 12 34 56;Zoë;Ærø;"
    "Day ticket;2;45.50;;1.50;L-1;3.00;1.25;100.00;EARLY;da",
    "A-1;N-7;2026-05-31T10:00:00Z;paid;DKK;C-1;Zoe@example.com;+45 20 12 34 56;Zoë;Ærø;"
    "Camping;3;;5.00;;L-2;3.00;1.25;100.00;EARLY;da",
    "A-2;;;;;;bo@example.com;;;;Day ticket;;5;;;;;;;;",
)


def test_an_order_that_was_sent_is_known_again_in_a_file_by_its_hash_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = {
        name: make_product(edition=cast.edition, name=name) for name in ("Day ticket", "Camping")
    }
    ticket = products["Day ticket"].pk
    sent = outside_order(
        "A-1",
        line(
            product_id=ticket, quantity=2, unit_price=4550, unit_deposit=150, external_line_id="L-1"
        ),
        line(product_id=products["Camping"].pk, quantity=3, line_total=500, external_line_id="L-2"),
        order_number="N-7",
        created=dt.datetime(2026, 5, 31, 10, tzinfo=dt.UTC),
        currency="dkk",
        customer=OutsideCustomer("C-1", "Zoe@example.com", "+4520123456", "Zoë", "Ærø", "da"),
        discount=300,
        service_fee=125,
        total=10_000,
        coupon_code="EARLY",
    )
    bare = outside_order(
        "A-2",
        line(product_id=ticket, unit_price=500),
        created=None,
        customer=OutsideCustomer(email="bo@example.com"),
    )
    assert take(cast.edition, sent, bare).created == 2
    data_import = make_ready(cast, HEADER, *ROWS)
    assert set(fields_of(data_import)) == set(HEADER.split(";"))

    def refuse() -> None:
        raise AssertionError("An order went further than its hash.")

    monkeypatch.setattr("preo.orders.outside.work.analyze", refuse)
    assert run_all(data_import).orders_unchanged == 2


def test_a_product_that_nobody_decided_on_fails_even_an_order_that_would_be_the_same(
    cast: Cast,
) -> None:
    cup = make_product(edition=cast.edition, name="Cup")
    header = "Order ID;E-mail;Product;Unit price"
    run_all(make_ready(cast, header, "A-1;a@example.com;Cup;5"))
    Product.objects.filter(pk=cup.pk).update(name="Mug")
    again = make_ready(cast, header, "A-1;a@example.com;Cup;5")
    ProductMapping.objects.filter(data_import=again).update(product=None)
    started = start_import(data_import_id=again.pk, by=BY, now=timezone.now())
    Product.objects.filter(pk=cup.pk).update(name="Cup")
    run_import(data_import_id=again.pk, generation=started.generation, now=timezone.now())
    again.refresh_from_db()
    assert (again.orders_failed, again.orders_unchanged) == (1, 0)
    assert problems_of(again) == [(2, "Product", "product_not_mapped", "Cup")]


def test_what_is_of_an_order_is_the_first_that_any_of_its_lines_says(cast: Cast) -> None:
    header = "Order ID;E-mail;First name;Last name;Status;Coupon;Product;Unit price"
    data_import = make_ready(
        cast,
        header,
        "A-1;;;Holm;;;Day ticket;5",
        "A-1;ada@example.com;Ada;;;EARLY;Camping;6",
        "A-1;ada@example.com;Adele;Berg;paid;LATE;Cup;7",
        "A-2;;;;cancelled;FIRST;Cup;1",
        "A-2;bo@example.com;Bo;;paid;;Cup;2",
    )
    first, second, _, other = values_of(data_import)
    assert (first["email"], first["first_name"], first["last_name"]) == (
        "ada@example.com", "Ada", "Holm",
    )  # fmt: skip
    assert (first["coupon_code"], first["product"]) == ("EARLY", "Day ticket")
    assert "last_name" not in second
    assert other == {
        "order_id": "A-2", "email": "bo@example.com", "first_name": "Bo", "status": "completed",
        "product": "Cup", "unit_price": 200,
    }  # fmt: skip


REFUSED = [
    (["A-1;a@example.com;;Cup;1000000;9999999999999;;;;"], 2, "Unit price", "out_of_range"),
    (["A-1;a@example.com;;Cup;1;5;;;6;"], 2, "Discount", "does_not_add_up"),
    (
        ["A-1;a@example.com;;Cup;1;5;;L-1;;", "A-1;a@example.com;;Cup;1;5;;L-1;;"],
        3, "Line ID", "repeated_line",
    ),
    (["A-1;a@example.com;;Cup;1000000;1;9999999999999;;;"], 2, None, "out_of_range"),
    ([f"A-1;{'e' + chr(0x301)}{chr(0x958) * 125}@x.example;;Cup;1;5;;;;"], 2, "E-mail", "invalid_email"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "number", "column", "code"), REFUSED)
def test_values_that_do_not_go_together_fail_the_order_and_no_other(
    cast: Cast, rows: list[str], number: int, column: str | None, code: str
) -> None:
    make_product(edition=cast.edition, name="Cup")
    header = (
        "Order ID;E-mail;Phone;Product;Quantity;Unit price;Deposit;Line ID;Discount;Order total"
    )
    good = "A-9;b@example.com;;Cup;1;5;;;;"
    done = run_all(make_ready(cast, header, *rows, good))
    assert [(at, code) for at, _, code, _ in problems_of(done)] == [(number, code)]
    assert (done.orders_failed, done.orders_created, done.rows_failed) == (1, 1, len(rows))
    assert Order.objects.get().external_id == "A-9"


def test_a_total_that_is_not_the_sum_and_a_phone_without_prefix_warn(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Cup")
    header = "Order ID;E-mail;Phone;Product;Unit price;Order total"
    done = run_all(make_ready(cast, header, "A-1;a@example.com;12345678;Cup;5;7.50"))
    assert [(at, column, code, value) for at, column, code, value in problems_of(done)] == [
        (2, "Phone", "invalid_phone", "12345678"),
        (2, "Phone", "phone_not_international", "12345678"),
        (2, "Order total", "total_differs", "7.50"),
    ]
    order = Order.objects.get()
    assert (order.amount, order.adjustment, order.customer_phone) == (750, 250, "12345678")
    assert_sound()
