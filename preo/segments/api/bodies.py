"""What is taken when segments are made and changed, and conditions tried out."""

from typing import Any

from rest_framework import serializers

from preo.consents.models import Consent
from preo.core.fields import IdField, TextField
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.models import CommunicationChannel, CommunicationType, Segment

MAX_DESCRIPTION = 5_000


class ConditionField(TextField):
    """CEL, kept letter for letter: blanks are part of the places that mistakes are told by.

    A text of nothing but blanks is none.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        return text if text.strip() else ""


class AudienceSerializer(serializers.Serializer[Any]):
    edition_id = IdField(
        Edition,
        required=False,
        allow_null=True,
        help_text="Only buyers there, and what they did there.",
    )
    consent_id = IdField(
        Consent,
        required=False,
        allow_null=True,
        help_text="The consent that marketing needs; without one any marketing consent of the "
        "organization or the edition.",
    )
    communication_type = serializers.ChoiceField(
        CommunicationType.choices,
        required=False,
        help_text="Transactional: what belongs to an order. Marketing: only who agreed to it.",
    )
    communication_channel = serializers.ChoiceField(
        CommunicationChannel.choices,
        required=False,
        help_text="How members can be reached: by a valid e-mail address, a valid phone number, "
        "an active wallet pass, or by any of these.",
    )


class SegmentUpdateSerializer(AudienceSerializer):
    name = TextField(max_length=255)
    description = TextField(max_length=MAX_DESCRIPTION, required=False, allow_blank=True)
    condition = ConditionField(
        required=False, help_text="CEL; members are those for whom it is true."
    )


class SegmentCreateSerializer(SegmentUpdateSerializer):
    organization_id = IdField(Organization)


class PreviewBodySerializer(AudienceSerializer):
    organization_id = IdField(Organization)
    condition = ConditionField(help_text="CEL.")


class ValidateCelSerializer(serializers.Serializer[Any]):
    condition = ConditionField(help_text="CEL.")
    organization_id = IdField(
        Organization,
        required=False,
        allow_null=True,
        help_text="Also warns of what cannot be so there, such as a product that is not there.",
    )
    edition_id = IdField(Edition, required=False, allow_null=True)


class NothingSerializer(serializers.Serializer[Segment]):
    """An empty object, or no body at all."""
