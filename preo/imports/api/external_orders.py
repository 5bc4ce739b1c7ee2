from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core import ids
from preo.core.access import Role
from preo.core.fields import AnyJSONField, IdField, MoneyField
from preo.core.languages import Language
from preo.core.money import Currency
from preo.core.viewsets import ResourceViewSet
from preo.editions.models import Edition
from preo.imports.api.systems import SystemField
from preo.imports.models import DataImport
from preo.imports.service import external_orders as service
from preo.orders.models import Order, OrderStatus
from preo.orders.outside.shapes import Outcome, Problem, TakenOrder

MAX_ORDERS = 1_000
OUTCOMES = [(outcome.value, outcome.value.title()) for outcome in Outcome]


class ExternalCustomerSerializer(serializers.Serializer[Any]):
    """At least one of external_id, email and phone_number."""

    external_id = serializers.CharField(
        max_length=128, required=False, help_text="The customer's id in the other system."
    )
    email = serializers.EmailField(required=False, allow_null=True)
    phone_number = serializers.CharField(required=False, allow_null=True)
    first_name = serializers.CharField(required=False)
    last_name = serializers.CharField(required=False)
    language = serializers.ChoiceField(Language.choices, required=False)


class ExternalItemSerializer(serializers.Serializer[Any]):
    product_id = serializers.CharField(required=False)
    variant_id = serializers.CharField(required=False, allow_null=True)
    external_product_id = serializers.CharField(
        max_length=128, required=False, help_text="The product's id in the other system."
    )
    external_product = serializers.CharField(
        required=False,
        help_text="Its name there. Products match by id, mapped code, code, mapped name, name.",
    )
    external_line_id = serializers.CharField(
        max_length=128,
        required=False,
        help_text="The line's id there; without one a line is known again by its place.",
    )
    quantity = serializers.IntegerField(min_value=1, default=1)
    unit_price = MoneyField(required=False)
    line_total = MoneyField(required=False, help_text="Wins over quantity times unit_price.")
    unit_deposit = MoneyField(required=False)
    handling_fee = MoneyField(required=False, help_text="Of the whole line.")


class ExternalOrderSerializer(serializers.Serializer[Any]):
    external_id = serializers.CharField(
        max_length=128,
        help_text="Unique within the service; sent again it updates and never doubles.",
    )
    order_number = serializers.CharField(max_length=16, required=False, allow_null=True)
    status = serializers.ChoiceField(OrderStatus.choices, default=OrderStatus.COMPLETED)
    currency = serializers.ChoiceField(Currency.choices, required=False)
    created = serializers.DateTimeField(required=False, help_text="When it was placed.")
    customer = ExternalCustomerSerializer()
    items = ExternalItemSerializer(many=True)
    service_fee = MoneyField(required=False)
    discount = MoneyField(required=False)
    tax = MoneyField(required=False, help_text="Sales tax, added to the prices.")
    total = MoneyField(
        required=False,
        help_text="As stated there; what it differs by becomes the order's adjustment.",
    )
    coupon_code = serializers.CharField(max_length=64, required=False)
    metadata = AnyJSONField(required=False)


@extend_schema_field(ExternalOrderSerializer(many=True))
class OrdersField(serializers.ListField):
    """Orders as they came: each is read on its own, so that a bad one fails alone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=AnyJSONField(), min_length=1, max_length=MAX_ORDERS, **options)

    def run_child_validation(self, data: list[Any]) -> list[Any]:
        return data


class ExternalOrdersImportSerializer(serializers.Serializer[Any]):
    edition_id = IdField(Edition)
    service = SystemField(help_text="What the other system is called.")
    orders = OrdersField(help_text=f"At most {MAX_ORDERS:,}.")
    create_products = serializers.BooleanField(
        default=False, help_text="Unknown products become drafts."
    )


class ImportProblemSerializer(serializers.Serializer[Problem]):
    row = serializers.IntegerField(allow_null=True, help_text="The order's place in the call.")
    column = serializers.CharField(
        allow_null=True, source="pointer", help_text="JSON pointer into the order."
    )
    code = serializers.CharField()
    message = serializers.CharField()
    value = serializers.CharField(allow_null=True)


class ImportedOrderSerializer(serializers.Serializer[TakenOrder]):
    external_id = serializers.CharField()
    order_id = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(OUTCOMES)
    errors = ImportProblemSerializer(many=True)  # type: ignore[assignment] # also Field.errors
    warnings = ImportProblemSerializer(many=True)


class ExternalOrdersResultSerializer(serializers.Serializer[Any]):
    import_id = serializers.CharField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    failed = serializers.IntegerField()
    orders = ImportedOrderSerializer(many=True)


class ExternalOrderViewSet(ResourceViewSet[DataImport]):
    """Orders that another system sends."""

    queryset = DataImport.objects.all()
    minimum: ClassVar[Mapping[str, Role | None]] = {"external_orders": Role.STAFF}
    tag = "Data Imports"
    scope = "data-imports"
    edition_column = "edition_id"

    @extend_schema(
        operation_id="importExternalOrders",
        summary="Import external orders",
        request=ExternalOrdersImportSerializer,
        responses=ExternalOrdersResultSerializer,
    )
    def external_orders(self, request: Request) -> Response:
        """Up to 1,000 orders that another system sold, with customers, products, purchases and payment.

        Each order stands on its own: the good ones are in, each bad one says why. An order is known again by edition,
        service and `external_id`: the same call again changes nothing (`unchanged`), a changed order is updated.
        A change of what has been used or refunded fails that order (`order_touched`), and so does any change of an order
        whose customer was erased (`customer_erased`).
        """
        body = self.body(ExternalOrdersImportSerializer)
        result = service.import_external_orders(**body, by=self.principal, now=timezone.now())
        taken = result.taken
        return Response(
            {
                "import_id": result.data_import.api_id,
                "created": taken.created,
                "updated": taken.updated,
                "unchanged": taken.unchanged,
                "failed": taken.failed,
                "orders": [_order(row, order) for row, order in enumerate(taken.orders, 1)],
            }
        )


def _order(row: int, order: TakenOrder) -> dict[str, Any]:
    return {
        "external_id": order.external_id,
        "order_id": ids.encode_id(Order.id_prefix, order.order_id) if order.order_id else None,
        "outcome": order.outcome.value,
        "errors": [_problem(row, problem) for problem in order.errors],
        "warnings": [_problem(row, problem) for problem in order.warnings],
    }


def _problem(row: int, problem: Problem) -> dict[str, Any]:
    return {
        "row": row,
        "column": problem.pointer,
        "code": problem.code,
        "message": problem.message,
        "value": problem.value,
    }
