"""An activity stands or falls with the change that it speaks of."""

import pytest
from django.db import connection, transaction

from preo.activity.models import Activity
from preo.activity.service import Happening, record, record_many
from preo.core.access import Principal
from preo.core.ids import uuid7
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]


def rename(organization: Organization, name: str) -> None:
    Organization.objects.filter(pk=organization.pk).update(name=name)
    record(
        type="organization.renamed",
        organization_id=organization.pk,
        object_id=organization.pk,
        by=None,
    )


@transaction.atomic
def rename_in_vain(organization: Organization) -> None:
    rename(organization, "Undone")
    raise KeyError


def test_an_activity_outside_of_a_transaction_is_refused() -> None:
    organization = make_organization()
    with pytest.raises(RuntimeError, match="transaction of its change"):
        rename(organization, "Renamed")
    with pytest.raises(RuntimeError):
        record_many([], by=None)
    assert not Activity.objects.exists()


def test_an_activity_is_rolled_back_with_its_change() -> None:
    organization = make_organization(name="Before")
    with pytest.raises(KeyError):
        rename_in_vain(organization)
    organization.refresh_from_db()
    assert organization.name == "Before"
    assert not Activity.objects.exists()


def test_an_activity_of_a_savepoint_is_rolled_back_with_it() -> None:
    organization = make_organization()
    with transaction.atomic():
        rename(organization, "Kept")
        with pytest.raises(KeyError):
            rename_in_vain(organization)
    assert Activity.objects.count() == 1


def test_an_activity_is_committed_with_its_change() -> None:
    organization = make_organization()
    principal = Principal("api_key", uuid7(), ())
    edition_id, object_id = uuid7(), uuid7()
    with transaction.atomic():
        made = record(
            type="order.updated",
            organization_id=organization.pk,
            object_id=object_id,
            edition_id=edition_id,
            changed=("status", "amount"),
            details={"purchases": 3},
            by=principal,
        )
    kept = Activity.objects.get()
    assert kept.pk == made.pk
    assert (kept.type, kept.organization_id, kept.edition_id, kept.object_id) == (
        "order.updated", organization.pk, edition_id, object_id,
    )  # fmt: skip
    assert (kept.actor_kind, kept.actor_id) == ("api_key", principal.id)
    assert (kept.changed, kept.details) == (["status", "amount"], {"purchases": 3})
    assert kept.sequence is None


def test_what_the_system_did_has_no_actor() -> None:
    organization = make_organization()
    with transaction.atomic():
        rename(organization, "Renamed")
    kept = Activity.objects.get()
    assert (kept.actor_kind, kept.actor_id) == ("system", None)


def test_many_are_recorded_in_their_order_at_the_price_of_a_few_queries(
    django_assert_max_num_queries: object,
) -> None:
    organization = make_organization()
    happenings = [
        Happening("order.imported", organization.pk, uuid7(), details={"number": number})
        for number in range(6_000)
    ]
    with django_assert_max_num_queries(8), transaction.atomic():  # type: ignore[operator]
        record_many(happenings, by=None)
    order = Activity.objects.order_by("created", "id").values_list("details__number", flat=True)
    assert list(order) == list(range(6_000))


def test_a_change_is_kept_although_nobody_could_be_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("preo.activity.service.CHANNEL", 'no" channel')
    organization = make_organization()
    with transaction.atomic():
        rename(organization, "Renamed")
    assert Activity.objects.count() == 1
    assert connection.is_usable()
