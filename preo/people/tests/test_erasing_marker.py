"""A marker in every column that is a person's own: after the erasure it is nowhere."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import Cast
from preo.consents.tests.factories import make_answer
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.orders.tests.factories import make_order
from preo.people.personal_data import OF_CUSTOMERS, Kind
from preo.people.service.erasure import erase_person
from preo.people.service.exporting import export_person
from preo.people.service.merging import merge_people
from preo.people.service.users import update_user
from preo.people.tasks import delete_files
from preo.people.tests.world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

MARK = "qzmark"
EMAIL = f"{MARK}@example.org"
PHONE = "+4598765432"
NEEDLES = (MARK, "98765432", "192.0.2.66")
ALLOWED: set[tuple[str, str]] = set()
"""Table and needle that may be found afterwards, with the reason here: nothing may."""

HIDDEN = {"buyer_digest", "email_hash", "phone_hash", "data_file", "language", "last_seen"}
"""Personal columns in which no text can be planted: tested for being empty instead."""
CHOICES = {"platform", "status"}
"""Words of ours, in rows that are deleted."""

TEXTS: dict[str, Any] = {
    # What a column takes where it is no free text, all others take the marker as it is; None where
    # the world has planted it already.
    "customers.Customer.email": EMAIL,
    "customers.Customer.phone_number": PHONE,
    "customers.ExternalId.external_id": None,
    "customers.Suppression.address": None,
    "orders.Order.customer_email": EMAIL,
    "orders.Order.customer_phone": PHONE,
    "consents.ConsentAnswer.ip_address": None,
    "consents.ConsentAnswer.user_agent": None,
    "imports.ImportLine.order_key": f"order of {EMAIL}",
    "imports.ImportLine.values": {"email": EMAIL, "last_name": MARK},
    "imports.DataImport.data_file_name": f"{EMAIL}.csv",
    "imports.DataImport.name": f"of {EMAIL}",
    "imports.DataImport.columns": None,
    "imports.ImportedPart.filled": None,
    "idempotency.Answer.body": json.dumps({"email": EMAIL}).encode(),
    "idempotency.Answer.key": f"of {EMAIL}",
    "transports.InboxMessage.to": EMAIL,
}

WITH_ADDRESS = {
    # Other systems' ids stay, unless they are an address.
    "orders.Order.external_id": f"order of {EMAIL}",
    "orders.Order.order_number": PHONE,
    "orders.Order.coupon_code": f"for {EMAIL}",
    "orders.Transaction.external_id": f"paid by {EMAIL}",
    "orders.Purchase.external_line_id": f"ticket of {EMAIL}",
}


def rows_of(label: str, world: World) -> QuerySet[Any]:
    """The rows in which the person stands."""
    model = apps.get_model(label)
    names = {field.name for field in model._meta.get_fields()}
    rows: QuerySet[Any] = model._default_manager.all()
    if label == "customers.Customer":
        return rows.filter(pk=world.customer.pk)
    if "customer" in names:
        return rows.filter(customer=world.customer)
    if "order" in names:
        return rows.filter(order__customer=world.customer)
    if "number" in names:
        return rows.filter(number=2)
    return rows


def planted() -> Iterator[tuple[str, str, Any]]:
    for label, table in OF_CUSTOMERS.items():
        for name in table.columns.get(Kind.PERSONAL, "").split():
            field: Any = apps.get_model(label)._meta.get_field(name)
            if not field.generated and name not in HIDDEN | CHOICES:
                yield label, name, field


def marker_for(key: str, field: Any) -> Any:
    """Something with the marker in it that the column takes; None where the world planted it."""
    if key in TEXTS:
        return TEXTS[key]
    if isinstance(field, models.JSONField):
        return [{"note": MARK}] if field.default is list else {"note": MARK}
    return [MARK, EMAIL] if field.get_internal_type() == "ArrayField" else MARK


def plant(world: World) -> None:
    for label, name, field in planted():
        rows = rows_of(label, world)
        assert rows.exists(), f"the world has no row of the person in {label}"
        value = marker_for(f"{label}.{name}", field)
        if value is not None:
            rows.update(**{name: value})
        assert found_in(column_of(label, name)), f"nothing was planted in {label}.{name}"


def plant_addresses(world: World) -> None:
    for key, value in WITH_ADDRESS.items():
        label, _, name = key.rpartition(".")
        row = rows_of(label, world).order_by("pk")[0]
        rows_of(label, world).filter(pk=row.pk).update(**{name: value})
        assert found_in(column_of(label, name)), key


def column_of(label: str, name: str) -> str:
    options = apps.get_model(label)._meta
    column = options.get_field(name).column
    return f'(SELECT "{column}" FROM {options.db_table})'  # noqa: S608 - names of ours


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') "
            # What an import stages goes when its transaction ends, which here is the test's own.
            "AND schemaname NOT LIKE 'pg_temp%'"
        )
        return [name for (name,) in cursor.fetchall()]


def found_in(table: str) -> set[str]:
    """The needles that stand in a dump of the table, in bytes as well as in texts."""
    written: list[str] = []
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        written.extend(bytes(line).decode() for line in copy)
    dump = "".join(written).lower()
    return {one for one in NEEDLES if one in dump or one.encode().hex() in dump}


def found_in_files() -> list[str]:
    folders, found = ["."], []
    while folders:
        folder = folders.pop()
        inner, names = default_storage.listdir(folder)
        folders += [f"{folder}/{name}" for name in inner]
        for name in names:
            with default_storage.open(f"{folder}/{name}") as stored:
                if any(one.encode() in stored.read().lower() for one in NEEDLES):
                    found.append(name)
    return found


def live_through_everything(cast: Cast, world: World) -> None:
    """What is done with a person writes activities, too, and a merge leaves a row of another id."""
    now = timezone.now()
    other = make_customer(
        organization=cast.northlight, email=f"other-{EMAIL}", first_name=MARK, metadata={"is": MARK}
    )
    make_order(edition=cast.other_edition, customer=other, metadata={"note": MARK})
    make_answer(customer=other, ip_address="192.0.2.66", user_agent=MARK)
    changes = {"last_name": f"{MARK}sen", "metadata": {"again": MARK}}
    update_user(user_id=world.customer.pk, changes=changes, by=world.by, now=now)
    merge_people(kept_id=world.customer.pk, merged_id=other.pk, dry_run=False, by=world.by, now=now)
    export_person(customer=world.customer, by=world.by, now=now)


def run_file_jobs() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="people.delete_files"):
        delete_files(**job.args)


def test_a_marker_in_every_column_of_a_person_is_nowhere_after_the_erasure(cast: Cast) -> None:
    world = make_world(cast, email=EMAIL, phone=PHONE, name=MARK)
    live_through_everything(cast, world)
    plant(world)
    plant_addresses(world)
    assert {name for table in tables() for name in found_in(table)} == set(NEEDLES)
    assert found_in_files()
    customer = Customer.objects.get(pk=world.customer.pk)
    erase_person(customer=customer, dry_run=False, by=world.by, now=timezone.now())
    left = {(table, name) for table in tables() for name in found_in(table)}
    assert left == ALLOWED
    run_file_jobs()
    assert found_in_files() == []
    for name in ("email_hash", "phone_hash", "last_seen"):
        assert Customer.objects.filter(Q(pk=customer.pk), **{f"{name}__isnull": True}).exists()
