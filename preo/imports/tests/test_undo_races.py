"""An undo and others at the same moment: it waits for them, and sees what they did."""

import pytest

from conftest import Cast
from preo.customers.models import Customer
from preo.customers.outside.shapes import OutsideCustomer
from preo.imports.tests.undone import bring, kept, row, undo
from preo.orders.models import Order, Purchase
from preo.orders.tests.outside import assert_sound, line, outside_order, take
from preo.orders.tests.test_outside_races import while_open

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]


def test_what_is_used_while_the_undo_begins_stays(cast: Cast) -> None:
    data_import = bring(cast, row("A-1"), row("A-2"))
    used = Order.objects.get(external_id="A-1")

    def use() -> None:
        Purchase.objects.filter(order=used).update(available_uses=0)

    while_open(use, lambda: undo(data_import))
    assert ("order", used.pk, "used") in kept(data_import)
    assert list(Order.objects.all()) == [used]
    assert_sound()


@pytest.mark.parametrize("service", ["shop", "box office"])
def test_who_buys_once_more_while_the_undo_begins_stays(cast: Cast, service: str) -> None:
    data_import = bring(cast, row("A-1"), row("A-2"))
    buyer = Customer.objects.get(email="a-1@example.com")
    new = outside_order("B-1", line("Poster"), customer=OutsideCustomer(email=buyer.email))
    while_open(lambda: take(cast.edition, new, service=service), lambda: undo(data_import))
    assert kept(data_import) == {("user", buyer.pk, "has_orders")}
    assert Order.objects.get().customer == buyer
    assert_sound()
