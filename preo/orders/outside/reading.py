"""What an order says, value by value: checked and made into rows, before anything is written.

This is done here and not in SQL because a text with a NUL or a number beyond 64 bits cannot even
be copied into a table. Whatever comes of several values or of other rows is found in SQL.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from preo.core.languages import Language
from preo.core.money import MAX_MINOR, Currency
from preo.customers.outside.shapes import OutsideCustomer
from preo.orders.models import OrderStatus, PurchaseStatus
from preo.orders.outside.metadata import stored_json
from preo.orders.outside.rows import ProductName, ProductNames, StagedLine, StagedOrder
from preo.orders.outside.shapes import Outcome, OutsideLine, OutsideOrder, Problem
from preo.orders.outside.values import Reading, international

MAX_QUANTITY = 1_000_000
TOO_MUCH = MAX_MINOR + 1
"""Stands for whatever is more than an amount can be."""

PURCHASE_STATUS: dict[str, str] = {
    OrderStatus.PENDING: PurchaseStatus.RESERVED,
    OrderStatus.CONFIRMED: PurchaseStatus.RESERVED,
    OrderStatus.COMPLETED: PurchaseStatus.PAID,
    OrderStatus.CANCELLED: PurchaseStatus.CANCELLED,
}

_CURRENCIES = frozenset(Currency.values)
_LANGUAGES = frozenset(Language.values)


@dataclass(slots=True)
class ReadOrder:
    """One order as rows, with what is wrong with it."""

    given: OutsideOrder
    order: StagedOrder
    lines: list[StagedLine]
    errors: list[Problem]
    warnings: list[Problem]

    def refuse(self, error: Problem) -> None:
        """Let the order fail: of it only its id and the products of its lines are kept."""
        self.errors.append(error)
        self.order = StagedOrder(self.order.place, Outcome.FAILED, self.order.external_id)
        self.lines = [StagedLine(line.place, line.position, line.ref) for line in self.lines]


class _Head(NamedTuple):
    order_number: str | None
    status: str
    purchase_status: str | None
    currency: str
    created: datetime | None


class _Buyer(NamedTuple):
    external_id: str | None
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    phone_number: str | None
    language: str | None


class _Amounts(NamedTuple):
    service_fee: int
    discount: int
    tax: int
    total: int | None


def read_order(order: OutsideOrder, *, place: int, currency: str, names: ProductNames) -> ReadOrder:
    """The rows of an order; all its mistakes are found at once.

    `currency` is for an order that names none, `names` collects how the lines name their products.
    """
    reading = Reading(list(order.errors), list(order.warnings))
    external_id = reading.text(order.external_id, "/external_id", 128)
    if not order.external_id.strip():
        reading.refuse("required", "/external_id")
    head = _read_head(order, reading, currency)
    buyer = _read_buyer(order.customer, reading)
    lines = [
        _read_line(item, place, position, reading, names)
        for position, item in enumerate(order.items)
    ]
    if not lines:
        reading.refuse("required", "/items")
    amounts = _read_amounts(order, reading)
    coupon_code = reading.text(order.coupon_code, "/coupon_code", 64)
    metadata = _read_metadata(order, reading)
    if reading.errors or external_id is None:
        failed = StagedOrder(place, Outcome.FAILED, external_id)
        named = [StagedLine(place, line.position, line.ref) for line in lines]
        return ReadOrder(order, failed, named, reading.errors, reading.warnings)
    texts = (coupon_code, metadata)
    row = (place, Outcome.CREATED, external_id, *head, *amounts, *texts, *buyer)
    staged = StagedOrder._make(row)
    return ReadOrder(order, staged, lines, reading.errors, reading.warnings)


def _read_head(order: OutsideOrder, reading: Reading, currency: str) -> _Head:
    return _Head(
        reading.text(order.order_number, "/order_number"),
        reading.choice(order.status, "/status", PURCHASE_STATUS),
        PURCHASE_STATUS.get(order.status),
        reading.choice(order.currency or currency, "/currency", _CURRENCIES),
        reading.time(order.created, "/created"),
    )


def _read_buyer(customer: OutsideCustomer, reading: Reading) -> _Buyer:
    mistakes = len(reading.errors)
    phone = reading.text(customer.phone_number, "/customer/phone_number", 32)
    language = customer.language or None
    if language is not None:
        reading.choice(language, "/customer/language", _LANGUAGES)
    buyer = _Buyer(
        reading.text(customer.external_id, "/customer/external_id", 128),
        reading.text(customer.first_name, "/customer/first_name", 150) or "",
        reading.text(customer.last_name, "/customer/last_name", 150) or "",
        reading.email(customer.email, "/customer/email"),
        phone,
        international(phone),
        language,
    )
    is_known = bool(buyer.external_id or buyer.email or buyer.phone_number)
    if phone and not buyer.phone_number and is_known:
        reading.warn("phone_not_international", "/customer/phone_number", phone)
    elif phone and not is_known:
        reading.refuse("invalid_phone", "/customer/phone_number", phone)
    elif not is_known and len(reading.errors) == mistakes:
        reading.refuse("required", "/customer")
    return buyer


def _read_metadata(order: OutsideOrder, reading: Reading) -> str | None:
    try:
        return stored_json(order.metadata)
    except ValueError:
        reading.refuse("invalid_metadata", "/metadata")
        return None


def _read_line(
    line: OutsideLine, place: int, position: int, reading: Reading, names: ProductNames
) -> StagedLine:
    at = f"/items/{position}"
    quantity = reading.number(line.quantity, f"{at}/quantity", least=1, most=MAX_QUANTITY)
    unit_price, price_paid = _read_price(line, quantity, at, reading)
    unit_deposit = reading.number(line.unit_deposit, f"{at}/unit_deposit")
    name = _read_product(line, at, reading)
    category = reading.text(line.category, f"{at}/category", 200)
    return StagedLine(
        place,
        position,
        names.ref(name, category) if name else None,
        reading.text(line.external_line_id, f"{at}/external_line_id", 128),
        quantity,
        unit_price,
        unit_deposit,
        min(price_paid, TOO_MUCH),
        min(unit_deposit * quantity, TOO_MUCH),
        reading.number(line.handling_fee, f"{at}/handling_fee"),
    )


def _read_price(line: OutsideLine, quantity: int, at: str, reading: Reading) -> tuple[int, int]:
    """The price of one piece and of the line. A line's total need not divide by its quantity: then
    the price of one piece, which only the cart shows, is rounded half up.
    """
    if line.line_total is not None:
        total = reading.number(line.line_total, f"{at}/line_total")
        return (2 * total + quantity) // (2 * quantity), total
    if line.unit_price is None:
        reading.refuse("required", f"{at}/unit_price")
        return 0, 0
    unit_price = reading.number(line.unit_price, f"{at}/unit_price")
    return unit_price, unit_price * quantity


def _read_product(line: OutsideLine, at: str, reading: Reading) -> ProductName | None:
    if line.product_id or line.variant_id:
        return ProductName(line.product_id, line.variant_id)
    mistakes = len(reading.errors)
    code = reading.text(line.external_product_id, f"{at}/external_product_id", 128)
    name = reading.text(line.external_product, f"{at}/external_product")
    if code or name:
        return ProductName(None, None, code, name)
    if len(reading.errors) == mistakes:
        reading.refuse("required", f"{at}/external_product")
    return None


def _read_amounts(order: OutsideOrder, reading: Reading) -> _Amounts:
    return _Amounts(
        reading.number(order.service_fee, "/service_fee"),
        reading.number(order.discount, "/discount"),
        reading.number(order.tax, "/tax"),
        None if order.total is None else reading.number(order.total, "/total"),
    )
