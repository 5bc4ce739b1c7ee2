"""Imports that are ready to start, and running them to their end in the test's own process."""

from typing import Any

from django.utils import timezone

from conftest import Cast
from preo.core.access import Principal
from preo.core.ids import uuid7
from preo.editions.models import Edition
from preo.imports.lines.making import make_lines
from preo.imports.models import (
    DataImport,
    ImportProblem,
    ImportStage,
    ProblemLevel,
)
from preo.imports.products.saved import recall_products
from preo.imports.service.runs import run_import, start_import
from preo.imports.tests.staged import make_mapped, make_staged

BY = Principal("staff", uuid7(), ())


def make_ready(cast: Cast, header: str, *rows: str, **fields: Any) -> DataImport:
    """An import that waits for its products, or is at the stage given."""
    stage = fields.pop("stage", ImportStage.NEEDS_PRODUCT_MAPPING)
    data_import = make_staged(cast, header, *rows, **fields)
    make_lines(data_import)
    recall_products(data_import)
    data_import.stage = stage
    data_import.save()
    return data_import


def run_all(data_import: DataImport, *, lines: int = 20_000) -> DataImport:
    started = start_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
    run_import(
        data_import_id=data_import.pk,
        generation=started.generation,
        now=timezone.now(),
        lines=lines,
    )
    data_import.refresh_from_db()
    return data_import


def make_checked(*, edition: Edition) -> DataImport:
    """An import of one order that can start, with one product."""
    data_import = make_mapped(edition=edition)
    make_lines(data_import)
    data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
    data_import.save()
    return data_import


def make_failed(*, edition: Edition) -> DataImport:
    """An import of which the only row failed."""
    data_import = make_checked(edition=edition)
    ImportProblem.objects.create(
        data_import=data_import,
        level=ProblemLevel.ERROR,
        number=2,
        code="product_not_mapped",
        message="Nobody said.",
    )
    data_import.stage = ImportStage.COMPLETED
    data_import.rows_failed = data_import.next_order = 1
    data_import.save()
    return data_import
