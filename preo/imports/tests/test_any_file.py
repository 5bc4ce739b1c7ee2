"""Any small file: neither the size of the chunks nor the order of its orders changes what it brings."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from preo.catalog.models import Product
from preo.customers.models import Customer, ExternalId
from preo.imports.models import DataImport, ImportedOrder, ProductMapping
from preo.imports.tests.runs import make_ready, run_all
from preo.imports.tests.staged import problems_of
from preo.orders.models import CartItem, Order, Purchase, Transaction

HEADER = (
    "Order ID;Order date;Status;Customer ID;E-mail;Phone;First name;Last name;Language;Product;"
    "SKU;Quantity;Unit price;Discount"
)


@dataclass(frozen=True)
class Buyer:
    """How a person is known is the same in all orders of a file; the rest may be missing."""

    customer_id: str
    email: str
    phone: str
    name: str


BUYERS = (
    Buyer("", "ada@example.com", "", "Ada"),
    Buyer("", "Bo@Example.com", "+4520123456", "Bo"),
    Buyer("c-1", "", "", "Cy"),
    Buyer("c-2", "di@example.com", "+4520123457", "Di"),
    Buyer("", "", "+4520123458", "Eve"),
)
PRODUCTS = (("Day ticket", ""), ("Camping", "C-1"), ("Parking", ""))


@dataclass(frozen=True)
class FileOrder:
    place: int
    day: int
    status: str
    buyer: Buyer
    has_name: bool
    language: str
    lines: tuple[tuple[int, str, str], ...]
    """Product, quantity and price."""
    discount: str

    def rows(self) -> list[str]:
        name = self.buyer.name if self.has_name or not self.buyer.email else ""
        of_buyer = f"{self.buyer.customer_id};{self.buyer.email};{self.buyer.phone};{name};"
        head = f"A-{self.place};2026-05-{self.day:02} 10:00;{self.status};{of_buyer};"
        return [
            f"{head}{self.language};{';'.join(PRODUCTS[product])};{quantity};{price};{self.discount}"
            for product, quantity, price in self.lines
        ]


LINES = st.tuples(
    st.integers(0, len(PRODUCTS) - 1),
    # A bad line lets its whole order fail: few are enough.
    st.sampled_from(["1", "2", "3", ""] * 6 + ["0"]),
    st.sampled_from(["45.50", "10", "0.01", "1,000.00"] * 6 + ["x"]),
)
ORDERS = st.builds(
    FileOrder,
    place=st.just(0),
    day=st.integers(1, 28),
    status=st.sampled_from(["paid", "paid", "pending", "cancelled"]),
    buyer=st.sampled_from(BUYERS),
    has_name=st.booleans(),
    language=st.sampled_from(["", "da", "en"]),
    lines=st.lists(LINES, min_size=1, max_size=4).map(tuple),
    discount=st.sampled_from(["", "5.00"]),
)


@st.composite
def files(draw: st.DrawFn) -> list[FileOrder]:
    orders = draw(st.lists(ORDERS, min_size=3, max_size=9))
    return [replace(order, place=place) for place, order in enumerate(orders)]


def bring(cast: Cast, orders: list[FileOrder], *, lines: int) -> DataImport:
    rows = [row for order in orders for row in order.rows()]
    data_import = make_ready(cast, HEADER, *rows)
    ProductMapping.objects.filter(data_import=data_import).update(create_product=True)
    return run_all(data_import, lines=lines)


def sums() -> dict[str, Any]:
    """What does not hang on the order in which orders come."""
    return {
        "orders": list(
            Order.objects.order_by("external_id").values_list(
                "external_id", "order_number", "status", "created", "currency", "subtotal",
                "discount", "adjustment", "amount", "paid", "items_count", "customer_email",
                "customer__email", "customer__phone_number",
            )
        ),
        "items": list(
            CartItem.objects.order_by("cart__order__external_id", "position").values_list(
                "cart__order__external_id", "position", "quantity", "price_with_options",
            )
        ),
        "purchases": list(
            Purchase.objects.order_by("order__external_id", "position").values_list(
                "order__external_id", "position", "product__name", "quantity", "price_paid",
                "status", "customer__email",
            )
        ),
        "payments": list(
            Transaction.objects.order_by("order__external_id").values_list(
                "order__external_id", "amount", "status"
            )
        ),
        "customers": sorted(map(str, Customer.objects.values_list("email", "phone_number"))),
        "ids": sorted(ExternalId.objects.values_list("external_id", "customer__email")),
        "products": sorted(map(str, Product.objects.values_list("name", "code", "is_draft"))),
    }  # fmt: skip


def everything(data_import: DataImport) -> dict[str, Any]:
    """All tables, but for ids and for when it was done.

    When a new person joined and which language is theirs is what the chunk says in which they first
    come: both stand from then on and are never empty, so that no later chunk may fill them.
    """
    return sums() | {
        "people": list(
            Customer.objects.order_by("email", "phone_number", "first_name").values_list(
                "email", "phone_number", "first_name", "last_name"
            )
        ),
        "imported": list(
            ImportedOrder.objects.filter(data_import=data_import)
            .order_by("order__external_id")
            .values_list("order__external_id", "outcome", "numbers", "raw")
        ),
        "problems": problems_of(data_import),
        "counts": [
            data_import.rows_done, data_import.rows_failed, data_import.orders_created,
            data_import.orders_failed, data_import.users_created,
        ],
    }  # fmt: skip


def compare(cast: Cast, orders: list[FileOrder], chunks: list[int], shuffled: list[int]) -> None:
    """Bring the same file in as one chunk, in chunks, once more, and with its orders shuffled."""
    with transaction.atomic():
        whole = everything(bring(cast, orders, lines=20_000))
        sum_of_whole = sums()
        transaction.set_rollback(True)
    with transaction.atomic():
        data_import = bring(cast, orders, lines=chunks[0])
        assert everything(data_import) == whole
        again = bring(cast, orders, lines=chunks[1])
        assert (again.orders_created, again.orders_updated, again.users_created) == (0, 0, 0)
        assert again.orders_unchanged == data_import.orders_created
        assert everything(data_import) == whole
        transaction.set_rollback(True)
    with transaction.atomic():
        bring(cast, [orders[place] for place in shuffled], lines=chunks[2])
        assert sums() == sum_of_whole
        transaction.set_rollback(True)


CHUNKS = st.lists(st.integers(1, 6), min_size=3, max_size=3)


@pytest.mark.fuzz
@pytest.mark.django_db
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), orders=files(), chunks=CHUNKS)
def test_chunks_and_order_do_not_change_what_a_file_brings(
    cast: Cast, data: st.DataObject, orders: list[FileOrder], chunks: list[int]
) -> None:
    compare(cast, orders, chunks, data.draw(st.permutations(range(len(orders)))))


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.timeout(1_800)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), orders=files(), chunks=CHUNKS)
def test_chunks_and_order_never_change_what_a_file_brings(
    cast: Cast, data: st.DataObject, orders: list[FileOrder], chunks: list[int]
) -> None:
    compare(cast, orders, chunks, data.draw(st.permutations(range(len(orders)))))
