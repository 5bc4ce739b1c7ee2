"""Undoing an import on pages: what would go and stay, its start, how far it is, what it did."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preo.core.errors import ConflictError, NotFoundError
from preo.dashboard.access import is_swap
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.imports.lists import AREA, import_url, list_step
from preo.dashboard.places import Place
from preo.imports.api.undo import ImportUndoViewSet
from preo.imports.models import DataImport, KeptKind
from preo.imports.service import undo as service
from preo.imports.undo.looking import SHOWN, Prospect
from preo.imports.undo.naming import NamedKept, name_kept

GOES = {
    "orders_removed": (
        "order that it made, with its payment",
        "orders that it made, with payments",
    ),
    "users_removed": ("person whom it made", "people whom it made"),
    "products_removed": ("draft product that it made", "draft products that it made"),
    "categories_removed": ("category that it made", "categories that it made"),
}
RETURNS = {
    "orders_restored": ("order, exactly as it was", "orders, exactly as they were"),
    "users_restored": (
        "person, without what it filled in",
        "people, without what it filled in",
    ),
}
STAYS = {
    "orders_kept": ("order", "orders"),
    "users_kept": ("person", "people"),
    "products_kept": ("product", "products"),
    "categories_kept": ("category", "categories"),
    "consents_withdrawn": (
        "“yes” to a consent, outweighed by a refusal",
        "“yes” to consents, outweighed by a refusal each",
    ),
    "consents_kept": ("refusal of a consent", "refusals of consents"),
}
_PAGES = {
    KeptKind.ORDER: "dashboard:order",
    KeptKind.PRODUCT: "dashboard:product",
    KeptKind.CATEGORY: "dashboard:category",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A number of things of one kind."""

    count: int
    what: str


@dataclass(frozen=True, slots=True)
class ShownKept:
    kept: NamedKept
    kind: str
    url: str
    """Empty where it has no page."""


@require_safe
def show_undo(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """What an undo would do, how far it is, or what it did. Raises PermissionDenied."""
    row = row_asked(place, ImportUndoViewSet, import_id, action="show_undo")
    is_running = row.undo_started_at is not None and row.undone_at is None
    if is_swap(request) and not is_running:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if row.undo_started_at is None:
        if not may_undo(place, row):
            raise PermissionDenied
        try:
            prospect = service.look_at_undo(data_import=row, now=timezone.now())
        except ConflictError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(import_url(place, row))
    else:
        prospect = service.read_undo(data_import=row)
    within = Place(place.visitor, place.organization, row.edition)
    step = Step(row.name or "Import", import_url(place, row))
    context = {
        "row": row,
        "is_running": is_running,
        "back_url": step.url,
        "trail": trail_to(within, list_step(within), step, Step("Undo")),
        "start_url": reverse("dashboard:start_undo", args=[place.organization.slug, row.api_id]),
        "until": service.undo_until(row),
        "orders_total": row.orders_created + row.orders_updated,
        "orders_done": sum(
            row.undo_counts.get(name, 0)
            for name in ("orders_removed", "orders_restored", "orders_kept")
        ),
        "may_undo": may_undo(place, row),
        **_told(place, prospect),
    }
    return render_page(request, within, "dashboard/imports/undo.html", context, area=AREA)


@require_POST
def start_undo(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """Let the import be taken back, and to the page that shows how far it is."""
    row = row_asked(place, ImportUndoViewSet, import_id, action="undo")
    try:
        service.start_undo(data_import_id=row.pk, by=place.visitor.principal, now=timezone.now())
    except NotFoundError:
        raise Http404 from None
    except ConflictError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(import_url(place, row))
    return HttpResponseRedirect(undo_url(place, row))


def may_undo(place: Place, row: DataImport) -> bool:
    """Whether the visitor has the role that it takes."""
    view = asked_view(place, ImportUndoViewSet, "undo")
    return view.get_queryset().filter(pk=row.pk).exists()


def undo_url(place: Place, row: DataImport) -> str:
    """The address of the page of the import's undo."""
    return reverse("dashboard:undo_import", args=[place.organization.slug, row.api_id])


def undo_step(place: Place, row: DataImport) -> Step | None:
    """The way from the import's page to its undo, where there is one for the visitor."""
    if row.undone_at is not None:
        return Step("What was undone", undo_url(place, row))
    if row.undo_started_at is not None:
        return Step("Being undone", undo_url(place, row))
    is_open = row.started_at is not None and service.can_be_undone(row, timezone.now())
    if is_open and may_undo(place, row):
        return Step("Undo this import", undo_url(place, row))
    return None


def _told(place: Place, prospect: Prospect) -> dict[str, object]:
    kept = [_shown(place, one) for one in name_kept(prospect.kept)]
    return {
        "goes": _count(GOES, prospect.counts),
        "returns": _count(RETURNS, prospect.counts),
        "stays": _count(STAYS, prospect.counts),
        "kept": kept,
        "is_cut": len(kept) == SHOWN,
    }


def _count(words: Mapping[str, tuple[str, str]], counts: Mapping[str, int]) -> list[Told]:
    return [Told(counts[name], words[name][counts[name] != 1]) for name in words if counts[name]]


def _shown(place: Place, one: NamedKept) -> ShownKept:
    page = _PAGES.get(one.kind) if one.name else None
    url = reverse(page, args=[place.organization.slug, one.id]) if page else ""
    kind = "Person" if one.kind == KeptKind.USER else one.kind.label
    return ShownKept(one, kind, url)
