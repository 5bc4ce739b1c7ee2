"""Filters: what they cannot understand is refused by the parameter's name, never passed over."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conftest import Cast
from preo.core.filters import InstantFormField
from preo.core.ids import encode_id
from preo.core.tests.site import make_product, manager_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("preo.core.tests.site")]


@pytest.fixture
def client(cast: Cast) -> Client:
    return manager_of(cast.edition)


def refused(client: Client, query: str) -> list[tuple[str, str]]:
    response = client.get(f"/v1/products?{query}")
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def count(client: Client, query: str) -> int:
    response = client.get(f"/v1/products?{query}")
    assert response.status_code == 200, response.content
    found: int = response.json()["count"]
    return found


@pytest.mark.parametrize(
    "value",
    ["nonsense", "1", "null", "0", "edt_", "EDT_00000000000000000000000000",
     "org_00000000000000000000000000", "edt_80000000000000000000000000",
     "edt_0000000000000000000000000i", "00000000-0000-0000-0000-000000000000",
     "edt_%D9%A30000000000000000000000000", "edt_0000000000000000000000000%25", "'", "x" * 5_000],
)  # fmt: skip
def test_an_id_of_a_wrong_form_is_refused(value: str, client: Client) -> None:
    assert refused(client, f"edition_id={value}") == [("edition_id", "unknown_id")]


@pytest.mark.parametrize(
    "value", ["maybe", "yes", "no", "2", "-1", "tru", "true,false", "null", "%20", "%00"]
)
def test_a_flag_that_is_neither_true_nor_false_is_refused(value: str, client: Client) -> None:
    assert refused(client, f"is_draft={value}") == [("is_draft", "invalid")]


@pytest.mark.parametrize(
    "value",
    ["yesterday", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00%2B23:59",
     "9999-12-31T23:59:59-23:59", "2026-13-01", "2026-02-30T00:00:00Z", "2026-06-24T25:00:00Z",
     "2026-06-24T18:00:00%2B25:00", "2026-06-24T18:00:00Z%00", "1750788000", "-2026-06-24",
     "+002026-06-24T00:00:00Z", "9" * 50, "9" * 5_000, "2026-06-24T18:00:00 Europe/Copenhagen",
     "%D9%A2%D9%A0%D9%A2%D9%A6-06-24T18:00:00Z", "2026-06-24T18:00:61Z", "NaN", "infinity",
     "2026-06-24T18:00:00+02:00+02:00"],
)  # fmt: skip
def test_a_time_that_there_is_not_is_refused(value: str, client: Client) -> None:
    assert refused(client, f"created_after={value}") == [("created_after", "invalid")]


@pytest.mark.parametrize(
    "query",
    ["type=%00", "type=a%00b", "edition_id=%00", "is_draft=%00", "created_after=%00", "page=%00"],
)
def test_a_nul_character_is_refused_by_the_parameters_name(query: str, client: Client) -> None:
    ((pointer, _),) = refused(client, query)
    assert pointer == query.partition("=")[0]


@pytest.mark.parametrize(
    "query",
    ["edition_id=%", "edition_id=%F", "edition_id=%F0%28%8C%28", "edition_id=%ED%A0%80",
     "edition_id=%ZZ", "edition_id=%u0041"],
)  # fmt: skip
def test_broken_percent_encoding_is_no_failure(query: str, client: Client) -> None:
    assert refused(client, query) == [("edition_id", "unknown_id")]


@pytest.mark.parametrize("value", ["%", "%F0%28", "%ED%A0%80", "%EF%BF%BD", "%E2%80%AE"])
def test_a_text_that_is_not_utf_8_finds_nothing(value: str, client: Client) -> None:
    assert count(client, f"type={value}") == 0


def test_an_enormous_query_is_answered(client: Client) -> None:
    assert count(client, "type=" + "a" * 100_000) == 0
    assert refused(client, "x" * 100_000 + "=1") == [("x" * 100_000, "unknown_parameter")]
    response = client.get("/v1/products?" + "&".join(f"a{n}=1" for n in range(5_000)))
    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_all_wrong_filters_are_named_at_once(client: Client) -> None:
    found = refused(client, "is_draft=maybe&edition_id=x&created_after=y&created_before=z")
    assert sorted(pointer for pointer, _ in found) == [
        "created_after", "created_before", "edition_id", "is_draft",
    ]  # fmt: skip


def test_the_id_of_a_row_that_is_not_there_or_foreign_finds_nothing(
    cast: Cast, client: Client
) -> None:
    make_product(cast.edition)
    make_product(cast.rival_edition)
    assert count(client, f"edition_id={cast.edition.api_id}") == 1
    assert count(client, f"edition_id={cast.rival_edition.api_id}") == 0
    assert count(client, f"edition_id={encode_id('edt', cast.northlight.pk)}") == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("is_draft=", 2), ("is_draft=true", 1), ("is_draft=1", 1), ("is_draft=TRUE", 1),
        ("is_draft=false", 1), ("is_draft=0", 1), ("edition_id=", 2), ("created_after=", 2),
        ("type=food", 1), ("is_draft=true&type=food", 0),
    ],
)  # fmt: skip
def test_filters_narrow_together_and_empty_ones_not_at_all(
    query: str, found: int, cast: Cast, client: Client
) -> None:
    make_product(cast.edition, is_draft=True, type="ticket")
    make_product(cast.edition, is_draft=False, type="food")
    assert count(client, query) == found


@pytest.mark.parametrize(
    "value",
    ["2026-06-24T18:00:00Z", "2026-06-24T18:00:00", "2026-06-24T18:00:00.000000Z",
     "2026-06-24T20:00:00%2B02:00", "2026-06-24T20:00:00+02:00", "2026-06-24T20:00:00%2B0200",
     "2026-06-24T20:00+02", "2026-06-24%2018:00:00", "2026-06-24%2018:00:00Z", "20260624T180000Z",
     "2026-06-24T13:00:00-05:00", "%202026-06-24T18:00:00Z%20", "2026-06-24T18:00Z"],
)  # fmt: skip
def test_a_time_is_understood_in_every_usual_form(value: str, cast: Cast, client: Client) -> None:
    moment = dt.datetime(2026, 6, 24, 18, tzinfo=dt.UTC)
    make_product(cast.edition, created=moment)
    make_product(cast.edition, created=moment - dt.timedelta(microseconds=1))
    assert count(client, f"created_after={value}") == 1
    assert count(client, f"created_before={value}") == 1


def test_a_day_begins_at_midnight_utc(cast: Cast, client: Client) -> None:
    make_product(cast.edition, created=dt.datetime(2026, 6, 24, tzinfo=dt.UTC))
    assert count(client, "created_after=2026-06-24") == 1
    assert count(client, "created_before=2026-06-24") == 0


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_the_first_and_the_last_time_can_be_asked_for(
    value: str, cast: Cast, client: Client
) -> None:
    make_product(cast.edition)
    assert count(client, f"created_after={value}") + count(client, f"created_before={value}") == 1


@given(st.text(max_size=40) | st.from_regex(r"[0-9T:+Z. -]{1,30}", fullmatch=True))
def test_no_text_is_more_than_a_refusal_to_the_time_filter(text: str) -> None:
    try:
        moment: Any = InstantFormField().clean(text)
    except ValidationError as error:
        json.dumps(error.messages)
        return
    assert moment is None or moment.tzinfo is dt.UTC


@given(st.datetimes(timezones=st.timezones()))
def test_every_time_is_read_as_it_was_written(moment: dt.datetime) -> None:
    if moment.utcoffset() is None or moment.utcoffset() % dt.timedelta(minutes=1):  # type: ignore[operator]
        return  # offsets of seconds, before standard time, cannot be written in ISO 8601
    try:
        expected = moment.astimezone(dt.UTC)
    except OverflowError:
        return
    assert InstantFormField().clean(moment.isoformat()) == expected
