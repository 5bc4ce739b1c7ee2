"""An organization of its own for the imports, and a shop's export of any size, made line by line.

The file has the form of Shopify's orders: the order's own columns stand on its first line alone, a
text may hold quotes, commas and line breaks, most cells are empty, and of 1,000 orders one cannot
be read.
"""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from preo.catalog.models import Product
from preo.core.money import Currency
from preo.editions.models import Edition
from preo.imports.files.store import delete_file
from preo.imports.models import DataImport
from preo.organizations.models import Organization

SLUG = "bench-imports"
LINES_OF_AN_ORDER = 2
ORDERS_OF_A_CUSTOMER = 5 / 3
PRODUCTS = 500
BAD_ORDER = 1_000
"""Each so many-th order has a line whose price is no number."""
NO_PRICE = "on request"
HEADER = (
    """
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency
Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at
Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku
Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Notes
Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Id,Tags
Source,Lineitem discount,Phone
""".strip()
    .replace("\n", ",")
    .split(",")
)
_PLACES = {name: place for place, name in enumerate(HEADER)}
_FIRST = ["Ada", "Bo", "Zoë", "Çağla", "Łukasz", "Søren", "Anne-Marie", "Ole", "Ingrid", "Jürgen"]
_LAST = ["Lind", "Øster", "Nowak", "de Vries", "O'Neill", "Åkesson", "Smith", "Kjær", "Lund"]
_NOTES = ['Gate "B", please', "Ring twice;\nthen wait", "Vegan, no nuts", "-"]
_START = dt.datetime(2026, 1, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=1)))
TABLES = (
    "orders_transaction", "orders_purchase", "orders_cartitem", "orders_cart", "orders_order",
    "customers_externalid", "customers_customer",
)  # fmt: skip
"""Of an organization: what an import writes to, each before those that it refers to."""
OF_ORIGIN = "imports_importedorder"


def make_place() -> Edition:
    """An edition with its products. What an earlier run left is removed."""
    clean_up()
    organization = Organization.objects.create(name="Benchmark of imports", slug=SLUG)
    edition = Edition.objects.create(
        organization=organization,
        name="2026",
        full_name="Festival 2026",
        slug="bench-imports-2026",
        currency=Currency.EUR,
    )
    Product.objects.bulk_create(
        Product(organization=organization, edition=edition, name=product_name(number))
        for number in range(PRODUCTS)
    )
    return edition


def product_name(number: int) -> str:
    """A quarter of them must be quoted in a file."""
    return f'Tent, "large" {number}' if number % 4 == 0 else f"Day ticket {number}"


def write_file(path: Path, rows: int) -> None:
    """An export of so many rows, in memory that does not grow with it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_rows(rows // LINES_OF_AN_ORDER))


def _rows(orders: int) -> Iterator[list[str]]:
    customers = max(1, round(orders / ORDERS_OF_A_CUSTOMER))
    for number in range(orders):
        buyer = number * 7_919 % customers
        email = f"guest{buyer}@example.org"
        products = (number * 31 % PRODUCTS, (number * 17 + buyer) % PRODUCTS)
        quantities = (1 + number % 3, 1)
        prices = [1_000 + 25 * product for product in products]
        subtotal = sum(one * times for one, times in zip(prices, quantities, strict=True))
        first = _first_line(number, buyer, subtotal)
        for line, (product, price, quantity) in enumerate(
            zip(products, prices, quantities, strict=True)
        ):
            row = first if line == 0 else [""] * len(HEADER)
            for name, cell in (
                ("Name", f"#{number + 1_001}"),
                ("Email", email),
                ("Lineitem quantity", str(quantity)),
                ("Lineitem name", product_name(product)),
                ("Lineitem price", _major(price)),
                ("Lineitem requires shipping", "false"),
                ("Lineitem taxable", "true"),
                ("Lineitem fulfillment status", "pending"),
            ):
                row[_PLACES[name]] = cell
            if number % BAD_ORDER == BAD_ORDER - 1 and line:
                row[_PLACES["Lineitem price"]] = NO_PRICE
            yield row


def _first_line(number: int, buyer: int, subtotal: int) -> list[str]:
    moment = str(_START + dt.timedelta(minutes=number % 200_000))
    at = f"{moment[:19]} {moment[19:22]}{moment[23:]}"
    shipping, discount = 495 * (number % 5 == 0), 100 * (number % 8 == 0)
    cells = {
        "Financial Status": "refunded" if number % 97 == 0 else "paid",
        "Paid at": at,
        "Fulfillment Status": "unfulfilled",
        "Accepts Marketing": "yes" if buyer % 2 else "no",
        "Currency": "EUR",
        "Subtotal": _major(subtotal - discount),
        "Shipping": _major(shipping),
        "Taxes": "0.00",
        "Total": _major(subtotal + shipping - discount),
        "Discount Code": "EARLY" if discount else "",
        "Discount Amount": _major(discount),
        "Created at": at,
        "Billing Name": f"{_FIRST[buyer % 10]} {_LAST[buyer % 9]}",
        "Notes": _NOTES[number % 4] if number % 11 == 0 else "",
        "Payment Method": "Shopify Payments",
        "Id": str(5_000_000_000 + number),
        "Source": "web",
        "Phone": f"'+45{20_000_000 + buyer}" if buyer % 3 == 0 else "",
    }
    return [cells.get(name, "") for name in HEADER]


def _major(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


def clean_up() -> None:
    """Remove the organization with everything that is its own, stored files and jobs included."""
    organization = Organization.objects.filter(slug=SLUG).first()
    if organization is None:
        return
    imports = list(DataImport.objects.filter(organization=organization))
    for data_import in imports:
        delete_file(data_import.data_file)
    ids = [data_import.pk for data_import in imports]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE args ->> 'data_import_id' = ANY(%s)",
            [[str(key) for key in ids]],
        )
        # Keys are checked at the end: the order does not matter.
        for table in _tables("data_import"):
            cursor.execute(f"DELETE FROM {table} WHERE data_import_id = ANY(%s)", [ids])
        for table in _tables("organization"):
            cursor.execute(f"DELETE FROM {table} WHERE organization_id = %s", [organization.pk])
        organization.delete()
    free_room()


def _tables(field: str) -> list[str]:
    """All that have such a key."""
    return [
        model._meta.db_table
        for model in apps.get_models()
        if any(one.name == field and one.concrete for one in model._meta.get_fields())
    ]


def free_room() -> None:
    """Let the room of deleted rows be used again, as autovacuum does some time later."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join((*TABLES, *_tables('data_import')))}")
