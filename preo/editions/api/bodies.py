"""What is taken when an edition is created or changed."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from preo.core.fields import AnyJSONField, IdField, NumberField, TextField, TranslatedInField
from preo.core.languages import Language
from preo.core.money import Currency
from preo.editions.models import (
    CountryCode,
    Edition,
    Event,
    FeeRule,
    MerchantAccount,
    SmsSenderName,
    TaxType,
)
from preo.organizations.models import Organization


@extend_schema_field({"type": "object"})
class ObjectField(AnyJSONField):
    """A JSON object, kept as it is."""

    default_error_messages = {"not_an_object": "Give an object."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            self.fail("not_an_object")
        return super().to_internal_value(data)


class EventUpdateSerializer(serializers.Serializer[Event]):
    name = TextField(max_length=200)


class EventCreateSerializer(EventUpdateSerializer):
    organization_id = IdField(Organization)


class EditionCreateSerializer(serializers.Serializer[Edition]):
    organization_id = IdField(Organization)
    event_id = IdField(Event)
    name = TextField(max_length=200)
    start_date = serializers.DateTimeField(required=False, allow_null=True)
    end_date = serializers.DateTimeField(required=False, allow_null=True)
    timezone = TextField(required=False, default="UTC")
    default_country_code = serializers.ChoiceField(CountryCode.choices, default=CountryCode.DK)
    default_language = serializers.ChoiceField(Language.choices, default=Language.EN)
    enabled_languages = serializers.ListField(
        child=serializers.ChoiceField(Language.choices), required=False, min_length=1
    )
    tax_type = serializers.ChoiceField(TaxType.choices, default=TaxType.NONE)


def _rate() -> NumberField:
    return NumberField(
        max_digits=6, decimal_places=3, min_value=0, max_value=100, required=False,
        help_text="Per cent, 0 to 100.",
    )  # fmt: skip


class EditionUpdateSerializer(serializers.Serializer[Edition]):
    name = TextField(max_length=200, required=False)
    start_date = serializers.DateTimeField(required=False, allow_null=True)
    end_date = serializers.DateTimeField(required=False, allow_null=True)
    timezone = TextField(required=False)
    default_country_code = serializers.ChoiceField(CountryCode.choices, required=False)
    is_draft = serializers.BooleanField(required=False)
    is_archived = serializers.BooleanField(required=False)
    default_language = serializers.ChoiceField(Language.choices, required=False)
    enabled_languages = serializers.ListField(
        child=serializers.ChoiceField(Language.choices), required=False, min_length=1
    )
    tax_type = serializers.ChoiceField(TaxType.choices, required=False)
    default_price_tax_rate = _rate()
    default_deposit_tax_rate = _rate()
    default_packaging_deposit_tax_rate = _rate()
    currency = serializers.ChoiceField(Currency.choices, required=False)
    fee_rule_id = IdField(FeeRule, required=False, allow_null=True)
    merchant_account_id = IdField(MerchantAccount, required=False, allow_null=True)
    merchant_account_extra_parameters = ObjectField(required=False)
    merchant_id = ObjectField(required=False)
    metadata = AnyJSONField(
        required=False, help_text="Merged into what is there; a member given as null is removed."
    )
    sms_sender_name = serializers.ChoiceField(SmsSenderName.choices, required=False)
    email_sender_name = TextField(max_length=50, required=False, allow_null=True, allow_blank=True)
    email_sender_address = serializers.EmailField(
        required=False, allow_null=True, allow_blank=True, max_length=254
    )
    email_reply_to = serializers.EmailField(
        required=False, allow_null=True, allow_blank=True, max_length=254
    )
    meta_title = TranslatedInField(required=False, help_text="Language code to text.")
    meta_description = TranslatedInField(required=False, help_text="Language code to text.")
    meta_image_id = TextField(required=False, allow_null=True)
    transaction_receipt_email_id = TextField(required=False, allow_null=True)
    refund_confirmation_email_id = TextField(required=False, allow_null=True)
