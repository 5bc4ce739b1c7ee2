"""What is told of answers: each change of what counts, once, and of whom."""

from datetime import timedelta
from typing import Any

import pytest

from preo.accounts.tests.threads import hold_row, run_together
from preo.activity.models import Activity, ActorKind
from preo.consents.models import Consent, Method
from preo.consents.service.answers import Answer, record_answers
from preo.consents.tests.factories import ANSWERED, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.editions.tests.factories import make_edition

HOUR = timedelta(hours=1)
YES, NO = "consent.accepted", "consent.withdrawn"


def write(customer: Customer, consent: Consent, *said: tuple[bool, int], **options: Any) -> None:
    """Answers at hours after the first, all in one call."""
    record_answers(
        organization_id=consent.organization_id,
        answers=[
            Answer(customer.pk, consent.pk, accepted, ANSWERED + hour * HOUR)
            for accepted, hour in said
        ],
        now=ANSWERED + 24 * HOUR,
        **{"method": Method.PREFERENCE_PAGE, "by": None} | options,
    )


def told(customer: Customer) -> list[str]:
    found = Activity.objects.filter(object_id=customer.pk).order_by("created", "id")
    return list(found.values_list("type", flat=True))


@pytest.fixture
def consent() -> Consent:
    return make_consent(edition=make_edition())


@pytest.fixture
def customer(consent: Consent) -> Customer:
    return make_customer(organization=consent.organization)


@pytest.mark.django_db
def test_what_changes_nothing_is_not_told(consent: Consent, customer: Customer) -> None:
    write(customer, consent, (False, 0))
    write(customer, consent, (False, 1))
    write(customer, consent, (True, 2), (False, 3))
    assert told(customer) == []
    write(customer, consent, (True, 5))
    write(customer, consent, (True, 6))
    write(customer, consent, (False, 4))
    assert told(customer) == [YES]


@pytest.mark.django_db
def test_a_yes_and_its_withdrawal_are_told_of_the_customer_without_personal_data(
    consent: Consent, customer: Customer
) -> None:
    other = make_customer(organization=consent.organization)
    write(other, consent, (True, 0))
    write(customer, consent, (True, 0))
    write(customer, consent, (False, 1), method=Method.ONE_CLICK)
    assert (told(customer), told(other)) == ([YES, NO], [YES])
    withdrawn = Activity.objects.get(type=NO)
    assert withdrawn.details == {"consent_id": consent.api_id, "method": "one_click"}
    assert (withdrawn.organization, withdrawn.edition_id) == (
        consent.organization,
        consent.edition_id,
    )
    assert (withdrawn.actor_kind, withdrawn.actor_id) == (ActorKind.CUSTOMER, customer.pk)


@pytest.mark.django_db
def test_what_is_one_activity_itself_tells_of_no_answer(
    consent: Consent, customer: Customer
) -> None:
    write(customer, consent, (True, 0), method=Method.IMPORT, recording=False)
    assert told(customer) == []
    write(customer, consent, (False, 1), method=Method.STAFF)
    assert told(customer) == [NO]
    assert Activity.objects.get().actor_kind == ActorKind.SYSTEM


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_answers_that_meet_a_change_is_told_once(consent: Consent, customer: Customer) -> None:
    run_together(
        5, lambda: write(customer, consent, (True, 1)), held=hold_row(customer)
    )  # fmt: skip
    assert told(customer) == [YES]
