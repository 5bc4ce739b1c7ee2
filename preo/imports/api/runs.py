from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core import listing
from preo.core.access import Role
from preo.core.fields import MoneyField
from preo.core.money import Currency
from preo.imports.api.answers import DataImportSerializer
from preo.imports.api.bodies import NothingSerializer
from preo.imports.api.external_orders import OUTCOMES
from preo.imports.api.views import DataImportViewSet
from preo.imports.outcomes import FoundProblem
from preo.imports.preview import PreviewItem, PreviewOrder
from preo.imports.report import EXCEL
from preo.imports.service import lost
from preo.imports.service import runs as service


class PreviewProductSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class PreviewItemSerializer(serializers.Serializer[PreviewItem]):
    product = PreviewProductSerializer(
        allow_null=True, help_text="Null: not known yet, or a draft that will be made."
    )
    variant = PreviewProductSerializer(allow_null=True)
    external_name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneyField()


class PreviewProblemSerializer(serializers.Serializer[FoundProblem]):
    row = serializers.IntegerField(source="number", allow_null=True)
    column = serializers.CharField(allow_null=True, help_text="The column's name.")
    level = serializers.CharField(help_text="error or warning: with a warning the order goes in.")
    code = serializers.CharField()
    message = serializers.CharField()
    value = serializers.CharField(allow_null=True)


class PreviewOrderSerializer(serializers.Serializer[PreviewOrder]):
    row = serializers.IntegerField(help_text="Its first row in the file.")
    order_number = serializers.CharField(allow_null=True)
    customer_name = serializers.CharField()
    customer_email = serializers.CharField(allow_null=True)
    customer_phone = serializers.CharField(allow_null=True)
    created = serializers.DateTimeField(allow_null=True)
    amount = MoneyField(signed=True)
    currency = serializers.ChoiceField(Currency.choices)
    outcome = serializers.ChoiceField(OUTCOMES, help_text="What the import would do with it.")
    items = PreviewItemSerializer(many=True)
    problems = PreviewProblemSerializer(many=True)


class PreviewPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Of all pages, exact.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PreviewOrderSerializer(many=True)


class ImportRunViewSet(DataImportViewSet):
    """What an import would do, does, and could not do."""

    bodies = {}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "preview_orders": Role.STAFF,
        "start": Role.STAFF,
        "retry": Role.STAFF,
        "error_report": Role.STAFF,
    }

    def query_parameters(self) -> frozenset[str]:
        return frozenset({"page", "page_size"} if self.action == "preview_orders" else ())

    @extend_schema(
        operation_id="previewImportOrders",
        summary="Preview import orders",
        parameters=[
            OpenApiParameter("page", {"type": "integer", "minimum": 1}, description="From 1."),
            OpenApiParameter(
                "page_size",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": listing.MAX_PAGE_SIZE,
                    "default": listing.DEFAULT_PAGE_SIZE,
                },
                description="Orders on a page.",
            ),
        ],
        responses=PreviewPageSerializer,
    )
    def preview_orders(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """The file's orders as they will be, each with what the import would do with it and why. Nothing is written.

        The import itself is run for the page and taken back. At `needs_product_mapping`, else 409 `import_stage`.
        """
        row = self.get_object()
        page = listing.read_page(request.query_params)
        preview = service.preview_import(
            data_import=row, offset=page.offset, limit=page.size, now=timezone.now()
        )
        listing.check_page(page, preview.count)
        return Response(
            listing.envelope(
                base=request.build_absolute_uri(request.path),
                parameters=request.query_params,
                page=page,
                count=preview.count,
                results=[PreviewOrderSerializer(order).data for order in preview.orders],
            )
        )

    @extend_schema(
        operation_id="startImport",
        summary="Start import process",
        request=None,
        responses=DataImportSerializer,
    )
    def start(self, request: Request, id: str) -> Response:  # noqa: A002
        """Bring the orders in, in the background; `progress` says how far it is.

        Each order stands on its own: the good ones are in, of the others `error_report_url` gives the rows with their
        reasons. The same file again changes nothing, a changed row changes its order alone. No mail is sent. Only at
        `needs_product_mapping`, else 409 `import_stage`.
        """
        row = self.get_object()
        self.body(NothingSerializer)
        started = service.start_import(data_import_id=row.pk, by=self.principal, now=timezone.now())
        return Response(self.shown(started))

    @extend_schema(
        operation_id="retryImport",
        summary="Try a failed import again",
        request=None,
        responses=DataImportSerializer,
    )
    def retry(self, request: Request, id: str) -> Response:  # noqa: A002
        """Do the step that failed once more: reading the file, checking its rows, or importing.

        Importing goes on behind the last orders that are in. Only at `failed`, while the file is kept and the import was
        not undone, else 409 `import_stage`.
        """
        row = self.get_object()
        self.body(NothingSerializer)
        tried = lost.retry_import(data_import_id=row.pk, by=self.principal, now=timezone.now())
        return Response(self.shown(tried))

    @extend_schema(
        operation_id="getImportErrorReport",
        summary="Get the rows that failed",
        responses={
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, EXCEL): OpenApiTypes.BINARY,
        },
    )
    def error_report(self, request: Request, id: str) -> Any:  # noqa: A002
        """All rows of the orders that failed, in the file's own columns, with a last column that says why: as CSV in the
        file's own encoding and with its delimiter, or as a workbook (.xlsx) where it was one.

        Mended and brought again as a new import, the file completes this one; the last column may stay.
        """
        row = self.get_object()
        report = service.report_failed_rows(data_import=row)
        name = f"{slugify(row.name)[:80] or 'import'}-failed-rows{report.ending}"
        return StreamingHttpResponse(
            report.pieces,
            content_type=report.media_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
