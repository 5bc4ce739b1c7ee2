import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet
from preo.imports.api.answers import DataImportSerializer
from preo.imports.api.bodies import (
    DataImportCreateSerializer,
    DataImportUpdateSerializer,
    NothingSerializer,
)
from preo.imports.api.filters import DataImportFilters
from preo.imports.api.parsers import FileJSONParser, FileParser, digest
from preo.imports.models import DataImport
from preo.imports.service import stages as service
from preo.imports.service import uploads


@extend_schema_view(
    list=extend_schema(
        operation_id="listDataImports",
        summary="List data imports",
        description="Imports of all editions that the caller has access to, newest first.",
    ),
    retrieve=extend_schema(
        operation_id="getDataImport",
        summary="Get data import details",
        description="An import with its progress, and how its file is read.",
    ),
    create=extend_schema(operation_id="createDataImport", summary="Create data import"),
    partial_update=extend_schema(operation_id="updateDataImport", summary="Update data import"),
)
class DataImportViewSet(ResourceViewSet[DataImport]):
    """Imports of the organizations and editions that the caller has access to."""

    queryset = DataImport.objects.select_related("edition", "created_by")
    serializer_class = DataImportSerializer
    filterset_class = DataImportFilters
    bodies = {"create": DataImportCreateSerializer, "partial_update": DataImportUpdateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "retrieve": Role.STAFF,
        "create": Role.STAFF,
        "partial_update": Role.STAFF,
        "cancel": Role.STAFF,
    }
    tag = "Data Imports"
    scope = "data-imports"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "stage")
    }
    action_map: dict[str, str]

    def get_parsers(self) -> list[BaseParser]:
        """A file may come where an import is made, and nowhere else."""
        # The framework asks before it has set `action`.
        method = str(getattr(self.request, "method", None) or "").lower()
        action = getattr(self, "action", None) or self.action_map.get(method)
        return [FileJSONParser(), FileParser()] if action == "create" else super().get_parsers()

    def content(self, request: Request) -> bytes:
        return digest(request.data) if self.action == "create" else super().content(request)

    def get_queryset(self) -> QuerySet[DataImport]:
        """Each with the newest earlier import of the same file that the caller may see."""
        same = DataImport.objects.filter(
            self.principal.narrow(Role.STAFF, organization="organization_id", edition="edition_id"),
            organization=OuterRef("organization"),
            file_hash=OuterRef("file_hash"),
            created__lt=OuterRef("created"),
        ).order_by("-created", "-id")
        return super().get_queryset().annotate(same_file_import_id=Subquery(same.values("id")[:1]))

    def shown(self, row: DataImport) -> Mapping[str, Any]:
        """Read anew: with the edition, and the import of the same file."""
        return super().shown(self.get_queryset().get(pk=row.pk))

    def make(self, values: dict[str, Any], now: dt.datetime) -> DataImport:
        """Bring a file of orders: CSV or a workbook, as multipart or, up to 10 MB, as base64.

        Its columns are extracted automatically; the import then moves to `needs_column_mapping`. Encoding, delimiter,
        sheet, header row, decimal separator and order of dates are found by many of its rows, shown, and can be changed.
        A file that cannot be read is refused at once or fails with `error_message`. The same file a second time is
        pointed out by `same_file_import_id`.
        """
        return uploads.create_import(**values, by=self.principal, now=now)

    def change(self, row: DataImport, changes: dict[str, Any], now: dt.datetime) -> DataImport:
        """Change name, source or default country, or how the file is read: it is then read again from its beginning.

        Null for a setting of how it is read lets what was found count again. From `importing` on only the name can be
        changed; else 409 `import_stage`.
        """
        return uploads.update_import(
            data_import_id=row.pk, changes=changes, by=self.principal, now=now
        )

    @extend_schema(
        operation_id="cancelDataImport",
        summary="Cancel data import",
        request=None,
        responses=DataImportSerializer,
    )
    def cancel(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """Give the import up. One that is importing stops at its next chunk; `progress` says what is in and stays.

        An import that is completed or failed is 409 `import_stage`; a cancelled one stays as it is.
        """
        row = self.get_object()
        self.body(NothingSerializer)
        cancelled = service.cancel_import(
            data_import_id=row.pk, by=self.principal, now=timezone.now()
        )
        return Response(self.shown(cancelled))
