"""What an import would do, shown before it is done; its start, and the file of what failed."""

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from preo.core.errors import NotFoundError
from preo.core.listing import Page
from preo.dashboard.asked_views import row_asked
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.imports.lists import AREA, import_url, list_step
from preo.dashboard.imports.page import AWAITED
from preo.dashboard.listing_parts import Pager, read_page_number
from preo.dashboard.places import Place
from preo.imports.api.runs import ImportRunViewSet
from preo.imports.models import ImportStage
from preo.imports.service import lost, runs
from preo.imports.service.stages import ImportStageError

SIZE = 25


@require_safe
def preview_import(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """The orders as they will be. Nothing is written."""
    data_import = row_asked(place, ImportRunViewSet, import_id, action="preview_orders")
    asked = Page(read_page_number(request.GET), SIZE)
    try:
        found = runs.preview_import(
            data_import=data_import, offset=asked.offset, limit=SIZE, now=timezone.now()
        )
    except ImportStageError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(import_url(place, data_import))
    pager = Pager(found.count, asked.number, SIZE, lambda page: f"?page={page}")
    if pager.page != asked.number:
        return HttpResponseRedirect(f"?page={pager.page}")
    within = Place(place.visitor, place.organization, data_import.edition)
    step = Step(data_import.name, import_url(place, data_import))
    context = {
        "row": data_import,
        "orders": found.orders,
        "pager": pager,
        "back_url": step.url,
        "trail": trail_to(within, list_step(within), step, Step("Preview")),
    }
    return render_page(request, within, "dashboard/imports/preview.html", context, area=AREA)


@require_POST
def start_import(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """Let the orders be brought in, and back to the page that shows how far it is."""
    data_import = row_asked(place, ImportRunViewSet, import_id, action="start")
    try:
        runs.start_import(
            data_import_id=data_import.pk, by=place.visitor.principal, now=timezone.now()
        )
    except NotFoundError:
        raise Http404 from None
    except ImportStageError as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(import_url(place, data_import))


@require_POST
def retry_import(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """Let the step that failed be done again, and back to the page that shows how far it is."""
    data_import = row_asked(place, ImportRunViewSet, import_id, action="retry")
    url = import_url(place, data_import)
    try:
        tried = lost.retry_import(
            data_import_id=data_import.pk, by=place.visitor.principal, now=timezone.now()
        )
    except NotFoundError:
        raise Http404 from None
    except ImportStageError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(url)
    is_checking = tried.stage == ImportStage.NEEDS_COLUMN_MAPPING
    return HttpResponseRedirect(f"{url}?{AWAITED}={tried.generation}" if is_checking else url)


@require_safe
def download_failed_rows(_: HttpRequest, place: Place, import_id: str) -> StreamingHttpResponse:
    """The rows that failed as the API's file. Raises Http404 where none did."""
    data_import = row_asked(place, ImportRunViewSet, import_id, action="error_report")
    try:
        report = runs.report_failed_rows(data_import=data_import)
    except NotFoundError:
        raise Http404 from None
    name = f"{slugify(data_import.name)[:80] or 'import'}-failed-rows{report.ending}"
    return StreamingHttpResponse(
        report.pieces,
        content_type=report.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
