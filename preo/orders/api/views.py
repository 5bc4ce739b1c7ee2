from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet
from preo.orders import queries
from preo.orders.api.detail import OrderDetailSerializer
from preo.orders.api.lists import OrderFilters, OrderSerializer, require_one
from preo.orders.models import Order


class OrderViewSet(ResourceViewSet[Order]):
    """Orders of the editions that the caller has access to."""

    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filterset_class = OrderFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {"list": Role.STAFF, "retrieve": Role.STAFF}
    tag = "Orders"
    scope = "orders"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "order_number", "status", "type", "amount")
    }
    default_ordering: ClassVar[Sequence[str]] = ("-created",)

    @extend_schema(operation_id="listOrders", summary="List orders")
    def list(self, request: Request) -> Response:
        """Orders, newest first.

        At least one of `edition_id`, `organization_id` and `customer_id` must be given: the orders
        of one edition, of all editions of an organization, or of one customer in all editions that
        the caller has access to.
        """
        require_one(request.query_params)
        return super().list(request)

    def represent(self, rows: QuerySet[Order]) -> Sequence[Any]:
        paid = ExpressionWrapper(
            Q(completed_transaction__isnull=False), output_field=BooleanField()
        )
        return super().represent(rows.select_related("edition").annotate(has_payment=paid))

    @extend_schema(
        operation_id="getOrder", summary="Retrieve order details", responses=OrderDetailSerializer
    )
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """An order with its basket, customer, payments and purchases."""
        order = self.get_object()
        return Response(OrderDetailSerializer(order, context={"order": order}).data)

    def get_queryset(self) -> QuerySet[Order]:
        rows = super().get_queryset()
        return queries.whole_orders(rows) if self.action == "retrieve" else rows
