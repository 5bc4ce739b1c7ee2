"""The exports of known systems, in the spellings that they have, read into orders."""

import csv
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import BigIntegerField, Max, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast as SQLCast

from conftest import Cast
from preo.core import money
from preo.imports.lines.making import make_lines
from preo.imports.models import ImportLine, ProductMapping
from preo.imports.tests.staged import (
    fields_of,
    make_staged,
    problems_of,
    stage_cells,
    values_of,
)

pytestmark = pytest.mark.django_db

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,"
    "Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,"
    "Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Notes,"
    "Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Id,Tags,"
    "Source,Lineitem discount,Phone"
)
EVENTBRITE = (
    "Order no.,Order Date,First Name,{},Email,Quantity,Ticket Type,Order Type,Total Paid,"
    "Eventbrite Fees,Eventbrite Payment Processing,Attendee Status"
)
EVENTBRITE_NEWER = (
    "Order No.,Event Name,Buyer First Name,Buyer Last Name,Buyer Email,Order Date,Ticket Type,"
    "Quantity,Total Paid"
)
TITO = (
    "Number,Ticket Created Date,Ticket,Ticket Full Name,Ticket First Name,Ticket Last Name,"
    "Ticket Email,Ticket Company Name,Ticket Phone Number,Event,Void Status,Price,Ticket Reference,"
    "Tags,Unique Ticket URL,Order Reference,Order Name,Order Email,Order Phone Number,"
    "Order Discount Code,Order Created Date,Order Completed Date,Payment Reference"
)
WOOCOMMERCE = (
    "order_id,order_number,date,status,shipping_total,order_total,payment_method,customer_id,"
    "billing_first_name,billing_last_name,billing_email,billing_country,customer_note,line_items,coupons"
)


def row_of(header: str, **cells: str) -> list[str]:
    """A row with these cells, by the header's words with underscores for what is no letter."""
    names = ["".join(c if c.isalnum() else "_" for c in name) for name in header.split(",")]
    assert cells.keys() <= set(names), cells.keys() - set(names)
    return [cells.get(name, "") for name in names]


def shopify_rows() -> list[list[str]]:
    first: dict[str, str] = {
        "Name": "#1001",
        "Email": "zoe@example.com",
        "Financial_Status": "paid",
        "Currency": "DKK",
        "Shipping": "10.00",
        "Total": "110.00",
        "Discount_Code": "EARLY",
        "Discount_Amount": "-5.00",
        "Created_at": "2026-05-01 10:00:00 +0200",
        "Lineitem_quantity": "2",
        "Lineitem_name": "Tent",
        "Lineitem_price": "40.00",
        "Lineitem_sku": "T-1",
        "Billing_Name": "Zoë Lind",
        "Phone": "'+4520123456",
        "Id": "5001",
    }
    second = {"Name": "#1001", "Email": "zoe@example.com", "Lineitem_quantity": "1"}
    second |= {"Lineitem_name": "Mug", "Lineitem_price": "25.00", "Lineitem_sku": "M-1"}
    cancelled = first | {"Name": "#1002", "Cancelled_at": "2026-05-02 10:00:00 +0200"}
    return [row_of(SHOPIFY, **cells) for cells in (first, second, cancelled)]


@pytest.mark.parametrize("header", [SHOPIFY, SHOPIFY.upper(), SHOPIFY.replace(" ", "_").lower()])
def test_shopifys_order_columns_stand_on_the_first_line_only(cast: Cast, header: str) -> None:
    data_import = stage_cells(cast.edition, header.split(","), shopify_rows())
    assert data_import.source == "shopify"

    first, second, cancelled = values_of(data_import)

    assert first == {
        "order_id": "#1001",
        "email": "zoe@example.com",
        "status": "completed",
        "currency": "dkk",
        "service_fee": 1000,
        "order_total": 11000,
        "coupon_code": "EARLY",
        "discount": 500,
        "created": "2026-05-01T08:00:00Z",
        "quantity": 2,
        "product": "Tent",
        "unit_price": 4000,
        "product_code": "T-1",
        "first_name": "Zoë",
        "last_name": "Lind",
        "phone_number": "+4520123456",
    }
    assert second == {
        "order_id": "#1001",
        "email": "zoe@example.com",
        "quantity": 1,
        "product": "Mug",
        "unit_price": 2500,
        "product_code": "M-1",
    }
    assert cancelled["status"] == "cancelled"
    assert problems_of(data_import) == []
    places = ImportLine.objects.order_by("number").values_list("order_place", flat=True)
    assert list(places) == [0, 0, 1]


