"""Preview, explanation and export: how many, why, and who."""

import csv
import io
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from conftest import ApiClient, Cast
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.catalog.tests.asking import editions_manager
from preo.catalog.tests.factories import make_product
from preo.consents.tests.factories import make_answer, make_consent
from preo.core.ids import encode_id, uuid7
from preo.customers.models import Channel, Customer
from preo.customers.tests.factories import make_customer
from preo.editions.tests.factories import make_edition
from preo.orders.tests.factories import make_order
from preo.segments import explanation
from preo.segments import preview as preview_module
from preo.segments.cel.sql import Sql
from preo.segments.export import HEADER, members_query, stream_members
from preo.segments.models import Member, Segment
from preo.segments.tests.factories import make_segment
from preo.segments.tests.test_reach import PHONE, suppress

pytestmark = pytest.mark.django_db


def preview(client: ApiClient, cast: Cast, condition: str = "true", **settings: Any) -> Any:
    body = {"organization_id": cast.northlight.api_id, "condition": condition} | settings
    return client.send("POST", "/v1/segments/preview", body)


# --- preview ---


def test_what_cannot_be_counted_is_refused(cast: Cast, staff: ApiClient) -> None:
    foreign = make_segment(organization=cast.rival)
    for body, pointer, code in (
        ({"condition": "user.nme"}, "/condition", "unknown_field"),
        ({"condition": f'"{foreign.api_id}" in segments'}, "/condition", "unknown_segment"),
        ({"organization_id": cast.rival.api_id}, "/organization_id", "unknown_id"),
        ({"edition_id": cast.rival_edition.api_id}, "/edition_id", "unknown_id"),
        ({"consent_id": make_consent().api_id}, "/consent_id", "unknown_id"),
    ):
        (error,) = preview(staff, cast, **body).json()["errors"]
        assert (error["pointer"], error["code"]) == (pointer, code)
    assert preview(staff, cast, condition="").status_code == 400


def test_an_editions_role_counts_in_its_edition_alone(cast: Cast) -> None:
    client = editions_manager(cast.edition)
    assert preview(client, cast).status_code == 403
    assert preview(client, cast, edition_id=cast.edition.api_id).status_code == 200
    refused = preview(client, cast, edition_id=cast.other_edition.api_id)
    assert refused.status_code == 400


