"""What must be true of all orders, counted over all of them: for `preo doctor` and for tests.

The first rules are held by CHECK constraints too; the others are about several rows at once, which
no constraint sees. Every check is one query that names the rows which break the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from django.apps import apps
from django.db import connection, models

from preo.core.doctor import Finding
from preo.core.models import Row
from preo.core.rules import Rule, check_rule
from preo.orders.models import CartItem, Order, Purchase, Transaction

_MONEY_REMEDY = (
    "Compare the rows with their lines and transactions, and with a backup. Nothing corrects them "
    "by itself: which of the amounts is the true one only people can tell."
)
_TENANCY_REMEDY = (
    "Rows of different organizations point at each other. Take the installation off the network, "
    "find out what wrote them, and put them right from a backup."
)


# A line that vanished from an order from elsewhere leaves its cancelled purchase behind, which
# belongs to no sum any more.
_LIVE = "NOT (purchase.status = 'cancelled' AND purchase.cart_item_id IS NULL)"


def _sum_of_lines(column: str, line: str) -> str:
    """Orders whose column is not the sum of this column of their purchases."""
    return f"""
        SELECT o.id FROM orders_order o
        LEFT JOIN (
            SELECT purchase.order_id, sum({line}) AS lines FROM orders_purchase purchase
            WHERE {_LIVE} GROUP BY purchase.order_id
        ) bought ON bought.order_id = o.id
        WHERE o.{column} <> coalesce(bought.lines, 0)
    """  # noqa: S608 - names of columns from the table below


def _sum_of_movements(column: str, movement: str, which: str) -> str:
    """Orders whose column is not the sum of this amount of their completed transactions."""
    return f"""
        SELECT o.id FROM orders_order o
        LEFT JOIN (
            SELECT order_id, sum({movement}) AS moved FROM orders_transaction
            WHERE status = 'completed' AND kind = '{which}' GROUP BY order_id
        ) movement ON movement.order_id = o.id
        WHERE o.{column} <> coalesce(movement.moved, 0)
    """  # noqa: S608 - as above


_MONEY = (
    Rule(
        "orders add up",
        "An order's total is the sum of its parts.",
        Order,
        "SELECT id FROM orders_order WHERE amount <> subtotal + deposit + handling_fee"
        " + service_fee - discount + tax + adjustment",
    ),
    Rule(
        "completed orders are paid",
        "A completed order is paid in full.",
        Order,
        "SELECT id FROM orders_order WHERE status = 'completed' AND paid <> amount",
    ),
    Rule(
        "paid is what came in",
        "What an order says is paid is the sum of its completed payments.",
        Order,
        _sum_of_movements("paid", "amount", "payment"),
    ),
    Rule(
        "refunded is what went back",
        "What an order says is refunded is the sum of its completed refunds.",
        Order,
        _sum_of_movements("refunded", "-amount", "refund"),
    ),
    Rule(
        "payments and order agree on refunds",
        "What an order says is refunded is the sum of what its payments say.",
        Order,
        _sum_of_movements("refunded", "refunded", "payment"),
    ),
    Rule(
        "payments know their refunds",
        "What a payment says is refunded is the sum of the completed refunds of it.",
        Transaction,
        """
        SELECT payment.id FROM orders_transaction payment
        LEFT JOIN (
            SELECT payment_id, -sum(amount) AS back FROM orders_transaction
            WHERE kind = 'refund' AND status = 'completed' GROUP BY payment_id
        ) refund ON refund.payment_id = payment.id
        WHERE payment.refunded <> coalesce(refund.back, 0)
        """,
    ),
    Rule(
        "refunds are of a payment of their order",
        "A refund gives back a payment of the same order.",
        Transaction,
        """
        SELECT refund.id FROM orders_transaction refund
        JOIN orders_transaction payment ON payment.id = refund.payment_id
        WHERE payment.order_id <> refund.order_id OR payment.kind <> 'payment'
        """,
    ),
    Rule(
        "completed orders name their payment",
        "The payment that completed an order is a completed payment of that order.",
        Order,
        """
        SELECT o.id FROM orders_order o
        JOIN orders_transaction payment ON payment.id = o.completed_transaction_id
        WHERE payment.order_id <> o.id OR payment.kind <> 'payment' OR payment.status <> 'completed'
        """,
    ),
    Rule(
        "subtotal is of the lines",
        "An order's subtotal is the sum of its purchases' prices.",
        Order,
        _sum_of_lines("subtotal", "purchase.price_paid"),
    ),
    Rule(
        "deposit is of the lines",
        "An order's deposit is the sum of its purchases' deposits.",
        Order,
        _sum_of_lines("deposit", "purchase.deposit_paid"),
    ),
    Rule(
        "handling fee is of the lines",
        "An order's handling fee is the sum of its purchases' fees.",
        Order,
        _sum_of_lines("handling_fee", "purchase.handling_fee_paid"),
    ),
    Rule(
        "items are counted",
        "An order counts as many items as it has purchases.",
        Order,
        _sum_of_lines("items_count", "1"),
    ),
    Rule(
        "purchases have the order's currency",
        "A purchase is in the currency of its order.",
        Purchase,
        f"""
        SELECT purchase.id FROM orders_purchase purchase
        JOIN orders_order o ON o.id = purchase.order_id
        WHERE purchase.currency <> o.currency AND {_LIVE}
        """,  # noqa: S608 - a condition of this module
    ),
    Rule(
        # One that failed or was cancelled stays as it was when the order's currency changes.
        "transactions have the order's currency",
        "A transaction that counts or is under way is in the currency of its order.",
        Transaction,
        """
        SELECT movement.id FROM orders_transaction movement
        JOIN orders_order o ON o.id = movement.order_id
        WHERE movement.currency <> o.currency AND movement.status IN ('completed', 'pending')
        """,
    ),
    Rule(
        # An order from elsewhere may state a line's total that its quantity does not divide; its
        # piece's price is then rounded.
        "items and purchases agree",
        "A cart's item and its purchase are of the same thing, quantity and amounts.",
        CartItem,
        """
        SELECT item.id FROM orders_cartitem item
        JOIN orders_cart cart ON cart.id = item.cart_id
        JOIN orders_order o ON o.id = cart.order_id
        LEFT JOIN orders_purchase purchase ON purchase.cart_item_id = item.id
        WHERE purchase.id IS NULL OR purchase.order_id <> cart.order_id
            OR (purchase.product_id, purchase.variant_id, purchase.quantity,
                purchase.handling_fee_paid, purchase.deposit_paid)
                IS DISTINCT FROM (item.product_id, item.variant_id, item.quantity,
                item.handling_fee, item.quantity * item.deposit_with_options)
            OR 2 * abs(purchase.price_paid - item.quantity * item.price_with_options)
                > CASE WHEN o.service IS NULL THEN 0 ELSE item.quantity END
        """,
    ),
    Rule(
        "purchases are refunded within their order",
        "What purchases say is refunded is at most what their order says.",
        Order,
        """
        SELECT o.id FROM orders_order o
        JOIN (
            SELECT order_id, sum(refunded) AS back FROM orders_purchase GROUP BY order_id
        ) purchase ON purchase.order_id = o.id
        WHERE purchase.back > o.refunded
        """,
    ),
)


def check_money() -> list[Finding]:
    """A finding for each rule of orders, payments and purchases. Reads all of them: seconds."""
    return [check_rule(rule, _MONEY_REMEDY) for rule in _MONEY]


def check_tenancy() -> list[Finding]:
    """A finding for each relation between tables that both belong to organizations: the rows are
    of one organization and, where both tables have an edition, of one edition."""
    return [
        check_rule(_same(relation, column, noun), _TENANCY_REMEDY)
        for relation in _relations()
        for column, noun in (("organization_id", "organization"), ("edition_id", "edition"))
        if _has_column(relation.here, column)
        and _has_column(relation.there, column)
        # What names another of its own kind may name one of an earlier edition.
        and not (column == "edition_id" and relation.here is relation.there)
    ]


@dataclass(frozen=True)
class _Relation:
    """`join` leads from the table `here` to the table `there`, under these names."""

    name: str
    here: type[Row]
    there: type[Row]
    join: str


def _relations() -> Iterator[_Relation]:
    """All relations of the models that lead from tenants' rows to tenants' rows."""
    tenants = [model for model in apps.get_models() if _is_tenants(model)]
    for model in sorted(tenants, key=lambda model: model._meta.label):
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            there = field.related_model
            if isinstance(field, models.ForeignKey | models.ManyToManyField) and _is_tenants(there):
                name = f"{model._meta.verbose_name} and {field.verbose_name}"
                yield _Relation(name, model, there, _join(field, there))


def _join(
    field: "models.ForeignKey[Any, Any] | models.ManyToManyField[Any, Any]", there: type[Row]
) -> str:
    quote = connection.ops.quote_name
    target = f"JOIN {quote(there._meta.db_table)} there ON there.id ="
    if isinstance(field, models.ForeignKey):
        return f"{target} here.{quote(field.column)}"
    return (
        f"JOIN {quote(field.m2m_db_table())} link ON link.{quote(field.m2m_column_name())} = here.id"
        f" {target} link.{quote(field.m2m_reverse_name())}"
    )


def _same(relation: _Relation, column: str, noun: str) -> Rule:
    table = connection.ops.quote_name(relation.here._meta.db_table)
    return Rule(
        f"{relation.name}: one {noun}",
        f"{relation.name.capitalize()} are of one {noun}.",
        relation.here,
        f"SELECT here.id FROM {table} here {relation.join} WHERE here.{column} <> there.{column}",  # noqa: S608 - names from the models
    )


def _is_tenants(model: object) -> TypeGuard[type[Row]]:
    return (
        isinstance(model, type) and issubclass(model, Row) and _has_column(model, "organization_id")
    )


def _has_column(model: type[models.Model], column: str) -> bool:
    return any(field.column == column for field in model._meta.concrete_fields)
