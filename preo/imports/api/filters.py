"""The filters of the list of imports."""

import django_filters
from django.db.models import QuerySet

from preo.core.filters import Filters, FlagFilter, IdFilter, InstantFilter
from preo.editions.models import Edition
from preo.imports.models import DataImport, ImportService, ImportStage
from preo.organizations.models import Organization


class DataImportFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    service = django_filters.ChoiceFilter(choices=ImportService.choices)
    stage = django_filters.ChoiceFilter(choices=ImportStage.choices)
    created_after = InstantFilter("created", lookup_expr="gte", help_text="This time or later.")
    created_before = InstantFilter("created", lookup_expr="lt", help_text="Before this time.")
    include_cancelled = FlagFilter(
        method="as_it_is",
        help_text="Cancelled imports are left out otherwise, unless `stage` asks for them.",
    )

    def as_it_is(self, rows: QuerySet[DataImport], name: str, value: bool) -> QuerySet[DataImport]:
        return rows  # what it stands for is done without it too

    @property
    def qs(self) -> QuerySet[DataImport]:
        rows: QuerySet[DataImport] = super().qs
        asked = self.form.cleaned_data
        if asked.get("include_cancelled") or asked.get("stage"):
            return rows
        return rows.exclude(stage=ImportStage.CANCELLED)
