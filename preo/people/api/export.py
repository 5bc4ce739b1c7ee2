from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import Customer
from preo.people.service.exporting import export_person


class UserExportViewSet(ResourceViewSet[Customer]):
    """All that is known of one person."""

    queryset = Customer.objects.present()
    minimum: ClassVar[Mapping[str, Role | None]] = {"export": Role.MANAGER}
    tag = "User"
    scope = "users"

    @extend_schema(
        operation_id="exportUser",
        summary="Export everything about a user",
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def export(self, request: Request, id: str) -> Any:  # noqa: A002 - the route's word
        """Everything about the person as one JSON document, for the person to be given.

        Identity and who was merged into it, ids in other systems, passes, suppressions of their addresses, orders with
        carts, payments and purchases, every answer to a consent with the text that was shown, segments, the rows of
        imported files, and what happened with them. Needs the role manager in the whole organization. That it was
        exported is recorded (`user.exported`).
        """
        customer = self.get_object()
        document = export_person(customer=customer, by=self.principal, now=timezone.now())
        name = f'attachment; filename="{customer.api_id}.json"'
        return Response(document, headers={"Content-Disposition": name})
