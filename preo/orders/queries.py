"""Reading orders: what is searched and how one is fetched whole."""

import uuid
from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Lower

from preo.core.models import composed_and_apart, parse_id
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.orders.models import CartItem, Order, Purchase, Transaction


def orders_of_edition(queryset: QuerySet[Order], edition_id: uuid.UUID) -> QuerySet[Order]:
    """Orders of an edition. The organization is named too: it leads every index."""
    organization = Edition.objects.filter(pk=edition_id).values("organization_id")[:1]
    return queryset.filter(organization_id=Subquery(organization), edition_id=edition_id)


def orders_with_text(queryset: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Orders in whose number, outside id, e-mail, phone or name the text stands, in any case."""
    return queryset.filter(_holds(text))


def _holds(text: str) -> Q:
    # All of these are one column under one trigram index; a text of less than three characters is
    # looked for among the rows that the other filters leave.
    condition = Q()
    for term in composed_and_apart(text.strip()):
        condition |= Q(search__contains=Lower(Value(term, output_field=TextField())))
    return condition


def orders_with_transaction(queryset: QuerySet[Order], key: uuid.UUID) -> QuerySet[Order]:
    return queryset.filter(pk__in=Transaction.objects.filter(pk=key).values("order_id"))


def search_orders(
    queryset: QuerySet[Order], text: str, *, organization_ids: Iterable[uuid.UUID]
) -> QuerySet[Order]:
    """Orders for what somebody typed or pasted.

    Ids of orders, transactions and customers match by their prefix and exactly; anything else is
    searched as text, and as the payment provider's id of a transaction.
    """
    term = text.strip()
    if key := parse_id(Order, term):
        return queryset.filter(pk=key)
    if key := parse_id(Transaction, term):
        return orders_with_transaction(queryset, key)
    if key := parse_id(Customer, term):
        return queryset.filter(customer_id=key)
    # Fetched first: as a sub-query within an OR it would cost the index on the text.
    paid_by = Transaction.objects.filter(
        organization_id__in=list(organization_ids), external_id=term
    ).values_list("order_id", flat=True)
    by_payment = list(paid_by[:100])
    condition = _holds(term)
    return queryset.filter(condition | Q(pk__in=by_payment) if by_payment else condition)


def whole_orders(queryset: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with all that their page and their detail show, in a fixed number of queries."""
    items = CartItem.objects.select_related("product", "variant", "location").order_by("position")
    purchases = Purchase.objects.select_related(
        "product", "variant", "location", "customer"
    ).order_by("position")
    transactions = Transaction.objects.order_by("created", "id")
    return queryset.select_related("organization", "edition", "customer", "cart").prefetch_related(
        Prefetch("cart__items", queryset=items),
        Prefetch("purchases", queryset=purchases),
        Prefetch("transactions", queryset=transactions),
    )
