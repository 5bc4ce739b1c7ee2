from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.catalog.api.answers import ProductSerializer
from preo.catalog.api.bodies import ProductCreateSerializer, ProductUpdateSerializer
from preo.catalog.api.filters import ProductFilters
from preo.catalog.models import Product
from preo.catalog.queries import whole_products
from preo.catalog.service import products as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


class ProductViewSet(ResourceViewSet[Product]):
    """Products of the editions that the caller has access to."""

    queryset = Product.objects.all()
    serializer_class = ProductSerializer
    filterset_class = ProductFilters
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

    def answer(self, product: Product, status: int = 200) -> Response:
        """The product as it is now."""
        row = whole_products(Product.objects.filter(pk=product.pk)).get()
        return Response(ProductSerializer(row).data, status=status)

    @extend_schema(operation_id="listProducts", summary="List products")
    def list(self, request: Request) -> Response:
        """Products by name, each with its variants and options.

        `search` finds part of the name, whatever the case and the blanks, or of the code.
        """
        return super().list(request)

    @extend_schema(operation_id="getProduct", summary="Get product")
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """A product with its variants and options."""
        return Response(ProductSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="createProduct",
        summary="Create product",
        request=ProductCreateSerializer,
        responses={201: ProductSerializer},
    )
    def create(self, request: Request) -> Response:
        """A new product of an edition, a draft unless said otherwise; amounts in its currency.

        A code that another product of the edition has is 409 `code_taken`.
        """
        values = self.body(ProductCreateSerializer)
        product = service.create_product(
            edition_id=values.pop("edition_id"),
            values=values,
            by=self.principal,
            now=timezone.now(),
        )
        return self.answer(product, status=201)

    @extend_schema(
        operation_id="updateProduct",
        summary="Update product",
        request=ProductUpdateSerializer,
        responses=ProductSerializer,
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change what is given. Lists and translated texts are replaced whole; `metadata` is merged.

        In `variants` and `options` an item with its id keeps its row and takes all its values
        from the item, an item without one is new, and what no item names is deleted: if orders
        refer to such a variant, nothing changes and the answer is 409 `still_referred_to`.
        """
        row = self.get_object()
        present = ProductSerializer(row).data
        changes = self.body(ProductUpdateSerializer, present=present, partial=True)
        product = service.update_product(
            product_id=row.pk, changes=changes, by=self.principal, now=timezone.now()
        )
        return self.answer(product)

    @extend_schema(operation_id="deleteProduct", summary="Delete product", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete a product that was never ordered; any other is 409 `still_referred_to`."""
        service.delete_product(product_id=self.get_object().pk, by=self.principal)
        return Response(status=204)
