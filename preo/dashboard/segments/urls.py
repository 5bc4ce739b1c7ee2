"""The addresses of segments, with the least role of each."""

from django.urls import path

from preo.dashboard.access import in_place
from preo.dashboard.segments import builder, lists, live, row
from preo.segments.api.conditions import ConditionViewSet
from preo.segments.api.people import SegmentPeopleViewSet
from preo.segments.api.views import SegmentViewSet

SEGMENTS = SegmentViewSet.minimum
PEOPLE = SegmentPeopleViewSet.minimum
CONDITIONS = ConditionViewSet.minimum

urlpatterns = [
    path(
        "o/<slug:organization>/segments",
        in_place(lists.list_segments, SEGMENTS["list"]),
        name="segments",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/segments",
        in_place(lists.list_segments, SEGMENTS["list"]),
        name="edition_segments",
    ),
    path(
        "o/<slug:organization>/segments/new",
        in_place(builder.new_segment, SEGMENTS["create"]),
        name="new_segment",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/segments/new",
        in_place(builder.new_segment, SEGMENTS["create"]),
        name="edition_new_segment",
    ),
    # What the builder asks while somebody types.
    path(
        "o/<slug:organization>/segments/check",
        in_place(live.check_condition, CONDITIONS["validate_cel"]),
        name="check_segment",
    ),
    path(
        "o/<slug:organization>/segments/preview",
        in_place(live.preview_segment, CONDITIONS["preview"]),
        name="preview_segment",
    ),
    path(
        "o/<slug:organization>/segments/people",
        in_place(live.find_person, PEOPLE["explain"]),
        name="people_segment",
    ),
    path(
        "o/<slug:organization>/segments/context",
        in_place(live.list_context, CONDITIONS["cel_context"]),
        name="context_segment",
    ),
    path(
        "o/<slug:organization>/segments/<str:segment_id>",
        in_place(row.show_segment, SEGMENTS["retrieve"]),
        name="segment",
    ),
    path(
        "o/<slug:organization>/segments/<str:segment_id>/cells",
        in_place(lists.show_cells, SEGMENTS["retrieve"]),
        name="segment_cells",
    ),
    path(
        "o/<slug:organization>/segments/<str:segment_id>/edit",
        in_place(builder.edit_segment, SEGMENTS["partial_update"]),
        name="edit_segment",
    ),
    path(
        "o/<slug:organization>/segments/<str:segment_id>/recalculate",
        in_place(row.recalculate_segment, SEGMENTS["recalculate"]),
        name="recalculate_segment",
    ),
    path(
        "o/<slug:organization>/segments/<str:segment_id>/reset",
        in_place(row.reset_segment, SEGMENTS["reset"]),
        name="reset_segment",
    ),
    path(
        "o/<slug:organization>/segments/<str:segment_id>/export",
        in_place(row.export_segment, PEOPLE["export"]),  # type: ignore[arg-type] # it streams
        name="export_segment",
    ),
    path(
        "o/<slug:organization>/segments/<str:segment_id>/delete",
        in_place(row.delete_segment, SEGMENTS["destroy"]),
        name="delete_segment",
    ),
]
