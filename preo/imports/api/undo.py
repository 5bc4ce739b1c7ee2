from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.imports.api.views import DataImportViewSet
from preo.imports.models import DataImport, KeptKind, KeptReason
from preo.imports.service import undo as service
from preo.imports.undo.counts import COUNTS
from preo.imports.undo.looking import SHOWN, Prospect
from preo.imports.undo.naming import NamedKept, name_kept


class ImportUndoBodySerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(
        default=True,
        help_text="true: only say what would be taken back and what would stay. false: take it back.",
    )


class ImportUndoCountsSerializer(serializers.Serializer[Any]):
    """What goes, what is as it was before, and what stays as it is now."""

    orders_removed = serializers.IntegerField(help_text="Made by the import.")
    orders_restored = serializers.IntegerField(help_text="Changed by the import.")
    orders_kept = serializers.IntegerField()
    users_removed = serializers.IntegerField(help_text="Made by the import.")
    users_restored = serializers.IntegerField(
        help_text="Fields that were filled in are empty again, external ids are forgotten."
    )
    users_kept = serializers.IntegerField()
    products_removed = serializers.IntegerField(help_text="Drafts that the import made.")
    products_kept = serializers.IntegerField()
    categories_removed = serializers.IntegerField()
    categories_kept = serializers.IntegerField()
    consents_withdrawn = serializers.IntegerField(
        help_text="Answers of the file to which a refusal is added, which then counts."
    )
    consents_kept = serializers.IntegerField(help_text="Refusals of the file, which stay.")


class ImportKeptSerializer(serializers.Serializer[NamedKept]):
    """Something that stays, and why."""

    kind = serializers.ChoiceField(KeptKind.choices)
    id = serializers.CharField()
    name = serializers.CharField(help_text="Empty where it is not there any more.")
    reason = serializers.ChoiceField(KeptReason.choices)
    message = serializers.CharField(help_text="The reason in words.")


class ImportUndoSerializer(serializers.Serializer[Any]):
    """What an undo would do, or has done so far."""

    dry_run = serializers.BooleanField(help_text="true: nothing has been written.")
    undo_until = serializers.DateTimeField(help_text="Until then an undo can be started.")
    undo_started_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True, help_text="When it had come to its end.")
    orders_total = serializers.IntegerField(help_text="That the import made or changed.")
    orders_done = serializers.IntegerField(help_text="Removed, restored or kept so far.")
    counts = ImportUndoCountsSerializer()
    kept = ImportKeptSerializer(many=True, help_text=f"The first {SHOWN:,} of what stays.")


def show_undo(data_import: DataImport, prospect: Prospect, *, dry_run: bool) -> dict[str, Any]:
    """The answer of all three operations."""
    return {
        "dry_run": dry_run,
        "undo_until": service.undo_until(data_import),
        "undo_started_at": data_import.undo_started_at,
        "undone_at": data_import.undone_at,
        "orders_total": data_import.orders_created + data_import.orders_updated,
        "orders_done": sum(
            data_import.undo_counts.get(name, 0) for name in COUNTS if name.startswith("orders_")
        ),
        "counts": prospect.counts,
        "kept": name_kept(prospect.kept),
    }


class ImportUndoViewSet(DataImportViewSet):
    """Taking back what an import made and changed."""

    bodies = {}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "show_undo": Role.STAFF,
        "undo": Role.MANAGER,
    }

    @extend_schema(
        operation_id="getImportUndo",
        summary="Get what an undo has done",
        responses=ImportUndoSerializer,
    )
    def show_undo(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """How far the undo of an import is, what it took back and what it kept, and why.

        Without one all counts are nought.
        """
        row = self.get_object()
        prospect = service.read_undo(data_import=row)
        return Response(ImportUndoSerializer(show_undo(row, prospect, dry_run=False)).data)

    @extend_schema(
        operation_id="undoImport",
        summary="Undo an import",
        request=ImportUndoBodySerializer,
        responses=ImportUndoSerializer,
    )
    def undo(self, request: Request, id: str) -> Response:  # noqa: A002
        """Take back what a finished import made, and restore what it changed. Without `dry_run: false` only say what
        would be.

        Orders that the import made go with their payments; orders that it changed are as they were; users and draft
        products that it made go unless something else refers to them; fields that it filled in are emptied. What was
        touched since (used, refunded, edited, changed by a later import) stays as it is and is named with the reason.
        Answers to consents are proof and stay: a refusal is added where the file's "yes" is what counts.
        It runs in the background; `GET` on the same address tells how far it is. Asked again, one that was cut off
        goes on. The same file can then be imported again. 409 `import_stage` while the import is not over,
        `import_undone`, `import_undo_expired`, or `import_not_kept` for what was not a file.
        """
        row = self.get_object()
        now = timezone.now()
        dry_run = self.body(ImportUndoBodySerializer).get("dry_run", True)
        if dry_run:
            prospect = service.look_at_undo(data_import=row, now=now)
        else:
            row = service.start_undo(data_import_id=row.pk, by=self.principal, now=now)
            prospect = service.read_undo(data_import=row)
        return Response(ImportUndoSerializer(show_undo(row, prospect, dry_run=dry_run)).data)
