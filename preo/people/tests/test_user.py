"""`GET` and `PATCH /v1/users/{id}`: what they refuse, then what is shown and changed."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.catalog.tests.factories import make_product
from preo.consents.models import CurrentAnswer
from preo.consents.tests.factories import ANSWERED, make_answer, make_consent
from preo.customers.models import Channel, Customer, Suppression
from preo.customers.tests.factories import make_customer, make_suppression, take_away
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import Order
from preo.orders.tests.factories import PLACED, make_order

pytestmark = pytest.mark.django_db

NUMBER = "+4520123456"


def person(cast: Cast, **values: Any) -> Customer:
    return make_customer(organization=cast.northlight, **values)


def show(client: ApiClient, customer: Customer) -> Any:
    response = client.send("GET", f"/v1/users/{customer.api_id}")
    assert response.status_code == 200, response.content
    return response.json()


def patch(client: ApiClient, customer: Customer, body: Any) -> Any:
    return client.send("PATCH", f"/v1/users/{customer.api_id}", body)


def patched(client: ApiClient, customer: Customer, **changes: Any) -> Any:
    response = patch(client, customer, changes)
    assert response.status_code == 200, response.content
    return response.json()


def editions_manager(edition: Edition) -> ApiClient:
    somebody = make_staff()
    make_membership(staff=somebody, edition=edition, role=RoleWord.MANAGER)
    return sign_in(somebody)


def buy(edition: Edition, customer: Customer, price: int, **values: Any) -> Order:
    product = make_product(edition=edition, price=price)
    return make_order(edition=edition, customer=customer, products=[product], **values)


# --- one that is not there ---


@pytest.mark.safety
def test_erased_and_merged_people_are_not_there(admin: ApiClient, cast: Cast) -> None:
    stays = person(cast)
    for gone, into in (
        (take_away(person(cast)), None),
        (take_away(person(cast), into=stays), stays.api_id),
    ):
        for method, body in (("GET", None), ("PATCH", {"first_name": "Eve"})):
            response = admin.send(method, f"/v1/users/{gone.api_id}", body)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
            assert response.json().get("merged_into") == into
        gone.refresh_from_db()
        assert gone.full_name == ""


@pytest.mark.safety
def test_into_whom_somebody_was_merged_is_told_to_the_whole_organizations_staff_alone(
    cast: Cast,
) -> None:
    stays = make_order(edition=cast.edition).customer
    merged = take_away(make_order(edition=cast.edition).customer, into=stays)
    stranger = make_staff()
    make_membership(staff=stranger, organization=cast.rival, role=RoleWord.ADMIN)
    for client in (editions_manager(cast.edition), sign_in(stranger)):
        response = client.send("GET", f"/v1/users/{merged.api_id}")
        assert response.status_code == 404
        assert "merged_into" not in response.json()


@pytest.mark.safety
def test_an_editions_manager_reads_its_buyers_and_changes_nobody(cast: Cast) -> None:
    client = editions_manager(cast.edition)
    buyer = make_order(edition=cast.edition).customer
    assert show(client, buyer)["email"] == buyer.email
    assert patch(client, buyer, {"first_name": "Eve"}).status_code == 404
    buyer.refresh_from_db()
    assert buyer.first_name == "Ada"


# --- what is known ---


def test_nothing_is_known_of_who_only_has_a_name(staff: ApiClient, cast: Cast) -> None:
    shown = show(staff, person(cast, email=None, language="da"))
    assert (shown["email"], shown["phone_number"], shown["last_seen"]) == (None, None, None)
    assert (shown["first_name"], shown["last_name"], shown["language"]) == ("Ada", "Holm", "da")
    assert (shown["orders_count"], shown["total_spent"], shown["consents"]) == (0, [], [])


def test_what_was_bought_is_told_by_currency_less_refunds(staff: ApiClient, cast: Cast) -> None:
    customer = person(cast)
    crowns = make_edition(organization=cast.northlight, currency="sek")
    buy(cast.edition, customer, 1250)
    refunded = buy(cast.edition, customer, 10_00)
    Order.objects.filter(pk=refunded.pk).update(refunded=2_50)
    buy(cast.other_edition, customer, 1_05, status="confirmed")
    buy(crowns, customer, 300)
    for status in ("pending", "cancelled"):
        buy(cast.edition, customer, 99_00, status=status)
    make_order(edition=cast.edition)
    shown = show(staff, customer)
    assert shown["orders_count"] == 4
    assert shown["total_spent"] == [
        {"currency": "eur", "amount": 21.05},
        {"currency": "sek", "amount": 3.00},
    ]


@pytest.mark.safety
def test_to_an_editions_role_only_what_happened_there_is_told(cast: Cast) -> None:
    customer = person(cast)
    buy(cast.edition, customer, 1250)
    buy(cast.other_edition, customer, 99_00)
    ours = make_consent(organization=cast.northlight, title="News")
    here = make_consent(edition=cast.edition, title="Here")
    make_consent(edition=cast.other_edition, title="Elsewhere")
    shown = show(editions_manager(cast.edition), customer)
    assert shown["orders_count"] == 1
    assert shown["total_spent"] == [{"currency": "eur", "amount": 12.50}]
    told = {consent["consent_id"] for consent in shown["consents"]}
    assert told == {ours.api_id, here.api_id}


def test_the_latest_answer_to_each_published_consent_is_told(staff: ApiClient, cast: Cast) -> None:
    customer = person(cast)
    answered = make_consent(organization=cast.northlight, title="News")
    silent = make_consent(organization=cast.northlight, title="Terms", type="terms")
    make_consent(organization=cast.northlight, title="Draft", published=False)
    make_consent(organization=cast.northlight, title="Off", enabled=False)
    make_consent(organization=cast.rival, title="Theirs")
    make_answer(customer=customer, consent=answered, accepted=False)
    make_answer(customer=customer, consent=answered, answered=ANSWERED + timedelta(days=1))
    assert {row["title"]: row for row in show(staff, customer)["consents"]} == {
        "News": {
            "consent_id": answered.api_id,
            "title": "News",
            "type": "marketing",
            "accepted": True,
            "answered_at": "2026-02-02T18:30:00Z",
        },
        "Terms": {
            "consent_id": silent.api_id,
            "title": "Terms",
            "type": "terms",
            "accepted": False,
            "answered_at": None,
        },
    }


# --- changes ---


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"email": "ada@"}, "/email", "invalid"),
        ({"email": ""}, "/email", "blank"),
        ({"email": 1}, "/email", "invalid"),
        ({"phone_number": "20 12 34"}, "/phone_number", "invalid"),
        ({"phone_number": "+4512"}, "/phone_number", "invalid"),
        ({"phone_number": "0" * 61}, "/phone_number", "max_length"),
        ({"first_name": "a" * 151}, "/first_name", "max_length"),
        ({"last_name": None}, "/last_name", "null"),
        ({"language": "fr"}, "/language", "invalid_choice"),
        ({"metadata": []}, "/metadata", "not_an_object"),
        ({"metadata": {"a": "b" * 33_000}}, "/metadata", "too_large"),
        ({"full_name": "Eve"}, "/full_name", "read_only"),
        ({"orders_count": 7}, "/orders_count", "read_only"),
        ({"consents": [{}]}, "/consents", "read_only"),
        ({"birthday": "1990-01-01"}, "/birthday", "unknown_field"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(
    body: Any, pointer: str, code: str, staff: ApiClient, cast: Cast
) -> None:
    customer = person(cast)
    before = show(staff, customer)
    response = patch(staff, customer, {"first_name": "Eve"} | body)
    assert response.status_code == 400, response.content
    assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [(pointer, code)]
    assert show(staff, customer) == before
    assert not Activity.objects.exists()


@pytest.mark.safety
def test_an_address_that_another_one_has_is_a_conflict_that_names_the_other(
    staff: ApiClient, cast: Cast
) -> None:
    bo, ada = person(cast, email="bo@example.org"), person(cast, email="ada@example.org")
    response = patch(staff, ada, {"email": " BO@Example.org", "first_name": "Eve"})
    assert (response.status_code, response.json()["code"]) == (409, "email_taken")
    assert response.json()["held_by"] == bo.api_id
    assert [error["pointer"] for error in response.json()["errors"]] == ["/email"]
    assert show(staff, ada)["first_name"] == "Ada"
    make_customer(organization=cast.rival, email="cy@example.org")
    assert patched(staff, ada, email="cy@example.org")["email"] == "cy@example.org"


def test_what_is_given_is_changed_and_told_by_the_names_of_fields(
    staff: ApiClient, cast: Cast
) -> None:
    customer = person(cast)
    shown = patched(
        staff, customer, first_name="Åse", email="ÅSE@Example.org", language="da", last_name="Holm"
    )
    assert (shown["full_name"], shown["email"], shown["language"]) == (
        "Åse Holm",
        "åse@example.org",
        "da",
    )
    assert show(staff, customer) == shown
    told = Activity.objects.get()
    assert (told.type, told.object_id) == ("user.updated", customer.pk)
    assert told.organization_id == cast.northlight.pk
    assert (told.changed, told.details) == (["email", "first_name", "language"], {})
    assert told.actor_kind == "staff"


def test_what_was_got_can_be_sent_back_and_changes_nothing(staff: ApiClient, cast: Cast) -> None:
    # An old file had a number that nobody can call.
    customer = person(cast, phone_number="12 34", metadata={"club": 7})
    make_order(edition=cast.edition, customer=customer)
    modified = Customer.objects.get(pk=customer.pk).modified
    shown = show(staff, customer)
    assert patched(staff, customer, **shown) == shown
    assert not Activity.objects.exists()
    assert Customer.objects.get(pk=customer.pk).modified == modified


def test_names_and_addresses_can_be_taken_away(staff: ApiClient, cast: Cast) -> None:
    customer = person(cast, phone_number=NUMBER)
    nothing: dict[str, Any] = {"email": None, "phone_number": None, "first_name": ""}
    shown = patched(staff, customer, **nothing)
    assert {name: shown[name] for name in nothing} == nothing
    assert shown["full_name"] == "Holm"
    assert person(cast, email=None).email is None


def test_without_a_language_it_is_the_organizations(staff: ApiClient, cast: Cast) -> None:
    cast.northlight.default_language = "nl"
    cast.northlight.save()
    assert patched(staff, person(cast), language=None)["language"] == "nl"


def test_metadata_is_merged(staff: ApiClient, cast: Cast) -> None:
    customer = person(cast, metadata={"club": {"level": 3, "since": 2020}, "old": 1})
    shown = patched(staff, customer, metadata={"club": {"level": 4}, "old": None, "new": [1.5]})
    assert shown["metadata"] == {"club": {"level": 4, "since": 2020}, "new": [1.5]}
    assert Activity.objects.get().changed == ["metadata"]


@pytest.mark.parametrize("number", [1e20, -(2**63), 10**29])
def test_a_number_that_postgresql_writes_out_in_more_than_64_bits_can_still_be_read(
    staff: ApiClient, cast: Cast, number: float
) -> None:
    customer = person(cast)
    shown = patched(staff, customer, metadata={"nested": [{"number": number}], "yes": True})
    assert shown["metadata"] == {"nested": [{"number": pytest.approx(number)}], "yes": True}
    assert show(staff, customer)["metadata"] == shown["metadata"]
    assert patched(staff, customer, metadata={"nested": None})["metadata"] == {"yes": True}


def dial(edition: Edition, code: str) -> None:
    edition.default_country_code = code
    edition.save()


def test_a_national_number_is_read_by_the_edition_of_the_latest_order(
    staff: ApiClient, cast: Cast
) -> None:
    dial(cast.edition, "+46")
    dial(cast.other_edition, "+31")
    customer = person(cast)
    make_order(edition=cast.edition, customer=customer)
    make_order(edition=cast.other_edition, customer=customer, created=PLACED - timedelta(days=1))
    assert patched(staff, customer, phone_number="070-174 06 05")["phone_number"] == "+46701740605"


def test_of_who_never_ordered_it_is_read_by_the_newest_edition(
    staff: ApiClient, cast: Cast
) -> None:
    dial(make_edition(organization=cast.northlight), "+44")
    customer = person(cast)
    assert patched(staff, customer, phone_number="07400 123456")["phone_number"] == "+447400123456"
    shown = patched(staff, customer, phone_number="0045 20 12 34 56")
    assert shown["phone_number"] == NUMBER


# --- what a change of address leaves behind ---


def refuse(customer: Customer) -> Any:
    consent = make_consent(organization=customer.organization)
    return make_answer(customer=customer, consent=consent, accepted=False)


@pytest.mark.safety
@pytest.mark.parametrize(
    ("field", "channel", "old", "new"),
    [
        ("email", Channel.EMAIL, "old@example.org", "new@example.org"),
        ("phone_number", Channel.SMS, NUMBER, "+4520123457"),
    ],
)
def test_a_suppression_stays_with_its_address_and_an_answer_with_its_person(
    field: str, channel: Channel, old: str, new: str, staff: ApiClient, cast: Cast
) -> None:
    customer = person(cast, **{field: old})
    make_suppression(organization=cast.northlight, channel=channel, address=old)
    answer = refuse(customer)

    patched(staff, customer, **{field: new})

    (suppressed,) = Suppression.objects.all()
    assert suppressed.address == old
    customer.refresh_from_db()
    assert suppressed.address_hash not in {customer.email_hash, customer.phone_hash}
    assert list(CurrentAnswer.objects.values_list("customer", "accepted")) == [
        (answer.customer_id, False)
    ]
    # Whoever comes with the old address is not written to.
    other = person(cast, **{field: old})
    other.refresh_from_db()
    assert suppressed.address_hash in {other.email_hash, other.phone_hash}


@pytest.mark.safety
def test_an_activity_holds_nothing_of_the_person(staff: ApiClient, cast: Cast) -> None:
    customer = person(cast)
    changes = {"email": "secret@example.org", "phone_number": NUMBER, "metadata": {"secret": 1}}
    patched(staff, customer, first_name="Secret", **changes)
    (row,) = Activity.objects.values()
    text = str(row).lower()
    assert "secret" not in text
    assert NUMBER not in text
