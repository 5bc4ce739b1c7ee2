"""The addresses of suppressed addresses, with the least role of each."""

from django.urls import path

from preo.customers.api.suppressions import SuppressionViewSet
from preo.dashboard.access import in_place
from preo.dashboard.suppressions import adding, lists

SUPPRESSIONS = SuppressionViewSet.minimum

urlpatterns = [
    path(
        "o/<slug:organization>/suppressions",
        in_place(lists.list_suppressions, SUPPRESSIONS["list"], whole=True),
        name="suppressions",
    ),
    path(
        "o/<slug:organization>/suppressions/new",
        in_place(adding.new_suppression, SUPPRESSIONS["create"], whole=True),
        name="new_suppression",
    ),
    path(
        "o/<slug:organization>/suppressions/<str:suppression_id>/lift",
        in_place(lists.lift_suppression, SUPPRESSIONS["destroy"], whole=True),
        name="lift_suppression",
    ),
]
