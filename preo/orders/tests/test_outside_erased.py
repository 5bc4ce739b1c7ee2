"""What another system says later does not bring an erased customer back."""

import pytest

from conftest import Cast
from preo.customers.models import Customer, ExternalId
from preo.customers.outside.shapes import OutsideCustomer
from preo.orders.models import Order
from preo.orders.tests.outside import NOW, codes, outside_order, row_versions, take, take_one

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


def take_and_erase(cast: Cast) -> Customer:
    take(cast.edition, outside_order("A-1"))
    ExternalId.objects.all().delete()
    Customer.objects.update(
        erased_at=NOW, email=None, phone_number=None, first_name="", last_name="", metadata={}
    )
    Order.objects.update(customer_name="", customer_email=None, buyer_digest=None)
    return Customer.objects.get()


@pytest.mark.parametrize(
    "changes",
    [
        {"coupon_code": "LATE"},
        {"customer": OutsideCustomer(external_id="C-1", email="new@example.org")},
    ],
    ids=["the order", "the buyer"],
)
def test_a_changed_order_of_an_erased_customer_fails_and_makes_nobody(
    changes: dict[str, object], cast: Cast
) -> None:
    take_and_erase(cast)
    before = row_versions()
    done = take_one(cast.edition, outside_order("A-1", **changes))
    assert done.outcome == "failed"
    assert codes(done.errors) == [("/customer", "customer_erased")]
    assert row_versions() == before


def test_an_unchanged_order_of_an_erased_customer_stays_unchanged(cast: Cast) -> None:
    take_and_erase(cast)
    before = row_versions()
    assert take_one(cast.edition, outside_order("A-1")).outcome == "unchanged"
    assert row_versions() == before


def test_a_new_order_of_the_same_name_and_address_is_another_persons(cast: Cast) -> None:
    erased = take_and_erase(cast)
    done = take(cast.edition, outside_order("A-1", coupon_code="LATE"), outside_order("A-2"))
    assert [one.outcome for one in done.orders] == ["failed", "created"]
    assert Order.objects.get(external_id="A-2").customer != erased
    erased.refresh_from_db()
    assert (erased.email, erased.full_name) == (None, "")
