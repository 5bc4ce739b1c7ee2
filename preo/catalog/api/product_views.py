import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from preo.catalog.api.answers import ProductSerializer
from preo.catalog.api.bodies import ProductCreateSerializer, ProductUpdateSerializer
from preo.catalog.api.filters import ProductFilters
from preo.catalog.models import Product
from preo.catalog.queries import whole_products
from preo.catalog.service import products as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


@extend_schema_view(
    list=extend_schema(
        operation_id="listProducts",
        summary="List products",
        description=(
            "Products by name, each with its variants and options.\n"
            "\n"
            "`search` finds part of the name, whatever the case and the blanks, or of the code."
        ),
    ),
    retrieve=extend_schema(
        operation_id="getProduct",
        summary="Get product",
        description="A product with its variants and options.",
    ),
    create=extend_schema(operation_id="createProduct", summary="Create product"),
    partial_update=extend_schema(operation_id="updateProduct", summary="Update product"),
    destroy=extend_schema(operation_id="deleteProduct", summary="Delete product"),
)
class ProductViewSet(ResourceViewSet[Product]):
    """Products of the editions that the caller has access to."""

    queryset = Product.objects.all()
    serializer_class = ProductSerializer
    filterset_class = ProductFilters
    bodies = {"create": ProductCreateSerializer, "partial_update": ProductUpdateSerializer}
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
        name: name for name in ("created", "modified", "name", "code", "type", "price")
    }
    default_ordering: ClassVar[Sequence[str]] = ("name",)

    def get_queryset(self) -> QuerySet[Product]:
        return whole_products(super().get_queryset())

    def make(self, values: dict[str, Any], now: dt.datetime) -> Product:
        """A new product of an edition, a draft unless said otherwise; amounts in its currency.

        A code that another product of the edition has is 409 `code_taken`.
        """
        edition_id = values.pop("edition_id")
        return _whole(
            service.create_product(edition_id=edition_id, values=values, by=self.principal, now=now)
        )

    def change(self, row: Product, changes: dict[str, Any], now: dt.datetime) -> Product:
        """Change what is given. Lists and translated texts are replaced whole; `metadata` is merged.

        In `variants` and `options` an item with its id keeps its row and takes all its values
        from the item, an item without one is new, and what no item names is deleted: if orders
        refer to such a variant, nothing changes and the answer is 409 `still_referred_to`.
        """
        return _whole(
            service.update_product(product_id=row.pk, changes=changes, by=self.principal, now=now)
        )

    def remove(self, row: Product, now: dt.datetime) -> None:
        """Delete a product that was never ordered; any other is 409 `still_referred_to`."""
        service.delete_product(product_id=row.pk, by=self.principal)


def _whole(product: Product) -> Product:
    """The product as it is now, with all that is shown of it."""
    return whole_products(Product.objects.filter(pk=product.pk)).get()
