"""The whole API on one screen, then the pages."""

from typing import Any

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from preo.accounts.api.api_keys import ApiKeyViewSet
from preo.accounts.api.members import InvitationViewSet, MemberViewSet
from preo.accounts.api.organizations import OrganizationViewSet
from preo.accounts.api.sign_in import PinViewSet, TokenViewSet
from preo.accounts.api.user import UserInfoViewSet
from preo.catalog.api.category_views import CategoryViewSet
from preo.catalog.api.location_views import LocationViewSet
from preo.catalog.api.product_views import ProductViewSet
from preo.catalog.api.vendor_views import VendorViewSet
from preo.config import admin
from preo.consents.api.views import ConsentViewSet
from preo.consents.preferences.pages import show_preferences, unsubscribe
from preo.core import pages
from preo.customers.api.suppressions import SuppressionViewSet
from preo.editions.api.event_views import EventViewSet
from preo.editions.api.views import EditionViewSet
from preo.imports.api.columns import ColumnMappingViewSet
from preo.imports.api.external_orders import ExternalOrderViewSet
from preo.imports.api.products import ProductMappingViewSet
from preo.imports.api.runs import ImportRunViewSet
from preo.imports.api.undo import ImportUndoViewSet
from preo.imports.api.views import DataImportViewSet
from preo.orders.api.views import OrderViewSet
from preo.people.api.answers import UserConsentViewSet
from preo.people.api.erasure import UserErasureViewSet
from preo.people.api.export import UserExportViewSet
from preo.people.api.merging import UserMergingViewSet
from preo.people.api.timeline import TimelineViewSet
from preo.people.api.users import UserViewSet
from preo.runtime import health
from preo.segments.api.conditions import ConditionViewSet
from preo.segments.api.people import SegmentPeopleViewSet, SegmentUserViewSet
from preo.segments.api.views import SegmentViewSet

READ_ALL: dict[str, Any] = {"get": "list"}
READ_ONE: dict[str, Any] = {"get": "retrieve"}
CREATE: dict[str, Any] = {"post": "create"}
CHANGE: dict[str, Any] = {"patch": "partial_update"}
DELETE: dict[str, Any] = {"delete": "destroy"}

