"""The page on which a file is brought."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.core.access import Role
from preo.core.errors import DomainError, FieldError, InvalidError, TooLargeError
from preo.dashboard.asked_views import asked_view
from preo.dashboard.body_fields import Choice, Select, Text
from preo.dashboard.body_form import BodyForm, Group, render_form
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.imports.lists import AREA, import_url, list_step
from preo.dashboard.places import Place
from preo.editions.models import Edition
from preo.imports.api.views import DataImportViewSet

FILE = "data_file"
MOST_EDITIONS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of `POST /v1/data-imports`; the browser then goes to the import's page."""
    view = asked_view(place, DataImportViewSet, "create")
    editions = _editions(place)
    uploaded = request.FILES.get(FILE)
    form = BodyForm(
        view.bodies["create"],
        _groups(editions),
        initial=_initial(place, editions),
        fixed={FILE: uploaded},
    )
    if request.method == "POST":
        form.read(request.POST)
        try:
            _check_size(uploaded.size if uploaded else None)
            made = view.make(form.body(), timezone.now())
            messages.success(request, f"{made.data_file_name} is here and is being read.")
            return HttpResponseRedirect(import_url(place, made))
        except DomainError as refusal:
            form.refuse(refusal)
    errors = form.refusal.errors if form.refusal else ()
    context: dict[str, Any] = {
        "title": "New import",
        "submit": "Read the file",
        "cancel_url": list_step(place).url,
        "most_bytes": settings.IMPORT_FILE_LIMIT,
        "most_megabytes": settings.IMPORT_FILE_LIMIT // 1024**2,
        "file_mistakes": [each.detail for each in errors if each.pointer == f"/{FILE}"],
        "trail": trail_to(place, list_step(place), Step("New import")),
    }
    return render_form(request, place, "dashboard/imports/upload.html", context, form, area=AREA)


def _check_size(size: int | None) -> None:
    """Raises InvalidError without a file, TooLargeError for one beyond the limit of the API."""
    if size is None:
        raise InvalidError(errors=[FieldError(f"/{FILE}", "required", "Choose a file.")])
    if size > settings.IMPORT_FILE_LIMIT:
        raise TooLargeError(f"A file may have at most {settings.IMPORT_FILE_LIMIT:,} bytes.")


def _initial(place: Place, editions: list[Edition]) -> dict[str, Any]:
    """The edition in which the visitor stands, or the latest one, with its country of phones."""
    edition = place.edition or next(iter(editions), None)
    if edition is None:
        return {}
    return {"edition_id": edition.api_id, "default_country_code": edition.default_country_code}


def _groups(editions: list[Edition]) -> tuple[Group, ...]:
    choices: list[Choice] = [(edition.api_id, edition.full_name) for edition in editions]
    return (
        Group(
            "Where it belongs",
            (
                Select("edition_id", "Edition", choices=choices, empty="Choose an edition"),
                Select(
                    "default_country_code",
                    "Country of phone numbers",
                    help="For numbers without a prefix of a country.",
                ),
            ),
        ),
        Group(
            "What it is called",
            (
                Text(
                    "source",
                    "From which system",
                    help="The name of the shop. Empty: recognised by the header, or asked for later.",
                ),
                Text("name", "Name", help="Empty: the name of the file."),
            ),
        ),
    )


def _editions(place: Place) -> list[Edition]:
    """The editions in which the visitor may import, the newest first."""
    least = DataImportViewSet.minimum["create"] or Role.ADMIN
    mine = place.visitor.principal.narrow(least, organization="organization_id", edition="id")
    rows = Edition.objects.filter(mine, organization=place.organization)
    newest = rows.order_by("-start_date", "-id")
    return list(newest.only("id", "full_name", "default_country_code")[:MOST_EDITIONS])
