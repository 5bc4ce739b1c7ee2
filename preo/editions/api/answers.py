"""How an edition is shown."""

from rest_framework import serializers

from preo.core.fields import AnyJSONField, IdField, ImageSerializer, NumberField, TranslatedField
from preo.editions.models import DateStatus, Edition, Event, FeeRule, MerchantAccount
from preo.organizations.api import OrganizationLightSerializer
from preo.organizations.models import Organization


class EventSerializer(serializers.ModelSerializer[Event]):
    id = IdField(Event, read_only=True)

    class Meta:
        model = Event
        fields = ["id", "name"]
        read_only_fields = ["name"]


class EventDetailSerializer(serializers.ModelSerializer[Event]):
    """An event with the organization that it belongs to."""

    id = IdField(Event, read_only=True)
    organization_id = IdField(Organization, read_only=True)

    class Meta:
        model = Event
        fields = ["id", "organization_id", "name", "created", "modified"]
        read_only_fields = fields


class EditionSerializer(serializers.ModelSerializer[Edition]):
    """An edition in a list."""

    id = IdField(Edition, read_only=True)
    organization = OrganizationLightSerializer(read_only=True)
    status = serializers.ChoiceField(DateStatus.choices, read_only=True)

    class Meta:
        model = Edition
        fields = [
            "id", "name", "full_name", "slug", "start_date", "end_date", "timezone", "is_draft",
            "is_archived", "published_at", "organization", "status", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields


class EditionDetailSerializer(serializers.ModelSerializer[Edition]):
    """An edition with all its settings."""

    id = IdField(Edition, read_only=True)
    organization = OrganizationLightSerializer(read_only=True)
    event = EventSerializer(read_only=True, allow_null=True)
    status = serializers.ChoiceField(DateStatus.choices, read_only=True, help_text="By the dates.")
    default_price_tax_rate = NumberField(max_digits=6, decimal_places=3, read_only=True)
    default_deposit_tax_rate = NumberField(max_digits=6, decimal_places=3, read_only=True)
    default_packaging_deposit_tax_rate = NumberField(max_digits=6, decimal_places=3, read_only=True)
    fee_rule_id = IdField(FeeRule, read_only=True, allow_null=True)
    merchant_account_id = IdField(MerchantAccount, read_only=True, allow_null=True)
    merchant_account_extra_parameters = AnyJSONField(read_only=True)
    merchant_id = AnyJSONField(
        read_only=True, help_text="Replaces the organization's merchant id in split payments."
    )
    metadata = AnyJSONField(read_only=True)
    meta_title = TranslatedField(read_only=True)
    meta_description = TranslatedField(read_only=True)
    meta_image = ImageSerializer(read_only=True, allow_null=True)
    meta_image_id = serializers.CharField(read_only=True, allow_null=True)
    transaction_receipt_email_id = serializers.CharField(read_only=True, allow_null=True)
    refund_confirmation_email_id = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Edition
        fields = [
            "id", "name", "full_name", "slug", "organization", "event", "start_date", "end_date",
            "timezone", "default_country_code", "is_draft", "is_archived", "published_at", "status",
            "default_language", "enabled_languages", "tax_type", "default_price_tax_rate",
            "default_deposit_tax_rate", "default_packaging_deposit_tax_rate", "currency",
            "fee_rule_id", "merchant_account_id", "merchant_account_extra_parameters",
            "merchant_id", "metadata", "sms_sender_name", "email_sender_name",
            "email_sender_address", "email_reply_to", "meta_title", "meta_description",
            "meta_image", "meta_image_id", "transaction_receipt_email_id",
            "refund_confirmation_email_id", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields
