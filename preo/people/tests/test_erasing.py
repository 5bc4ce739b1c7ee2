"""Erasing a person over HTTP: refusals, the dry run, what stays, and who is left alone."""

from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.catalog.tests.factories import make_product
from preo.consents.models import ConsentAnswer
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import (
    Channel,
    Customer,
    ExternalId,
    Suppression,
    SuppressionReason,
)
from preo.customers.service.suppressions import suppress_address
from preo.customers.tests.factories import make_customer, make_external_id
from preo.idempotency.models import Answer
from preo.imports.lines.making import make_lines
from preo.imports.models import DataImport, ImportLine, ImportRow, ImportStage
from preo.imports.tests.factories import make_import
from preo.imports.tests.runs import make_ready, run_all
from preo.imports.tests.staged import stage_cells
from preo.imports.tests.undone import undo
from preo.orders.models import Order, OrderStatus, Purchase, Transaction
from preo.orders.tests.factories import make_order
from preo.orders.tests.outside import assert_sound
from preo.people.tests.world import HEADER, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

ADA = "ada@example.org"


@pytest.fixture
def ada(cast: Cast) -> Customer:
    return make_customer(
        organization=cast.northlight, email=ADA, phone_number="+4520123456", metadata={"vip": True}
    )


def erase(client: ApiClient, customer: Customer, **body: Any) -> Any:
    return client.send("POST", f"/v1/users/{customer.api_id}/erase", {"dry_run": False} | body)


def counts(told: list[dict[str, Any]]) -> dict[str, int]:
    return {fate["what"]: fate["count"] for fate in told if fate["count"]}


def test_who_is_merged_or_erased_already_is_not_found(manager: ApiClient, ada: Customer) -> None:
    assert erase(manager, ada).status_code == 200
    assert erase(manager, ada).status_code == 404
    assert Activity.objects.filter(type="user.erased").count() == 1


def test_a_body_with_anything_else_is_refused(manager: ApiClient, ada: Customer) -> None:
    response = erase(manager, ada, really=True)
    assert response.json()["errors"][0]["pointer"] == "/really"
    ada.refresh_from_db()
    assert ada.email == ADA


