"""What the database itself refuses, whoever writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from preo.activity.models import ActorKind
from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import Consent, ConsentAnswer, ConsentType, CurrentAnswer, Scope
from preo.consents.service.answers import hash_text
from preo.consents.tests.factories import ANSWERED, PUBLISHED, make_answer, make_consent
from preo.customers.tests.factories import make_customer
from preo.editions.tests.factories import make_edition

pytestmark = pytest.mark.django_db


def refuse(consent: Consent, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(**values)


def test_marketing_cannot_be_required() -> None:
    consent = make_consent(type=ConsentType.MARKETING, published=False)

    refuse(consent, "consent_marketing_is_voluntary", required=True)

    assert make_consent(type=ConsentType.TERMS, required=True).required


def test_what_is_published_has_its_date_and_a_text() -> None:
    draft, empty = (
        make_consent(published=False, consent_text=text) for text in ({"en": "Write to me."}, {})
    )

    refuse(draft, "consent_published_has_date_and_text", published=True)
    refuse(draft, "consent_published_has_date_and_text", published_date=PUBLISHED)
    refuse(
        empty,
        "consent_published_has_date_and_text",
        published=True,
        published_date=PUBLISHED,
    )


@pytest.mark.safety
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Offers"},
        {"consent_text": {"en": "Sell my data."}},
        {"document_url": {"en": "https://northlight.example/other"}},
        {"type": ConsentType.TERMS},
        {"required": True},
        {"published": False, "published_date": None},
        {"published_date": ANSWERED},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_published_stands(change: dict[str, Any]) -> None:
    consent = make_consent(published=True)

    refuse(consent, "a published consent stands", **change)

    Consent.objects.filter(pk=consent.pk).update(enabled=False, order=3)
    consent.refresh_from_db()
    assert (consent.enabled, consent.order) == (False, 3)


@pytest.mark.parametrize(
    ("scope", "of_edition", "of_vendor"),
    [
        (Scope.ORGANIZATION, True, False),
        (Scope.ORGANIZATION, False, True),
        (Scope.EDITION, False, False),
        (Scope.EDITION, True, True),
        (Scope.VENDOR, False, False),
        (Scope.VENDOR, True, False),
        (Scope.PRODUCT, False, True),
        (Scope.PRODUCT, True, True),
        ("planet", False, False),
    ],
)
def test_a_scope_is_of_what_is_set(scope: str, of_edition: bool, of_vendor: bool) -> None:
    edition = make_edition()
    consent = make_consent(organization=edition.organization, published=False)
    vendor = make_vendor(organization=edition.organization)

    refuse(
        consent,
        "consent_scope_is_what_is_set",
        scope=scope,
        edition=edition if of_edition else None,
        vendor=vendor if of_vendor else None,
    )


def test_each_possible_scope_is_taken() -> None:
    edition = make_edition()
    of: dict[str, Any] = {"organization": edition.organization}
    vendor, product = make_vendor(**of), make_product(edition=edition)

    made = [
        make_consent(**of),
        make_consent(edition=edition),
        make_consent(vendor=vendor),
        make_consent(vendor=vendor, edition=edition),
        make_consent(products=[product]),
        make_consent(products=[product], edition=edition),
    ]

    assert {consent.scope for consent in made} == set(Scope.values)


def test_other_words_and_an_empty_title_are_refused() -> None:
    consent = make_consent(published=False)

    refuse(consent, "consent_type", type="wish")
    refuse(consent, "consent_has_title", title="")


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("answer_method", {"method": "letter"}),
        ("answer_language", {"language": "fr", "text_hash": hash_text("Oui")}),
        ("answer_text_has_a_language", {"text_hash": hash_text("Yes")}),
        ("answer_text_has_a_language", {"language": "en"}),
        ("answer_text_hash_is_whole", {"language": "en", "text_hash": b"short"}),
        ("answer_actor_is_named", {"actor_id": None}),
        ("answer_actor_is_named", {"actor_kind": ActorKind.SYSTEM}),
        ("answer_actor_kind", {"actor_kind": "robot"}),
        ("answer_not_before_it_was_given", {"created": ANSWERED - timedelta(seconds=1)}),
    ],
)
def test_an_answer_that_cannot_be_true_is_refused(constraint: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_answer(**values)


@pytest.mark.safety
def test_an_answer_is_of_a_customer_and_to_a_consent_of_its_own_organization() -> None:
    consent, stranger = make_consent(), make_customer()
    own = make_customer(organization=consent.organization)

    for values in (
        {"customer": stranger, "consent": consent},
        {"customer": own, "consent": consent, "organization_id": stranger.organization_id},
        {"customer": own, "consent": make_consent()},
    ):
        with pytest.raises(IntegrityError, match="own organization"), transaction.atomic():
            make_answer(**values)

    assert not ConsentAnswer.objects.exists()
    assert not CurrentAnswer.objects.exists()


@pytest.mark.safety
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consents_consentanswer SET accepted = NOT accepted",
        "UPDATE consents_consentanswer SET answered = answered - interval '1 day'",
        "UPDATE consents_consentanswer SET text_hash = sha256('other'), language = 'da'",
        "UPDATE consents_consentanswer SET id = uuidv7()",
        "UPDATE consents_consentanswer SET ip_address = '203.0.113.9'",
        "UPDATE consents_consentanswer SET user_agent = 'other'",
        "UPDATE consents_consentanswer SET ip_address = NULL, accepted = false",
        "DELETE FROM consents_consentanswer",
    ],
)
def test_a_written_answer_stands_against_plain_sql(change: str) -> None:
    make_answer(ip_address="203.0.113.5", user_agent="Browser")
    before = ConsentAnswer.objects.values().get()

    with (
        pytest.raises(IntegrityError, match="only added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)

    assert ConsentAnswer.objects.values().get() == before


@pytest.mark.safety
def test_an_address_cannot_be_given_to_an_answer_that_had_none() -> None:
    make_answer()

    for value in ({"ip_address": "203.0.113.9"}, {"user_agent": "Browser"}):
        with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
            ConsentAnswer.objects.update(**value)


def test_erasure_empties_address_and_user_agent_and_nothing_else() -> None:
    answer = make_answer(ip_address="203.0.113.5", user_agent="Browser")

    ConsentAnswer.objects.update(ip_address=None)
    ConsentAnswer.objects.update(user_agent=None)

    erased = ConsentAnswer.objects.get()
    assert (erased.ip_address, erased.user_agent) == (None, None)
    assert (erased.accepted, erased.answered) == (answer.accepted, answer.answered)
    assert erased.modified > answer.modified
