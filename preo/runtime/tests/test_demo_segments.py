"""The segments that the demo begins with: right, asked for, and each with somebody in it."""

from datetime import UTC, datetime

import pytest

from preo.runtime.demo.fill import fill_demo
from preo.segments.cel.condition import read_condition
from preo.segments.fields import schema_for
from preo.segments.models import Segment, SegmentStatus
from preo.segments.service.calculations import calculate_segment
from preo.segments.tests.calculating import queued

NOW = datetime(2026, 7, 3, 12, 34, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demos_segments_are_waiting_for_the_worker_and_find_people() -> None:
    fill_demo(orders=900, now=NOW, echo=lambda _: None)
    segments = list(Segment.objects.select_related("organization"))

    assert {segment.organization.slug for segment in segments} == {"northlight", "rival"}
    assert {segment.status for segment in segments} == {SegmentStatus.PENDING}
    assert {job["segment_id"] for job in queued()} == {str(segment.pk) for segment in segments}
    for segment in segments:
        calculate_segment(segment_id=segment.pk, generation=segment.generation, now=NOW)
        segment.refresh_from_db()
        assert segment.status == SegmentStatus.COMPLETED
        read = read_condition(segment.condition, schema_for(segment.organization, segment.edition))
        assert read.problems == read.warnings == ()
    of_northlight = [each for each in segments if each.organization.slug == "northlight"]
    assert len(of_northlight) == 4
    assert all(segment.user_count > 0 for segment in of_northlight)
