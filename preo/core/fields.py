"""Serializer fields of texts, addresses, ids, money and translated texts."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from orjson import Fragment
from rest_framework import serializers

from preo.core import ids, money
from preo.core.addresses import MAX_EMAIL, is_email, normalise_email
from preo.core.languages import Language
from preo.core.models import Row, parse_id

MAX_TRANSLATED = 2_000
"""Characters of a text in one language."""
_LARGEST_INTEGER = 2**63


class TextField(serializers.CharField):
    """A text. A number is none: no password is to be 12345 in two ways of writing it."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.EMAIL)
class EmailAddressField(TextField):
    """An e-mail address, normalised."""

    default_error_messages = {"invalid": "This is no e-mail address."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_EMAIL, **options)

    def to_internal_value(self, data: Any) -> str:
        email = normalise_email(super().to_internal_value(data))
        if not is_email(email):
            self.fail("invalid")
        return email


@extend_schema_field(OpenApiTypes.STR)
class IdField(serializers.Field[uuid.UUID, str, str, Any]):
    """A row's id with its prefix. As input it says only whether the form is right."""

    default_error_messages = {"unknown_id": "There is no {word} with this id."}

    def __init__(self, model: type[Row], **options: Any) -> None:
        self.model = model
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> uuid.UUID:
        value = parse_id(self.model, data)
        if value is None:
            self.fail("unknown_id", word=self.model._meta.verbose_name)
        return value

    def to_representation(self, value: uuid.UUID) -> str:
        return ids.encode_id(self.model.id_prefix, value)


class MoneyField(serializers.Field[int, Any, Fragment, Any]):
    """Minor units inside, a JSON number of major units with two decimals outside."""

    default_error_messages = {
        "not_a_number": "Give an amount as a number, such as 12.50.",
        "too_many_decimals": "An amount has at most two decimals.",
        "out_of_range": "The amount is too large.",
        "negative": "The amount may not be negative.",
    }

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        self.signed = signed
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("not_a_number")
        major = Decimal(data)
        if abs(major) > money.to_major(money.MAX_MINOR):
            self.fail("out_of_range")
        if major != round(major, 2):
            self.fail("too_many_decimals")
        if major < 0 and not self.signed:
            self.fail("negative")
        return money.from_major(major)

    def to_representation(self, value: int) -> Fragment:
        return money.to_json(value)


@extend_schema_field(OpenApiTypes.DOUBLE)
class NumberField(serializers.DecimalField):
    """A Decimal that the API shows as a JSON number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce_to_string=False, **options)


class ImageSerializer(serializers.Serializer[Any]):
    """The renditions of one picture."""

    thumbnail = serializers.URLField()
    optimized = serializers.URLField()
    large = serializers.URLField()
    original = serializers.URLField()


class TranslatedSerializer(serializers.Serializer[Any]):
    """One text per language; a language may be left out."""

    en = serializers.CharField(required=False)
    da = serializers.CharField(required=False)
    se = serializers.CharField(required=False)
    nl = serializers.CharField(required=False)
    pl = serializers.CharField(required=False)


@extend_schema_field(TranslatedSerializer)
class TranslatedField(serializers.JSONField):
    """A text in several languages."""


class TranslatedInField(serializers.DictField):
    """Texts by language as they are taken; other languages than ours are refused by name."""

    default_error_messages = {"unknown_language": "There is no language {language}."}

    def __init__(self, **options: Any) -> None:
        child = TextField(max_length=MAX_TRANSLATED, allow_blank=True)
        super().__init__(**{"child": child} | options)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        texts: dict[str, str] = super().to_internal_value(data)
        for language in texts:
            if language not in Language.values:
                self.fail("unknown_language", language=language)
        return {language: text for language, text in texts.items() if text}


@extend_schema_field({})
class AnyJSONField(serializers.JSONField):
    """Any JSON value. Numbers are kept as JSON readers take them: 64-bit integers and doubles."""

    def to_internal_value(self, data: Any) -> Any:
        return _with_json_numbers(data)


def _with_json_numbers(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {name: _with_json_numbers(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_with_json_numbers(value) for value in data]
    if isinstance(data, Decimal):
        whole = data.as_tuple().exponent == 0 and abs(data) < _LARGEST_INTEGER
        return int(data) if whole else float(data)
    return data
