"""What is taken when files are brought and imports changed."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from preo.core.errors import TooLargeError
from preo.core.fields import IdField, TextField
from preo.editions.models import CountryCode, Edition
from preo.imports.api.systems import SystemField
from preo.imports.columns.sources import EACH_A_LINE, FIRST_LINE_ONLY, IN_A_CELL
from preo.imports.files.encodings import ENCODINGS
from preo.imports.files.headers import MOST_ROWS
from preo.imports.files.values import DateOrder
from preo.imports.models import DataImport

DATE_ORDERS = [
    (DateOrder.DAY_FIRST.value, "Day first"),
    (DateOrder.MONTH_FIRST.value, "Month first"),
    (DateOrder.YEAR_FIRST.value, "Year first"),
]
GROUPING_CHOICES = [
    (EACH_A_LINE, "One line on each row, with the order's own columns"),
    (FIRST_LINE_ONLY, "One line on each row, the order's own columns on its first row alone"),
    (IN_A_CELL, "All lines of an order in one cell"),
]
SEPARATORS = [(",", "Comma"), (".", "Point")]


class Base64FileTooLargeError(TooLargeError):
    """A file may be sent as base64 within JSON only while it is small.

    Send it as `data_file` of a `multipart/form-data` body: such a file is never in memory whole.
    """

    code = "inline_file_too_large"
    title = "The file is too large to be sent as base64; send it as multipart/form-data."


@extend_schema_field(OpenApiTypes.STR)
class Base64FileField(TextField):
    """A file as base64, of at most 10 MB."""

    default_error_messages = {"not_base64": "This is no base64."}

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, **options)

    def run_validation(self, data: Any = empty) -> Any:
        """An empty text is an empty file, and told as one."""
        return ContentFile(b"") if data == "" else super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        if len(text) * 3 // 4 > settings.IMPORT_BASE64_LIMIT + 2:
            raise Base64FileTooLargeError
        try:
            content = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            self.fail("not_base64")
        return ContentFile(content)


class DataImportUpdateSerializer(serializers.Serializer[DataImport]):
    """A change of how the file is read lets it be read again; null lets what was found count again."""

    name = TextField(max_length=200, required=False)
    default_country_code = serializers.ChoiceField(
        CountryCode.choices, required=False, help_text="For phone numbers without a prefix."
    )
    source: Any = SystemField(
        required=False,
        allow_blank=True,
        help_text="What the other system is called; orders are known again by it and their id there.",
    )
    encoding = serializers.ChoiceField(list(ENCODINGS), required=False, allow_null=True)
    delimiter = TextField(
        min_length=1, max_length=1, required=False, allow_null=True, trim_whitespace=False
    )
    sheet = TextField(max_length=255, required=False, allow_null=True, trim_whitespace=False)
    header_row = serializers.IntegerField(
        min_value=0,
        max_value=MOST_ROWS,
        required=False,
        allow_null=True,
        help_text="From 1; 0 where the first row is data.",
    )
    decimal_separator = serializers.ChoiceField(SEPARATORS, required=False, allow_null=True)
    date_order = serializers.ChoiceField(DATE_ORDERS, required=False, allow_null=True)
    grouping = serializers.ChoiceField(
        GROUPING_CHOICES,
        required=False,
        allow_null=True,
        help_text="How the lines of one order stand in the file. Chosen as `first_line_only`, a row that names "
        "neither order nor buyer belongs to the order above it.",
    )

    def validate_delimiter(self, value: str | None) -> str | None:
        if value is not None and (value.isalnum() or value in "\r\n\"' "):
            raise serializers.ValidationError("Give a character that parts cells.", "invalid")
        return value


class DataImportCreateSerializer(serializers.Serializer[DataImport]):
    """Either `data_file`, in a multipart body, or `data_file_base64`."""

    edition_id = IdField(Edition)
    data_file = serializers.FileField(
        required=False, allow_empty_file=True, help_text="CSV or a workbook, up to 200 MB."
    )
    data_file_base64 = Base64FileField(
        required=False, help_text="CSV or a workbook, up to 10 MB; larger ones as multipart."
    )
    data_file_name = TextField(max_length=255, required=False)
    name = TextField(
        max_length=200,
        required=False,
        help_text="Made from the file's name where it is left out.",
    )
    default_country_code = serializers.ChoiceField(
        CountryCode.choices, required=False, help_text="For phone numbers without a prefix."
    )
    source: Any = SystemField(
        required=False,
        allow_blank=True,
        help_text="What the other system is called; else it is recognised by the file's header.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One file, as `content`, with its name."""
        uploaded, decoded = attrs.pop("data_file", None), attrs.pop("data_file_base64", None)
        if (uploaded is None) == (decoded is None):
            detail = "Give either data_file, as multipart/form-data, or data_file_base64."
            raise serializers.ValidationError({"data_file": [detail]}, "one_file")
        attrs["content"] = decoded if uploaded is None else uploaded
        attrs["data_file_name"] = attrs.get("data_file_name") or getattr(uploaded, "name", "file")
        return attrs


class NothingSerializer(serializers.Serializer[DataImport]):
    """An empty object, or no body at all."""
