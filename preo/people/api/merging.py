from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.fields import IdField
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import Customer
from preo.people.api.fates import FateSerializer
from preo.people.service.merging import merge_people


class MergeSerializer(serializers.Serializer[Any]):
    kept_id = IdField(Customer, help_text="Who stays.")
    merged_id = IdField(Customer, help_text="Who turned out to be the same person.")
    dry_run = serializers.BooleanField(
        default=True, help_text="Only say what would become of it all."
    )


class MergedSerializer(serializers.Serializer[Any]):
    """What became of the merged customer's rows, or would."""

    dry_run = serializers.BooleanField()
    kept_id = IdField(Customer)
    merged_id = IdField(Customer)
    effects = FateSerializer(many=True)


class UserMergingViewSet(ResourceViewSet[Customer]):
    """Making one person of two customers."""

    queryset = Customer.objects.present()
    minimum: ClassVar[Mapping[str, Role | None]] = {"merge": Role.MANAGER}
    tag = "User"
    scope = "users"

    @extend_schema(
        operation_id="mergeUsers",
        summary="Merge two users",
        request=MergeSerializer,
        responses=MergedSerializer,
    )
    def merge(self, request: Request) -> Response:
        """Say what merging two customers would do; with `dry_run` false do it. It cannot be undone.

        What the kept customer has stays; what it lacks, a name as a whole, is taken from the merged one, and so are all
        orders, purchases, ids in other systems, passes and memberships of segments. Of consents the stricter answer
        counts: a no of either is the person's. The merged customer is then not found any more (404); its answers stay as
        proof and are in the kept one's history. Where both have an e-mail address the kept one's stays; the other is
        remembered only to know orders by it that come from elsewhere. Needs the role manager in the whole organization.
        """
        body = self.body(MergeSerializer)
        fates = merge_people(**body, by=self.principal, now=timezone.now())
        return Response(MergedSerializer({**body, "effects": fates}).data)
