"""Imports and the jobs that work at them."""

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from procrastinate.contrib.django.models import ProcrastinateJob

from preo.imports.models import DataImport, ImportStage

READ_LINES = "imports.read_lines"


def without_a_job() -> QuerySet[DataImport]:
    """Imports that wait for a job which is over: nothing would ever bring them to an end.

    A job is queued in the transaction that asks for its step and is over after it has said how the
    step ended, so that one statement cannot see an import between the two.
    """
    jobs = ProcrastinateJob.objects.annotate(
        of_import=KT("args__data_import_id"), of_generation=KT("args__generation")
    ).filter(
        task_name__startswith="imports.",
        of_import=Cast(OuterRef("pk"), TextField()),
        of_generation=Cast(OuterRef("generation"), TextField()),
    )
    under_way = jobs.filter(status__in=("todo", "doing"))
    # At this stage staff may be at work instead: only a job that failed tells that it was asked for.
    gave_up = jobs.filter(status="failed", task_name=READ_LINES)
    waits = Q(stage__in=(ImportStage.UPLOADED, ImportStage.IMPORTING)) | Q(
        Exists(gave_up), stage=ImportStage.NEEDS_COLUMN_MAPPING
    )
    return DataImport.objects.filter(waits, ~Exists(under_way)).order_by("id")
