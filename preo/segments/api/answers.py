"""How segments and their members are shown."""

from rest_framework import serializers

from preo.consents.models import Consent
from preo.core.fields import AnyJSONField, IdField
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.models import Segment

LIST_FIELDS = [
    "id", "organization_id", "edition_id", "consent_id", "name", "description", "status",
    "communication_type", "communication_channel", "user_count", "last_calculated", "created",
    "modified",
]  # fmt: skip
HELP = {
    "communication_type": {
        "help_text": "Transactional: what belongs to an order. Marketing: only who agreed to it."
    },
    "communication_channel": {
        "help_text": "How members can be reached: by a valid e-mail address, a valid phone number, "
        "an active wallet pass, or by any of these."
    },
    "user_count": {"help_text": "Members found by the last calculation."},
    "calculation_duration": {"help_text": "How long the last calculation took, `HH:MM:SS.ffffff`."},
    "error_message": {"help_text": "Why the calculation failed; else empty."},
    "entered_count": {"help_text": "Who came in with the last calculation."},
    "left_count": {"help_text": "Who went out with the last calculation."},
}


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    """Customers for whom a condition is true and who may be reached."""

    id = IdField(Segment, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition_id = IdField(Edition, read_only=True, allow_null=True)
    consent_id = IdField(Consent, read_only=True, allow_null=True)

    class Meta:
        model = Segment
        fields = LIST_FIELDS
        read_only_fields = fields
        extra_kwargs = HELP


class SegmentDetailSerializer(SegmentSerializer):
    """A segment with its condition, and how its last calculation ended."""

    class Meta(SegmentSerializer.Meta):
        fields = [
            *LIST_FIELDS, "condition", "calculation_duration", "error_message", "entered_count",
            "left_count",
        ]  # fmt: skip
        read_only_fields = fields


class SegmentUserSerializer(serializers.ModelSerializer[Customer]):
    """A member of a segment."""

    api_id = IdField(Customer, source="id", read_only=True)
    full_name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True, allow_null=True)
    metadata = AnyJSONField(read_only=True)

    class Meta:
        model = Customer
        fields = [
            "api_id", "full_name", "email", "phone_number", "date_joined", "last_seen", "metadata",
        ]  # fmt: skip
        read_only_fields = fields


class CelProblemSerializer(serializers.Serializer[object]):
    """What is wrong or odd in a condition, and where.

    Lines and columns count from 1, `start` and `end` from 0; all count code points.
    """

    code = serializers.CharField()
    message = serializers.CharField()
    line = serializers.IntegerField()
    column = serializers.IntegerField()
    end_line = serializers.IntegerField()
    end_column = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    hint = serializers.CharField(help_text="What to write instead; may be empty.")


class CelValidationSerializer(serializers.Serializer[object]):
    """Whether a condition could be saved, and all that is wrong with it."""

    valid = serializers.BooleanField()
    error = serializers.CharField(allow_null=True, help_text="The first mistake in one sentence.")
    errors = CelProblemSerializer(many=True)  # type: ignore[assignment] # also a serializer's property
    warnings = CelProblemSerializer(many=True)


class SegmentSampleSerializer(serializers.Serializer[object]):
    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField(allow_null=True)


class SegmentPreviewSerializer(serializers.Serializer[object]):
    """`size` less `no_address`, `no_consent` and `suppressed` is `reachable`: nobody counts twice."""

    size = serializers.IntegerField(help_text="For whom the condition is true.")
    no_address = serializers.IntegerField(help_text="Of those, without what the channel needs.")
    no_consent = serializers.IntegerField(help_text="Of the rest, who did not agree to marketing.")
    suppressed = serializers.IntegerField(help_text="Of the rest, who get nothing any more.")
    reachable = serializers.IntegerField(help_text="Who would be members.")
    duration = serializers.FloatField(help_text="Seconds that the count took.")
    sample = SegmentSampleSerializer(many=True, help_text="Up to ten of the reachable.")


class SegmentPartSerializer(serializers.Serializer[object]):
    """A part of a condition, and what it comes to for one person."""

    depth = serializers.IntegerField(help_text="How deep it stands in the condition, from 0.")
    kind = serializers.ChoiceField(["all", "any", "not", "choice", "test"])
    text = serializers.CharField()
    line = serializers.IntegerField()
    column = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    value = serializers.BooleanField(
        allow_null=True, help_text="Null where it is an error, such as a field that is not there."
    )


class SegmentReachSerializer(serializers.Serializer[object]):
    """A rule of who may be reached: all rules of one channel must hold, and the consent's besides."""

    code = serializers.CharField()
    channel = serializers.CharField(help_text="email, sms, pass_push; `consent` for the consent.")
    sentence = serializers.CharField()
    holds = serializers.BooleanField()


class SegmentExplanationSerializer(serializers.Serializer[object]):
    """Why a person is in a segment, or is not."""

    user_id = serializers.CharField()
    is_member = serializers.BooleanField(help_text="By the last calculation.")
    would_be_member = serializers.BooleanField(
        allow_null=True, help_text="By a calculation now; null without a condition."
    )
    is_in_population = serializers.BooleanField(
        help_text="Of the segment's edition, if it has one: with an order there."
    )
    matches = serializers.BooleanField(
        allow_null=True, help_text="The whole condition; null where it is an error."
    )
    is_reachable = serializers.BooleanField()
    parts = SegmentPartSerializer(many=True)
    reach = SegmentReachSerializer(many=True)
