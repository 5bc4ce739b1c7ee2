"""What a customer answered to consents, each with its proof; and writing down another answer."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.accounts.models import ApiKey, StaffUser
from preo.activity.models import ActorKind
from preo.consents.models import Consent, ConsentAnswer, ConsentType, CurrentAnswer, Method
from preo.consents.queries import readable_consents
from preo.consents.service.answers import MAX_USER_AGENT, record_answer
from preo.core.access import Role
from preo.core.errors import NotFoundError
from preo.core.fields import IdField, TextField
from preo.core.filters import Filters, IdFilter
from preo.core.ids import encode_id
from preo.core.languages import Language
from preo.core.models import parse_id
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import Customer
from preo.people.queries import readable_people

_ACTORS: Mapping[str, type[StaffUser] | type[ApiKey] | type[Customer]] = {
    ActorKind.STAFF: StaffUser,
    ActorKind.API_KEY: ApiKey,
    ActorKind.CUSTOMER: Customer,
}


class ConsentAnswerSerializer(serializers.ModelSerializer[ConsentAnswer]):
    """What a customer answered once, and the proof of it."""

    id = IdField(ConsentAnswer, read_only=True)
    user_id = IdField(
        Customer,
        source="customer_id",
        read_only=True,
        help_text="Also one who was merged into this user.",
    )
    consent_id = IdField(Consent, read_only=True)
    title = serializers.CharField(source="consent.title", read_only=True)
    type = serializers.ChoiceField(ConsentType.choices, source="consent.type", read_only=True)
    accepted = serializers.BooleanField(
        read_only=True, help_text="False for a no and for taking back a yes."
    )
    is_current = serializers.BooleanField(
        read_only=True, help_text="Whether this is the user's latest answer, which counts."
    )
    answered_at = serializers.DateTimeField(source="answered", read_only=True)
    recorded_at = serializers.DateTimeField(source="created", read_only=True)
    method = serializers.ChoiceField(Method.choices, read_only=True)
    text_sha256 = serializers.SerializerMethodField(
        help_text="Of the very text that was shown, in UTF-8; null where none was."
    )
    language = serializers.ChoiceField(
        Language.choices, read_only=True, allow_null=True, help_text="Of the text."
    )
    ip_address = serializers.CharField(read_only=True, allow_null=True)
    user_agent = serializers.CharField(read_only=True, allow_null=True)
    actor_kind = serializers.ChoiceField(
        ActorKind.choices, read_only=True, help_text="Who wrote it down."
    )
    actor_id = serializers.SerializerMethodField()

    class Meta:
        model = ConsentAnswer
        fields = [
            "id", "user_id", "consent_id", "title", "type", "accepted", "is_current",
            "answered_at", "recorded_at", "method", "text_sha256", "language", "ip_address",
            "user_agent", "actor_kind", "actor_id",
        ]  # fmt: skip
        read_only_fields = fields

    def get_text_sha256(self, answer: ConsentAnswer) -> str | None:
        return None if answer.text_hash is None else bytes(answer.text_hash).hex()

    def get_actor_id(self, answer: ConsentAnswer) -> str | None:
        kind = _ACTORS.get(answer.actor_kind)
        if kind is None or answer.actor_id is None:
            return None
        return encode_id(kind.id_prefix, answer.actor_id)


class AnswerBodySerializer(serializers.Serializer[Any]):
    consent_id = IdField(Consent)
    accepted = serializers.BooleanField(help_text="False to take back what was accepted, too.")
    answered_at = serializers.DateTimeField(
        source="answered", required=False, help_text="When the user said it; just now without it."
    )
    language = serializers.ChoiceField(
        Language.choices,
        required=False,
        allow_null=True,
        help_text="In which the text was shown: the hash of that text is kept with the answer.",
    )
    ip_address = serializers.IPAddressField(
        required=False, allow_null=True, help_text="Of the user's own device."
    )
    user_agent = TextField(
        required=False,
        allow_null=True,
        max_length=MAX_USER_AGENT,
        help_text="What the user's own browser calls itself.",
    )


class ConsentAnswerFilters(Filters):
    consent_id = IdFilter(model=Consent)


class UserConsentViewSet(ResourceViewSet[ConsentAnswer]):
    """A customer's answers to consents."""

    queryset = ConsentAnswer.objects.all()
    serializer_class = ConsentAnswerSerializer
    filterset_class = ConsentAnswerFilters
    bodies = {"create": AnswerBodySerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {"list": Role.STAFF, "create": Role.STAFF}
    tag = "User"
    scope = "users"
    orderings: ClassVar[Mapping[str, str]] = {"answered_at": "answered", "recorded_at": "created"}
    default_ordering: ClassVar[Sequence[str]] = ("-answered",)

    def get_queryset(self) -> QuerySet[ConsentAnswer]:
        return _told(ConsentAnswer.objects.all())

    @extend_schema(operation_id="listUserConsents", summary="List user's answers to consents")
    def list(self, request: Request, id: str = "") -> Response:  # noqa: A002 - the route's word
        """Every answer, the latest first, with its proof: the hash of the text that was shown, when, how and to whom.

        The answers of who was merged into this user are among them. To who has only an edition's role, those to
        consents that matter there.
        """
        return super().list(request)

    def filtered(self, queryset: QuerySet[ConsentAnswer]) -> QuerySet[ConsentAnswer]:
        customer = self._customer(readable_people(self.principal))
        people = Customer.objects.filter(Q(pk=customer.pk) | Q(merged_into=customer.pk))
        seen = readable_consents(self.principal)
        return super().filtered(
            queryset.filter(
                organization=customer.organization_id,
                customer__in=list(people.values_list("pk", flat=True)),
                consent__in=seen,
            )
        )

    @extend_schema(operation_id="recordUserConsent", summary="Record user's answer to a consent")
    def create(self, request: Request, id: str = "") -> Response:  # noqa: A002 - the route's word
        """Write down what a user answered: on the phone, at a desk, in another system's checkout.

        Needs the role staff in the whole organization. It is kept as proof, with who wrote it, and neither changed nor
        deleted; the latest answer counts. A consent that is not published is 409 `consent_not_published`.
        """
        whole = self.principal.organization_ids(Role.STAFF)
        customer = self._customer(Customer.objects.present().filter(organization__in=whole))
        values = self.body(AnswerBodySerializer)
        if language := values.get("language"):
            values["language"] = Language(language)
        answer = record_answer(customer=customer, **values, by=self.principal, now=timezone.now())
        return Response(
            self.shown(_told(ConsentAnswer.objects.all()).get(pk=answer.pk)), status=201
        )

    def _customer(self, people: QuerySet[Customer]) -> Customer:
        """Raises NotFoundError."""
        key = parse_id(Customer, self.kwargs["id"])
        customer = people.filter(pk=key).first() if key else None
        if customer is None:
            raise NotFoundError
        return customer


def _told(answers: QuerySet[ConsentAnswer]) -> QuerySet[ConsentAnswer]:
    """Answers with all that is shown of them."""
    # Who was merged keeps latest answers, too; what counts was written for the kept one anew.
    current = CurrentAnswer.objects.filter(
        answer=OuterRef("pk"), customer__merged_into__isnull=True
    )
    return answers.select_related("consent").annotate(is_current=Exists(current))
