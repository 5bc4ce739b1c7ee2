"""Changes of the same moment, in threads with connections of their own."""

import itertools

import pytest
from django.utils import timezone

from conftest import Cast
from preo.accounts.tests.threads import hold_writes, run_together
from preo.activity.models import Activity
from preo.core.access import Grant, Principal, Role
from preo.core.ids import uuid7
from preo.customers.models import Customer
from preo.customers.service.update import EmailTakenError
from preo.customers.tests.factories import make_customer
from preo.people.service.users import update_user

pytestmark = [pytest.mark.safety, pytest.mark.django_db(transaction=True)]

TIMES = 6


def test_of_many_who_take_one_address_at_once_one_gets_it(cast: Cast) -> None:
    by = Principal("staff", uuid7(), (Grant(cast.northlight.pk, None, Role.STAFF),))
    people = [make_customer(organization=cast.northlight) for _ in range(TIMES)]
    turns = itertools.count()

    def work() -> Customer:
        return update_user(
            user_id=people[next(turns)].pk,
            changes={"email": "one@example.org"},
            by=by,
            now=timezone.now(),
        )

    answers = run_together(TIMES, work, held=hold_writes(Customer))
    (taken,) = Customer.objects.filter(email="one@example.org")
    refused = [answer for answer in answers if isinstance(answer, EmailTakenError)]
    assert len(refused) == TIMES - 1
    assert {refusal.extra["held_by"] for refusal in refused} == {taken.api_id}
    assert [told.object_id for told in Activity.objects.all()] == [taken.pk]
