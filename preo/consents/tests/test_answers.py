"""Answers of customers: kept as proof, of which the latest counts."""

import itertools
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from preo.activity.models import ActorKind
from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer, Method
from preo.consents.service.answers import MAX_USER_AGENT, Answer, hash_text, record_answers
from preo.consents.tests.factories import ANSWERED, make_answer, make_consent
from preo.core.access import Principal
from preo.core.errors import InvalidError, NotFoundError
from preo.core.languages import Language
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer

pytestmark = pytest.mark.django_db

NOW = ANSWERED + timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def consent() -> Consent:
    return make_consent()


@pytest.fixture
def customer(consent: Consent) -> Customer:
    return make_customer(organization=consent.organization)


def said(customer: Customer, consent: Consent, **values: Any) -> Answer:
    """What the customer said: yes, unless told."""
    given: dict[str, Any] = {"accepted": True, "answered": ANSWERED} | values
    return Answer(customer_id=customer.pk, consent_id=consent.pk, **given)


def write(
    consent: Consent,
    *answers: Answer,
    method: Method = Method.PREFERENCE_PAGE,
    by: Principal | None = None,
) -> None:
    organization = consent.organization_id
    record_answers(organization_id=organization, answers=answers, method=method, by=by, now=NOW)


@pytest.mark.safety
def test_what_another_organization_has_takes_the_whole_call_back(
    consent: Consent, customer: Customer
) -> None:
    own, stranger, theirs = said(customer, consent), make_customer(), make_consent()

    for foreign in (
        replace(own, customer_id=stranger.pk),
        replace(own, consent_id=theirs.pk),
        replace(own, customer_id=uuid.uuid4()),
    ):
        with pytest.raises(NotFoundError):
            write(consent, own, foreign)

    assert not ConsentAnswer.objects.exists()
    assert not CurrentAnswer.objects.exists()


@pytest.mark.safety
def test_an_answer_from_the_future_would_outweigh_what_comes_next_and_is_refused(
    consent: Consent, customer: Customer
) -> None:
    with pytest.raises(InvalidError):
        write(consent, said(customer, consent, answered=NOW + timedelta(microseconds=1)))

    write(consent, said(customer, consent, answered=NOW))


def test_the_proof_holds_the_very_text_and_who_wrote_it(
    consent: Consent, customer: Customer
) -> None:
    answer = said(
        customer, consent, text="Skriv til mig, søde.", language=Language.DA,
        ip_address="2001:db8::7", user_agent="B" * (MAX_USER_AGENT + 1),
    )  # fmt: skip

    write(consent, answer, method=Method.CHECKOUT)

    kept = ConsentAnswer.objects.get()
    assert bytes(kept.text_hash or b"") == hash_text("Skriv til mig, søde.")
    assert (kept.language, kept.method) == (Language.DA, Method.CHECKOUT)
    assert (kept.ip_address, len(kept.user_agent or "")) == ("2001:db8::7", MAX_USER_AGENT)
    assert kept.answered == ANSWERED
    assert kept.organization_id == consent.organization_id


@pytest.mark.safety
def test_an_answer_is_never_dated_before_its_transaction(
    consent: Consent, customer: Customer
) -> None:
    """Or it could come to a day that is closed already: the clock was read before a long import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (begun,) = cursor.fetchone()
    assert begun > NOW

    write(consent, said(customer, consent))

    assert ConsentAnswer.objects.get().created == begun


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("kind", ["staff", "api_key", None])
def test_whoever_wrote_it_is_named(
    method: Method, kind: Any, consent: Consent, customer: Customer
) -> None:
    by = Principal(kind, uuid.uuid4(), ()) if kind else None

    write(consent, said(customer, consent), method=method, by=by)

    kept = ConsentAnswer.objects.get()
    if by:
        assert (kept.actor_kind, kept.actor_id) == (kind, by.id)
    elif method in {Method.CHECKOUT, Method.PREFERENCE_PAGE, Method.ONE_CLICK}:
        assert (kept.actor_kind, kept.actor_id) == (ActorKind.CUSTOMER, customer.pk)
    else:
        assert (kept.actor_kind, kept.actor_id) == (ActorKind.SYSTEM, None)


@pytest.mark.safety
@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("in_one_call", [True, False])
def test_the_latest_answer_counts_whatever_the_order_of_arrival(
    order: tuple[int, ...], in_one_call: bool, consent: Consent, customer: Customer
) -> None:
    times = [ANSWERED + place * HOUR for place in range(4)]
    given = [
        said(customer, consent, accepted=place != 3, answered=at) for place, at in enumerate(times)
    ]

    for group in [order] if in_one_call else [[place] for place in order]:
        write(consent, *(given[place] for place in group))

    current = CurrentAnswer.objects.get()
    assert (current.accepted, current.answered) == (False, times[3])
    assert current.answer == ConsentAnswer.objects.latest("answered")
    assert ConsentAnswer.objects.count() == 4


@pytest.mark.safety
def test_of_two_answers_of_one_moment_the_one_said_last_counts(
    consent: Consent, customer: Customer
) -> None:
    yes, no = (said(customer, consent, accepted=accepted) for accepted in (True, False))

    for answers in ((yes, no), (no, yes)) * 20:
        write(consent, *answers)
        assert CurrentAnswer.objects.get().accepted == answers[-1].accepted


def test_each_customer_and_each_consent_has_an_answer_of_its_own(
    consent: Consent, customer: Customer
) -> None:
    neighbour = make_customer(organization=consent.organization)
    other = make_consent(organization=consent.organization)

    write(
        consent,
        said(customer, consent),
        said(customer, other, accepted=False),
        said(neighbour, consent, accepted=False),
    )

    found = CurrentAnswer.objects.values_list("customer", "consent", "accepted")
    assert set(found) == {
        (customer.pk, consent.pk, True),
        (customer.pk, other.pk, False),
        (neighbour.pk, consent.pk, False),
    }


def test_an_answer_written_past_the_service_counts_as_well(
    consent: Consent, customer: Customer
) -> None:
    make_answer(customer=customer, consent=consent)
    make_answer(customer=customer, consent=consent, accepted=False, answered=ANSWERED + HOUR)
    late = make_answer(customer=customer, consent=consent, answered=ANSWERED - HOUR, created=NOW)

    current = CurrentAnswer.objects.get()
    assert (current.accepted, current.answered) == (False, ANSWERED + HOUR)
    assert current.answer != late


def test_no_answers_are_no_call(consent: Consent) -> None:
    write(consent)

    assert not ConsentAnswer.objects.exists()
