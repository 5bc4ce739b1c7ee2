from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.catalog.models import Product, Variant
from preo.core import listing
from preo.core.access import Role
from preo.core.fields import IdField, MoneyField
from preo.imports.api.answers import DataImportSerializer
from preo.imports.api.views import DataImportViewSet
from preo.imports.models import ProductMapping
from preo.imports.service import products as service

MOST_MAPPINGS = 10_000


class ProductSuggestionSerializer(serializers.Serializer[Any]):
    """Only a suggestion: of the same code or name with confidence 1, else of similar names."""

    product_id = serializers.CharField()
    variant_id = serializers.CharField(allow_null=True)
    confidence = serializers.FloatField(help_text="0 to 1.")


class ProductMappingSerializer(serializers.ModelSerializer[ProductMapping]):
    """A product of the file, and what it is here."""

    id = IdField(ProductMapping, read_only=True)
    external_variant: Any = serializers.SerializerMethodField()
    external_code: Any = serializers.SerializerMethodField(help_text="Its code there.")
    unit_price = MoneyField(allow_null=True, read_only=True, help_text="The most frequent one.")
    product_id = IdField(Product, allow_null=True, read_only=True)
    variant_id = IdField(Variant, allow_null=True, read_only=True)
    suggestion = ProductSuggestionSerializer(allow_null=True, read_only=True)

    class Meta:
        model = ProductMapping
        fields = [
            "id", "external_name", "external_variant", "external_code", "rows", "unit_price",
            "product_id", "variant_id", "suggestion", "ignored", "create_product",
        ]  # fmt: skip
        read_only_fields = fields

    def get_external_variant(self, row: ProductMapping) -> str | None:
        return row.external_variant or None

    def get_external_code(self, row: ProductMapping) -> str | None:
        return row.external_code or None


class ProductDecisionSerializer(serializers.Serializer[Any]):
    """A product of the catalogue, a draft, or nothing."""

    id = IdField(ProductMapping)
    product_id = IdField(Product, required=False, allow_null=True)
    variant_id = IdField(Variant, required=False, allow_null=True)
    ignored = serializers.BooleanField(required=False, help_text="Lines of it are left out.")
    create_product = serializers.BooleanField(
        required=False, help_text="Make a draft product of this name."
    )


# The generator would call every member of a PATCH's body optional; the list is not.
_DECISION = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "product_id": {"type": ["string", "null"]},
        "variant_id": {"type": ["string", "null"]},
        "ignored": {"type": "boolean", "description": "Lines of it are left out."},
        "create_product": {
            "type": "boolean",
            "description": "Make a draft product of this name.",
        },
    },
    "required": ["id"],
}
_UPDATE_BODY = {
    "type": "object",
    "description": "Products that are not named stay as they are.",
    "properties": {"mappings": {"type": "array", "maxItems": MOST_MAPPINGS, "items": _DECISION}},
    "required": ["mappings"],
}


class ProductMappingsUpdateSerializer(serializers.Serializer[Any]):
    mappings = ProductDecisionSerializer(
        many=True,
        max_length=MOST_MAPPINGS,  # type: ignore[call-arg] # of the list
        help_text=f"At most {MOST_MAPPINGS:,}; those that are not named stay as they are.",
    )


@extend_schema_view(
    list=extend_schema(
        operation_id="listProductMappings",
        summary="List product mappings",
        description="What the file sold, the most frequent first, and what each is here. What was decided for an "
        "earlier file of the same system is decided already; else there is a suggestion where a product is called the "
        "same or alike. A product that nobody decides on is that of the same code or name when the import starts; "
        "without one, orders with it fail.",
    )
)
class ProductMappingViewSet(DataImportViewSet):
    """The products of an import's file."""

    serializer_class = ProductMappingSerializer  # type: ignore[assignment] # of the list
    answer_class = DataImportSerializer
    filterset_class = None  # type: ignore[assignment]
    bodies = {}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "update_product_mappings": Role.STAFF,
    }
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("rows", "external_name", "unit_price")
    }
    default_ordering = ("-rows",)

    def list(self, request: Request, id: str = "") -> Response:  # noqa: A002 - the route's word
        parameters = request.query_params
        rows = ProductMapping.objects.filter(data_import=self.get_object())
        page = listing.read_page(parameters)
        rows = rows.order_by(
            *listing.read_ordering(parameters, self.orderings, self.default_ordering)
        )
        shown = [ProductMappingSerializer(row).data for row in listing.take_page(rows, page)]
        return Response(
            listing.envelope(
                base=request.build_absolute_uri(request.path),
                parameters=parameters,
                page=page,
                count=listing.count_rows(rows, page, len(shown)),
                results=shown,
            )
        )

    @extend_schema(
        operation_id="updateProductMappings",
        summary="Update product mappings",
        request={"application/json": _UPDATE_BODY},
        responses=DataImportSerializer,
    )
    def update_product_mappings(self, request: Request, id: str) -> Response:  # noqa: A002
        """Decide for many products at once: one of the catalogue, a draft of its name, or that its lines are left out.

        Null gives a decision up. What is decided is kept for the next file of the same system. Only at
        `needs_product_mapping`, else 409 `import_stage`.
        """
        row = self.get_object()
        body = self.body(ProductMappingsUpdateSerializer)
        changed = service.change_products(
            data_import_id=row.pk, **body, by=self.principal, now=timezone.now()
        )
        return Response(self.shown(changed))
