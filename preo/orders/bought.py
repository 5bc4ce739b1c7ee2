"""From whom a customer bought, for slices below that may not read purchases themselves."""

from preo.consents.preferences.bought import Bought
from preo.customers.models import Customer
from preo.orders.models import Purchase, PurchaseStatus


def bought_by(customer: Customer) -> Bought:
    """The editions, vendors and products of the customer's purchases, cancelled ones left out."""
    lines = list(
        Purchase.objects.filter(organization_id=customer.organization_id, customer=customer)
        .exclude(status=PurchaseStatus.CANCELLED)
        .values_list("edition_id", "product__vendor_id", "product_id")
        .distinct()
    )
    return Bought(
        editions=frozenset(edition for edition, _, _ in lines),
        vendors=frozenset(vendor for _, vendor, _ in lines if vendor is not None),
        products=frozenset(product for _, _, product in lines),
    )
