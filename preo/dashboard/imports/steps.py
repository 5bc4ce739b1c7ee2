"""What is done with an import on its page: read again, mapped, checked, given up."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from preo.core.errors import DomainError, NotFoundError
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.body_form import save_form
from preo.dashboard.imports.columns import checked_mappings, is_changed, posted_mappings
from preo.dashboard.imports.lists import import_url
from preo.dashboard.imports.origin import checked_origin, posted_origin
from preo.dashboard.imports.page import AWAITED, ImportPage, render_import
from preo.dashboard.imports.problems import checked_problems
from preo.dashboard.imports.settings import settings_form
from preo.dashboard.places import Place
from preo.imports.api.columns import ColumnMappingViewSet
from preo.imports.api.views import DataImportViewSet
from preo.imports.models import DataImport, ImportStage
from preo.imports.service import columns as column_service
from preo.imports.service import stages, uploads

CHECK = "check"
CONTINUE = "continue"


@require_POST
def change_reading(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """Change how the file is read, or what it is called."""
    data_import = row_asked(place, DataImportViewSet, import_id, action="partial_update")
    view = asked_view(place, DataImportViewSet, "partial_update")
    form = settings_form(place, data_import)

    def save(body: dict[str, Any]) -> str:
        view.change(data_import, body, timezone.now())
        messages.success(request, "The import is saved.")
        return import_url(place, data_import)

    saved = save_form(request, form, save)
    if saved is not None:
        return saved
    page = ImportPage(place, data_import, now=timezone.now())
    return render_import(request, place, page, settings=form)


@require_POST
def map_columns(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """Save what the columns are; `then` says whether to check all rows, or to go on with them."""
    data_import = row_asked(place, ColumnMappingViewSet, import_id, action="update_column_mappings")
    typed, origin = posted_mappings(data_import, request.POST), posted_origin(request.POST)
    try:
        return _mapped(request, place, data_import, typed)
    except NotFoundError:
        raise Http404 from None
    except DomainError as refusal:
        # What was saved before the refusal stands by now.
        fresh = row_asked(place, ColumnMappingViewSet, import_id, action="update_column_mappings")
        page = ImportPage(
            place, fresh, now=timezone.now(), typed=typed, typed_origin=origin, refusal=refusal
        )
        return render_import(request, place, page)


def _mapped(
    request: HttpRequest, place: Place, data_import: DataImport, typed: list[dict[str, Any]]
) -> HttpResponse:
    by, now, then = place.visitor.principal, timezone.now(), request.POST.get("then", "")
    mappings = checked_mappings(typed)
    origin = checked_origin(posted_origin(request.POST), is_needed=then == CONTINUE)
    data_import = uploads.update_import(
        data_import_id=data_import.pk, changes=origin, by=by, now=now
    )
    # To read the rows once more they must first be void, even by the same mapping.
    is_read = data_import.stage == ImportStage.NEEDS_PRODUCT_MAPPING
    if is_changed(data_import, mappings) or (is_read and then == CONTINUE):
        column_service.change_mappings(
            data_import_id=data_import.pk, mappings=mappings, by=by, now=now
        )
    url = import_url(place, data_import)
    if then == CONTINUE:
        processed = column_service.process_columns(data_import_id=data_import.pk, by=by, now=now)
        return HttpResponseRedirect(f"{url}?{AWAITED}={processed.generation}")
    if then == CHECK:
        found = column_service.validate_columns(data_import_id=data_import.pk)
        fresh = row_asked(place, ColumnMappingViewSet, data_import.api_id, action="validate")
        page = ImportPage(place, fresh, now=now, problems=checked_problems(fresh, found))
        return render_import(request, place, page)
    messages.success(request, "The columns are saved.")
    return HttpResponseRedirect(url)


@require_POST
def cancel_import(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """Give the import up; what is in stays."""
    data_import = row_asked(place, DataImportViewSet, import_id, action="cancel")
    try:
        stages.cancel_import(
            data_import_id=data_import.pk, by=place.visitor.principal, now=timezone.now()
        )
    except NotFoundError:
        raise Http404 from None
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The import is cancelled. What is in stays.")
    return HttpResponseRedirect(import_url(place, data_import))
