from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import Customer
from preo.people.api.fates import FateSerializer
from preo.people.service.erasure import erase_person


class EraseSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(
        default=True, help_text="Only say what would become of it all."
    )


class ErasureSerializer(serializers.Serializer[Any]):
    """What went, or would, and what stays."""

    dry_run = serializers.BooleanField()
    goes = FateSerializer(many=True)
    stays = FateSerializer(many=True)


class UserErasureViewSet(ResourceViewSet[Customer]):
    """Forgetting a person."""

    queryset = Customer.objects.present()
    minimum: ClassVar[Mapping[str, Role | None]] = {"erase": Role.MANAGER}
    tag = "User"
    scope = "users"

    @extend_schema(
        operation_id="eraseUser",
        summary="Erase a user",
        request=EraseSerializer,
        responses=ErasureSerializer,
    )
    def erase(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """Say what an erasure would take and what would stay under which rule; with `dry_run` false do it.

        The person is then in no table, kept answer, mail or file any more, nor in those who were merged into it. Orders
        and payments stay without the buyer, answers to consents without address and browser, suppressions as a hash.
        It cannot be undone: afterwards the person is not found (404), and a change of their orders by another system
        fails (`customer_erased`). Needs the role manager in the whole organization. While a file of the organization is
        being read it is 409 `import_being_read`.
        """
        customer = self.get_object()
        dry_run = self.body(EraseSerializer)["dry_run"]
        fates = erase_person(
            customer=customer, dry_run=dry_run, by=self.principal, now=timezone.now()
        )
        told = {
            "dry_run": dry_run,
            "goes": [fate for fate in fates if not fate.stays],
            "stays": [fate for fate in fates if fate.stays],
        }
        return Response(ErasureSerializer(told).data)
