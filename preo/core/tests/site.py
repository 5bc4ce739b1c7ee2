"""A small API over the catalogue's tables, so that the base viewset is driven over HTTP.

`core` knows no slice, hence the models by name. Use it with `pytest.mark.urls(site.__name__)`.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import django_filters
from django.apps import apps
from django.core import exceptions as django_errors
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core import errors, pages
from preo.core.access import PUBLIC, Grant, Principal, Role
from preo.core.fields import AnyJSONField, IdField, MoneyField, NumberField
from preo.core.filters import Filters, FlagFilter, IdFilter, InstantFilter
from preo.core.ids import uuid7
from preo.core.viewsets import ResourceViewSet

Edition: Any = apps.get_model("editions.Edition")
Product: Any = apps.get_model("catalog.Product")
Vendor: Any = apps.get_model("catalog.Vendor")

_CALLERS: dict[str, Principal] = {}


class ByName(BaseAuthentication):
    """Whoever `client_of` made: no tables, no tokens."""

    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        word = request.headers.get("Authorization")
        if word is None:
            return None
        if word not in _CALLERS:
            raise exceptions.AuthenticationFailed
        return _CALLERS[word], None


def principal_of(*grants: Grant, scopes: frozenset[str] | None = None) -> Principal:
    """A person, or with `scopes` a key, with these grants."""
    return Principal("staff" if scopes is None else "api_key", uuid7(), grants, scopes)


def client_of(principal: Principal | None) -> Client:
    """A client that asks as this principal; errors of ours become answers, as in production."""
    if principal is None:
        return Client(raise_request_exception=False)
    word = f"Test {principal.id}"
    _CALLERS[word] = principal
    return Client(raise_request_exception=False, headers={"Authorization": word})


def manager_of(edition: Any) -> Client:
    return client_of(principal_of(Grant(edition.organization_id, None, Role.MANAGER)))


def make_product(edition: Any, **columns: Any) -> Any:
    columns = {"name": "Tent", **columns}
    return Product.objects.create(
        organization_id=edition.organization_id, edition=edition, **columns
    )


# --- the API ---


class VendorSerializer(serializers.ModelSerializer[Any]):
    id = IdField(Vendor, read_only=True)

    class Meta:
        model = Vendor
        fields = ("id", "name", "code")


class ProductSerializer(serializers.ModelSerializer[Any]):
    id = IdField(Product, read_only=True)
    edition_id = IdField(Edition)
    vendor = VendorSerializer(read_only=True)
    price = MoneyField(required=False)
    deposit = MoneyField(read_only=True)
    metadata = AnyJSONField(required=False)

    class Meta:
        model = Product
        fields = (
            "id", "edition_id", "vendor", "name", "code", "type", "price", "deposit", "uses",
            "is_draft", "metadata", "created", "modified",
        )  # fmt: skip
        read_only_fields = ("created", "modified")


class SlowSerializer(ProductSerializer):
    """The same shape by the ordinary way: the row plan does not know decimals."""

    uses = NumberField(max_digits=9, decimal_places=0)


class ProductFilters(Filters):
    edition_id = IdFilter(model=Edition)
    is_draft = FlagFilter()
    type = django_filters.CharFilter()
    created_after = InstantFilter(field_name="created", lookup_expr="gte")
    created_before = InstantFilter(field_name="created", lookup_expr="lt")


class SiteViewSet(ResourceViewSet[Any]):
    authentication_classes = (ByName,)
    tag = "Tests"


class ProductViewSet(SiteViewSet):
    queryset = Product.objects.all()
    serializer_class = ProductSerializer
    filterset_class = ProductFilters
    scope = "products"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        "created": "created", "name": "name", "price": "price", "draft": "is_draft"
    }  # fmt: skip
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.GUEST,
        "retrieve": Role.GUEST,
        "create": Role.STAFF,
        "partial_update": Role.MANAGER,
        "take_away": Role.MANAGER,
        "make_secret": Role.STAFF,
    }
    secret_actions = frozenset({"make_secret"})

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        return Response(self.get_serializer(self.get_object()).data)

    def create(self, request: Request) -> Response:
        data = self.body(ProductSerializer)
        edition = Edition.objects.get(pk=data.pop("edition_id"))
        product = make_product(edition, **data)
        return Response(self.get_serializer(product).data, status=201)

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        product = self.get_object()
        present = self.get_serializer(product).data
        for name, value in self.body(ProductSerializer, present=present, partial=True).items():
            setattr(product, name, value)
        product.save()
        return Response(self.get_serializer(product).data)

    def take_away(self, request: Request, id: str) -> Response:  # noqa: A002
        self.get_object().delete()
        return Response(status=204)

    def make_secret(self, request: Request) -> Response:
        return Response({"secret": str(uuid7())}, status=201)

    def undeclared(self, request: Request) -> Response:
        return Response({"open": True})


class SlowProductViewSet(ProductViewSet):
    serializer_class = SlowSerializer


class VendorViewSet(SiteViewSet):
    """Rows of a whole organization, without an edition."""

    queryset = Vendor.objects.all()
    serializer_class = VendorSerializer
    minimum: ClassVar[Mapping[str, Role | None]] = {"list": Role.GUEST, "retrieve": Role.GUEST}

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002
        return Response(self.get_serializer(self.get_object()).data)


class OpenViewSet(SiteViewSet):
    minimum: ClassVar[Mapping[str, Role | None]] = {"show": PUBLIC, "send": PUBLIC}

    def show(self, request: Request) -> Response:
        return Response({"open": True})

    def send(self, request: Request) -> Response:
        return Response({"made": str(uuid7()), "sent": request.data}, status=201)


SECRET = "the vault's number is 7431"
"""What no answer may show."""
TROUBLES: dict[str, Callable[[], Exception]] = {
    "authentication-failed": exceptions.AuthenticationFailed,
    "not-authenticated": exceptions.NotAuthenticated,
    "denied": exceptions.PermissionDenied,
    "denied-by-django": django_errors.PermissionDenied,
    "not-found": exceptions.NotFound,
    "not-found-by-django": Http404,
    "method": lambda: exceptions.MethodNotAllowed("GET"),
    "not-acceptable": exceptions.NotAcceptable,
    "media-type": lambda: exceptions.UnsupportedMediaType("text/plain"),
    "parse": lambda: exceptions.ParseError(SECRET),
    "validation": lambda: exceptions.ValidationError({"name": ["Too long."]}),
    "throttled": lambda: exceptions.Throttled(wait=6.2),
    "throttled-without-time": exceptions.Throttled,
    "suspicious": lambda: django_errors.SuspiciousOperation(SECRET),
    "too-big": lambda: django_errors.RequestDataTooBig(SECRET),
    "conflict": lambda: errors.ConflictError(
        "Already sold.", extra={"present": {"status": "sold"}}
    ),
    "too-many": lambda: errors.TooManyError(retry_after=30),
    "unforeseen": lambda: RuntimeError(SECRET),
}


class TroubleViewSet(SiteViewSet):
    minimum: ClassVar[Mapping[str, Role | None]] = {"show": Role.NONE}

    def show(self, request: Request, word: str) -> Response:
        raise TROUBLES[word]()


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


def refuse(request: HttpRequest, word: str) -> HttpResponse:
    raise TROUBLES[word]()


api = [
    path("products", ProductViewSet.as_view({"get": "list", "post": "create"})),
    path("products/secret", ProductViewSet.as_view({"post": "make_secret"})),
    path("products/undeclared", ProductViewSet.as_view({"get": "undeclared"})),
    path(
        "products/<str:id>",
        ProductViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
    ),
    path("products/<str:id>/remove", ProductViewSet.as_view({"post": "take_away"})),
    path("slow-products", SlowProductViewSet.as_view({"get": "list"})),
    path("vendors", VendorViewSet.as_view({"get": "list"})),
    path("vendors/<str:id>", VendorViewSet.as_view({"get": "retrieve"})),
    path("open", OpenViewSet.as_view({"get": "show", "post": "send"})),
    path("trouble/<str:word>", TroubleViewSet.as_view({"get": "show"})),
    path("crash", crash),
]
urlpatterns = [
    path("v1/", include(api)),
    path("pages/crash", crash),
    path("pages/<str:word>", refuse),
    path("problems/<slug:code>", pages.describe_problem),
]
handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.unexpected
