"""Holding the customers of whom something is done in all slices at once."""

import uuid

from preo.customers.locks import hold_people
from preo.customers.models import Customer


def lock_customers(organization_id: uuid.UUID, *ids: uuid.UUID) -> dict[uuid.UUID, Customer]:
    """Those of the customers who are present, their rows locked in the order of their ids, and before
    them the rows of those who were merged into them.

    Everybody else who writes of the organization's people has come to an end, or waits.
    """
    hold_people(organization_id)
    rows = Customer.objects.select_for_update(of=("self",)).order_by("id")
    # Who follows a merged row to the kept one locks in this order, too.
    list(rows.filter(merged_into__in=ids).values_list("pk"))
    present = rows.present().filter(organization=organization_id, pk__in=ids)
    return {row.pk: row for row in present}
