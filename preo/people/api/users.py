import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from preo.consents.models import Consent, ConsentType
from preo.core.access import Role
from preo.core.errors import NotFoundError
from preo.core.fields import AnyJSONField, EmailAddressField, IdField, MoneyField, TextField
from preo.core.languages import Language
from preo.core.models import parse_id
from preo.core.money import Currency
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import PRESENT, Customer, Never
from preo.people.api.lists import LIST_FIELDS, UserFilters, UserSerializer
from preo.people.queries import Facts, facts_of, readable_people, whom_became
from preo.people.service.users import update_user


class UserSpentSerializer(serializers.Serializer[Any]):
    """What a customer spent in one currency, less what was refunded."""

    currency = serializers.ChoiceField(Currency.choices, read_only=True)
    amount = MoneyField(read_only=True, signed=True)


class UserConsentSerializer(serializers.Serializer[Any]):
    """A published consent, and the customer's latest answer to it."""

    consent_id = IdField(Consent, read_only=True)
    title = serializers.CharField(read_only=True)
    type = serializers.ChoiceField(ConsentType.choices, read_only=True)
    accepted = serializers.BooleanField(
        read_only=True, help_text="Also false where there is no answer."
    )
    answered_at = serializers.DateTimeField(read_only=True, allow_null=True)


class UserDetailSerializer(UserSerializer):
    """A customer with what was bought and agreed to."""

    language = serializers.ChoiceField(Language.choices, read_only=True, allow_null=True)
    orders_count = serializers.SerializerMethodField(help_text="Confirmed and completed orders.")
    total_spent = serializers.SerializerMethodField(
        help_text="By these orders, less what was refunded."
    )
    consents = serializers.SerializerMethodField()

    class Meta(UserSerializer.Meta):
        fields = [
            *LIST_FIELDS, "first_name", "last_name", "language", "orders_count", "total_spent",
            "consents",
        ]  # fmt: skip
        read_only_fields = fields

    @property
    def facts(self) -> Facts:
        found: Facts = self.context["facts"]
        return found

    def get_orders_count(self, customer: Customer) -> int:
        return self.facts.orders_count

    @extend_schema_field(UserSpentSerializer(many=True))
    def get_total_spent(self, customer: Customer) -> Any:
        return UserSpentSerializer(self.facts.total_spent, many=True).data

    @extend_schema_field(UserConsentSerializer(many=True))
    def get_consents(self, customer: Customer) -> Any:
        return UserConsentSerializer(self.facts.consents, many=True).data


class UserUpdateSerializer(serializers.Serializer[Any]):
    first_name = TextField(max_length=150, allow_blank=True)
    last_name = TextField(max_length=150, allow_blank=True)
    email = EmailAddressField(allow_null=True)
    phone_number = TextField(
        allow_null=True,
        max_length=60,
        help_text="E.164, or national with the edition's default country code.",
    )
    language = serializers.ChoiceField(
        Language.choices, allow_null=True, help_text="Null: the organization's own."
    )
    metadata = AnyJSONField()


@extend_schema_view(
    list=extend_schema(
        operation_id="listUsers",
        summary="List users",
        description=(
            "Customers, who joined last first; those who were erased or merged into another are left out.\n"
            "\n"
            "Who has only an edition's role sees the customers with an order there. In an order by `last_seen` who was "
            "never seen counts as seen before all others."
        ),
    ),
    retrieve=extend_schema(
        operation_id="getUser",
        summary="Retrieve user",
        description=(
            "A customer with what was bought, by confirmed and completed orders, and the latest answers to the "
            "published consents.\n"
            "\n"
            "To who has only an edition's role, of that edition. The id of somebody who was merged into another is 404 with "
            "`merged_into`, the id of the other."
        ),
    ),
    partial_update=extend_schema(operation_id="updateUser", summary="Partially update user"),
)
class UserViewSet(ResourceViewSet[Customer]):
    """Customers of the organizations that the caller has access to."""

    queryset = Customer.objects.all()
    serializer_class = UserSerializer
    answer_class = UserDetailSerializer
    filterset_class = UserFilters
    bodies = {"partial_update": UserUpdateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "retrieve": Role.STAFF,
        "partial_update": Role.STAFF,
    }
    tag = "User"
    scope = "users"
    orderings: ClassVar[Mapping[str, str]] = {
        "date_joined": "date_joined",
        "last_seen": "seen",
        "full_name": "full_name",
        "email": "email",
    }
    default_ordering: ClassVar[Sequence[str]] = ("-date_joined",)

    def get_queryset(self) -> QuerySet[Customer]:
        if self.action in {"list", "retrieve"}:
            return readable_people(self.principal).alias(seen=Coalesce("last_seen", Never()))
        # Written by those alone whose role is in the whole organization.
        return super().get_queryset().filter(PRESENT)

    def get_object(self) -> Customer:
        try:
            return super().get_object()
        except NotFoundError:
            key = parse_id(Customer, self.kwargs["id"])
            became = whom_became(key, by=self.principal) if key else None
            extra = {"merged_into": became.api_id} if became else None
            raise NotFoundError(extra=extra) from None

    def shown(self, row: Customer) -> Mapping[str, Any]:
        facts = facts_of(row, by=self.principal)
        data: Mapping[str, Any] = UserDetailSerializer(row, context={"facts": facts}).data
        return data

    def change(self, row: Customer, changes: dict[str, Any], now: dt.datetime) -> Customer:
        """Change what is given. Needs the role staff in the whole organization.

        The e-mail address is normalised; one that another of the organization's customers has is 409 `email_taken`. A
        phone number without a country's prefix gets that of the edition of the customer's latest order, else of the
        organization's newest edition. `metadata` is merged (RFC 7396).

        Consents stay with the person. A suppression stays with its address: who gets another address can be written to
        there, and the old one remains suppressed.
        """
        return update_user(user_id=row.pk, changes=changes, by=self.principal, now=now)
