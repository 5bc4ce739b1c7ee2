"""What the demo's people agreed to, who took it back, and who gets nothing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from pytest_django.plugin import DjangoDbBlocker

from preo.consents.checks import check_consents
from preo.consents.models import (
    Consent,
    ConsentAnswer,
    ConsentType,
    CurrentAnswer,
    Method,
    Scope,
)
from preo.consents.service.answers import hash_text
from preo.customers.models import (
    Channel,
    Customer,
    Pass,
    PassStatus,
    Suppression,
    SuppressionReason,
)
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.runtime.demo.fill import fill_demo

NOW = datetime(2026, 7, 3, 12, 34, tzinfo=UTC)
DOCUMENTATION = re.compile(r"203\.0\.113\.\d+")
"""RFC 5737."""


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One demo for all tests of this file, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill_demo(orders=3_600, now=NOW, echo=lambda _: None)
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def own(model: Any) -> Any:
    """Northlight's rows."""
    return model.objects.filter(organization__slug="northlight")


def newsletter() -> Any:
    return own(CurrentAnswer).filter(
        consent__type=ConsentType.MARKETING, consent__scope=Scope.ORGANIZATION
    )


def test_the_doctor_finds_nothing() -> None:
    assert [finding for finding in check_consents() if not finding.ok] == []


def test_each_organization_asks_for_each_kind_in_each_language_of_its_own() -> None:
    for organization in Organization.objects.all():
        asked = Consent.objects.filter(organization=organization, published=True, enabled=True)
        assert set(asked.values_list("scope", flat=True)) == set(Scope.values)
        assert set(asked.values_list("type", flat=True)) == set(ConsentType.values)
        assert asked.get(required=True).type == ConsentType.TERMS
        enabled = Edition.objects.filter(organization=organization).values_list(
            "enabled_languages", flat=True
        )
        languages = {language for of_one in enabled for language in of_one}
        assert all(set(consent.consent_text) == languages for consent in asked)
        assert asked.filter(products__isnull=False).exists()


def test_most_say_yes_to_the_newsletter_some_take_it_back_and_some_were_never_asked() -> None:
    customers = own(Customer).count()
    yes, no = (newsletter().filter(accepted=accepted).count() for accepted in (True, False))

    assert 0.5 < yes / customers < 0.65
    assert 0.2 < no / customers < 0.4
    assert yes + no < 0.9 * customers
    first = ConsentAnswer.objects.filter(
        customer=OuterRef("customer"), consent=OuterRef("consent")
    ).order_by("answered")
    said_first = newsletter().annotate(first=Subquery(first.values("accepted")[:1]))
    assert said_first.filter(accepted=False, first=True).count() > 50
    assert said_first.filter(accepted=True, first=False).count() > 10


def test_everybody_accepted_the_terms_and_fewer_the_rest() -> None:
    by_scope = {
        scope: own(CurrentAnswer).filter(consent__scope=scope, accepted=True).count()
        for scope in Scope
    }
    terms = own(CurrentAnswer).filter(consent__type=ConsentType.TERMS, accepted=True)

    assert terms.count() == own(Customer).count()
    assert by_scope[Scope.PRODUCT] == 0
    assert 0 < by_scope[Scope.VENDOR] < by_scope[Scope.EDITION] < newsletter().count()


def test_nobody_answers_before_joining_or_being_asked_nor_after_today() -> None:
    answers = ConsentAnswer.objects.all()

    assert not answers.filter(answered__lt=F("customer__date_joined")).exists()
    assert not answers.filter(answered__lt=F("consent__published_date")).exists()
    assert not answers.filter(answered__gt=NOW).exists()


def test_the_proof_is_of_the_text_of_the_consent_and_from_nobody_who_might_exist() -> None:
    shown = own(ConsentAnswer).exclude(text_hash=None).select_related("consent")

    assert set(shown.values_list("language", flat=True)) == {"en", "da", "se", "nl", "pl"}
    assert all(
        bytes(answer.text_hash) == hash_text(answer.consent.consent_text[answer.language])
        for answer in shown
    )
    methods = set(own(ConsentAnswer).values_list("method", flat=True))
    assert methods == {Method.CHECKOUT, Method.IMPORT, Method.PREFERENCE_PAGE, Method.ONE_CLICK}
    addresses = set(ConsentAnswer.objects.values_list("ip_address", flat=True)) - {None}
    assert len(addresses) > 100
    assert all(DOCUMENTATION.fullmatch(str(address)) for address in addresses)


def test_some_addresses_get_nothing_for_each_reason() -> None:
    mail = own(Suppression).filter(channel=Channel.EMAIL)

    assert set(mail.values_list("reason", flat=True)) == set(SuppressionReason.values)
    assert own(Suppression).filter(channel=Channel.SMS).exists()
    kept = own(Customer).filter(email_hash__in=mail.values("address_hash"))
    assert 0 < kept.count() == mail.count() < own(Customer).count() // 20


def test_some_people_of_the_running_edition_have_a_wallet_pass() -> None:
    running = own(Edition).get(start_date__lte=NOW, end_date__gt=NOW)
    active = Pass.objects.filter(edition=running, status=PassStatus.ACTIVE)

    assert active.values("customer").distinct().count() > 100
