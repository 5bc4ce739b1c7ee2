"""Erasing and merging at the moment at which somebody else writes of the same people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from preo.accounts.tests.threads import hold_row, run_together
from preo.consents.models import ConsentAnswer, CurrentAnswer, Method
from preo.consents.service.answers import Answer, record_answer, record_answers
from preo.consents.tests.factories import ANSWERED, make_answer, make_consent
from preo.core.access import Principal
from preo.core.errors import DomainError
from preo.customers.models import Customer, ExternalId
from preo.customers.tests.factories import make_customer, make_external_id
from preo.orders.models import Order
from preo.orders.tests.factories import make_order
from preo.orders.tests.outside import ADA, assert_sound, outside_order, take, take_well
from preo.orders.tests.test_outside_races import while_open
from preo.people.service.erasure import erase_person
from preo.people.service.merging import merge_people
from preo.people.service.users import update_user
from preo.people.tests.world import boss

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]


@pytest.fixture
def by(cast: Cast) -> Principal:
    return boss(cast)


def erase(customer: Customer, by: Principal) -> Any:
    return erase_person(customer=customer, dry_run=False, by=by, now=timezone.now())


def merge(kept: Customer, merged: Customer, by: Principal) -> Any:
    return merge_people(
        kept_id=kept.pk, merged_id=merged.pk, dry_run=False, by=by, now=timezone.now()
    )


def refused(work: Callable[[], Any]) -> str | None:
    """The code with which it was refused; None where it was not."""
    try:
        work()
    except DomainError as error:
        return error.code
    return None


def test_an_import_that_waited_for_an_erasure_makes_another_person(
    cast: Cast, by: Principal
) -> None:
    erased = take_well(cast.edition, outside_order("A-1")).customer
    done = while_open(lambda: erase(erased, by), lambda: take(cast.edition, outside_order("A-2")))
    assert [one.outcome for one in done.orders] == ["created"]
    erased.refresh_from_db()
    assert (erased.email, erased.full_name) == (None, "")
    assert Order.objects.get(external_id="A-2").customer != erased
    assert ExternalId.objects.get(external_id=ADA.external_id).customer != erased


def test_an_erasure_that_waited_for_an_import_takes_what_it_brought(
    cast: Cast, by: Principal
) -> None:
    erased = take_well(cast.edition, outside_order("A-1")).customer
    while_open(lambda: take(cast.edition, outside_order("A-2")), lambda: erase(erased, by))
    assert {order.customer_email for order in Order.objects.all()} == {None}
    assert Order.objects.filter(customer=erased).count() == 2


def test_a_change_that_waited_for_an_erasure_brings_nothing_back(cast: Cast, by: Principal) -> None:
    ada = make_customer(organization=cast.northlight)

    def change() -> str | None:
        return refused(
            lambda: update_user(
                user_id=ada.pk, changes={"first_name": "Eva"}, by=by, now=timezone.now()
            )
        )

    assert while_open(lambda: erase(ada, by), change) == "not_found"
    ada.refresh_from_db()
    assert ada.full_name == ""


def test_an_answer_that_waited_for_an_erasure_leaves_no_trace(cast: Cast, by: Principal) -> None:
    ada = make_customer(organization=cast.northlight)
    consent = make_consent(organization=cast.northlight)

    said = Answer(ada.pk, consent.pk, accepted=True, answered=ANSWERED, ip_address="192.0.2.9")

    def answer() -> str | None:
        return refused(
            lambda: record_answers(
                organization_id=cast.northlight.pk,
                answers=[said],
                method=Method.STAFF,
                by=by,
                now=timezone.now(),
            )
        )

    assert while_open(lambda: erase(ada, by), answer) == "not_found"
    assert not ConsentAnswer.objects.exists()


def test_a_yes_that_comes_while_a_merge_waits_does_not_outweigh_the_no(
    cast: Cast, by: Principal
) -> None:
    kept, merged = (make_customer(organization=cast.northlight) for _ in range(2))
    consent = make_consent(organization=cast.northlight)
    make_answer(customer=merged, consent=consent, accepted=False)
    asked = timezone.now()

    def say_yes() -> None:
        record_answer(
            customer=kept, consent_id=consent.pk, accepted=True, by=by, now=timezone.now()
        )

    def merge_as_asked() -> None:
        merge_people(kept_id=kept.pk, merged_id=merged.pk, dry_run=False, by=by, now=asked)

    while_open(say_yes, merge_as_asked)
    assert CurrentAnswer.objects.get(customer=kept).accepted is False


def test_an_order_that_waited_for_a_merge_is_the_kept_ones(cast: Cast, by: Principal) -> None:
    merged = take_well(cast.edition, outside_order("A-1")).customer
    kept = make_customer(organization=cast.northlight)
    while_open(lambda: merge(kept, merged, by), lambda: take(cast.edition, outside_order("A-2")))
    assert {order.customer for order in Order.objects.all()} == {kept}
    assert_sound()


def test_of_two_merges_the_other_way_round_one_is_refused(cast: Cast, by: Principal) -> None:
    pair = [make_customer(organization=cast.northlight) for _ in range(2)]
    for customer in pair:
        make_external_id(customer=customer)
        make_order(edition=cast.edition, customer=customer)
    turns = iter([(0, 1), (1, 0)] * 3)

    def work() -> Any:
        one, other = next(turns)
        return merge(pair[one], pair[other], by)

    done = run_together(6, work, held=hold_row(pair[0]))
    errors = [one for one in done if isinstance(one, DomainError)]
    assert (len(errors), {error.code for error in errors}) == (5, {"invalid"})
    left = Customer.objects.present().get()
    assert Order.objects.filter(customer=left).count() == 2
    assert Customer.objects.get(merged_into__isnull=False).merged_into == left


def test_of_two_erasures_of_one_person_one_finds_nobody(cast: Cast, by: Principal) -> None:
    ada = make_customer(organization=cast.northlight)
    assert (
        while_open(lambda: erase(ada, by), lambda: refused(lambda: erase(ada, by))) == "not_found"
    )


def test_a_merge_into_somebody_who_is_just_erased_is_refused(cast: Cast, by: Principal) -> None:
    ada, eva = (make_customer(organization=cast.northlight) for _ in range(2))
    code = while_open(lambda: erase(ada, by), lambda: refused(lambda: merge(ada, eva, by)))
    assert code == "invalid"
    eva.refresh_from_db()
    assert (eva.merged_into_id, bool(eva.email)) == (None, True)
