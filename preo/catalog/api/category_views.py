from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.catalog.api.answers import CategorySerializer
from preo.catalog.api.bodies import CategoryCreateSerializer, CategoryUpdateSerializer
from preo.catalog.api.filters import CategoryFilters
from preo.catalog.models import Category
from preo.catalog.service import categories as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


class CategoryViewSet(ResourceViewSet[Category]):
    """Headings of the editions that the caller has access to."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "retrieve": Role.STAFF,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
        "destroy": Role.MANAGER,
    }
    tag = "Catalog"
    scope = "catalog"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("position", "created", "modified")
    }
    default_ordering: ClassVar[Sequence[str]] = ("position",)

    @extend_schema(operation_id="listCategories", summary="List categories")
    def list(self, request: Request) -> Response:
        """Categories in their order."""
        return super().list(request)

    @extend_schema(operation_id="getCategory", summary="Get category")
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """One category."""
        return Response(CategorySerializer(self.get_object()).data)

    @extend_schema(
        operation_id="createCategory",
        summary="Create category",
        request=CategoryCreateSerializer,
        responses={201: CategorySerializer},
    )
    def create(self, request: Request) -> Response:
        """A new heading in an edition, after all others unless a position is given."""
        category = service.create_category(
            **self.body(CategoryCreateSerializer), by=self.principal, now=timezone.now()
        )
        return Response(CategorySerializer(category).data, status=201)

    @extend_schema(
        operation_id="updateCategory",
        summary="Update category",
        request=CategoryUpdateSerializer,
        responses=CategorySerializer,
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change the position, or all texts of the name together."""
        row = self.get_object()
        present = CategorySerializer(row).data
        changes = self.body(CategoryUpdateSerializer, present=present, partial=True)
        category = service.update_category(
            category_id=row.pk, changes=changes, by=self.principal, now=timezone.now()
        )
        return Response(CategorySerializer(category).data)

    @extend_schema(operation_id="deleteCategory", summary="Delete category", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete a heading under which no product stands; any other is 409 `still_referred_to`."""
        service.delete_category(category_id=self.get_object().pk, by=self.principal)
        return Response(status=204)
