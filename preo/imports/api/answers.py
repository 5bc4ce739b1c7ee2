"""How imports are shown."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from preo.accounts.models import StaffUser
from preo.core.fields import IdField
from preo.imports.models import DataImport
from preo.imports.service.runs import has_report
from preo.orders.api.lists import EditionLightSerializer


class ImportedBySerializer(serializers.ModelSerializer[StaffUser]):
    """Who brought it."""

    api_id = IdField(StaffUser, source="id", read_only=True)

    class Meta:
        model = StaffUser
        fields = ["api_id", "full_name", "email"]
        read_only_fields = fields


class ImportProgressSerializer(serializers.Serializer[DataImport]):
    """Of the step that runs, or ran last."""

    rows_total = serializers.SerializerMethodField(
        help_text="While the file is being read, about so many."
    )
    rows_done = serializers.IntegerField(
        help_text="Rows that were read; while it is importing, rows of orders that are in."
    )
    orders_created = serializers.IntegerField()
    orders_updated = serializers.IntegerField()
    orders_unchanged = serializers.IntegerField()
    users_created = serializers.IntegerField()
    rows_failed = serializers.IntegerField()

    def get_rows_total(self, row: DataImport) -> int:
        if row.row_count is not None:
            return row.row_count
        return max(row.rows_done, int(row.detected.get("estimated_rows", 0)))


class DataImportSerializer(serializers.ModelSerializer[DataImport]):
    """An import, how far it is, and how its file is read."""

    id = IdField(DataImport, read_only=True)
    edition = EditionLightSerializer(read_only=True)
    progress = ImportProgressSerializer(source="*", read_only=True)
    error_report_url = serializers.SerializerMethodField(
        help_text="The rows that failed, each with its reason: CSV, or a workbook where it was one."
    )
    created_by = ImportedBySerializer(read_only=True, allow_null=True)
    same_file_import_id = IdField(
        DataImport,
        read_only=True,
        allow_null=True,
        help_text="The newest earlier import of the very same file.",
    )
    encoding = serializers.CharField(
        source="reading.encoding", read_only=True, allow_null=True, help_text="Of a CSV file."
    )
    delimiter = serializers.CharField(
        source="reading.delimiter", read_only=True, allow_null=True, help_text="Of a CSV file."
    )
    sheets: Any = serializers.ListField(
        source="reading.sheets",
        child=serializers.CharField(),
        read_only=True,
        default=list,
        help_text="The visible sheets of a workbook.",
    )
    sheet = serializers.CharField(
        source="reading.sheet", read_only=True, allow_null=True, help_text="The one that is read."
    )
    header_row = serializers.IntegerField(
        source="reading.header_row",
        read_only=True,
        allow_null=True,
        help_text="From 1; 0 where the first row is data.",
    )
    decimal_separator = serializers.CharField(
        source="reading.decimal_separator", read_only=True, allow_null=True
    )
    date_order = serializers.CharField(
        source="reading.date_order",
        read_only=True,
        allow_null=True,
        help_text="dmy, mdy or ymd: what comes first in a date.",
    )
    grouping = serializers.CharField(
        source="reading.grouping",
        read_only=True,
        allow_null=True,
        help_text="How the lines of one order stand: `lines`, each on a row with the order's own columns; "
        "`first_line_only`, on rows of which only the first has them; `lines_in_a_cell`.",
    )

    class Meta:
        model = DataImport
        fields = [
            "id", "edition", "stage", "service", "source", "name", "data_file_name", "file_size",
            "default_country_code", "row_count", "progress", "error_message", "error_report_url",
            "created_by", "same_file_import_id", "encoding", "delimiter", "sheets", "sheet",
            "header_row", "decimal_separator", "date_order", "grouping", "started_at", "completed_at",
            "undo_started_at", "undone_at", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields
        extra_kwargs = {
            "stage": {
                "help_text": "uploaded: the file is being read; needs_column_mapping: waits for the "
                "mapping; needs_product_mapping: checked, products to be assigned; importing: runs "
                "in the background; failed: met an error."
            },
            "source": {"help_text": "What the other system is called; empty until it is known."},
            "file_size": {"help_text": "Bytes."},
            "error_message": {"help_text": "Why it failed; else empty."},
        }

    def get_error_report_url(self, row: DataImport) -> str | None:
        """None while no row has failed, and when the rows are not kept any more."""
        if not has_report(row):
            return None
        return f"{settings.BASE_URL}/v1/data-imports/{row.api_id}/error-report"
