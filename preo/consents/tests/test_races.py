"""Answers of the same moment, in threads with connections of their own."""

import itertools
import uuid
from datetime import timedelta

import pytest

from preo.accounts.tests.threads import hold_row, run_together
from preo.consents.checks import check_consents
from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer, Method
from preo.consents.service.answers import Answer, record_answers
from preo.consents.service.consents import ConsentAnsweredError, delete_consent
from preo.consents.tests.factories import ANSWERED, make_answer, make_consent
from preo.core.access import Grant, Principal, Role
from preo.core.errors import NotFoundError
from preo.customers.tests.factories import make_customer

pytestmark = [pytest.mark.safety, pytest.mark.django_db(transaction=True)]

TIMES = 6
HOUR = timedelta(hours=1)


def test_of_answers_that_meet_the_latest_counts_whichever_comes_through_last() -> None:
    consent = make_consent()
    people = [make_customer(organization=consent.organization) for _ in range(20)]
    for person in people:
        make_answer(customer=person, consent=consent)
    turns = itertools.count(1)

    def work() -> None:
        turn = next(turns)
        answers = [
            Answer(person.pk, consent.pk, accepted=turn != TIMES, answered=ANSWERED + turn * HOUR)
            for person in (people if turn % 2 else reversed(people))
        ]
        record_answers(
            organization_id=consent.organization_id, answers=answers, method=Method.IMPORT,
            by=None, now=ANSWERED + TIMES * HOUR,
        )  # fmt: skip

    held = CurrentAnswer.objects.get(customer=people[10])
    assert run_together(TIMES, work, held=hold_row(held)) == [None] * TIMES

    found = set(CurrentAnswer.objects.values_list("accepted", "answered"))
    assert found == {(False, ANSWERED + TIMES * HOUR)}
    assert ConsentAnswer.objects.count() == len(people) * (TIMES + 1)
    assert [finding for finding in check_consents() if not finding.ok] == []


def test_a_consent_that_is_deleted_as_it_is_answered_is_one_or_the_other() -> None:
    consent = make_consent()
    person = make_customer(organization=consent.organization)
    by = Principal("staff", uuid.uuid4(), (Grant(consent.organization_id, None, Role.MANAGER),))
    turns = itertools.count()

    def work() -> None:
        if next(turns) % 2:
            delete_consent(consent_id=consent.pk, by=by)
            return
        record_answers(
            organization_id=consent.organization_id, method=Method.IMPORT, by=None, now=ANSWERED,
            answers=[Answer(person.pk, consent.pk, True, ANSWERED)], recording=False,
        )  # fmt: skip

    found = run_together(TIMES, work, held=hold_row(consent))

    refused = {type(refusal) for refusal in found if refusal is not None}
    if Consent.objects.exists():
        assert (ConsentAnswer.objects.count(), refused) == (TIMES // 2, {ConsentAnsweredError})
    else:
        assert (ConsentAnswer.objects.count(), refused) == (0, {NotFoundError})