def test_a_count_that_takes_too_long_is_ended_in_words(
    cast: Cast, staff: ApiClient, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEGMENT_PREVIEW_TIMEOUT = timedelta(milliseconds=20)
    monkeypatch.setattr(
        preview_module, "preview_query", lambda *_, **__: Sql("SELECT pg_sleep(60)")
    )
    refused = preview(staff, cast)
    assert (refused.status_code, refused.json()["code"]) == (422, "preview_too_slow")
    assert Customer.objects.count() == 0  # the connection is good for more


def test_the_count_less_all_that_stands_in_the_way_is_the_reachable(
    cast: Cast, staff: ApiClient
) -> None:
    consent = make_consent(organization=cast.northlight)
    reachable, refusing, suppressed, both = (
        make_customer(organization=cast.northlight, first_name=name, email=f"{name}@example.org")
        for name in ("ada", "bo", "cy", "di")
    )
    make_customer(organization=cast.northlight, email=None, phone_number=PHONE)
    make_customer(organization=cast.northlight, first_name="Nobody", language="da")
    make_customer(organization=cast.rival)
    for customer in (reachable, suppressed):
        make_answer(customer=customer, consent=consent)
    make_answer(customer=refusing, consent=consent, accepted=False)
    for customer in (suppressed, both):
        suppress(customer, Channel.EMAIL, customer.email or "")
    found = preview(
        staff,
        cast,
        'user.language == "en"',
        communication_channel="email",
        communication_type="marketing",
    ).json()
    assert found.pop("duration") >= 0
    assert found == {
        "size": 5,
        "no_address": 1,
        "no_consent": 2,
        "suppressed": 1,
        "reachable": 1,
        "sample": [
            {"id": reachable.api_id, "name": reachable.full_name, "email": "ada@example.org"}
        ],
    }


def test_the_sample_is_ten_at_most_and_nothing_is_saved(cast: Cast, staff: ApiClient) -> None:
    for _ in range(12):
        make_customer(organization=cast.northlight)
    found = preview(staff, cast).json()
    assert (found["size"], found["reachable"], len(found["sample"])) == (12, 12, 10)
    assert not Segment.objects.exists()


# --- explanation ---


def explain(client: ApiClient, segment: Segment, customer: Customer) -> Any:
    path = f"/v1/segments/{segment.api_id}/explain?user_id={customer.api_id}"
    response = client.send("GET", path)
    assert response.status_code == 200, response.content
    return response.json()


def test_nobody_is_explained_whom_the_caller_does_not_see(cast: Cast, staff: ApiClient) -> None:
    segment = make_segment(edition=cast.edition)
    path = f"/v1/segments/{segment.api_id}/explain"
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    buyer_elsewhere = make_order(edition=cast.other_edition).customer
    for client, customer_id in (
        (staff, make_customer(organization=cast.rival).api_id),
        (staff, encode_id("usr", uuid7())),
        (staff, "usr_1"),
        (editions_manager(cast.edition), buyer_elsewhere.api_id),
    ):
        (error,) = client.send("GET", f"{path}?user_id={customer_id}").json()["errors"]
        assert (error["pointer"], error["code"]) == ("user_id", "unknown_id")
    (error,) = staff.send("GET", path).json()["errors"]
    assert (error["pointer"], error["code"]) == ("user_id", "required")
    assert not explain(staff, segment, buyer_elsewhere)["is_in_population"]


def test_an_explanation_that_takes_too_long_is_ended_in_words(
    cast: Cast, staff: ApiClient, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEGMENT_PREVIEW_TIMEOUT = timedelta(milliseconds=20)
    slow = Sql("(SELECT true FROM pg_sleep(60))")
    monkeypatch.setattr(explanation, "compile_value", lambda *_, **__: slow)
    segment = make_segment(organization=cast.northlight)
    customer = make_customer(organization=cast.northlight)
    address = f"/v1/segments/{segment.api_id}/explain?user_id={customer.api_id}"
    refused = staff.send("GET", address)
    assert (refused.status_code, refused.json()["code"]) == (422, "explanation_too_slow")
    assert Customer.objects.count() == 1  # the connection is good for more


def test_each_part_is_told_with_its_place_and_its_value(cast: Cast, staff: ApiClient) -> None:
    condition = (
        'user.first_name == "Ada" &&\n'
        "  (user.metadata.level > 2 || !orders.exists(o, o.amount > 10) || user.orders_count > 5)"
    )
    segment = make_segment(organization=cast.northlight, condition=condition)
    customer = make_order(edition=cast.edition).customer
    found = explain(staff, segment, customer)
    for part in found["parts"]:
        assert condition[part["start"] : part["end"]] == part["text"]
    assert [(p["depth"], p["kind"], p["text"], p["line"], p["value"]) for p in found["parts"]][
        1:
    ] == [
        (1, "test", 'user.first_name == "Ada"', 1, True),
        (1, "any", condition[condition.index("user.metadata") : -1], 2, None),
        (2, "test", "user.metadata.level > 2", 2, None),
        (2, "not", "!orders.exists(o, o.amount > 10)", 2, False),
        (3, "test", "orders.exists(o, o.amount > 10)", 2, True),
        (2, "test", "user.orders_count > 5", 2, False),
    ]
    assert found["parts"][0]["value"] is None
    assert (found["matches"], found["would_be_member"], found["is_member"]) == (None, False, False)
    assert found["is_in_population"]
    assert found["is_reachable"]


def test_the_rules_of_reach_are_told_one_by_one(cast: Cast, staff: ApiClient) -> None:
    customer = make_customer(organization=cast.northlight, email="ada@example.org")
    suppress(customer, Channel.EMAIL, "ada@example.org")
    segment = make_segment(
        organization=cast.northlight, communication_type="marketing", members=(customer,)
    )
    found = explain(staff, segment, customer)
    assert {rule["code"]: (rule["channel"], rule["holds"]) for rule in found["reach"]} == {
        "has_email": ("email", True),
        "email_not_suppressed": ("email", False),
        "has_phone": ("sms", False),
        "phone_not_suppressed": ("sms", True),
        "has_pass": ("pass_push", False),
        "consented": ("consent", False),
    }
    assert (found["matches"], found["is_reachable"]) == (True, False)
    assert (found["is_member"], found["would_be_member"]) == (True, False)


def test_a_segment_without_a_condition_is_explained_by_its_reach(
    cast: Cast, staff: ApiClient
) -> None:
    customer = make_customer(organization=cast.northlight)
    found = explain(staff, make_segment(organization=cast.northlight, condition=""), customer)
    assert (found["parts"], found["matches"], found["would_be_member"]) == ([], None, None)
    assert found["is_reachable"]


# --- export ---


def export(client: ApiClient, segment: Segment) -> Any:
    response = client.send("GET", f"/v1/segments/{segment.api_id}/export")
    assert response.status_code == 200
    return response, b"".join(response.streaming_content)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_a_file_holds_the_members_with_what_they_bought(cast: Cast, staff: ApiClient) -> None:
    product = make_product(edition=cast.edition, price=1250)
    order = make_order(edition=cast.edition, products=[product], quantity=2)
    customer = order.customer
    make_order(edition=cast.other_edition, customer=customer, products=[product])
    make_order(edition=cast.edition, customer=customer, products=[product], status="pending")
    foreign = make_edition(organization=cast.northlight, currency="sek")
    make_order(edition=foreign, customer=customer, products=[make_product(edition=foreign)])
    bo = make_customer(
        organization=cast.northlight,
        email=None,
        phone_number=PHONE,
        first_name="Bö, “B”",
        last_name='"Ox"\nJr',
        language="da",
    )
    whole = make_segment(organization=cast.northlight, name="Fans / 2026", members=(customer, bo))
    response, content = export(staff, whole)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="fans-2026.csv"'
    assert content.startswith(b"id,name,email,phone,language,joined,orders,spent\n")
    found = {row["id"]: row for row in rows_of(content)}
    assert found[customer.api_id] == {
        "id": customer.api_id,
        "name": "Ada Holm",
        "email": customer.email,
        "phone": "",
        "language": "en",
        "joined": "2026-01-15T12:00:00Z",
        "orders": "3",
        "spent": "37.50",
    }
    assert found[bo.api_id]["name"] == 'Bö, “B” "Ox"\nJr'
    assert (found[bo.api_id]["orders"], found[bo.api_id]["spent"]) == ("0", "0.00")
    of_edition = make_segment(edition=cast.edition, members=(customer,))
    (row,) = rows_of(export(staff, of_edition)[1])
    assert (row["orders"], row["spent"]) == ("1", "25.00")


@pytest.mark.safety
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_a_cell_that_begins_like_a_formula_is_neutralised(
    sign: str, cast: Cast, staff: ApiClient
) -> None:
    evil = f"{sign}cmd|' /C calc'!A0"
    customer = make_customer(
        organization=cast.northlight,
        first_name=evil,
        last_name="",
        email=f"{sign}1@example.org" if sign.strip() else None,
        phone_number=f"{sign}45 12",
    )
    segment = make_segment(organization=cast.northlight, members=(customer,))
    (row,) = rows_of(export(staff, segment)[1])
    # The database takes blanks off the ends of a full name, but for tabs and breaks.
    assert row["name"] == f"'{evil}"
    assert row["email"] == (f"'{sign}1@example.org" if sign.strip() else "")
    assert row["phone"] == f"'{sign}45 12"


def test_a_phone_number_of_digits_keeps_its_plus_sign(cast: Cast, staff: ApiClient) -> None:
    customer = make_customer(organization=cast.northlight, phone_number=PHONE)
    segment = make_segment(organization=cast.northlight, members=(customer,))
    (row,) = rows_of(export(staff, segment)[1])
    assert row["phone"] == PHONE


@pytest.mark.safety
def test_a_rivals_customer_never_comes_into_a_file(cast: Cast, staff: ApiClient) -> None:
    stray = make_customer(organization=cast.rival)
    segment = make_segment(organization=cast.northlight, members=(stray,))
    assert rows_of(export(staff, segment)[1]) == []


def test_an_empty_segment_is_a_header(cast: Cast, staff: ApiClient) -> None:
    assert export(staff, make_segment(organization=cast.northlight))[1] == HEADER


def test_a_large_file_is_whole_and_takes_no_more_memory_than_a_small_one(cast: Cast) -> None:
    segment = make_segment(organization=cast.northlight)
    peaks = []
    for count in (5_000, 45_000):
        fill(segment, count)
        tracemalloc.start()
        size = sum(len(piece) for piece in stream_members(segment))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert size > 50_000 * 80
    assert max(peaks) < 1_500_000
    assert rows_of(b"".join(stream_members(segment))) == rows_of(HEADER + copied(segment))


def fill(segment: Segment, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_customer (organization_id, first_name, last_name, language,"
            " date_joined, email, metadata)"
            " SELECT %s, 'Customer', n::text, 'en', now(), gen_random_uuid() || '@example.org', '{}'"
            " FROM generate_series(1, %s) n",
            [segment.organization_id, count],
        )
        cursor.execute(
            "INSERT INTO segments_member (segment_id, customer_id)"
            " SELECT %s, id FROM customers_customer ON CONFLICT DO NOTHING",
            [segment.pk],
        )


def copied(segment: Segment) -> bytes:
    """The rows as PostgreSQL gives them, in one piece and with ids made one at a time."""
    query = members_query(segment)
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        rows = cursor.fetchall()
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for key, *cells in rows:
        writer.writerow([encode_id("usr", key), *cells])
    assert len(rows) == Member.objects.filter(segment=segment).count()
    return stream.getvalue().encode()
