"""Segments that name segments: calculated before, known ones only, never in a circle."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.core.access import Grant, Principal, Role
from preo.core.ids import uuid7
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.segments.models import Segment, SegmentStatus
from preo.segments.service import calculations
from preo.segments.service.calculations import (
    calculate_segment,
    request_calculation,
    reset_segment,
)
from preo.segments.service.naming import in_order
from preo.segments.service.segments import update_segment
from preo.segments.tests.calculating import NOW, calculate, members, run_jobs
from preo.segments.tests.factories import make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


def condition_of(*named: Segment) -> str:
    return " && ".join(f'"{each.api_id}" in segments' for each in named)


def naming(cast: Cast, *named: Segment, name: str = "Naming") -> Segment:
    return make_segment(
        organization=cast.northlight, name=name, condition=condition_of(*named), names=named
    )


def change(client: ApiClient, segment: Segment, *named: Segment) -> Any:
    body = {"condition": condition_of(*named)}
    return client.send("PATCH", f"/v1/segments/{segment.api_id}", body)


@pytest.fixture
def by(cast: Cast) -> Principal:
    return Principal("staff", uuid7(), (Grant(cast.northlight.pk, None, Role.MANAGER),))


@pytest.fixture
def ada(cast: Cast) -> Customer:
    make_customer(organization=cast.northlight, first_name="Bo")
    return make_customer(organization=cast.northlight, first_name="Ada")


@pytest.fixture
def adas(cast: Cast, ada: Customer) -> Segment:
    """Not calculated yet."""
    return make_segment(
        organization=cast.northlight, name="Adas", condition='user.first_name == "Ada"'
    )


def test_an_unknown_segment_is_refused_at_its_place(
    cast: Cast, manager: ApiClient, adas: Segment
) -> None:
    foreign = make_segment(organization=cast.rival)
    (found,) = change(manager, adas, foreign).json()["errors"]
    assert (found["code"], found["column"]) == ("unknown_segment", 1)
    assert found["end"] == len(foreign.api_id) + 2


def test_a_segment_does_not_name_itself(cast: Cast, manager: ApiClient, adas: Segment) -> None:
    (found,) = change(manager, adas, adas).json()["errors"]
    assert found["code"] == "circle"
    assert "“Adas” names “Adas”" in found["message"]


def test_a_circle_is_refused_with_its_way_in_words(
    cast: Cast, manager: ApiClient, adas: Segment
) -> None:
    middle = naming(cast, adas, name="Middle")
    top = naming(cast, middle, name="Top")
    other = make_segment(organization=cast.northlight, name="Other")
    (found,) = change(manager, adas, other, top).json()["errors"]
    assert found["code"] == "circle"
    assert "“Adas” names “Top” names “Middle” names “Adas”" in found["message"]
    adas.refresh_from_db()
    assert adas.names.count() == 0


def test_two_ways_to_one_segment_are_no_circle(
    cast: Cast, manager: ApiClient, adas: Segment
) -> None:
    one, other = naming(cast, adas), naming(cast, adas)
    top = make_segment(organization=cast.northlight)
    assert change(manager, top, one, other).status_code == 200
    assert set(top.names.all()) == {one, other}


def test_named_segments_are_calculated_first(cast: Cast, ada: Customer, adas: Segment) -> None:
    middle = naming(cast, adas)
    top = calculate(naming(cast, middle))
    assert members(top) == {ada}
    adas.refresh_from_db()
    assert (adas.status, adas.last_calculated) == ("completed", NOW)
    Customer.objects.update(first_name="Ada")
    assert calculate(top).user_count == 2


def test_a_named_segment_that_is_due_already_is_calculated_once(
    cast: Cast, ada: Customer, adas: Segment
) -> None:
    request_calculation(segment_id=adas.pk, now=NOW)
    Segment.objects.filter(pk=adas.pk).update(status=SegmentStatus.PROCESSING)
    top = request_calculation(segment_id=naming(cast, adas).pk, now=NOW)
    calculate_segment(segment_id=top.pk, generation=1, now=NOW)
    top.refresh_from_db()
    run_jobs()
    adas.refresh_from_db()
    assert (top.user_count, adas.generation, adas.status) == (1, 1, "completed")


def test_a_segment_whose_ground_fails_fails_with_it_and_keeps_its_members(
    cast: Cast, ada: Customer
) -> None:
    broken = make_segment(organization=cast.northlight, name="Broken", condition="user.nme == 1")
    top = naming(cast, broken)
    request_calculation(segment_id=top.pk, now=NOW)
    run_jobs()
    top.refresh_from_db()
    assert top.status == SegmentStatus.FAILED
    assert top.error_message.startswith("The segment “Broken”, which it builds on, failed: The con")


def test_a_ground_that_is_changed_while_it_is_calculated_is_calculated_as_it_is_then(
    cast: Cast, adas: Segment, by: Principal, ada: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = request_calculation(segment_id=naming(cast, adas).pk, now=NOW)

    def change() -> None:
        update_segment(
            segment_id=adas.pk, changes={"condition": 'user.first_name == "Bo"'}, by=by, now=NOW
        )

    once_before_the_end(monkeypatch, change)
    calculate_segment(segment_id=top.pk, generation=1, now=NOW)
    top.refresh_from_db()
    assert (top.status, top.error_message) == ("completed", "")
    assert {each.first_name for each in members(top)} == {"Bo"}


def test_a_ground_that_is_reset_while_it_is_calculated_fails_what_builds_on_it_in_words(
    cast: Cast, adas: Segment, by: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = request_calculation(segment_id=naming(cast, adas).pk, now=NOW)
    once_before_the_end(monkeypatch, lambda: reset_segment(segment_id=adas.pk, by=by, now=NOW))
    calculate_segment(segment_id=top.pk, generation=1, now=NOW)
    top.refresh_from_db()
    assert top.error_message == "The segment “Adas”, which it builds on, was reset meanwhile."


def once_before_the_end(patch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen between the claim of the next calculation and its end."""
    end, waiting = calculations._complete, [happen]

    def late(segment: Segment, *, now: datetime) -> None:
        if waiting:
            waiting.pop()()
        end(segment, now=now)

    patch.setattr(calculations, "_complete", late)


def test_a_chain_of_names_may_be_longer_than_python_calls_deep(cast: Cast) -> None:
    chain = Segment.objects.bulk_create(
        Segment(organization=cast.northlight, name=f"Link {number}") for number in range(1_100)
    )
    link = Segment.names.through
    link._default_manager.bulk_create(
        link(from_segment=upper, to_segment=lower) for upper, lower in pairwise(chain)
    )
    assert in_order(chain[0]) == [each.pk for each in reversed(chain[1:])]


def test_a_segment_that_builds_on_one_without_a_condition_fails_in_words(cast: Cast) -> None:
    empty = make_segment(organization=cast.northlight, name="Empty", condition="")
    top = calculate(naming(cast, empty))
    assert top.status == SegmentStatus.FAILED
    assert top.error_message == "The segment “Empty”, which it builds on, has no condition yet."


def test_a_condition_that_names_none_any_more_is_free_of_it(
    cast: Cast, manager: ApiClient, adas: Segment
) -> None:
    top = naming(cast, adas)
    body = {"condition": "true"}
    assert manager.send("PATCH", f"/v1/segments/{top.api_id}", body).status_code == 200
    assert top.names.count() == 0
    assert change(manager, adas, top).status_code == 200
