"""What is wrong with one order by itself: all of it is told, and nothing of the order goes in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from conftest import Cast
from preo.catalog.models import Product
from preo.core.money import MAX_MINOR
from preo.customers.models import Customer
from preo.customers.outside.shapes import OutsideCustomer
from preo.orders.models import Order
from preo.orders.outside.problems import MESSAGES, problem
from preo.orders.outside.shapes import OutsideLine
from preo.orders.tests.outside import ADA, codes, errors, line, outside_order, take, take_one

pytestmark = pytest.mark.django_db

HEAD: list[tuple[dict[str, Any], str, str]] = [
    ({"external_id": ""}, "/external_id", "required"),
    ({"external_id": "  "}, "/external_id", "required"),
    ({"external_id": "x" * 129}, "/external_id", "too_long"),
    ({"external_id": "A\x001"}, "/external_id", "invalid_text"),
    ({"external_id": "A\ud800"}, "/external_id", "invalid_text"),
    ({"status": "paid"}, "/status", "invalid_choice"),
    ({"status": "\ud800"}, "/status", "invalid_choice"),
    ({"currency": "jpy"}, "/currency", "invalid_choice"),
    ({"created": datetime(2026, 4, 1)}, "/created", "invalid_time"),  # noqa: DTZ001
    (
        {"created": datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))},
        "/created",
        "invalid_time",
    ),
    ({"service_fee": -1}, "/service_fee", "out_of_range"),
    ({"discount": -1}, "/discount", "out_of_range"),
    ({"tax": 2**70}, "/tax", "out_of_range"),
    ({"total": -1}, "/total", "out_of_range"),
    ({"total": 10**5000}, "/total", "out_of_range"),
    ({"discount": 5001}, "/discount", "does_not_add_up"),
    ({"coupon_code": "c" * 65}, "/coupon_code", "too_long"),
    ({"metadata": {"a": "\x00"}}, "/metadata", "invalid_metadata"),
    ({"metadata": {"a\x00": 1}}, "/metadata", "invalid_metadata"),
    ({"metadata": {"a": "\udc00"}}, "/metadata", "invalid_metadata"),
    ({"metadata": {"a": 2**70}}, "/metadata", "invalid_metadata"),
    ({"metadata": {"a": Decimal("1e999999")}}, "/metadata", "invalid_metadata"),
    ({"metadata": {"a": {1, 2}}}, "/metadata", "invalid_metadata"),
    ({"items": ()}, "/items", "required"),
]

CUSTOMERS: list[tuple[OutsideCustomer, str, str]] = [
    (OutsideCustomer(first_name="Ada"), "/customer", "required"),
    (OutsideCustomer(external_id=" ", email="", phone_number=""), "/customer", "required"),
    (OutsideCustomer(email="ada"), "/customer/email", "invalid_email"),
    (OutsideCustomer(email="ada@ example.org"), "/customer/email", "invalid_email"),
    (OutsideCustomer(email=f"{'a' * 243}@example.org"), "/customer/email", "invalid_email"),
    # Too long as given, though not in the normal form; then the other way round.
    (OutsideCustomer(email="e\u0301" * 125 + "@x.example"), "/customer/email", "invalid_email"),
    (OutsideCustomer(email="\u0130" * 125 + "@x.example"), "/customer/email", "invalid_email"),
    (OutsideCustomer(phone_number="12345678"), "/customer/phone_number", "invalid_phone"),
    (OutsideCustomer(phone_number="+4512345678" * 4), "/customer/phone_number", "too_long"),
    (replace(ADA, external_id="x" * 129), "/customer/external_id", "too_long"),
    (replace(ADA, first_name="x" * 151), "/customer/first_name", "too_long"),
    (replace(ADA, last_name="\x00"), "/customer/last_name", "invalid_text"),
    (replace(ADA, language="fr"), "/customer/language", "invalid_choice"),
]

LINES: list[tuple[OutsideLine, str, str]] = [
    (OutsideLine(unit_price=1), "external_product", "required"),
    (OutsideLine(external_product=" ", unit_price=1), "external_product", "required"),
    (OutsideLine(external_product="Ticket"), "unit_price", "required"),
    (line(quantity=0), "quantity", "out_of_range"),
    (line(quantity=-3), "quantity", "out_of_range"),
    (line(quantity=1_000_001), "quantity", "out_of_range"),
    (line(unit_price=-1), "unit_price", "out_of_range"),
    (line(line_total=-1), "line_total", "out_of_range"),
    (line(line_total=MAX_MINOR + 1), "line_total", "out_of_range"),
    (line(unit_deposit=-1), "unit_deposit", "out_of_range"),
    (line(handling_fee=2**63), "handling_fee", "out_of_range"),
    (line(external_product_id="x" * 129), "external_product_id", "too_long"),
    (line("a\x00b"), "external_product", "invalid_text"),
    (line(external_line_id="x" * 129), "external_line_id", "too_long"),
    (line("x" * 201), "external_product", "too_long"),
]


@pytest.mark.parametrize(("fields", "pointer", "code"), HEAD)
def test_a_wrong_field_fails_the_order(
    cast: Cast, fields: dict[str, Any], pointer: str, code: str
) -> None:
    order = replace(outside_order(), **fields)
    assert errors(cast.edition, order) == [(pointer, code)]


@pytest.mark.parametrize(("customer", "pointer", "code"), CUSTOMERS)
def test_a_wrong_buyer_fails_the_order(
    cast: Cast, customer: OutsideCustomer, pointer: str, code: str
) -> None:
    assert errors(cast.edition, outside_order(customer=customer)) == [(pointer, code)]


@pytest.mark.parametrize(("wrong", "field", "code"), LINES)
def test_a_wrong_line_fails_the_order(
    cast: Cast, wrong: OutsideLine, field: str, code: str
) -> None:
    order = outside_order("A-1", line(), wrong)
    assert errors(cast.edition, order) == [(f"/items/1/{field}", code)]


def test_a_price_beyond_all_bounds_fails_the_order_and_not_the_call(cast: Cast) -> None:
    huge = line(quantity=1_000_000, unit_price=MAX_MINOR)
    done = take(cast.edition, outside_order("A-1", huge), outside_order("A-2"))
    assert [one.outcome for one in done.orders] == ["failed", "created"]
    assert codes(done.orders[0].errors) == [("/items", "out_of_range")]


def test_lines_that_are_each_small_enough_may_be_too_much_together(cast: Cast) -> None:
    half = line(line_total=MAX_MINOR // 2 + 1)
    assert errors(cast.edition, outside_order("A-1", half, half)) == [("/items", "out_of_range")]


def test_two_lines_with_one_id_fail_the_order(cast: Cast) -> None:
    order = outside_order("A-1", line(external_line_id="L1"), line(external_line_id="L1"))
    assert errors(cast.edition, order) == [("/items/1/external_line_id", "repeated_line")]


def test_an_order_that_comes_twice_in_one_call_fails_both_times(cast: Cast) -> None:
    done = take(cast.edition, outside_order("A-1"), outside_order("A-2"), outside_order(" A-1 "))
    assert [one.outcome for one in done.orders] == ["failed", "created", "failed"]
    assert codes(done.orders[2].errors) == [("/external_id", "repeated_order")]
    assert Order.objects.get().external_id == "A-2"


def test_all_mistakes_of_an_order_are_told_at_once(cast: Cast) -> None:
    order = outside_order(
        "A-1",
        line("Nowhere sold", quantity=0),
        status="paid",
        customer=OutsideCustomer(email="ada"),
        errors=(problem("invalid_time", "/created", "yesterday"),),
    )
    assert set(errors(cast.edition, order, create_products=False)) == {
        ("/created", "invalid_time"),
        ("/status", "invalid_choice"),
        ("/customer/email", "invalid_email"),
        ("/items/0/quantity", "out_of_range"),
        ("/items/0/external_product", "unknown_product"),
    }


def test_what_the_reader_found_wrong_fails_the_order(cast: Cast) -> None:
    order = outside_order(errors=(problem("invalid_time", "/created", "31/31/2026"),))
    one = take_one(cast.edition, order)
    assert one.errors == (problem("invalid_time", "/created", "31/31/2026"),)
    assert one.order_id is None


def test_a_mistake_says_what_stood_there_in_a_sentence(cast: Cast) -> None:
    one = take_one(cast.edition, outside_order(status="paid"))
    assert one.errors[0].value == "paid"
    assert one.errors[0].message == MESSAGES["invalid_choice"]


def test_a_failed_order_leaves_nothing_behind(cast: Cast) -> None:
    take(cast.edition, outside_order("A-1", line("Poster"), line("Cup", quantity=0)))
    assert not Order.objects.exists()
    assert not Customer.objects.exists()
    assert not Product.objects.exists()


@pytest.mark.parametrize("service", ["", "s" * 65, "shop\x00", "\ud800"])
def test_a_service_without_a_proper_name_is_refused(cast: Cast, service: str) -> None:
    with pytest.raises(ValueError, match="64"):
        take(cast.edition, outside_order(), service=service)


def test_a_bad_order_does_not_keep_the_good_ones_out(cast: Cast) -> None:
    done = take(
        cast.edition,
        outside_order("A-1", line(quantity=0)),
        outside_order("A-2"),
        outside_order("A-3", created=datetime(1, 1, 1, tzinfo=UTC)),
    )
    assert [one.outcome for one in done.orders] == ["failed", "created", "created"]
    assert (done.created, done.updated, done.unchanged, done.failed) == (2, 0, 0, 1)


def test_no_order_is_no_call(cast: Cast) -> None:
    assert take(cast.edition).orders == ()
