"""A person who stands in every table in which one can, brought by real imports where they write it."""

import io
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from conftest import Cast
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.catalog.models import PassDesign
from preo.catalog.tests.factories import make_product
from preo.consents.models import Consent
from preo.consents.tests.factories import make_answer, make_consent
from preo.core.access import Grant, Principal, Role
from preo.core.ids import uuid7
from preo.customers.models import Channel, Customer, Pass, PassPlatform, SuppressionReason
from preo.customers.service.suppressions import suppress_address
from preo.idempotency.models import Answer
from preo.imports.files import store
from preo.imports.models import DataImport, ImportLine, ImportStage
from preo.imports.tests.runs import make_ready, run_all
from preo.orders.models import Order
from preo.orders.tests.factories import make_transaction
from preo.segments.models import Member
from preo.segments.tests.factories import make_segment
from preo.transports.models import InboxMessage

HEADER = "Order ID;E-mail;First name;Last name;Phone;Product;Unit price;Customer ID"


@dataclass(frozen=True)
class World:
    customer: Customer
    order: Order
    consent: Consent
    files: list[str]
    by: Principal


def boss(cast: Cast) -> Principal:
    """A manager of northlight who is a row of staff as well."""
    person = make_staff()
    make_membership(staff=person, organization=cast.northlight, role=RoleWord.MANAGER)
    grants = (Grant(cast.northlight.pk, None, Role.MANAGER),)
    return Principal("staff", person.pk, grants)


def make_world(
    cast: Cast,
    *,
    email: str = "mona@example.org",
    phone: str = "+4520123456",
    name: str = "Mona",
) -> World:
    """Mona, who came with one import, was changed by a second, and waits in a third and in a fourth of which no lines were made."""
    make_product(edition=cast.edition, name="Day ticket")
    row = f"{email};{name};Holm;{phone};Day ticket;45.50"
    mapped = [f"A-1;{row};C-1", "A-2;zoe@example.org;Zoe;Zimt;;Day ticket;45.50;C-2"]
    # Without the phone number, which the second then fills in.
    first = _import(cast, mapped[0].replace(phone, ""), mapped[1])
    run_all(first)
    second = _import(cast, f"A-1;{row.replace('45.50', '50.00')};C-1", f"A-3;{row};C-1")
    run_all(second)
    bad = f"A-4;{row.replace('45.50', 'free')};C-1"
    waiting = _import(cast, bad, mapped[1])
    unread = _import(cast, *mapped, stage=ImportStage.NEEDS_COLUMN_MAPPING)
    ImportLine.objects.filter(data_import=unread).delete()
    customer = Customer.objects.get(email=email)
    by = boss(cast)
    consent = _make_rows(cast, customer, by)
    files = [one.data_file for one in (first, second, waiting, unread)]
    order = Order.objects.get(external_id="A-1")
    make_transaction(order=order, amount=0, status="failed", message=f"refused for {email}")
    return World(customer, order, consent, files, by)


def _import(cast: Cast, *rows: str, **fields: Any) -> DataImport:
    content = "\n".join([HEADER, *rows]).encode()
    stored = store.keep(io.BytesIO(content), cast.northlight.pk)
    return make_ready(cast, HEADER, *rows, data_file=stored.key, source="shop", **fields)


def _make_rows(cast: Cast, customer: Customer, by: Principal) -> Consent:
    now = timezone.now()
    design = PassDesign.objects.create(organization=cast.northlight, edition=cast.edition)
    Pass.objects.create(
        organization=cast.northlight,
        edition=cast.edition,
        customer=customer,
        design=design,
        platform=PassPlatform.APPLE,
    )
    told = [(Channel.EMAIL, customer.email), (Channel.SMS, customer.phone_number)]
    for channel, address in told:
        suppress_address(
            organization_id=cast.northlight.pk,
            channel=channel,
            address=str(address),
            reason=SuppressionReason.MANUAL,
            now=now,
        )
    consent = make_consent(organization=cast.northlight)
    make_answer(
        customer=customer,
        consent=consent,
        ip_address="192.0.2.66",
        user_agent=f"{customer.first_name}'s browser",
    )
    Member.objects.create(segment=make_segment(edition=cast.edition), customer=customer)
    Answer.objects.create(
        caller=f"staff:{by.id}",
        key="k1",
        fingerprint="f",
        status=200,
        body=f'{{"email":"{customer.email}"}}'.encode(),
        created=now,
    )
    InboxMessage.objects.create(
        sender_name="Preo",
        sender_address="no-reply@example.org",
        to=str(customer.email),
        subject="Hello Mona",
        text="Hello",
        html="",
        message_id=f"<{uuid7()}@example.org>",
    )
    return consent