def test_while_a_file_is_being_read_nobody_can_be_erased(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    make_import(edition=cast.edition, stage=ImportStage.UPLOADED)
    response = erase(manager, ada)
    assert (response.status_code, response.json()["code"]) == (409, "import_being_read")
    assert int(response["Retry-After"]) > 0
    ada.refresh_from_db()
    assert ada.email == ADA


def test_nothing_is_said_of_a_dry_run_that_does_not_happen_then(
    cast: Cast, manager: ApiClient
) -> None:
    world = make_world(cast)
    path = f"/v1/users/{world.customer.api_id}/erase"
    dry = manager.send("POST", path, {}).json()
    assert dry.pop("dry_run") is True
    world.customer.refresh_from_db()
    assert world.customer.email == "mona@example.org"
    assert not ProcrastinateJob.objects.filter(task_name="people.delete_files").exists()
    assert not Activity.objects.filter(type="user.erased").exists()
    done = manager.send("POST", path, {"dry_run": False}).json()
    assert done.pop("dry_run") is False
    assert done == dry
    assert counts(done["goes"])["files"] == 4
    assert counts(done["stays"]) == {
        "orders, payments and purchases": 8,
        "answers to consents": 1,
        "suppressions": 2,
        "ids of the customer": 1,
    }


def test_the_money_stays_and_adds_up(cast: Cast, manager: ApiClient, ada: Customer) -> None:
    order = make_order(edition=cast.edition, customer=ada, metadata={"gate": "north"})
    before = [list(model.objects.values_list("pk")) for model in (Order, Purchase, Transaction)]
    assert erase(manager, ada).status_code == 200
    order.refresh_from_db()
    assert (order.customer_name, order.customer_email, order.customer_phone) == ("", None, None)
    assert (order.metadata, order.search.strip()) == ({}, str(order.order_number).lower())
    assert before == [
        list(model.objects.values_list("pk")) for model in (Order, Purchase, Transaction)
    ]
    assert (order.customer, order.status) == (ada, OrderStatus.COMPLETED)
    assert_sound()


def test_the_proof_stays_without_address_and_browser(manager: ApiClient, ada: Customer) -> None:
    answer = make_answer(customer=ada, ip_address="192.0.2.1", user_agent="Browser")
    assert erase(manager, ada).status_code == 200
    kept = ConsentAnswer.objects.get(pk=answer.pk)
    assert (kept.ip_address, kept.user_agent) == (None, None)
    assert (kept.accepted, kept.customer_id) == (True, ada.pk)


def test_a_suppressed_address_stays_suppressed_whoever_has_it_next(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    suppress_address(
        organization_id=cast.northlight.pk,
        channel=Channel.EMAIL,
        address=ADA,
        reason=SuppressionReason.COMPLAINT,
        now=timezone.now(),
    )
    assert erase(manager, ada).status_code == 200
    suppressed = Suppression.objects.get()
    assert suppressed.address is None
    again = make_customer(organization=cast.northlight, email=ADA)
    again.refresh_from_db()
    assert again.email_hash == suppressed.address_hash


def test_who_was_never_suppressed_is_not_by_being_erased(manager: ApiClient, ada: Customer) -> None:
    assert erase(manager, ada).status_code == 200
    assert not Suppression.objects.exists()


def test_others_are_left_as_they_are(cast: Cast, manager: ApiClient, ada: Customer) -> None:
    for organization in (cast.rival, cast.northlight):
        make_consent(organization=organization)
    theirs = make_customer(organization=cast.rival, email=ADA, phone_number="+4520123456")
    make_order(edition=cast.rival_edition, customer=theirs)
    child = make_customer(
        organization=cast.northlight, email="kim@example.org", phone_number="+4520123456"
    )
    make_external_id(customer=child, external_id="C-9")
    make_order(edition=cast.edition, customer=child)
    rows = "A-7;kim@example.org;Kim;Holm;+4520123456;Day ticket;10;C-9"
    data_import = make_ready(cast, HEADER, rows)
    mapped = stage_cells(
        cast.rival_edition, HEADER.split(";"), [rows.replace("kim@", "ada@").split(";")]
    )
    make_lines(mapped)
    suppress_address(
        organization_id=cast.rival.pk,
        channel=Channel.EMAIL,
        address=ADA,
        reason=SuppressionReason.MANUAL,
        now=timezone.now(),
    )
    others: list[Any] = [
        theirs,
        child,
        Suppression.objects.get(),
        *Order.objects.exclude(customer=ada),
    ]
    before = [dict(type(row)._default_manager.values().get(pk=row.pk)) for row in others]
    assert erase(manager, ada).status_code == 200
    assert before == [dict(type(row)._default_manager.values().get(pk=row.pk)) for row in others]
    assert ImportRow.objects.get(data_import=data_import).cells == rows.split(";")
    assert ImportRow.objects.get(data_import=mapped).cells[1] == ADA
    assert ImportLine.objects.get(data_import=mapped).values["email"] == ADA


def test_an_order_of_another_loses_the_address_that_was_not_theirs(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    other = make_order(edition=cast.edition)
    Order.objects.filter(pk=other.pk).update(
        customer_email="Ada@Example.org", customer_name="Kim Holm"
    )
    assert erase(manager, ada).status_code == 200
    other.refresh_from_db()
    assert (other.customer_email, other.customer_name) == (None, "Kim Holm")


def test_addresses_that_a_change_took_from_the_person_are_erased_too(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    second = {"email": "second@example.org", "phone_number": "+4520999999"}
    for changes in (second, {"email": "third@example.org", "phone_number": None}):
        path = f"/v1/users/{ada.api_id}"
        assert manager.send("PATCH", path, changes).status_code == 200
    for channel, address in zip((Channel.EMAIL, Channel.SMS), second.values(), strict=True):
        suppress_address(
            organization_id=cast.northlight.pk,
            channel=channel,
            address=address,
            reason=SuppressionReason.HARD_BOUNCE,
            now=timezone.now(),
        )
    assert erase(manager, ada).status_code == 200
    assert list(Suppression.objects.values_list("address", flat=True)) == [None, None]
    assert not ExternalId.objects.exists()


def test_a_number_that_a_merge_dropped_is_erased_too(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    number = "+4520999999"
    twin = make_customer(organization=cast.northlight, phone_number=number)
    ids = {"kept_id": ada.api_id, "merged_id": twin.api_id, "dry_run": False}
    assert manager.send("POST", "/v1/users/merge", ids).status_code == 200
    suppress_address(
        organization_id=cast.northlight.pk,
        channel=Channel.SMS,
        address=number,
        reason=SuppressionReason.MANUAL,
        now=timezone.now(),
    )
    assert erase(manager, ada).status_code == 200
    assert Suppression.objects.get().address is None


def test_rows_that_are_not_in_yet_do_not_come_in_and_others_do(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    zoe = "zoe@example.org;Zoe;Zimt;;Day ticket;45.50;C-2"
    rows = [f"A-1;{ADA};Ada;Holm;;Day ticket;45.50;C-1", "A-1;;;;;Day ticket;10;", f"A-2;{zoe}"]
    data_import = make_ready(cast, HEADER, *rows, data_file="imports/some")
    assert erase(manager, ada).status_code == 200
    run_all(data_import)
    assert [order.external_id for order in Order.objects.all()] == ["A-2"]
    assert [row.cells for row in ImportRow.objects.order_by("number")] == [
        [],
        [],
        rows[2].split(";"),
    ]
    done = DataImport.objects.get()
    assert (done.data_file, done.stage) == ("", ImportStage.COMPLETED)
    assert "erased" in done.error_message
    read_again = manager.send("PATCH", f"/v1/data-imports/{done.api_id}", {"delimiter": ","})
    assert read_again.status_code == 409


def test_an_address_that_the_person_has_no_more_is_looked_for_too(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    order = make_order(edition=cast.edition, customer=ada)
    Order.objects.filter(pk=order.pk).update(customer_email="old@example.org")
    make_ready(cast, HEADER, "A-9;old@example.org;Ada;Holm;;Day ticket;45.50;")
    assert erase(manager, ada).status_code == 200
    assert ImportRow.objects.get().cells == []


def test_a_note_about_the_person_in_the_row_of_another_is_emptied_alone(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    row = f"A-2;zoe@example.org;Zoe;friend of {ADA};;Day ticket;45.50;C-2"
    make_ready(cast, HEADER, row)
    assert erase(manager, ada).status_code == 200
    assert ImportRow.objects.get().cells[1:4] == ["zoe@example.org", "Zoe", ""]
    assert "last_name" not in ImportLine.objects.get().values


def test_undo_leaves_an_order_alone_that_it_could_only_restore_with_the_person(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    kim = "kim@example.org;Kim;Holm;;Day ticket;50;C-9"
    for rows in (
        [f"A-1;{ADA};Ada;Holm;;Day ticket;45;C-1", f"A-2;{ADA};Ada;Holm;;Day ticket;45;C-1"],
        [f"A-1;{kim}", f"A-2;{ADA};Ada;Holm;;Day ticket;50;C-1"],
    ):
        data_import = run_all(make_ready(cast, HEADER, *rows))
    assert erase(manager, ada).status_code == 200
    undo(data_import)
    orders = Order.objects.order_by("external_id")
    assert [order.customer_name for order in orders] == ["Kim Holm", ""]
    assert [order.amount for order in orders] == [5000, 5000]
    assert Purchase.objects.count() == 2
    assert_sound()


def test_a_kept_answer_is_emptied_and_has_no_second_effect(
    cast: Cast, manager: ApiClient, ada: Customer
) -> None:
    path = f"/v1/users/{ada.api_id}/erase"
    first = manager.send("POST", path, {}, **{"Idempotency-Key": "once"})
    Answer.objects.update(body=f'{{"of":"{ada.api_id}"}}'.encode())
    assert erase(manager, ada).status_code == 200
    again = manager.send("POST", path, {}, **{"Idempotency-Key": "once"})
    assert (again.status_code, again.content) == (first.status_code, b"")
    assert again["Idempotent-Replayed"] == "true"
