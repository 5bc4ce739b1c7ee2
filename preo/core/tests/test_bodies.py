"""Bodies: nothing in them is passed over in silence, and what was got can be sent back."""

import datetime as dt
import io
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from rest_framework import serializers

from preo.core.bodies import checked_body
from preo.core.errors import MAX_ERRORS, InvalidError
from preo.core.fields import AnyJSONField, MoneyField
from preo.core.json import StrictJSONParser, dump

pytestmark = pytest.mark.safety


class PlaceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=10)
    fee = MoneyField(required=False)


class GoodsSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=10)
    price = MoneyField(required=False)
    total = MoneyField(read_only=True)
    place = PlaceSerializer(required=False, allow_null=True)
    stops = PlaceSerializer(many=True, required=False)
    owner = PlaceSerializer(read_only=True)
    metadata = AnyJSONField(required=False)
    labels = serializers.DictField(child=serializers.CharField(max_length=3), required=False)
    count = serializers.IntegerField(read_only=True)
    created = serializers.DateTimeField(read_only=True)


PRESENT: dict[str, Any] = GoodsSerializer(
    {
        "id": "prd_1",
        "name": "Tent",
        "price": 1250,
        "total": 123_456_789_012_345,
        "place": {"id": "loc_1", "name": "Gate", "fee": 5},
        "stops": [
            {"id": "loc_1", "name": "Gate", "fee": 5},
            {"id": "loc_2", "name": "Bridge", "fee": 10},
        ],
        "owner": {"id": "loc_9", "name": "Owner", "fee": -5},
        "metadata": {"colour": "red"},
        "labels": {},
        "count": 7,
        "created": dt.datetime(2026, 6, 24, 18, 0, 0, 123456, tzinfo=dt.UTC),
    }
).data


def check(raw: bytes | str, *, present: Any = None, partial: bool = False) -> dict[str, Any]:
    data = StrictJSONParser().parse(io.BytesIO(raw if isinstance(raw, bytes) else raw.encode()))
    return checked_body(GoodsSerializer(data=data), present=present, partial=partial)


def mistakes(raw: bytes | str, *, present: Any = None) -> list[tuple[str, str]]:
    with pytest.raises(InvalidError) as refused:
        check(raw, present=present, partial=True)
    return [(error.pointer, error.code) for error in refused.value.errors]


@pytest.mark.parametrize("raw", ["[]", "7", "null", "true", '"name"', '[{"name": "Tent"}]', "1.5"])
def test_a_body_that_is_no_object_is_refused(raw: str) -> None:
    assert mistakes(raw) == [("", "not_an_object")]


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        ('{"colour": 1}', ["/colour"]),
        ('{"Name": "x"}', ["/Name"]),
        ('{"": 1, "a/b": 1, "a~b": 1}', ["/", "/a~1b", "/a~0b"]),
        ('{"name ": "x"}', ["/name "]),
        ('{"place": {"name": "Gate", "colour": 1}}', ["/place/colour"]),
        ('{"stops": [{"name": "A"}, {"name": "B", "colour": null}]}', ["/stops/1/colour"]),
        ('{"non_field_errors": []}', ["/non_field_errors"]),
    ],
)
def test_an_unknown_field_is_named_wherever_it_stands(raw: str, pointers: list[str]) -> None:
    assert mistakes(raw) == [(pointer, "unknown_field") for pointer in pointers]
    assert mistakes(raw, present=PRESENT) == [(pointer, "unknown_field") for pointer in pointers]


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ('{"id": "prd_2"}', "/id"),
        ('{"id": null}', "/id"),
        ('{"total": 1234567890123.46}', "/total"),
        ('{"total": "1234567890123.45"}', "/total"),
        ('{"count": 8}', "/count"),
        ('{"count": 99999999999999999999999999}', "/count"),
        ('{"count": 1e30}', "/count"),
        ('{"created": "2026-06-24T18:00:01Z"}', "/created"),
        ('{"owner": null}', "/owner"),
        ('{"owner": {"id": "loc_9", "name": "Owner", "fee": -0.06}}', "/owner"),
        ('{"owner": {"id": "loc_9", "name": "Owner"}}', "/owner"),
        ('{"owner": {"id": "loc_9", "name": "Owner", "fee": -0.05, "x": 1}}', "/owner"),
        ('{"place": {"id": "loc_2", "name": "Gate"}}', "/place/id"),
        ('{"stops": [{"id": "loc_3", "name": "Gate"}]}', "/stops/0/id"),
    ],
)
def test_a_read_only_field_that_differs_is_refused(raw: str, pointer: str) -> None:
    assert mistakes(raw, present=PRESENT) == [(pointer, "read_only")]


