"""What others hear of orders from elsewhere."""

import pytest

from conftest import Cast
from preo.accounts.tests.factories import make_staff
from preo.activity.models import Activity
from preo.core.access import Principal
from preo.customers.models import Customer
from preo.orders.models import Order
from preo.orders.outside.shapes import Recording
from preo.orders.outside.take import take_orders
from preo.orders.tests.outside import NOW, line, outside_order, take

pytestmark = pytest.mark.django_db

GOOD = [outside_order("A-1"), outside_order("A-2")]
BAD = outside_order("A-3", line(quantity=0))


def recorded() -> list[tuple[str, str]]:
    """Of each activity its type and which order it is of."""
    numbers = dict(Order.objects.values_list("id", "external_id"))
    told = Activity.objects.exclude(type="user.created").order_by("created", "id")
    rows = told.values_list("type", "object_id")
    return sorted((what, str(numbers.get(of))) for what, of in rows)


def test_each_new_order_is_told_and_a_failed_one_not(cast: Cast) -> None:
    take(cast.edition, *GOOD, BAD, recording=Recording.EACH_ORDER)
    assert recorded() == [("order.created", "A-1"), ("order.created", "A-2")]
    one = Activity.objects.filter(type="order.created")[0]
    assert (one.organization, one.edition_id) == (cast.northlight, cast.edition.id)
    assert (one.actor_kind, one.details) == ("system", {})


def test_who_came_with_an_order_is_told_before_it_and_once(cast: Cast) -> None:
    take(cast.edition, *GOOD, BAD, recording=Recording.EACH_ORDER)
    take(cast.edition, outside_order("A-4"), recording=Recording.EACH_ORDER)
    rows = Activity.objects.order_by("created", "id").values_list("type", "object_id")
    made = [key for what, key in rows if what == "user.created"]
    assert sorted(made) == sorted(Customer.objects.values_list("pk", flat=True))
    assert rows[0][0] == "user.created"


def test_unchanged_orders_are_not_told_again(cast: Cast) -> None:
    take(cast.edition, *GOOD, recording=Recording.EACH_ORDER)
    before = Activity.objects.count()
    take(cast.edition, *GOOD, recording=Recording.EACH_ORDER)
    assert Activity.objects.count() == before


def test_a_changed_order_is_told_by_what_became_of_it(cast: Cast) -> None:
    orders = [outside_order(f"A-{number}", status="pending") for number in range(3)]
    take(cast.edition, *orders)
    changed = [
        outside_order("A-0", status="completed"),
        outside_order("A-1", status="cancelled"),
        outside_order("A-2", status="pending", coupon_code="LATE"),
    ]
    take(cast.edition, *changed, recording=Recording.EACH_ORDER)
    assert recorded() == [
        ("order.cancelled", "A-1"),
        ("order.completed", "A-0"),
        ("order.updated", "A-2"),
    ]
    assert Activity.objects.get(type="order.updated").changed == ["coupon_code"]


def test_a_whole_call_is_told_once_with_its_numbers(cast: Cast) -> None:
    take(cast.edition, *GOOD, BAD, recording=Recording.WHOLE_CALL)
    take(cast.edition, *GOOD, recording=Recording.WHOLE_CALL)
    one = Activity.objects.get()
    assert (one.type, one.object_id) == ("edition.orders_imported", cast.edition.id)
    assert one.details == {"service": "shop", "created": 2, "updated": 0}


def test_a_caller_may_tell_it_himself(cast: Cast) -> None:
    take(cast.edition, *GOOD, recording=Recording.BY_CALLER)
    assert not Activity.objects.exists()


def test_who_sent_the_orders_is_told_too(cast: Cast) -> None:
    staff = make_staff()
    by = Principal(kind="staff", id=staff.id, grants=())
    take_orders(edition=cast.edition, service="shop", orders=GOOD[:1], now=NOW, by=by,
                create_products=True)  # fmt: skip
    one = Activity.objects.get(type="order.created")
    assert (one.actor_kind, one.actor_id) == ("staff", staff.id)
