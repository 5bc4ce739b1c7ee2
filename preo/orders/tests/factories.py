"""Orders for tests, with cart, items, purchases and payment: they add up like real ones."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from preo.catalog.models import Product
from preo.catalog.tests.factories import make_product
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import (
    Cart,
    CartItem,
    CartStatus,
    Order,
    OrderStatus,
    OrderType,
    Purchase,
    PurchaseStatus,
    Transaction,
    TransactionKind,
    TransactionStatus,
)

PLACED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

_numbers = itertools.count(1001)
_PURCHASE_STATUS = {
    OrderStatus.PENDING: PurchaseStatus.RESERVED,
    OrderStatus.CONFIRMED: PurchaseStatus.RESERVED,
    OrderStatus.COMPLETED: PurchaseStatus.PAID,
    OrderStatus.CANCELLED: PurchaseStatus.CANCELLED,
}


def make_order(
    *,
    edition: Edition | None = None,
    customer: Customer | None = None,
    products: Sequence[Product] | None = None,
    quantity: int = 1,
    order_number: str | None = None,
    type: str = OrderType.ONLINE,  # noqa: A002 - the column's name
    status: str = OrderStatus.COMPLETED,
    service_fee: int = 0,
    discount: int = 0,
    coupon_code: str | None = None,
    service: str | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    created: datetime = PLACED,
) -> Order:
    """An order of each product (one new product where none is named) at its own price.

    `quantity` is each line's. A completed order has its payment, a cancelled one cancelled
    purchases. The sums are the lines'; amounts are minor units of the edition's currency.
    """
    edition = edition or make_edition()
    customer = customer or make_customer(organization=edition.organization)
    products = [make_product(edition=edition)] if products is None else products
    subtotal = sum(product.price for product in products) * quantity
    deposit = sum(product.deposit for product in products) * quantity
    handling_fee = sum(product.handling_fee for product in products)
    amount = subtotal + deposit + handling_fee + service_fee - discount
    order = Order.objects.create(
        organization_id=edition.organization_id,
        edition=edition,
        customer=customer,
        order_number=order_number or f"N{next(_numbers)}",
        type=type,
        status=status,
        currency=edition.currency,
        subtotal=subtotal,
        deposit=deposit,
        handling_fee=handling_fee,
        service_fee=service_fee,
        discount=discount,
        amount=amount,
        paid=amount if status == OrderStatus.COMPLETED else 0,
        coupon_code=coupon_code,
        items_count=len(products),
        customer_name=customer.full_name,
        customer_email=customer.email,
        customer_phone=customer.phone_number,
        service=service,
        external_id=external_id,
        metadata=dict(metadata or {}),
        created=created,
    )
    cart = make_cart(order=order)
    for position, product in enumerate(products):
        make_line(cart=cart, product=product, position=position, quantity=quantity)
    if status == OrderStatus.COMPLETED:
        order.completed_transaction = make_transaction(order=order)
        order.save(update_fields=["completed_transaction"])
    return order


def make_cart(*, order: Order, status: str = CartStatus.ORDERED) -> Cart:
    """An empty cart for an order that has none."""
    return Cart.objects.create(
        organization_id=order.organization_id,
        edition_id=order.edition_id,
        order=order,
        status=status,
        created=order.created,
    )


def make_line(
    *,
    cart: Cart,
    product: Product,
    position: int,
    quantity: int = 1,
    status: str | None = None,
    external_line_id: str | None = None,
) -> Purchase:
    """A line of the cart and its purchase, at the product's price. The order's sums stay."""
    order = cart.order
    item = CartItem.objects.create(
        organization_id=cart.organization_id,
        cart=cart,
        product=product,
        location=product.location,
        position=position,
        quantity=quantity,
        price_with_options=product.price,
        deposit_with_options=product.deposit,
        handling_fee=product.handling_fee,
    )
    return Purchase.objects.create(
        organization_id=cart.organization_id,
        edition_id=cart.edition_id,
        order=order,
        cart_item=item,
        customer_id=order.customer_id,
        product=product,
        location=product.location,
        position=position,
        external_line_id=external_line_id,
        vendor_code=product.vendor.code if product.vendor else None,
        status=status or _PURCHASE_STATUS[OrderStatus(order.status)],
        quantity=quantity,
        currency=order.currency,
        price_paid=product.price * quantity,
        deposit_paid=product.deposit * quantity,
        handling_fee_paid=product.handling_fee,
        total_uses=product.uses * quantity,
        available_uses=product.uses * quantity,
        is_unlimited_use=product.is_unlimited_use,
        created=order.created,
    )


def make_transaction(
    *,
    order: Order,
    amount: int | None = None,
    status: str = TransactionStatus.COMPLETED,
    service: str | None = None,
    external_id: str | None = None,
    message: str = "",
    payment: Transaction | None = None,
) -> Transaction:
    """A payment of the order, of its whole amount unless told, in minor units.

    With `payment` it is a refund of that one, and the amount is negative.
    """
    return Transaction.objects.create(
        organization_id=order.organization_id,
        order=order,
        kind=TransactionKind.REFUND if payment else TransactionKind.PAYMENT,
        payment=payment,
        type=order.type,
        status=status,
        service=service or order.service or "test",
        external_id=external_id,
        amount=order.amount if amount is None else amount,
        currency=order.currency,
        message=message,
        created=order.created,
    )
