"""Who is a member though the condition holds for all: the population, the channel, the consent."""

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Cast
from preo.catalog.models import PassDesign
from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import Consent
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import (
    Channel,
    Customer,
    Pass,
    PassPlatform,
    PassStatus,
    SuppressionReason,
)
from preo.customers.service.suppressions import suppress_address
from preo.customers.tests.factories import make_customer
from preo.editions.models import Edition
from preo.orders.models import OrderStatus
from preo.orders.tests.factories import make_order
from preo.segments.models import CommunicationChannel, CommunicationType
from preo.segments.tests.calculating import NOW, calculate, members
from preo.segments.tests.factories import make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

PHONE = "+4512345678"


def person(cast: Cast, **values: Any) -> Customer:
    return make_customer(organization=cast.northlight, **values)


def suppress(customer: Customer, channel: Channel, address: str) -> None:
    suppress_address(
        organization_id=customer.organization_id,
        channel=channel,
        address=address,
        reason=SuppressionReason.UNSUBSCRIBED,
        now=NOW,
    )


def give_pass(customer: Customer, edition: Edition, status: str = PassStatus.ACTIVE) -> None:
    design = PassDesign.objects.create(
        organization=edition.organization, edition=edition, name="Blue"
    )
    Pass.objects.create(
        organization=edition.organization,
        edition=edition,
        customer=customer,
        design=design,
        platform=PassPlatform.APPLE,
        status=status,
    )


def is_in(customer: Customer, cast: Cast, **values: Any) -> bool:
    """Whether the customer becomes a member of a segment for everybody with these settings."""
    segment = calculate(make_segment(organization=cast.northlight, **values))
    assert segment.status == "completed", segment.error_message
    return customer in members(segment)


def test_an_erased_or_merged_customer_is_no_member(cast: Cast) -> None:
    stays = make_order(edition=cast.edition).customer
    kinds: tuple[dict[str, Any], ...] = ({"erased_at": NOW}, {"merged_into": stays})
    for gone in kinds:
        customer = make_order(edition=cast.edition).customer
        # With a pass, so that it is not for want of an address.
        give_pass(customer, cast.edition)
        empty: dict[str, Any] = {"email": None, "first_name": "", "last_name": "", "metadata": {}}
        Customer.objects.filter(pk=customer.pk).update(**empty, **gone)
        assert not is_in(customer, cast)
        assert not is_in(customer, cast, edition=cast.edition)
    assert is_in(stays, cast)


def test_a_rivals_customer_is_no_member(cast: Cast) -> None:
    theirs = make_customer(organization=cast.rival)
    assert not is_in(theirs, cast)
    assert is_in(person(cast), cast)


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (OrderStatus.PENDING, False),
        (OrderStatus.CANCELLED, False),
        (OrderStatus.CONFIRMED, True),
        (OrderStatus.COMPLETED, True),
    ],
)
def test_an_editions_segment_holds_its_buyers_alone(status: str, counts: bool, cast: Cast) -> None:
    buyer = make_order(edition=cast.edition, status=status).customer
    elsewhere = make_order(edition=cast.other_edition).customer
    assert is_in(buyer, cast, edition=cast.edition) is counts
    assert not is_in(elsewhere, cast, edition=cast.edition)


def without_anything(cast: Cast) -> Customer:
    return person(cast, email=None)


def with_email(cast: Cast) -> Customer:
    return person(cast)


def with_suppressed_email(cast: Cast) -> Customer:
    customer = person(cast, email="ada@example.org")
    suppress(customer, Channel.EMAIL, "ada@example.org")
    return customer


def with_phone(cast: Cast) -> Customer:
    return person(cast, email=None, phone_number=PHONE)


def with_bad_phone(cast: Cast) -> Customer:
    return person(cast, email=None, phone_number="12 34 56")


def with_suppressed_phone(cast: Cast) -> Customer:
    customer = person(cast, email=None, phone_number=PHONE)
    suppress(customer, Channel.SMS, PHONE)
    return customer


def with_suppressed_email_and_phone(cast: Cast) -> Customer:
    customer = person(cast, email="ada@example.org", phone_number=PHONE)
    suppress(customer, Channel.EMAIL, "ada@example.org")
    return customer


def with_pass(cast: Cast) -> Customer:
    customer = person(cast, email=None)
    give_pass(customer, cast.edition)
    return customer