api = [
    path("auth/user", UserInfoViewSet.as_view(READ_ONE)),
    path("auth/token", TokenViewSet.as_view({"post": "create"})),
    path("auth/token/refresh", TokenViewSet.as_view({"post": "refresh"})),
    path("auth/token/revoke", TokenViewSet.as_view({"post": "revoke"})),
    path("auth/pin", PinViewSet.as_view({"post": "create"})),
    path("auth/pin/verify", PinViewSet.as_view({"post": "verify"})),
    path("api-keys", ApiKeyViewSet.as_view(READ_ALL | CREATE)),
    path("api-keys/<str:id>", ApiKeyViewSet.as_view(DELETE)),
    path("categories", CategoryViewSet.as_view(READ_ALL | CREATE)),
    path("categories/<str:id>", CategoryViewSet.as_view(READ_ONE | CHANGE | DELETE)),
    path("consents", ConsentViewSet.as_view(READ_ALL | CREATE)),
    path("consents/<str:id>", ConsentViewSet.as_view(READ_ONE | CHANGE | DELETE)),
    path("editions", EditionViewSet.as_view(READ_ALL | {"post": "create"})),
    path("editions/_meta", EditionViewSet.as_view({"get": "choices"})),
    path("editions/<str:id>", EditionViewSet.as_view(READ_ONE | CHANGE)),
    path("events", EventViewSet.as_view(READ_ALL | CREATE)),
    path("events/<str:id>", EventViewSet.as_view(READ_ONE | CHANGE)),
    path("invitations", InvitationViewSet.as_view(READ_ALL)),
    path("invitations/<str:id>", InvitationViewSet.as_view(DELETE)),
    path("locations", LocationViewSet.as_view(READ_ALL | CREATE)),
    path("locations/<str:id>", LocationViewSet.as_view(READ_ONE | CHANGE | DELETE)),
    path("data-imports", DataImportViewSet.as_view(READ_ALL | CREATE)),
    path(
        "data-imports/external-orders",
        ExternalOrderViewSet.as_view({"post": "external_orders"}),
    ),
    path("data-imports/<str:id>", DataImportViewSet.as_view(READ_ONE | CHANGE)),
    path("data-imports/<str:id>/cancel", DataImportViewSet.as_view({"post": "cancel"})),
    path(
        "data-imports/<str:id>/column-mappings",
        ColumnMappingViewSet.as_view({"get": "column_mappings", "patch": "update_column_mappings"}),
    ),
    path(
        "data-imports/<str:id>/validate-column-mappings",
        ColumnMappingViewSet.as_view({"post": "validate"}),
    ),
    path(
        "data-imports/<str:id>/process-column-mappings",
        ColumnMappingViewSet.as_view({"post": "process"}),
    ),
    path(
        "data-imports/<str:id>/product-mappings",
        ProductMappingViewSet.as_view(READ_ALL | {"patch": "update_product_mappings"}),
    ),
    path(
        "data-imports/<str:id>/preview-orders",
        ImportRunViewSet.as_view({"get": "preview_orders"}),
    ),
    path("data-imports/<str:id>/start", ImportRunViewSet.as_view({"post": "start"})),
    path("data-imports/<str:id>/retry", ImportRunViewSet.as_view({"post": "retry"})),
    path(
        "data-imports/<str:id>/undo",
        ImportUndoViewSet.as_view({"get": "show_undo", "post": "undo"}),
    ),
    path(
        "data-imports/<str:id>/error-report",
        ImportRunViewSet.as_view({"get": "error_report"}),
    ),
    path("members", MemberViewSet.as_view(READ_ALL | CREATE)),
    path("members/<str:id>", MemberViewSet.as_view(CHANGE | DELETE)),
    path("orders", OrderViewSet.as_view(READ_ALL)),
    path("orders/<str:id>", OrderViewSet.as_view(READ_ONE)),
    path("organizations", OrganizationViewSet.as_view(READ_ALL)),
    path("organizations/<str:id>", OrganizationViewSet.as_view(READ_ONE | CHANGE)),
    path("products", ProductViewSet.as_view(READ_ALL | CREATE)),
    path("products/<str:id>", ProductViewSet.as_view(READ_ONE | CHANGE | DELETE)),
    path("segments", SegmentViewSet.as_view(READ_ALL | CREATE)),
    path("segments/cel-context", ConditionViewSet.as_view({"get": "cel_context"})),
    path("segments/preview", ConditionViewSet.as_view({"post": "preview"})),
    path("segments/validate-cel", ConditionViewSet.as_view({"post": "validate_cel"})),
    path("segments/<str:id>", SegmentViewSet.as_view(READ_ONE | CHANGE | DELETE)),
    path("segments/<str:id>/explain", SegmentPeopleViewSet.as_view({"get": "explain"})),
    path("segments/<str:id>/export", SegmentPeopleViewSet.as_view({"get": "export"})),
    path("segments/<str:id>/recalculate", SegmentViewSet.as_view({"post": "recalculate"})),
    path("segments/<str:id>/reset", SegmentViewSet.as_view({"post": "reset"})),
    path("segments/<str:id>/users", SegmentUserViewSet.as_view(READ_ALL)),
    path("suppressions", SuppressionViewSet.as_view(READ_ALL | CREATE)),
    path("suppressions/<str:id>", SuppressionViewSet.as_view(DELETE)),
    path("users", UserViewSet.as_view(READ_ALL)),
    path("users/merge", UserMergingViewSet.as_view({"post": "merge"})),
    path("users/<str:id>", UserViewSet.as_view(READ_ONE | CHANGE)),
    path("users/<str:id>/consents", UserConsentViewSet.as_view(READ_ALL | CREATE)),
    path("users/<str:id>/erase", UserErasureViewSet.as_view({"post": "erase"})),
    path("users/<str:id>/export", UserExportViewSet.as_view({"get": "export"})),
    path("users/<str:id>/timeline", TimelineViewSet.as_view(READ_ALL)),
    path("vendors", VendorViewSet.as_view(READ_ALL | CREATE)),
    path("vendors/<str:id>", VendorViewSet.as_view(READ_ONE | CHANGE | DELETE)),
]

urlpatterns = [
    path("v1/", include(api)),
    path("openapi.yaml", SpectacularAPIView.as_view(), name="schema"),
    path("docs", pages.show_swagger),
    path("reference", pages.show_redoc),
    path("problems/<slug:code>", pages.describe_problem),
    # The customers' own pages (preo/consents/preferences/links.py).
    path("preferences/<str:token>", show_preferences),
    path("unsubscribe/<str:token>", unsubscribe),
    path("operator/", admin.site.urls),
    path("healthz", health.live),
    path("readyz", health.ready),
    path("", include("preo.dashboard.urls")),
]

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.unexpected
