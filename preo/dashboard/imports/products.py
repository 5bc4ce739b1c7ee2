"""The page on which the products of a file become products of the catalogue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.core.bodies import checked_body
from preo.core.errors import DomainError, FieldError, NotFoundError
from preo.core.listing import Page, take_page
from preo.dashboard.asked_views import row_asked
from preo.dashboard.body_bound import words_of
from preo.dashboard.body_fields import Choice
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.imports.catalogue import Catalogue
from preo.dashboard.imports.columns import Option, OptionGroup
from preo.dashboard.imports.lists import AREA, import_url, list_step
from preo.dashboard.listing_parts import Pager, read_page_number
from preo.dashboard.places import Place
from preo.imports.api.products import (
    MOST_MAPPINGS,
    ProductMappingsUpdateSerializer,
    ProductMappingViewSet,
)
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.service.products import change_products

SIZE = 25
SURE = 100
"""Percent: the product of the same code or name, which is taken where nobody decides."""
DRAFT, LEFT_OUT, SUGGESTED = "draft", "left_out", "suggested"
_FATES: Sequence[Choice] = (
    ("", "Not decided"),
    (DRAFT, "Make a draft of it"),
    (LEFT_OUT, "Leave its lines out"),
)
_UNDECIDED: dict[str, Any] = {
    "product_id": None,
    "variant_id": None,
    "ignored": False,
    "create_product": False,
}


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product of the file as a row of the table."""

    mapping: ProductMapping
    fate: str
    groups: Sequence[OptionGroup]
    note: str
    mistakes: Sequence[str]


