import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view

from preo.catalog.api.answers import CategorySerializer
from preo.catalog.api.bodies import CategoryCreateSerializer, CategoryUpdateSerializer
from preo.catalog.api.filters import CategoryFilters
from preo.catalog.models import Category
from preo.catalog.service import categories as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


@extend_schema_view(
    list=extend_schema(
        operation_id="listCategories",
        summary="List categories",
        description="Categories in their order.",
    ),
    retrieve=extend_schema(
        operation_id="getCategory", summary="Get category", description="One category."
    ),
    create=extend_schema(operation_id="createCategory", summary="Create category"),
    partial_update=extend_schema(operation_id="updateCategory", summary="Update category"),
    destroy=extend_schema(operation_id="deleteCategory", summary="Delete category"),
)
class CategoryViewSet(ResourceViewSet[Category]):
    """Headings of the editions that the caller has access to."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilters
    bodies = {"create": CategoryCreateSerializer, "partial_update": CategoryUpdateSerializer}
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

    def make(self, values: dict[str, Any], now: dt.datetime) -> Category:
        """A new heading in an edition, after all others unless a position is given."""
        return service.create_category(**values, by=self.principal, now=now)

    def change(self, row: Category, changes: dict[str, Any], now: dt.datetime) -> Category:
        """Change the position, or all texts of the name together."""
        return service.update_category(
            category_id=row.pk, changes=changes, by=self.principal, now=now
        )

    def remove(self, row: Category, now: dt.datetime) -> None:
        """Delete a heading under which no product stands; any other is 409 `still_referred_to`."""
        service.delete_category(category_id=row.pk, by=self.principal)