@pytest.mark.parametrize("surname", ["Surname", "Last Name"])
def test_eventbrites_attendees_are_lines_and_cancelled_ones_are_left_out(
    cast: Cast, surname: str
) -> None:
    tail = "1;Day ticket;Eventbrite Completed;45.50;2.50;1.00"
    data_import = make_staged(
        cast,
        EVENTBRITE.format(surname).replace(",", ";"),
        f"991;2026-05-01 10:00:00+02:00;Zoë;Lind;zoe@example.com;{tail};Attending",
        f"991;2026-05-01 10:00:00+02:00;Bo;Lind;bo@example.com;{tail};Not Attending",
        f"992;2026-05-01 10:00:00+02:00;Al;Ek;al@example.com;{tail};Not Attending",
    )
    assert data_import.source == "eventbrite"
    assert "Eventbrite Fees" not in fields_of(data_import)

    kept, alone = values_of(data_import)

    assert (kept["order_id"], kept["last_name"], kept["line_total"]) == ("991", "Lind", 4550)
    assert kept["status"] == "completed"
    assert (alone["order_id"], alone["status"]) == ("992", "cancelled")
    assert [code for _, _, code, _ in problems_of(data_import)] == [
        "differs_in_order",
        "cancelled_line",
    ]


def test_the_newer_header_of_eventbrite_is_recognised(cast: Cast) -> None:
    data_import = make_staged(
        cast,
        EVENTBRITE_NEWER,
        "991,Northlight,Zoë,Lind,zoe@example.com,2026-05-01,Day ticket,2,91.00",
        split=",",
    )
    assert data_import.source == "eventbrite"
    [values] = values_of(data_import)
    assert (values["first_name"], values["email"]) == ("Zoë", "zoe@example.com")
    assert (values["quantity"], values["line_total"]) == (2, 9100)


def test_titos_tickets_are_lines_known_by_their_reference(cast: Cast) -> None:
    ticket = {
        "Ticket": "Conference",
        "Price": "100.00",
        "Ticket_Reference": "ABCD-1",
        "Order_Reference": "ABCD",
        "Order_Name": "Zoë Lind",
        "Order_Email": "zoe@example.com",
        "Order_Created_Date": "2026-05-01 08:00:00 UTC",
        "Tags": "vip\nearly",
    }
    void = ticket | {"Ticket_Reference": "ABCD-2", "Void_Status": "void"}
    rows = [row_of(TITO, **cells) for cells in (ticket, void)]
    data_import = stage_cells(cast.edition, TITO.split(","), rows)
    assert data_import.source == "tito"

    [values] = values_of(data_import)

    assert values == {
        "order_id": "ABCD",
        "created": "2026-05-01T08:00:00Z",
        "first_name": "Zoë",
        "last_name": "Lind",
        "email": "zoe@example.com",
        "product": "Conference",
        "line_id": "ABCD-1",
        "unit_price": 10000,
    }
    assert [code for _, _, code, _ in problems_of(data_import)] == ["cancelled_line"]


def woocommerce(cast: Cast, items: str, **cells: str) -> Any:
    given = {
        "order_id": "77",
        "order_number": "W-77",
        "date": "5/31/2016 0:37",
        "status": "processing",
        "order_total": "40",
        "customer_id": "0",
        "billing_first_name": "Zoë",
        "billing_email": "zoe@example.com",
        "line_items": items,
        "coupons": "code:EARLY|amount:5.00",
    }
    return stage_cells(
        cast.edition, WOOCOMMERCE.split(","), [row_of(WOOCOMMERCE, **(given | cells))]
    )


