"""The filters of the list of consents. All narrow together."""

import django_filters

from preo.consents.models import ConsentType, Scope
from preo.core.filters import Filters, FlagFilter, IdFilter
from preo.editions.models import Edition
from preo.organizations.models import Organization


class ConsentFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    enabled = FlagFilter()
    published = FlagFilter()
    scope = django_filters.ChoiceFilter(choices=Scope.choices)
    type = django_filters.ChoiceFilter(choices=ConsentType.choices)
