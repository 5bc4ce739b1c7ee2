"""The sums of an order as lines for people; they add up to the last one."""

from dataclasses import dataclass

from preo.core import money
from preo.orders.models import Order


@dataclass(frozen=True, slots=True)
class SummaryLine:
    key: str
    label: str
    amount: int
    """Minor units, negative for what is taken off."""
    formatted: str
    is_negative: bool
    is_total: bool
    note: str | None


def summary_lines(order: Order) -> list[SummaryLine]:
    """Subtotal and total always, the others where there is something to say."""
    discount_note = f"Coupon {order.coupon_code}" if order.coupon_code else None
    adjustment_note = "The total stated where the order comes from differs from its lines"
    parts = [
        ("subtotal", "Subtotal", order.subtotal, None),
        ("deposit", "Deposit", order.deposit, None),
        ("handling_fee", "Handling fee", order.handling_fee, None),
        ("service_fee", "Service fee", order.service_fee, None),
        ("discount", "Discount", -order.discount, discount_note),
        ("tax", "Sales tax", order.tax, None),
        ("adjustment", "Adjustment", order.adjustment, adjustment_note),
    ]
    vat_note = f"VAT of {money.formatted(order.vat, order.currency)} is inside the prices"
    lines = [
        _line(order, key, label, amount, note)
        for key, label, amount, note in parts
        if amount or key == "subtotal"
    ]
    return [*lines, _line(order, "total", "Total", order.amount, vat_note if order.vat else None)]


def _line(order: Order, key: str, label: str, amount: int, note: str | None) -> SummaryLine:
    return SummaryLine(
        key=key,
        label=label,
        amount=amount,
        formatted=money.formatted(amount, order.currency),
        is_negative=amount < 0,
        is_total=key == "total",
        note=note,
    )