class ProductsPage:
    """A page of the file's products, the most frequent first."""

    def __init__(
        self, data_import: DataImport, parameters: QueryDict, refusal: DomainError | None = None
    ) -> None:
        self.row = data_import
        self.refusal = refusal
        self._asked = read_page_number(parameters)
        self._parameters = parameters

    @cached_property
    def pager(self) -> Pager:
        return Pager(_all_of(self.row).count(), self._asked, SIZE, self.address)

    def address(self, page: int) -> str:
        """Of another page of the file's products, with what is searched."""
        search = self.catalogue.search
        return "?" + urlencode({"page": page} | ({"search": search} if search else {}))

    @cached_property
    def undecided(self) -> int:
        return _undecided(self.row).count()

    @cached_property
    def mappings(self) -> list[ProductMapping]:
        found = _all_of(self.row).select_related("product", "variant").order_by("-rows", "id")
        return list(take_page(found, Page(self.pager.page, SIZE)))

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(
            self.row, self._parameters.get("search", "").replace("\0", "").strip()[:200]
        )

    @cached_property
    def _suggested(self) -> dict[str, str]:
        """The names of what is suggested on this page."""
        suggestions = [_suggestion(mapping)[0] for mapping in self.mappings]
        return self.catalogue.choices_of({one.partition("/")[0] for one in suggestions if one})

    @property
    def rows(self) -> Iterator[ProductRow]:
        errors = self.refusal.errors if self.refusal else ()
        changed = [each["id"] for each in self.decisions()] if self.refusal else []
        for mapping in self.mappings:
            place = changed.index(mapping.api_id) if mapping.api_id in changed else -1
            yield self._row(mapping, _mistakes(place, errors))

    def _row(self, mapping: ProductMapping, mistakes: Sequence[str]) -> ProductRow:
        fate = self._parameters.get(f"fate.{mapping.api_id}", fate_of(mapping))
        suggested, sure = _suggestion(mapping)
        name = self._suggested.get(suggested)
        own: dict[str, str] = {suggested: f"{name} (suggested)"} if name else {}
        # What stands stays to be chosen, or saving would change it unseen.
        listed = own.keys() | dict(self.catalogue.choices).keys() | dict(_FATES).keys()
        for other in sorted({fate, fate_of(mapping)} - listed):
            own[other] = _name_of(mapping) if other == fate_of(mapping) else "What you chose"
        found = [choice for choice in self.catalogue.choices if choice[0] not in own]
        groups = (("", [*_FATES, *own.items()]), ("Catalogue", found))
        return ProductRow(
            mapping,
            fate,
            [
                OptionGroup(title, [Option(*choice, choice[0] == fate) for choice in choices])
                for title, choices in groups
            ],
            "" if fate or not name else _note(name, sure),
            mistakes,
        )

    def decisions(self) -> list[dict[str, Any]]:
        """What was posted and differs from what stands, as members of the API's body."""
        return [
            {"id": mapping.api_id, **_decision(posted)}
            for mapping in self.mappings
            if (posted := self._parameters.get(f"fate.{mapping.api_id}")) is not None
            and posted != fate_of(mapping)
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def map_products(request: HttpRequest, place: Place, import_id: str) -> HttpResponse:
    """The products of the file; decisions on those of a page, or on all that are undecided.

    `find` only searches the catalogue: what was chosen on the page stays chosen.
    """
    action = "update_product_mappings"
    data_import = row_asked(place, ProductMappingViewSet, import_id, action=action)
    url = import_url(place, data_import)
    if data_import.stage != ImportStage.NEEDS_PRODUCT_MAPPING:
        messages.error(request, "The import is at another stage by now.")
        return HttpResponseRedirect(url)
    page = ProductsPage(data_import, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and "find" not in request.POST:
        try:
            _decide(place, page, request.POST.get("rest", ""))
            messages.success(request, "The products are saved.")
            return HttpResponseRedirect(request.path + page.address(page.pager.page))
        except NotFoundError:
            raise Http404 from None
        except DomainError as refusal:
            page.refusal = refusal
    return _render(request, place, page)


def _render(request: HttpRequest, place: Place, page: ProductsPage) -> HttpResponse:
    data_import = page.row
    within = Place(place.visitor, place.organization, data_import.edition)
    step = Step(data_import.name, import_url(place, data_import))
    context = {
        "page": page,
        "row": data_import,
        "back_url": step.url,
        "trail": trail_to(within, list_step(within), step, Step("Products")),
    }
    template = "dashboard/imports/products.html"
    response = render_page(request, within, template, context, area=AREA)
    response.status_code = page.refusal.status if page.refusal else 200
    return response


def _decide(place: Place, page: ProductsPage, rest: str) -> None:
    """Raises InvalidError, ImportStageError, NotFoundError."""
    decisions = page.decisions()
    told = {each["id"] for each in decisions}
    decisions += [each for each in _for_the_rest(page.row, rest) if each["id"] not in told]
    serializer = ProductMappingsUpdateSerializer(data={"mappings": decisions[:MOST_MAPPINGS]})
    change_products(
        data_import_id=page.row.pk,
        **checked_body(serializer),
        by=place.visitor.principal,
        now=timezone.now(),
    )


def _for_the_rest(data_import: DataImport, rest: str) -> Iterator[dict[str, Any]]:
    """What is to become of all on which nobody has decided.

    No draft is made beside a product of the same code or name.
    """
    if rest not in {DRAFT, LEFT_OUT, SUGGESTED}:
        return
    for mapping in _undecided(data_import)[:MOST_MAPPINGS]:
        suggested, sure = _suggestion(mapping)
        is_here = rest == DRAFT and sure == SURE
        fate = suggested if rest == SUGGESTED or is_here else rest
        if fate:
            yield {"id": mapping.api_id, **_decision(fate)}


def fate_of(mapping: ProductMapping) -> str:
    """What was decided on it, as it is posted; empty where nothing was."""
    if mapping.ignored:
        return LEFT_OUT
    if mapping.create_product:
        return DRAFT
    if mapping.product is None:
        return ""
    product = mapping.product.api_id
    return f"{product}/{mapping.variant.api_id}" if mapping.variant else product


def _decision(fate: str) -> dict[str, Any]:
    if not fate:
        return dict(_UNDECIDED)
    if fate in {DRAFT, LEFT_OUT}:
        return {"create_product" if fate == DRAFT else "ignored": True}
    product, _, variant = fate.partition("/")
    return {"product_id": product, "variant_id": variant or None}


def _suggestion(mapping: ProductMapping) -> tuple[str, int]:
    """As it would be posted, and how sure it is in percent; empty without one."""
    found = mapping.suggestion or {}
    if not found.get("product_id"):
        return "", 0
    words = [found["product_id"], found.get("variant_id")]
    return "/".join(word for word in words if word), round(found["confidence"] * 100)


def _note(name: str, sure: int) -> str:
    if sure == SURE:
        return f"will be {name}, of the same name or code"
    return f"perhaps {name}: the names are {sure} % alike"


def _name_of(mapping: ProductMapping) -> str:
    names = [each.name for each in (mapping.product, mapping.variant) if each]
    return ", ".join(names) or "Something else"


def _mistakes(place: int, errors: Sequence[FieldError]) -> list[str]:
    begin = f"/mappings/{place}/"
    return [words_of(error) for error in errors if error.pointer.startswith(begin)]


def _all_of(data_import: DataImport) -> QuerySet[ProductMapping]:
    return ProductMapping.objects.filter(data_import=data_import)


def _undecided(data_import: DataImport) -> QuerySet[ProductMapping]:
    rows = _all_of(data_import).filter(product=None, ignored=False, create_product=False)
    return rows.order_by("-rows", "id")
