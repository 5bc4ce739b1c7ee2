"""Addresses that nothing is sent to: kept by hash, so that erasure does not let them go."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Value

from preo.customers.models import (
    AddressHash,
    Channel,
    Customer,
    Suppression,
    SuppressionReason,
)
from preo.customers.service.suppressions import lift_suppression, suppress_address
from preo.customers.tests.factories import make_customer
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
PHONE = "+4512345678"


@pytest.fixture
def organization() -> Organization:
    return make_organization()


def suppress(
    organization: Organization,
    address: str = "ada@example.org",
    *,
    channel: Channel = Channel.EMAIL,
    reason: SuppressionReason = SuppressionReason.HARD_BOUNCE,
) -> Suppression:
    return suppress_address(
        organization_id=organization.pk, channel=channel, address=address, reason=reason, now=NOW
    )


def lift(organization: Organization, address: str, channel: Channel = Channel.EMAIL) -> bool:
    return lift_suppression(organization_id=organization.pk, channel=channel, address=address)


def reached(channel: Channel) -> set[Customer]:
    """The customers of all organizations whose address is deliverable."""
    column = "email_hash" if channel == Channel.EMAIL else "phone_hash"
    suppressed = Suppression.objects.filter(
        organization=OuterRef("organization"), channel=channel, address_hash=OuterRef(column)
    )
    deliverable = Customer.objects.filter(**{f"{column}__isnull": False})
    return set(deliverable.exclude(Exists(suppressed)))


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (Channel.EMAIL, " "),
        (Channel.EMAIL, "a" * 255),
        (Channel.EMAIL, "a\0@example.org"),
        (Channel.SMS, "12345678"),
        (Channel.SMS, "+45 1234 5678"),
        (Channel.SMS, "+0451234567"),
        (Channel.SMS, "+451234"),
        (Channel.SMS, f"{PHONE}\n"),
        (Channel.SMS, "+٤٥١٢٣٤٥٦٧٨"),
    ],
)
def test_what_can_be_no_address_is_refused(
    organization: Organization, channel: Channel, address: str
) -> None:
    with pytest.raises(ValueError, match=r"can be no|E\.164"):
        suppress(organization, address, channel=channel)


@pytest.mark.safety
@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("suppression_hash", {"address": "other@example.org"}),
        ("suppression_hash", {"address_hash": uuid.uuid4()}),
        ("suppression_address_normalised", {"channel": Channel.SMS}),
        ("suppression_channel", {"channel": "post", "address": None}),
        ("suppression_reason", {"reason": "mood"}),
    ],
)
def test_a_suppression_that_would_keep_nobody_is_refused(
    organization: Organization, constraint: str, values: dict[str, Any]
) -> None:
    suppress(organization)
    if "channel" in values and "address" not in values:
        values |= {"address_hash": AddressHash(F("organization_id"), Value("sms"), F("address"))}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Suppression.objects.update(**values)


def test_the_same_address_is_suppressed_once_for_a_channel(organization: Organization) -> None:
    first = suppress(organization, "Ada@Example.org ")
    again = suppress(organization, "ada@example.org")

    assert again.pk == first.pk
    assert first.address == "ada@example.org"
    assert suppress(make_organization(), "ada@example.org").pk != first.pk
    with pytest.raises(IntegrityError, match="suppression_once"), transaction.atomic():
        Suppression.objects.create(
            organization=organization,
            channel=Channel.EMAIL,
            address_hash=first.address_hash,
            reason=SuppressionReason.MANUAL,
        )


@pytest.mark.parametrize(
    ("before", "then", "stays"),
    [
        (SuppressionReason.HARD_BOUNCE, SuppressionReason.UNSUBSCRIBED, "unsubscribed"),
        (SuppressionReason.UNSUBSCRIBED, SuppressionReason.HARD_BOUNCE, "unsubscribed"),
        (SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINT, "complaint"),
        (SuppressionReason.COMPLAINT, SuppressionReason.MANUAL, "complaint"),
        (SuppressionReason.MANUAL, SuppressionReason.HARD_BOUNCE, "hard_bounce"),
    ],
)
def test_what_the_person_asked_for_outweighs_what_a_server_says(
    organization: Organization, before: SuppressionReason, then: SuppressionReason, stays: str
) -> None:
    suppress(organization, reason=before)

    assert suppress(organization, reason=then).reason == stays
    assert Suppression.objects.get().reason == stays


@pytest.mark.safety
def test_nothing_reaches_a_suppressed_address_of_that_organization_and_channel(
    organization: Organization,
) -> None:
    both: dict[str, Any] = {"email": "ada@example.org", "phone_number": PHONE}
    ada = make_customer(organization=organization, **both)
    bob = make_customer(organization=organization, email="bob@example.org", phone_number=PHONE)
    elsewhere = make_customer(**both)
    make_customer(organization=organization, email=None)
    make_customer(organization=organization, email=None, phone_number="12345678")

    assert reached(Channel.EMAIL) == reached(Channel.SMS) == {ada, bob, elsewhere}

    suppress(organization, "ada@example.org")
    assert reached(Channel.EMAIL) == {bob, elsewhere}
    assert reached(Channel.SMS) == {ada, bob, elsewhere}

    suppress(organization, PHONE, channel=Channel.SMS)
    assert reached(Channel.SMS) == {elsewhere}


def test_a_lifted_suppression_lets_mail_through_again(organization: Organization) -> None:
    ada = make_customer(organization=organization, email="ada@example.org")
    suppress(organization, "ada@example.org")

    assert not lift(make_organization(), "ada@example.org")
    assert not lift(organization, PHONE, Channel.SMS)
    assert reached(Channel.EMAIL) == set()
    assert lift(organization, "ADA@example.org")
    assert reached(Channel.EMAIL) == {ada}
    assert not lift(organization, "ada@example.org")


@pytest.mark.safety
def test_an_erased_address_stays_suppressed_when_somebody_comes_back_with_it(
    organization: Organization,
) -> None:
    suppress(organization, "ada@example.org", reason=SuppressionReason.COMPLAINT)
    Suppression.objects.update(address=None)

    make_customer(organization=organization, email="ada@example.org")
    assert reached(Channel.EMAIL) == set()

    again = suppress(organization, "ada@example.org")
    assert (again.address, again.reason) == (None, SuppressionReason.COMPLAINT)
    assert lift(organization, "ada@example.org")


@pytest.mark.parametrize("email", ["åse@blåbær.example", "o'brien@example.org", r"a\b\\x41@x.org"])
def test_the_hash_is_of_organization_channel_and_address(
    organization: Organization, email: str
) -> None:
    customer = make_customer(organization=organization, email=email, phone_number=PHONE)
    customer.refresh_from_db()

    for column, channel, address in (("email_hash", "email", email), ("phone_hash", "sms", PHONE)):
        plain = f"{organization.pk} {channel} {address}".encode()
        digest = hashlib.sha256(plain).digest()[:16]
        assert getattr(customer, column) == uuid.UUID(bytes=digest)


def test_a_hash_follows_its_address(organization: Organization) -> None:
    customer = make_customer(organization=organization, email="ada@example.org")
    suppress(organization, "eve@example.org")

    Customer.objects.update(email="eve@example.org")
    assert reached(Channel.EMAIL) == set()
    Customer.objects.update(email=None, phone_number="004512345678")

    customer.refresh_from_db()
    assert (customer.email_hash, customer.phone_hash) == (None, None)


def test_a_planner_can_put_the_hash_function_in_its_place() -> None:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (VERBOSE) SELECT address_hash(uuidv7(), 'sms', generate_series::text)"
                       " FROM generate_series(1, 2)")  # fmt: skip
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "sha256" in plan
