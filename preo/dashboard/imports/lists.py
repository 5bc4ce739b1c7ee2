"""The list of imports, and where an import's page is."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from preo.dashboard.frame import Step
from preo.dashboard.listing_page import Filter, Heading, Listing, Way, list_rows
from preo.dashboard.places import Place
from preo.imports.api.views import DataImportViewSet
from preo.imports.models import DataImport, ImportService, ImportStage

AREA = "imports"
IMPORTS = Listing(
    viewset=DataImportViewSet,
    address="/v1/data-imports",
    area=AREA,
    title="Imports",
    one="import",
    many="imports",
    headings=(
        Heading("name", "Import", "fill"),
        Heading("stage", "Stage", "max-sm:hidden"),
        Heading("rows", "Rows", "end max-sm:hidden"),
        Heading("orders", "Orders", "end max-md:hidden"),
        Heading("edition", "Edition", "max-xl:hidden", across=True),
        Heading("created_by", "Brought by", "max-lg:hidden"),
        Heading("created", "When", "max-lg:hidden"),
    ),
    row="dashboard/imports/import_row.html",
    hint="",
    none_yet=(
        "Bring the export of another ticket shop, as CSV or Excel: columns are recognised, every "
        "mistake is shown before anything is written, and nobody gets mail."
    ),
    icon="file-input",
)
_FILTERS = (
    Filter("stage", "Stage", "All stages", ImportStage.choices),
    Filter("service", "Kind", "All kinds", ImportService.choices),
    Filter("include_cancelled", "Cancelled", "Without cancelled", (("true", "With cancelled"),)),
)


@require_safe
def list_imports(request: HttpRequest, place: Place) -> HttpResponse:
    """The imports of an edition, or all that the visitor may see."""
    return list_rows(
        request, place, IMPORTS, filters=_FILTERS, ways=[Way("New import", new_url(place))]
    )


def new_url(place: Place) -> str:
    """Where a file is brought."""
    if place.edition is None:
        return reverse("dashboard:new_import", args=[place.organization.slug])
    words = [place.organization.slug, place.edition.slug]
    return reverse("dashboard:edition_new_import", args=words)


def list_step(place: Place) -> Step:
    """The list at the place, as a step of the trail."""
    if place.edition is None:
        return Step("Imports", reverse("dashboard:imports", args=[place.organization.slug]))
    words = [place.organization.slug, place.edition.slug]
    return Step("Imports", reverse("dashboard:edition_imports", args=words))


def import_url(place: Place, data_import: DataImport) -> str:
    """The address of the import's page."""
    return reverse("dashboard:import", args=[place.organization.slug, data_import.api_id])
