"""The filters of the catalogue's lists. All narrow together."""

import uuid
from typing import Any

import django_filters
from django.db.models import QuerySet

from preo.catalog import queries
from preo.catalog.models import Category, Location, Product, ProductType, Vendor
from preo.core.filters import Filters, FlagFilter, IdFilter
from preo.editions.models import Edition
from preo.organizations.models import Organization

NAME_OR_CODE = "Part of the name or of the code, any case."


class ProductFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    vendor_id = IdFilter(model=Vendor)
    location_id = IdFilter(model=Location)
    category_id = IdFilter("categories", model=Category)
    type = django_filters.ChoiceFilter(choices=ProductType.choices)
    is_draft = FlagFilter()
    code = django_filters.CharFilter(help_text="The whole code.")
    search = django_filters.CharFilter(method="anything", help_text=NAME_OR_CODE)

    def anything(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return queries.products_with_text(rows, value)


class CategoryFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    search = django_filters.CharFilter(
        method="anything", help_text="Part of the name in any language, any case."
    )

    def anything(self, rows: QuerySet[Category], name: str, value: str) -> QuerySet[Category]:
        return queries.categories_with_text(rows, value)


class VendorFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(
        model=Edition, method="of_edition", help_text="Who has products in this edition."
    )
    code = django_filters.CharFilter(help_text="The whole code.")
    search = django_filters.CharFilter(method="anything", help_text=NAME_OR_CODE)

    def of_edition(self, rows: QuerySet[Vendor], name: str, value: uuid.UUID) -> QuerySet[Vendor]:
        principal: Any = self.request.user
        return queries.vendors_of_edition(rows, value, by=principal)

    def anything(self, rows: QuerySet[Vendor], name: str, value: str) -> QuerySet[Vendor]:
        return queries.vendors_with_text(rows, value)


class LocationFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    is_draft = FlagFilter()
    search = django_filters.CharFilter(
        "name", lookup_expr="icontains", help_text="Part of the name, any case."
    )
