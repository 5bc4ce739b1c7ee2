import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from preo.consents.api.bodies import ConsentCreateSerializer, ConsentUpdateSerializer
from preo.consents.api.filters import ConsentFilters
from preo.consents.api.shown import ConsentSerializer
from preo.consents.models import Consent
from preo.consents.queries import readable_consents, whole_consents
from preo.consents.service import consents as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


@extend_schema_view(
    list=extend_schema(
        operation_id="listConsents",
        summary="List consents",
        description=(
            "Consents of all organizations in which the caller has a sufficient role (staff); "
            "`organization_id` narrows to one.\n"
            "\n"
            "Who has only an edition's role sees the edition's, the whole organization's, and "
            "those of vendors and products that are sold there."
        ),
    ),
    retrieve=extend_schema(
        operation_id="getConsent", summary="Retrieve consent", description="One consent."
    ),
    create=extend_schema(operation_id="createConsent", summary="Create consent"),
    partial_update=extend_schema(operation_id="updateConsent", summary="Update consent"),
    destroy=extend_schema(operation_id="deleteConsent", summary="Delete consent"),
)
class ConsentViewSet(ResourceViewSet[Consent]):
    """What customers are asked to agree to, or told."""

    queryset = Consent.objects.all()
    serializer_class = ConsentSerializer
    filterset_class = ConsentFilters
    bodies = {"create": ConsentCreateSerializer, "partial_update": ConsentUpdateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "retrieve": Role.STAFF,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
        "destroy": Role.MANAGER,
    }
    tag = "Consents"
    scope = "consents"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "order", "title")
    }
    default_ordering: ClassVar[Sequence[str]] = ("order",)

    def get_queryset(self) -> QuerySet[Consent]:
        if self.action in {"list", "retrieve"}:
            return whole_consents(readable_consents(self.principal, Role.STAFF))
        return whole_consents(super().get_queryset())

    def make(self, values: dict[str, Any], now: dt.datetime) -> Consent:
        """A new consent, the last in order. Its scope is the narrowest of what is set.

        With `product_ids` it is asked of who buys these, which are of one edition; with
        `vendor_org_id` of who buys of that vendor; with `edition_id` of who buys there; with none
        of these of everybody. Marketing cannot be required. To publish it at once, give a text in
        each language of its scope. Without `edition_id` this needs the role manager in the whole
        organization.
        """
        organization_id = values.pop("organization_id")
        return _whole(
            service.create_consent(
                organization_id=organization_id, values=values, by=self.principal, now=now
            )
        )

    def change(self, row: Consent, changes: dict[str, Any], now: dt.datetime) -> Consent:
        """Change what is given; texts by language and lists are replaced whole.

        `"published": true` publishes, for which there must be a text in each language of the
        consent's scope: its edition's, or those of all editions that are not archived. From then
        on only `enabled` may be switched, and anything else that would change is 409
        `consent_published`, naming the fields; publishing cannot be taken back.
        """
        return _whole(
            service.update_consent(consent_id=row.pk, changes=changes, by=self.principal, now=now)
        )

    def remove(self, row: Consent, now: dt.datetime) -> None:
        """Delete a consent that nobody answered, published or not.

        One that has answers is 409 `consent_has_answers`: disable it instead. One that a segment
        names is 409 `still_referred_to`.
        """
        service.delete_consent(consent_id=row.pk, by=self.principal)


def _whole(consent: Consent) -> Consent:
    """The consent as it is now, with all that is shown of it."""
    return whole_consents(Consent.objects.filter(pk=consent.pk)).get()
