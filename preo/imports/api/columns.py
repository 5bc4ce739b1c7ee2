from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.fields import TextField
from preo.imports.api.answers import DataImportSerializer
from preo.imports.api.bodies import NothingSerializer
from preo.imports.api.views import DataImportViewSet
from preo.imports.columns.checking import MappingProblem
from preo.imports.columns.fields import Field
from preo.imports.models import DataImport, ImportProblem
from preo.imports.service import columns as service


class ImportColumnSerializer(serializers.Serializer[Any]):
    """A column of the file."""

    index = serializers.IntegerField(help_text="From 0.")
    name = serializers.CharField()
    samples: Any = serializers.ListField(
        child=serializers.CharField(), help_text="A few different values."
    )
    empty_share = serializers.FloatField(help_text="0 to 1.")


class ImportFieldSerializer(serializers.Serializer[Field]):
    """What a column can be."""

    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # also Field.label
    description = serializers.CharField()
    type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment] # also Field.required


class ColumnMappingSerializer(serializers.Serializer[Any]):
    """What one column is."""

    column = serializers.IntegerField(min_value=0, help_text="The column's index.")
    field = TextField(max_length=128, allow_null=True, help_text="Null: the column is left out.")
    format = TextField(
        max_length=40,
        required=False,
        allow_null=True,
        help_text="A date format such as DD/MM/YYYY, or a decimal separator.",
    )
    confidence = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="Of the suggestion, 0 to 1; null: staff's choice.",
    )


class ColumnMappingsSerializer(serializers.Serializer[service.ColumnMappings]):
    columns = ImportColumnSerializer(many=True)
    fields = ImportFieldSerializer(many=True)  # type: ignore[assignment] # also Serializer.fields
    mappings = ColumnMappingSerializer(many=True)


class ColumnMappingsUpdateSerializer(serializers.Serializer[Any]):
    mappings = ColumnMappingSerializer(many=True)


# The generator would call every member of a PATCH's body optional; the list is not.
_UPDATE_BODY = {
    "type": "object",
    "description": "Replaces the whole list: a column that is not named is left out.",
    "properties": {
        "mappings": {"type": "array", "items": {"$ref": "#/components/schemas/ColumnMapping"}}
    },
    "required": ["mappings"],
}


class RowProblemSerializer(serializers.Serializer[Any]):
    row = serializers.SerializerMethodField(help_text="As a spreadsheet counts; null: all rows.")
    column = serializers.CharField(allow_null=True, help_text="The column's name.")
    code = serializers.CharField()
    message = serializers.CharField()
    value = serializers.CharField(allow_null=True)

    def get_row(self, problem: ImportProblem | MappingProblem) -> int | None:
        return problem.number if isinstance(problem, ImportProblem) else None


class ValidationSerializer(serializers.Serializer[service.Validation]):
    valid = serializers.BooleanField()
    errors = RowProblemSerializer(  # type: ignore[assignment] # also Serializer.errors
        many=True, help_text="The first 1,000."
    )
    warnings = RowProblemSerializer(many=True, help_text="The first 1,000.")
    rows_checked = serializers.IntegerField()
    error_count = serializers.IntegerField(help_text="All of them.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Errors and warnings by code, all of them."
    )


class ColumnMappingViewSet(DataImportViewSet):
    """The columns of an import's file."""

    bodies = {}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "column_mappings": Role.STAFF,
        "update_column_mappings": Role.STAFF,
        "validate": Role.STAFF,
        "process": Role.STAFF,
    }

    @extend_schema(
        operation_id="listColumnMappings",
        summary="List column mappings",
        responses=ColumnMappingsSerializer,
        parameters=[],
    )
    def column_mappings(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """The file's columns with samples, what they can be, and what they are.

        Known systems' exports (Shopify, Eventbrite, Tito, WooCommerce) come mapped, and so does a header that was
        mapped before; else a suggestion is made by the header's words and by what the values look like.
        """
        return Response(self._mappings(self.get_object()))

    @extend_schema(
        operation_id="updateColumnMappings",
        summary="Update column mappings",
        request={"application/json": _UPDATE_BODY},
        responses=ColumnMappingsSerializer,
    )
    def update_column_mappings(self, request: Request, id: str) -> Response:  # noqa: A002
        """Say what each column is. `metadata.` and a name of your own keeps any other fact of the order.

        An import that had been processed waits for its columns again. From `importing` on it is 409 `import_stage`.
        """
        row = self.get_object()
        body = self.body(ColumnMappingsUpdateSerializer, present=self._mappings(row))
        changed = service.change_mappings(
            data_import_id=row.pk, **body, by=self.principal, now=timezone.now()
        )
        return Response(self._mappings(changed))

    @extend_schema(
        operation_id="validateColumnMappings",
        summary="Validate column mappings",
        request=None,
        responses=ValidationSerializer,
    )
    def validate(self, request: Request, id: str) -> Response:  # noqa: A002
        """Check every row of the file by the present mapping, without going on.

        Bad rows do not stop an import: their orders fail, the others go in. Phone numbers are checked when the mapping
        is processed.
        """
        row = self.get_object()
        self.body(NothingSerializer)
        return Response(ValidationSerializer(service.validate_columns(data_import_id=row.pk)).data)

    @extend_schema(
        operation_id="processColumnMappings",
        summary="Process column mappings",
        request=None,
        responses=DataImportSerializer,
    )
    def process(self, request: Request, id: str) -> Response:  # noqa: A002
        """Read all rows by this mapping; the import then moves to `needs_product_mapping`.

        The mapping is suggested for the next file with this header. One with which no order could be made is 400.
        """
        row = self.get_object()
        self.body(NothingSerializer)
        processed = service.process_columns(
            data_import_id=row.pk, by=self.principal, now=timezone.now()
        )
        return Response(self.shown(processed))

    def _mappings(self, row: DataImport) -> dict[str, Any]:
        return dict(ColumnMappingsSerializer(service.list_mappings(data_import=row)).data)
