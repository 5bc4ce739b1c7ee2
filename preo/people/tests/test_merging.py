"""Two customers who are one person: refusals, whose value wins, and the stricter consent."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.catalog.models import PassDesign
from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer, Method
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import FORMER_EMAIL, Customer, ExternalId, Pass
from preo.customers.outside.shapes import OutsideCustomer
from preo.customers.tests.factories import JOINED, make_customer, make_external_id
from preo.orders.models import Order, Purchase
from preo.orders.tests.factories import make_order
from preo.orders.tests.outside import assert_sound, outside_order, take_well
from preo.segments.models import Member
from preo.segments.tests.factories import make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


@pytest.fixture
def kept(cast: Cast) -> Customer:
    return make_customer(organization=cast.northlight, email="kept@example.org")


@pytest.fixture
def merged(cast: Cast) -> Customer:
    return make_customer(organization=cast.northlight, email="merged@example.org")


def merge(client: ApiClient, kept: Customer, merged: Customer, **body: Any) -> Any:
    ids = {"kept_id": kept.api_id, "merged_id": merged.api_id}
    return client.send("POST", "/v1/users/merge", ids | {"dry_run": False} | body)


def mistakes(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def test_nobody_is_merged_with_themselves_or_with_who_is_not_here(
    cast: Cast, manager: ApiClient, kept: Customer, merged: Customer
) -> None:
    theirs = make_customer(organization=cast.rival)
    assert mistakes(merge(manager, kept, kept)) == [("/merged_id", "same_user")]
    assert mistakes(merge(manager, kept, theirs)) == [("/merged_id", "unknown_id")]
    unknown = [("/kept_id", "unknown_id"), ("/merged_id", "unknown_id")]
    assert mistakes(merge(manager, theirs, kept)) == unknown
    assert merge(manager, kept, merged).status_code == 200
    assert mistakes(merge(manager, kept, merged)) == [("/merged_id", "unknown_id")]
    assert mistakes(merge(manager, merged, kept)) == [("/kept_id", "unknown_id")]
    assert Activity.objects.filter(type="user.merged").count() == 1


def test_a_manager_of_an_edition_alone_merges_nobody(
    cast: Cast, kept: Customer, merged: Customer
) -> None:
    for customer in (kept, merged):
        make_order(edition=cast.edition, customer=customer)
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.ADMIN)
    unknown = [("/kept_id", "unknown_id"), ("/merged_id", "unknown_id")]
    assert mistakes(merge(sign_in(person), kept, merged)) == unknown


def test_a_manager_of_two_organizations_merges_nobody_across_them(
    cast: Cast, kept: Customer
) -> None:
    person = make_staff()
    for organization in (cast.northlight, cast.rival):
        make_membership(staff=person, organization=organization, role=RoleWord.MANAGER)
    theirs = make_customer(organization=cast.rival)
    assert mistakes(merge(sign_in(person), kept, theirs)) == [("/merged_id", "unknown_id")]


def test_a_dry_run_says_the_same_and_does_nothing(
    cast: Cast, manager: ApiClient, kept: Customer, merged: Customer
) -> None:
    make_order(edition=cast.edition, customer=merged)
    make_answer(customer=merged, consent=make_consent(organization=cast.northlight))
    dry = merge(manager, kept, merged, dry_run=True).json()
    assert Customer.objects.present().count() == 2
    assert not Activity.objects.filter(type="user.merged").exists()
    assert merge(manager, kept, merged).json() == dry | {"dry_run": False}


def test_what_the_kept_one_has_stays_and_what_is_missing_is_taken(
    cast: Cast, manager: ApiClient
) -> None:
    later = JOINED + timedelta(days=3)
    kept = make_customer(
        organization=cast.northlight,
        email=None,
        first_name="",
        last_name="",
        metadata={"gate": "north"},
        date_joined=later,
    )
    merged = make_customer(
        organization=cast.northlight,
        email="merged@example.org",
        phone_number="+4520123456",
        metadata={"gate": "south", "vip": True},
        last_seen=later,
    )
    assert merge(manager, kept, merged).status_code == 200
    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (kept.email, kept.phone_number) == ("merged@example.org", "+4520123456")
    assert (kept.full_name, kept.metadata) == ("Ada Holm", {"gate": "north", "vip": True})
    assert (kept.date_joined, kept.last_seen) == (JOINED, later)
    assert (merged.email, merged.full_name, merged.merged_into) == (None, "", kept)


def test_a_half_name_is_not_made_whole_with_anothers(cast: Cast, manager: ApiClient) -> None:
    kept = make_customer(organization=cast.northlight, first_name="Eva", last_name="")
    merged = make_customer(organization=cast.northlight)
    assert merge(manager, kept, merged).status_code == 200
    kept.refresh_from_db()
    assert kept.full_name == "Eva"


def test_all_that_was_the_merged_ones_moves(
    cast: Cast, manager: ApiClient, kept: Customer, merged: Customer
) -> None:
    order = make_order(edition=cast.edition, customer=merged)
    make_external_id(customer=merged, external_id="C-1")
    segment = make_segment(organization=cast.northlight, members=(kept, merged))
    other = make_segment(organization=cast.northlight, members=(merged,))
    design = PassDesign.objects.create(organization=cast.northlight, edition=cast.edition)
    passes = {"organization": cast.northlight, "edition": cast.edition, "design": design}
    Pass.objects.create(customer=kept, platform="apple", status="removed", **passes)
    active = Pass.objects.create(customer=merged, platform="apple", **passes)
    mine = Pass.objects.create(customer=kept, platform="google", **passes)
    Pass.objects.create(customer=merged, platform="google", **passes)
    assert merge(manager, kept, merged).status_code == 200
    assert Order.objects.get().customer == Purchase.objects.get().customer == kept
    assert Order.objects.get().customer_email == order.customer_email == "merged@example.org"
    assert set(ExternalId.objects.values_list("service", "external_id", "customer")) == {
        ("shop", "C-1", kept.pk),
        (FORMER_EMAIL, "merged@example.org", kept.pk),
    }
    assert set(Member.objects.values_list("segment_id", "customer_id")) == {
        (segment.pk, kept.pk),
        (other.pk, kept.pk),
    }
    assert {(one.pk, one.customer_id) for one in Pass.objects.all()} == {
        (active.pk, kept.pk),
        (mine.pk, kept.pk),
    }
    assert_sound()


@pytest.mark.parametrize(
    ("of_kept", "of_merged", "then"),
    [
        (True, True, True),
        (True, False, False),
        (False, True, False),
        (None, True, True),
        (None, False, False),
        (True, None, True),
        (False, None, False),
    ],
)
def test_the_stricter_answer_counts(
    of_kept: bool | None,
    of_merged: bool | None,
    then: bool,
    cast: Cast,
    manager: ApiClient,
    kept: Customer,
    merged: Customer,
) -> None:
    consent = make_consent(organization=cast.northlight)
    for customer, accepted in ((kept, of_kept), (merged, of_merged)):
        if accepted is not None:
            make_answer(customer=customer, consent=consent, accepted=accepted)
    before = list(ConsentAnswer.objects.order_by("pk").values())
    assert merge(manager, kept, merged).status_code == 200
    assert CurrentAnswer.objects.get(customer=kept).accepted is then
    added = ConsentAnswer.objects.filter(method=Method.MERGE)
    assert added.count() == (of_kept is not then)
    old = ConsentAnswer.objects.exclude(method=Method.MERGE)
    assert list(old.order_by("pk").values()) == before


def test_an_import_that_comes_later_with_an_older_yes_changes_nothing(
    cast: Cast, manager: ApiClient, kept: Customer, merged: Customer
) -> None:
    consent: Consent = make_consent(organization=cast.northlight)
    make_answer(customer=kept, consent=consent)
    make_answer(customer=merged, consent=consent, accepted=False)
    before = timezone.now()
    assert merge(manager, kept, merged).status_code == 200
    make_answer(customer=kept, consent=consent, answered=before, created=timezone.now())
    assert CurrentAnswer.objects.get(customer=kept).accepted is False


def test_who_was_merged_before_belongs_to_the_last_one_then(
    cast: Cast, manager: ApiClient, kept: Customer, merged: Customer
) -> None:
    last = make_customer(organization=cast.northlight)
    assert merge(manager, kept, merged).status_code == 200
    assert merge(manager, last, kept).status_code == 200
    assert set(Customer.objects.filter(merged_into=last)) == {kept, merged}
    assert (
        manager.send("POST", f"/v1/users/{last.api_id}/erase", {"dry_run": False}).status_code
        == 200
    )
    assert not Customer.objects.filter(erased_at=None).exists()


def test_an_order_with_the_dropped_address_is_the_kept_ones_until_somebody_has_it(
    cast: Cast, manager: ApiClient, kept: Customer, merged: Customer
) -> None:
    address = OutsideCustomer(email="Merged@example.org", first_name="Ada")
    assert merge(manager, kept, merged).status_code == 200
    order = take_well(cast.edition, outside_order("A-1", customer=address))
    assert (order.customer, order.customer_email) == (kept, "Merged@example.org")
    kept.refresh_from_db()
    assert kept.email == "kept@example.org"
    owner = make_customer(organization=cast.northlight, email="merged@example.org")
    assert take_well(cast.edition, outside_order("A-2", customer=address)).customer == owner
    last = make_customer(organization=cast.northlight)
    assert merge(manager, last, owner).status_code == 200
    assert take_well(cast.edition, outside_order("A-3", customer=address)).customer == last


def test_an_order_that_comes_again_stays_the_kept_ones(cast: Cast, manager: ApiClient) -> None:
    order = take_well(cast.edition, outside_order("A-1"))
    kept = make_customer(organization=cast.northlight, email="kept@example.org")
    assert merge(manager, kept, order.customer).status_code == 200
    assert take_well(cast.edition, outside_order("A-1", coupon_code="LATE")).customer == kept
    assert take_well(cast.edition, outside_order("A-2")).customer == kept
