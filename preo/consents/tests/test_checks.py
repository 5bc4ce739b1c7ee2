"""What the doctor says of consents and answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from preo.catalog.tests.factories import make_product
from preo.consents.checks import check_consents
from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer, Scope
from preo.consents.service.answers import hash_text
from preo.consents.tests.factories import ANSWERED, make_answer, make_consent
from preo.customers.tests.factories import make_customer
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

LATEST = "current answers are the latest"
PRODUCTS = "consents of products have products"
TEXTS = "texts that were shown stand"


def red() -> list[str]:
    return [finding.name for finding in check_consents() if not finding.ok]


@pytest.fixture
def said_twice() -> ConsentAnswer:
    """Yes, then no; besides a consent of products that is as it should be."""
    first = make_answer()
    make_consent(products=[make_product()])
    make_answer(consent=first.consent)
    return make_answer(
        customer=first.customer, consent=first.consent, accepted=False,
        answered=ANSWERED + timedelta(days=1),
    )  # fmt: skip


def test_what_the_triggers_and_services_keep_raises_no_alarm(said_twice: ConsentAnswer) -> None:
    assert red() == []
    assert CurrentAnswer.objects.count() == 2


@pytest.mark.parametrize(
    "bend",
    [
        lambda current, answer: current.update(accepted=True),
        lambda current, answer: current.update(answered=ANSWERED),
        lambda current, answer: current.update(answer=answers_before(answer)),
        lambda current, answer: current.update(organization=make_organization()),
        lambda current, answer: current.update(consent=make_consent()),
        lambda current, answer: current.update(customer=make_customer()),
        lambda current, answer: current.delete(),
    ],
)
def test_a_current_answer_that_is_not_the_latest_is_found(
    bend: Callable[[Any, ConsentAnswer], Any], said_twice: ConsentAnswer
) -> None:
    bend(CurrentAnswer.objects.filter(answer=said_twice), said_twice)

    assert red() == [LATEST]
    finding = check_consents()[0]
    assert said_twice.api_id in finding.detail
    assert finding.remedy


def answers_before(answer: ConsentAnswer) -> ConsentAnswer:
    return ConsentAnswer.objects.exclude(pk=answer.pk).get(customer=answer.customer_id)


def test_an_answer_that_was_written_past_the_trigger_is_found(said_twice: ConsentAnswer) -> None:
    with connection.cursor() as cursor:
        # A table with checks still to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE consents_consentanswer DISABLE TRIGGER keep_current_answer")
    make_answer(customer=said_twice.customer, consent=said_twice.consent,
                answered=said_twice.answered + timedelta(days=1))  # fmt: skip

    assert red() == [LATEST]


@pytest.mark.parametrize("products", [0, 1])
def test_a_consent_whose_scope_and_products_disagree_is_found(products: int) -> None:
    consent = make_consent(products=[make_product()] * products, published=False)
    Consent.objects.filter(pk=consent.pk).update(
        scope=Scope.ORGANIZATION if products else Scope.PRODUCT
    )

    assert red() == [PRODUCTS]
    assert consent.api_id in check_consents()[1].detail


@pytest.mark.parametrize("text", [{"en": "Sell my data."}, {"da": "Write to me."}])
def test_a_text_that_is_another_than_was_shown_is_found(text: dict[str, str]) -> None:
    answer = make_answer(text_hash=hash_text("Write to me."), language="en")
    make_answer(consent=answer.consent)
    assert red() == []

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE consents_consent DISABLE TRIGGER keep_published")
    Consent.objects.filter(pk=answer.consent_id).update(consent_text=text)

    assert red() == [TEXTS]
    assert answer.consent.api_id in check_consents()[2].detail
