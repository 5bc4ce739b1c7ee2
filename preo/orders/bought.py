"""From whom a customer bought, for slices below that may not read purchases themselves."""

from preo.catalog.models import Product
from preo.consents.preferences.bought import Bought
from preo.customers.models import Customer
from preo.orders.models import Purchase, PurchaseStatus


def bought_by(customer: Customer) -> Bought:
    """The editions, vendors and products of the customer's purchases, cancelled ones left out."""
    purchases = Purchase.objects.filter(
        organization_id=customer.organization_id, customer=customer
    ).exclude(status=PurchaseStatus.CANCELLED)
    lines = purchases.values_list("edition_id", "product_id").distinct()
    products = frozenset(product for _, product in lines)
    vendors = Product.objects.filter(pk__in=products, vendor__isnull=False)
    return Bought(
        editions=frozenset(edition for edition, _ in lines),
        vendors=frozenset(vendors.values_list("vendor_id", flat=True)),
        products=products,
    )
