"""One click takes all marketing of the organization back (RFC 8058), and proves what it took."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from preo.activity.models import Activity
from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import Consent, ConsentAnswer, ConsentType, CurrentAnswer, Method
from preo.consents.preferences.service import withdraw_all_marketing
from preo.consents.preferences.tests.scene import (
    FORM,
    ONE_CLICK,
    click_once,
    current,
    strict_client,
    unsubscribe_path,
    written,
)
from preo.consents.service.answers import Answer, record_answers
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.tests.factories import make_order
from preo.segments.models import CommunicationType
from preo.segments.tests.calculating import calculate, members
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db

MULTIPART = "multipart/form-data; boundary=here"
PARTS = (
    '--here\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n{}\r\n--here--\r\n'
)


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def customer(edition: Edition) -> Customer:
    return make_customer(organization=edition.organization)


@pytest.fixture
def consents(edition: Edition, customer: Customer) -> Sequence[Consent]:
    """Marketing of every scope and state, half of it accepted; and terms, which are no marketing."""
    organization, vendor = edition.organization, make_vendor(organization=edition.organization)
    product = make_product(edition=edition)
    found = [
        make_consent(organization=organization, title="all yes"),
        make_consent(organization=organization, title="all no"),
        make_consent(organization=organization, title="all never"),
        make_consent(edition=edition, title="edition yes"),
        make_consent(edition=edition, title="edition never"),
        make_consent(vendor=vendor, title="vendor yes"),
        make_consent(vendor=vendor, title="vendor never"),
        make_consent(products=[product], title="product yes"),
        make_consent(organization=organization, enabled=False, title="disabled yes"),
        make_consent(organization=organization, enabled=False, title="disabled never"),
        make_consent(organization=organization, type=ConsentType.TERMS, title="terms yes"),
        make_consent(organization=organization, published=False, title="draft never"),
    ]
    for consent in found:
        if not consent.title.endswith("never"):
            make_answer(customer=customer, consent=consent, accepted=consent.title.endswith("yes"))
    return found


@pytest.mark.safety
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", FORM),
        ("x=1", FORM),
        ("List-Unsubscribe=", FORM),
        ("List-Unsubscribe=Two-Clicks", FORM),
        ("withdraw_all=all", FORM),
        ('{"List-Unsubscribe": "One-Click"}', "application/json"),
        (PARTS.format("No"), MULTIPART),
        (f"x={ONE_CLICK}", "text/plain"),
    ],
)
def test_a_post_that_does_not_say_one_click_changes_nothing(
    body: str, content_type: str, customer: Customer, consents: Sequence[Consent]
) -> None:
    before = written()

    answer = click_once(customer, body, content_type)

    assert answer.status_code == 400
    assert b"<button" in answer.content
    assert written() == before


@pytest.mark.safety
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (ONE_CLICK, FORM),
        (ONE_CLICK, f"{FORM}; charset=utf-8"),
        (f"{ONE_CLICK}\r\n", FORM),
        (PARTS.format("One-Click"), MULTIPART),
        (ONE_CLICK, "text/plain"),
        (ONE_CLICK, "application/json"),
    ],
)
def test_one_click_takes_back_all_marketing_and_nothing_else(
    body: str, content_type: str, customer: Customer, consents: Sequence[Consent]
) -> None:
    answer = click_once(customer, body, content_type)

    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    assert current(customer) == {
        "all yes": False,
        "all no": False,
        "all never": False,
        "edition yes": False,
        "edition never": False,
        "vendor yes": False,
        "vendor never": False,
        "product yes": False,
        "disabled yes": False,
        "disabled never": False,
        "terms yes": True,
    }


def test_the_proof_says_how_and_whence_and_that_no_text_was_shown(
    customer: Customer, consents: Sequence[Consent]
) -> None:
    click_once(customer)

    kept = ConsentAnswer.objects.filter(method=Method.ONE_CLICK)
    assert set(
        kept.values_list("consent__title", "accepted", "text_hash", "language", "actor_id")
    ) == {
        (title, False, None, None, customer.pk)
        for title in (
            "all yes", "all no", "all never", "edition yes", "edition never", "vendor yes",
            "vendor never", "product yes", "disabled yes", "disabled never",
        )
    }  # fmt: skip
    assert set(kept.values_list("ip_address", "user_agent")) == {("127.0.0.1", "Test/1")}
    withdrawn = Activity.objects.filter(type="consent.withdrawn", object_id=customer.pk)
    assert withdrawn.count() == 5, "one for each yes, none for what was never given"


@pytest.mark.safety
def test_a_second_click_writes_nothing(customer: Customer, consents: Sequence[Consent]) -> None:
    click_once(customer)
    before = written()

    for _ in range(3):
        assert click_once(customer).status_code == 204

    assert written() == before


@pytest.mark.safety
def test_only_that_customer_of_that_organization_is_touched(
    customer: Customer, consents: Sequence[Consent]
) -> None:
    neighbour = make_answer(customer=make_customer(organization=customer.organization)).customer
    rival = make_answer(customer=make_customer(email=customer.email), consent=None).customer
    make_answer(customer=neighbour, consent=consents[0])

    assert click_once(customer).status_code == 204

    assert [title for title, yes in current(customer).items() if yes] == ["terms yes"]
    assert set(current(neighbour).values()) == {True}
    assert set(current(rival).values()) == {True}
    assert not ConsentAnswer.objects.exclude(customer=customer).filter(accepted=False).exists()


def reached_by(customer: Customer, edition: Edition, consents: Sequence[Consent]) -> list[str]:
    """The marketing segments that hold the customer: of each consent by name, and of none."""
    named = [consent for consent in consents if consent.type == ConsentType.MARKETING]
    found = []
    for consent in (None, *named):
        segment = make_segment(
            edition=edition, consent=consent, communication_type=CommunicationType.MARKETING
        )
        if customer in members(calculate(segment)):
            found.append(consent.title if consent else "any")
    return found


@pytest.mark.safety
def test_after_one_click_no_segment_reaches_the_customer_by_marketing(
    edition: Edition, customer: Customer, consents: Sequence[Consent]
) -> None:
    make_order(edition=edition, customer=customer)
    assert len(reached_by(customer, edition, consents)) == 6

    click_once(customer)

    Consent.objects.filter(organization=edition.organization).update(enabled=True)
    assert reached_by(customer, edition, consents) == []


@pytest.mark.safety
@pytest.mark.parametrize(
    "title", ["all yes", "all no", "all never", "vendor never", "disabled never"]
)
def test_a_yes_from_before_that_comes_in_later_does_not_outweigh_the_click(
    title: str, customer: Customer, consents: Sequence[Consent]
) -> None:
    before = timezone.now()
    click_once(customer)
    consent = next(consent for consent in consents if consent.title == title)

    record_answers(
        organization_id=customer.organization_id,
        answers=[Answer(customer.pk, consent.pk, True, before)],
        method=Method.IMPORT,
        by=None,
        now=timezone.now(),
    )

    assert current(customer)[title] is False


@pytest.mark.safety
def test_a_clock_that_is_behind_does_not_put_the_no_before_the_yes(
    customer: Customer, consents: Sequence[Consent]
) -> None:
    yes = CurrentAnswer.objects.filter(customer=customer).latest("answered")

    withdraw_all_marketing(
        customer=customer,
        method=Method.ONE_CLICK,
        ip_address=None,
        user_agent=None,
        now=yes.answered - timedelta(seconds=3),
    )

    marketing = CurrentAnswer.objects.filter(customer=customer, consent__type=ConsentType.MARKETING)
    assert not marketing.filter(accepted=True).exists()


def test_a_person_who_follows_the_link_gets_a_button_that_does_the_same(
    customer: Customer, consents: Sequence[Consent]
) -> None:
    client = strict_client()
    assert b'name="unsubscribe" value="all"' in client.get(unsubscribe_path(customer)).content

    answer = client.post(unsubscribe_path(customer), {"unsubscribe": "all"})

    assert answer.status_code == 200
    assert "You are unsubscribed." in answer.content.decode()
    assert True not in {yes for title, yes in current(customer).items() if title != "terms yes"}
    assert set(
        ConsentAnswer.objects.filter(accepted=False, text_hash=None)
        .exclude(method=Method.CHECKOUT)
        .values_list("method")
    ) == {(Method.PREFERENCE_PAGE,)}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("unix:", None),
        ("203.0.113.7:4711", None),
    ],
)
def test_whatever_the_address_is_the_click_counts(
    address: str, kept: str | None, customer: Customer, consents: Sequence[Consent]
) -> None:
    answer = strict_client().post(
        unsubscribe_path(customer), ONE_CLICK, content_type=FORM, REMOTE_ADDR=address,
        headers={"User-Agent": "a\0b"},
    )  # fmt: skip

    assert answer.status_code == 204
    proof = ConsentAnswer.objects.filter(method=Method.ONE_CLICK)
    assert set(proof.values_list("ip_address", "user_agent")) == {(kept, "ab")}
