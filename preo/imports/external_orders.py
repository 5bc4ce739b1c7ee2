"""Orders as other systems send them: read value by value, each order on its own.

A serializer would refuse the whole call for one wrong value, and takes a millisecond for each order.
Here an order carries its mistakes with it and fails alone. The shape is declared once in the
tables below; the API's document is checked against them by a test.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from preo.catalog.models import Product, Variant
from preo.core import money
from preo.core.fields import AnyJSONField
from preo.core.models import parse_id
from preo.customers.outside.shapes import OutsideCustomer
from preo.orders.outside.shapes import OutsideLine, OutsideOrder, Problem

MESSAGES = {
    "not_an_object": "Give an object.",
    "not_a_list": "Give a list.",
    "not_a_text": "Give a text.",
    "not_a_number": "Give a number.",
    "not_a_whole_number": "Give a whole number.",
    "too_many_decimals": "An amount has at most two decimals.",
    "out_of_range": "This number is too small or too large.",
    "invalid_time": "Give a time with its zone, such as 2026-06-24T18:00:00Z.",
    "too_long": "This is too long.",
    "unknown_field": "There is no such field here.",
    "unknown_product": "No product of this edition is known by this.",
}
MAX_ITEMS = 500
MAX_WHOLE = 10**18

Read = Callable[["Reader", Any, str], Any]


@dataclass(slots=True)
class Reader:
    """Takes one order apart and keeps what is wrong with it."""

    errors: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, pointer: str, value: Any = None) -> None:
        shown = None if value is None else str(value)[:200]
        self.errors.append(Problem(pointer, code, MESSAGES[code], shown))

    def members(self, data: Any, pointer: str, fields: Mapping[str, Read]) -> dict[str, Any]:
        """The known members of an object, each read; null is as good as absent."""
        if not isinstance(data, Mapping):
            self.refuse("not_an_object", pointer)
            return {}
        found = {}
        for name, value in data.items():
            read = fields.get(name)
            if read is None:
                self.refuse("unknown_field", f"{pointer}/{name}")
            elif value is not None:
                found[name] = read(self, value, f"{pointer}/{name}")
        return {name: value for name, value in found.items() if value is not None}

    def text(self, value: Any, pointer: str) -> str | None:
        if isinstance(value, str):
            return value
        self.refuse("not_a_text", pointer)
        return None

    def whole_number(self, value: Any, pointer: str) -> int | None:
        whole = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not whole or value != int(value):
            self.refuse("not_a_whole_number", pointer)
            return None
        if abs(value) > MAX_WHOLE:
            self.refuse("out_of_range", pointer, value)
            return None
        return int(value)

    def amount(self, value: Any, pointer: str) -> int | None:
        """Major units of the request as minor units. More than two decimals are a mistake."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse("not_a_number", pointer)
            return None
        major = Decimal(value)
        if not 0 <= major <= money.to_major(money.MAX_MINOR):
            self.refuse("out_of_range", pointer, value)
            return None
        if major != round(major, 2):
            self.refuse("too_many_decimals", pointer, value)
            return None
        return money.from_major(major)

    def time(self, value: Any, pointer: str) -> dt.datetime | None:
        try:
            moment = dt.datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = None
        if moment is None or moment.tzinfo is None:
            self.refuse("invalid_time", pointer, value if isinstance(value, str) else None)
            return None
        return moment

    def product_id(self, value: Any, pointer: str) -> uuid.UUID | None:
        return self._id(Product, value, pointer)

    def variant_id(self, value: Any, pointer: str) -> uuid.UUID | None:
        return self._id(Variant, value, pointer)

    def metadata(self, value: Any, pointer: str) -> Any:
        if not isinstance(value, Mapping):
            self.refuse("not_an_object", pointer)
            return None
        return AnyJSONField().to_internal_value(value)

    def customer(self, value: Any, pointer: str) -> OutsideCustomer:
        return OutsideCustomer(**self.members(value, pointer, CUSTOMER))

    def items(self, value: Any, pointer: str) -> tuple[OutsideLine, ...]:
        if not isinstance(value, list):
            self.refuse("not_a_list", pointer)
            return ()
        if len(value) > MAX_ITEMS:
            self.refuse("too_long", pointer, f"{len(value)} items, at most {MAX_ITEMS}")
            return ()
        return tuple(
            OutsideLine(**self.members(item, f"{pointer}/{index}", ITEM))
            for index, item in enumerate(value)
        )

    def _id(self, model: Any, value: Any, pointer: str) -> uuid.UUID | None:
        key = parse_id(model, value)
        if key is None:
            self.refuse("unknown_product", pointer, value if isinstance(value, str) else None)
        return key


CUSTOMER: dict[str, Read] = dict.fromkeys(
    ("external_id", "email", "phone_number", "first_name", "last_name", "language"), Reader.text
)
ITEM: dict[str, Read] = {
    "product_id": Reader.product_id,
    "variant_id": Reader.variant_id,
    "external_product_id": Reader.text,
    "external_product": Reader.text,
    "external_line_id": Reader.text,
    "quantity": Reader.whole_number,
    "unit_price": Reader.amount,
    "line_total": Reader.amount,
    "unit_deposit": Reader.amount,
    "handling_fee": Reader.amount,
}
ORDER: dict[str, Read] = {
    "external_id": Reader.text,
    "order_number": Reader.text,
    "status": Reader.text,
    "currency": Reader.text,
    "created": Reader.time,
    "customer": Reader.customer,
    "items": Reader.items,
    "service_fee": Reader.amount,
    "discount": Reader.amount,
    "tax": Reader.amount,
    "total": Reader.amount,
    "coupon_code": Reader.text,
    "metadata": Reader.metadata,
}


def read_external_order(data: Any) -> OutsideOrder:
    """One order of a call, with all that is wrong with its shape in `errors`.

    What is missing or breaks a rule is found by the engine, with the same pointers.
    """
    reader = Reader()
    found = reader.members(data, "", ORDER)
    number = found.get("order_number")
    if number is not None and len(number) > 16:
        reader.refuse("too_long", "/order_number", number)
    known: dict[str, Any] = {"external_id": "", "customer": OutsideCustomer(), "items": ()} | found
    return OutsideOrder(**known, errors=tuple(reader.errors))
