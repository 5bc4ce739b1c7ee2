"""The page of one import: at each stage what is to be done there, or how far it is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preo.core.errors import DomainError
from preo.core.ids import encode_id
from preo.dashboard.access import is_swap
from preo.dashboard.asked_views import row_asked
from preo.dashboard.body_form import BodyForm
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.imports.columns import ColumnRow, Need, column_rows, needs_of
from preo.dashboard.imports.lists import AREA, import_url, list_step
from preo.dashboard.imports.origin import Origin, origin_of
from preo.dashboard.imports.problems import ShownProblems, kept_problems
from preo.dashboard.imports.settings import settings_form
from preo.dashboard.imports.undo import undo_step
from preo.dashboard.imports.way import ProductCounts, StepShown, count_products, steps_of
from preo.dashboard.orders import curl_command
from preo.dashboard.places import Place
from preo.imports.api.views import DataImportViewSet
from preo.imports.columns.checking import check_mapping
from preo.imports.models import DataImport, ImportStage
from preo.imports.service.lost import is_retriable
from preo.imports.service.runs import has_report
from preo.imports.service.stages import OPEN_STAGES

AWAITED = "awaited"
"""The parameter with the generation of the step that was asked for and has not begun or ended."""


class ImportPage:
    """What the templates ask for; each part is reckoned when it is asked, and once."""

    def __init__(
        self,
        place: Place,
        data_import: DataImport,
        *,
        now: dt.datetime,
        awaited: str = "",
        problems: ShownProblems | None = None,
        typed: Sequence[Mapping[str, Any]] | None = None,
        typed_origin: Mapping[str, Any] | None = None,
        refusal: DomainError | None = None,
    ) -> None:
        """`typed` and `refusal` are of a mapping that was not taken, `problems` of a check."""
        self.row = data_import
        self._place = place
        self._now = now
        self._awaited = awaited
        self._problems = problems
        self._typed = typed
        self._typed_origin = typed_origin
        self.refusal = refusal

    # --- where it stands ---

    @property
    def is_being_read(self) -> bool:
        return self.row.stage == ImportStage.UPLOADED

    @property
    def is_being_checked(self) -> bool:
        """Whether the job that makes the lines of this very mapping is awaited."""
        is_same = self._awaited == str(self.row.generation)
        return is_same and self.row.stage == ImportStage.NEEDS_COLUMN_MAPPING

    @property
    def is_under_way(self) -> bool:
        running = self.is_being_read or self.row.stage == ImportStage.IMPORTING
        return running or self.is_being_checked

    @property
    def needs_columns(self) -> bool:
        is_there = self.row.stage == ImportStage.NEEDS_COLUMN_MAPPING
        return is_there and not self.is_being_checked

    @property
    def is_checked(self) -> bool:
        """Whether its rows were read by a mapping that counts."""
        unread = (ImportStage.UPLOADED, ImportStage.NEEDS_COLUMN_MAPPING)
        return bool(self.row.mappings) and self.row.stage not in unread

    @property
    def has_begun(self) -> bool:
        return self.row.started_at is not None

    @property
    def can_be_cancelled(self) -> bool:
        return self.row.stage in (*OPEN_STAGES, ImportStage.IMPORTING)

    @property
    def can_be_read_anew(self) -> bool:
        """As the service has it: nothing is in yet and the file is there."""
        is_unread = self.row.stage == ImportStage.FAILED and self.row.started_at is None
        return bool(self.row.data_file) and (self.row.stage in OPEN_STAGES or is_unread)

    @property
    def can_be_tried_again(self) -> bool:
        return self.row.stage == ImportStage.FAILED and is_retriable(self.row)

    @property
    def has_report(self) -> bool:
        return has_report(self.row)

    @property
    def was_just_checked(self) -> bool:
        """Whether what the check found is what the visitor waits for."""
        return self._problems is not None

    @cached_property
    def steps(self) -> list[StepShown]:
        return steps_of(self.row)

    @cached_property
    def products(self) -> ProductCounts:
        return count_products(self.row)

    @property
    def url(self) -> str:
        """Of this page, as it asks again."""
        url = import_url(self._place, self.row)
        return f"{url}?{AWAITED}={self.row.generation}" if self.is_being_checked else url

    @property
    def same_file_url(self) -> str:
        """Of the earlier import of the very same file."""
        earlier = encode_id(DataImport.id_prefix, self.row.same_file_import_id)  # type: ignore[attr-defined] # annotated
        return reverse("dashboard:import", args=[self._place.organization.slug, earlier])

    # --- how far it is ---

    @property
    def rows_total(self) -> int:
        """While the file is being read, about so many."""
        if self.row.row_count is not None:
            return self.row.row_count
        estimated: int = self.row.detected.get("estimated_rows", 0)
        return max(self.row.rows_done, estimated)

    @property
    def rows_a_second(self) -> int | None:
        """Of orders that are being brought in."""
        started = self.row.started_at
        if self.row.stage != ImportStage.IMPORTING or started is None or not self.row.rows_done:
            return None
        seconds = (self._now - started).total_seconds()
        return round(self.row.rows_done / seconds) or None if seconds > 0 else None

    @property
    def seconds_left(self) -> int | None:
        """At the rate so far."""
        rate = self.rows_a_second
        return -(-(self.rows_total - self.row.rows_done) // rate) if rate else None

    # --- columns and problems ---

    @cached_property
    def columns(self) -> list[ColumnRow]:
        return column_rows(self.row, self._typed, self.refusal)

    @cached_property
    def origin(self) -> Origin:
        by = self._place.visitor.principal
        return origin_of(self.row, self._typed_origin, self.refusal, by=by)

    @property
    def has_currency(self) -> bool:
        """Whether a column says in which currency amounts are."""
        return any(mapping.get("field") == "currency" for mapping in self.row.mappings)

    @cached_property
    def needs(self) -> list[Need]:
        return needs_of(check_mapping(self.row))

    @cached_property
    def problems(self) -> ShownProblems | None:
        """Of the check that was asked for, else those that the reading of all rows found."""
        if self._problems is None and self.is_checked and not self.is_under_way:
            return kept_problems(self.row)
        return self._problems

    @cached_property
    def settings(self) -> BodyForm:
        return settings_form(self._place, self.row)


@require_safe
def show_import(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """One import as it stands; what is under way asks again by itself."""
    data_import = row_asked(place, DataImportViewSet, import_id)
    awaited = request.GET.get(AWAITED, "")
    page = ImportPage(place, data_import, now=timezone.now(), awaited=awaited)
    if is_swap(request) and not page.is_under_way:
        # What was waited for is over: all of the page changes, not only what asked.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render_import(request, place, page)


def render_import(
    request: HttpRequest, place: Place, page: ImportPage, settings: BodyForm | None = None
) -> HttpResponse:
    """The page, with the status of what was refused; `settings` is a form that was."""
    data_import = page.row
    data_import.organization = place.organization
    within = Place(place.visitor, place.organization, data_import.edition)
    form = settings or (page.settings if page.can_be_read_anew else None)
    refusal = page.refusal or (settings.refusal if settings else None)
    context = {
        "page": page,
        "row": data_import,
        "form": form,
        "is_refused": settings is not None,
        "undo": undo_step(place, data_import),
        "curl": curl_command(request, f"/v1/data-imports/{data_import.api_id}"),
        "trail": trail_to(within, list_step(within), Step(data_import.name)),
    }
    response = render_page(request, within, "dashboard/imports/page.html", context, area=AREA)
    response.status_code = refusal.status if refusal else 200
    return response