def with_removed_pass(cast: Cast) -> Customer:
    customer = person(cast, email=None)
    give_pass(customer, cast.edition, PassStatus.REMOVED)
    return customer


@pytest.mark.parametrize(
    ("make", "ways"),
    [
        (without_anything, set()),
        (with_suppressed_email, set()),
        (with_bad_phone, set()),
        (with_suppressed_phone, set()),
        (with_removed_pass, set()),
        (with_email, {"email"}),
        (with_phone, {"sms"}),
        (with_suppressed_email_and_phone, {"sms"}),
        (with_pass, {"pass_push"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_channel_needs_an_open_address(
    make: Callable[[Cast], Customer], ways: set[str], cast: Cast
) -> None:
    customer = make(cast)
    for channel in CommunicationChannel.values:
        wanted = bool(ways) if channel == CommunicationChannel.ANY else channel in ways
        assert is_in(customer, cast, communication_channel=channel) is wanted, channel


def test_an_address_that_another_organization_suppressed_is_open_here(cast: Cast) -> None:
    theirs = make_customer(organization=cast.rival, email="ada@example.org")
    suppress(theirs, Channel.EMAIL, "ada@example.org")
    assert is_in(person(cast, email="ada@example.org"), cast)


def test_an_editions_segment_needs_a_pass_of_that_edition(cast: Cast) -> None:
    customer = make_order(edition=cast.edition).customer
    give_pass(customer, cast.other_edition)
    channel = CommunicationChannel.PASS_PUSH
    assert is_in(customer, cast, communication_channel=channel)
    assert not is_in(customer, cast, communication_channel=channel, edition=cast.edition)
    give_pass(customer, cast.edition)
    assert is_in(customer, cast, communication_channel=channel, edition=cast.edition)


def test_what_is_transactional_needs_no_consent(cast: Cast) -> None:
    customer = person(cast)
    assert is_in(customer, cast, communication_type=CommunicationType.TRANSACTIONAL)
    assert not is_in(customer, cast, communication_type=CommunicationType.MARKETING)


def test_the_latest_answer_to_the_named_consent_counts(cast: Cast) -> None:
    customer = person(cast)
    named, other = (make_consent(organization=cast.northlight) for _ in range(2))
    marketing = {"communication_type": CommunicationType.MARKETING, "consent": named}
    make_answer(customer=customer, consent=other)
    assert not is_in(customer, cast, **marketing)
    make_answer(customer=customer, consent=named)
    assert is_in(customer, cast, **marketing)
    make_answer(customer=customer, consent=named, accepted=False, answered=NOW)
    assert not is_in(customer, cast, **marketing)


def of_vendor(cast: Cast) -> Consent:
    return make_consent(vendor=make_vendor(organization=cast.northlight))


def of_product(cast: Cast) -> Consent:
    return make_consent(products=[make_product(edition=cast.edition)])


@pytest.mark.parametrize(
    ("make", "everywhere", "in_edition"),
    [
        (lambda cast: make_consent(organization=cast.northlight, enabled=False), False, False),
        (lambda cast: make_consent(organization=cast.northlight, published=False), False, False),
        (lambda cast: make_consent(organization=cast.northlight, type="terms"), False, False),
        (of_vendor, False, False),
        (of_product, False, False),
        (lambda cast: make_consent(edition=cast.other_edition), False, False),
        (lambda cast: make_consent(edition=cast.edition), False, True),
        (lambda cast: make_consent(organization=cast.northlight), True, True),
    ],
    ids=["disabled", "draft", "terms", "vendor", "product", "elsewhere", "edition", "organization"],
)
def test_without_a_named_consent_any_that_stands_for_the_whole_will_do(
    make: Callable[[Cast], Consent], everywhere: bool, in_edition: bool, cast: Cast
) -> None:
    customer = make_order(edition=cast.edition).customer
    make_answer(customer=customer, consent=make(cast))
    marketing = {"communication_type": CommunicationType.MARKETING}
    assert is_in(customer, cast, **marketing) is everywhere
    assert is_in(customer, cast, **marketing, edition=cast.edition) is in_edition


def test_a_vendors_consent_counts_by_name(cast: Cast) -> None:
    customer, consent = person(cast), of_vendor(cast)
    make_answer(customer=customer, consent=consent)
    assert is_in(customer, cast, communication_type=CommunicationType.MARKETING, consent=consent)