def test_woocommerces_lines_stand_in_one_cell(cast: Cast) -> None:
    data_import = woocommerce(cast, "product_id:4959|1|30|size: Medium;sku:MUG|2|10.00")
    assert data_import.source == "woocommerce"

    first, second = values_of(data_import)

    order = {
        "order_id": "77",
        "order_number": "W-77",
        "created": "2016-05-30T22:37:00Z",
        "status": "completed",
        "order_total": 4000,
        "first_name": "Zoë",
        "email": "zoe@example.com",
        "coupon_code": "EARLY",
    }
    of_first = {"product_code": "4959", "variant": "Medium", "quantity": 1, "line_total": 3000}
    assert first == order | of_first
    assert second == order | {"product_code": "MUG", "quantity": 2, "line_total": 1000}
    assert problems_of(data_import) == []
    mappings = ProductMapping.objects.order_by("external_code")
    assert [(one.external_code, one.external_variant) for one in mappings] == [
        ("4959", "Medium"),
        ("MUG", ""),
    ]


def test_woocommerces_other_spelling_of_lines_is_read(cast: Cast) -> None:
    cell = "id:9|name:Tent, big|sku:T-1|quantity:2|total:60.00|meta:size=Medium;id:10|name:Mug|quantity:1|total:5"
    tent, mug = values_of(woocommerce(cast, cell))
    assert {name: tent[name] for name in ("line_id", "product", "product_code", "variant")} == {
        "line_id": "9",
        "product": "Tent, big",
        "product_code": "T-1",
        "variant": "Medium",
    }
    assert (tent["quantity"], tent["line_total"]) == (2, 6000)
    assert (mug["product"], mug["line_total"], "product_code" in mug) == ("Mug", 500, False)


def test_mistakes_within_a_cell_of_lines_name_the_row_and_column(cast: Cast) -> None:
    cell = "product_id:1|0|30;product_id:2|1|dear;nonsense"
    data_import = woocommerce(cast, cell, billing_email="zoe")
    make_lines(data_import)
    found = {(row, column, code) for row, column, code, _ in problems_of(data_import)}
    assert found == {
        (2, "billing_email", "invalid_email"),
        (2, "line_items", "invalid_quantity"),
        (2, "line_items", "invalid_number"),
        (2, "line_items", "missing_price"),
    }
    empty = woocommerce(cast, "")
    make_lines(empty)
    codes = {code for _, _, code, _ in problems_of(empty)}
    assert codes == {"missing_product", "missing_price"}


SAMPLES = os.environ.get("PREO_SAMPLE_DATA", "")
FILE = Path(SAMPLES) / "superstore.csv"


@pytest.mark.skipif(not FILE.is_file(), reason="outside data: no superstore.csv")
def test_the_superstore_is_mapped_and_read_by_itself(cast: Cast) -> None:
    with FILE.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    data_import = stage_cells(cast.edition, header, rows)
    assert fields_of(data_import) == {
        "Order ID": "order_id",
        "Order Date": "created",
        "Customer ID": "customer_id",
        "Customer Name": "full_name",
        "Product ID": "product_code",
        "Product Name": "product",
        "Category": "category",
        "Sales": "line_total",
        "Quantity": "quantity",
    }

    make_lines(data_import)

    lines = ImportLine.objects.filter(data_import=data_import)
    total = SQLCast(KeyTextTransform("line_total", "values"), BigIntegerField())
    found = lines.aggregate(orders=Max("order_place"), cents=Sum(total))
    place = header.index("Sales")
    cents = sum(money.from_major(Decimal(row[place])) for row in rows)
    assert (lines.count(), found["orders"] + 1, found["cents"]) == (9_994, 5_009, cents)
    assert (data_import.order_count, set(data_import.problem_counts)) == (5_009, {"rounded"})
    assert lines.values("values__customer_id").distinct().count() == 793
    assert ProductMapping.objects.filter(data_import=data_import).count() == 1_862
    pairs = lines.values("order_key", "product_mapping").distinct().count()
    assert pairs == 9_994 - 8
    assert not lines.filter(is_bad=True).exists()