def test_without_a_present_row_every_read_only_field_is_refused() -> None:
    assert mistakes('{"id": "prd_1", "place": {"id": "loc_1", "name": "Gate"}}') == [
        ("/id", "read_only"),
        ("/place/id", "read_only"),
    ]


def test_what_was_got_can_be_changed_and_sent_back() -> None:
    got = json.loads(dump(PRESENT))
    got["name"] = "Big tent"

    data = check(json.dumps(got), present=PRESENT, partial=True)

    assert data == {
        "name": "Big tent",
        "price": 1250,
        "place": {"name": "Gate", "fee": 5},
        "stops": [{"name": "Gate", "fee": 5}, {"name": "Bridge", "fee": 10}],
        "metadata": {"colour": "red"},
        "labels": {},
    }


@pytest.mark.parametrize("total", ["1234567890123.45", "1234567890123.450", "1.23456789012345e12"])
def test_a_read_only_amount_is_compared_as_a_number(total: str) -> None:
    assert check(f'{{"total": {total}, "count": 7.0}}', present=PRESENT, partial=True) == {}


def test_items_of_a_list_are_known_by_their_ids_and_not_by_their_places() -> None:
    stops = json.loads(dump(PRESENT["stops"]))

    data = check(json.dumps({"stops": stops[::-1]}), present=PRESENT, partial=True)
    assert [stop["name"] for stop in data["stops"]] == ["Bridge", "Gate"]

    new = {"name": "New"}
    data = check(json.dumps({"stops": [new, stops[1]]}), present=PRESENT, partial=True)
    assert [stop["name"] for stop in data["stops"]] == ["New", "Bridge"]


def test_all_mistakes_are_named_at_once() -> None:
    raw = """{"colour": 1, "id": "prd_1", "name": "much too long a name", "price": 12.505,
              "place": {"name": 7.5, "x": 1}, "stops": [{}, {"name": "B", "fee": -1}],
              "labels": {"a/b": "long", "c": "ok"}}"""
    assert sorted(mistakes(raw)) == [
        ("/colour", "unknown_field"),
        ("/id", "read_only"),
        ("/labels/a~1b", "max_length"),
        ("/name", "max_length"),
        ("/place/name", "invalid"),
        ("/place/x", "unknown_field"),
        ("/price", "too_many_decimals"),
        ("/stops/0/name", "required"),
        ("/stops/1/fee", "negative"),
    ]


def test_of_very_many_mistakes_the_first_are_named() -> None:
    raw = json.dumps({f"x{number}": 1 for number in range(10_000)})
    assert len(mistakes(raw)) == MAX_ERRORS


def test_a_change_may_leave_out_fields_but_not_those_inside_of_what_it_replaces() -> None:
    assert mistakes('{"place": {"fee": 1}, "stops": [{"name": "A"}, {"fee": 1}]}') == [
        ("/place/name", "required"),
        ("/stops/1/name", "required"),
    ]
    assert check("{}", partial=True) == {}


def test_a_missing_field_is_required_when_a_row_is_made() -> None:
    with pytest.raises(InvalidError) as refused:
        check("{}")
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/name", "required")]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("1.5", 1.5), ("1.0", 1.0), ("0.1", 0.1), ("9007199254740993", 9007199254740993),
        ("9223372036854775807", 2**63 - 1), ("9223372036854775808", float(2**63)),
        ("123456789012345678901234567890", 123456789012345678901234567890.0), ("1e3", 1000.0),
        ('[1.5, {"a": [0.25]}, null, true, "x"]', [1.5, {"a": [0.25]}, None, True, "x"]),
    ],
)  # fmt: skip
def test_numbers_in_free_json_can_be_kept_and_written_again(raw: str, kept: Any) -> None:
    data = check(f'{{"metadata": {raw}}}', partial=True)
    assert data["metadata"] == kept
    assert type(data["metadata"]) is type(kept)
    assert json.loads(dump(data["metadata"])) == json.loads(json.dumps(kept))


def test_answers_write_times_decimals_and_ids_in_one_way() -> None:
    moment = dt.datetime(2026, 6, 24, 18, tzinfo=dt.UTC)
    key = uuid.UUID(int=1)
    assert dump([moment, Decimal("12.50"), Decimal("1E+3"), key, "łódź"]) == (
        f'["2026-06-24T18:00:00Z",12.50,1000,"{key}","łódź"]'.encode()
    )


def test_a_value_without_a_json_form_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError):
        dump({1, 2})
