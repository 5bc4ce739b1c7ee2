"""The choices of the forms that create and edit an edition."""

import functools
import uuid
import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from preo.core.languages import Language
from preo.core.money import Currency
from preo.editions.models import (
    CountryCode,
    Event,
    FeeRule,
    MerchantAccount,
    SmsSenderName,
    TaxType,
)


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # also Field.label
    description = serializers.CharField(allow_null=True)


class MerchantAccountChoiceSerializer(ChoiceSerializer):
    type = serializers.CharField()
    supported_currencies = serializers.ListField(child=serializers.CharField())


class EditionFieldChoicesSerializer(serializers.Serializer[Any]):
    timezones = ChoiceSerializer(many=True)
    languages = ChoiceSerializer(many=True)
    country_codes = ChoiceSerializer(many=True)
    currencies = ChoiceSerializer(many=True)
    tax_types = ChoiceSerializer(many=True)
    sms_sender_names = ChoiceSerializer(many=True)
    merchant_accounts = MerchantAccountChoiceSerializer(many=True)
    fee_rules = ChoiceSerializer(many=True)
    receipt_emails = ChoiceSerializer(many=True)
    refund_confirmation_emails = ChoiceSerializer(many=True)
    events = ChoiceSerializer(many=True)


def edition_choices(organization_ids: Iterable[uuid.UUID]) -> dict[str, Any]:
    """All choices; rows are those of these organizations."""
    ids = list(organization_ids)
    return {
        "timezones": timezones(),
        "languages": _fixed(Language),
        "country_codes": _fixed(CountryCode),
        "currencies": _fixed(Currency),
        "tax_types": _fixed(TaxType),
        "sms_sender_names": _fixed(SmsSenderName),
        "merchant_accounts": [
            _row(account)
            | {"type": account.type, "supported_currencies": account.supported_currencies}
            for account in MerchantAccount.objects.filter(organization__in=ids).order_by("name")
        ],
        "fee_rules": [
            _row(r) for r in FeeRule.objects.filter(organization__in=ids).order_by("name")
        ],
        # E-mail messages belong to a slice above; until there are any, none can be chosen.
        "receipt_emails": [],
        "refund_confirmation_emails": [],
        "events": [_row(e) for e in Event.objects.filter(organization__in=ids).order_by("name")],
    }


@functools.cache
def timezones() -> list[dict[str, Any]]:
    """The IANA zones that a place can be in, by name."""
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if name == "UTC" or ("/" in name and not name.startswith(("Etc/", "posix/", "right/")))
    )
    return [_choice(name, name.replace("_", " ")) for name in names]


def _fixed(choices: type[TextChoices]) -> list[dict[str, Any]]:
    return [_choice(str(value), str(label)) for value, label in choices.choices]


def _row(row: Event | FeeRule | MerchantAccount) -> dict[str, Any]:
    return _choice(row.api_id, row.name)


def _choice(value: str, label: str) -> dict[str, Any]:
    return {"value": value, "label": label, "description": None}
