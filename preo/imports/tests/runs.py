"""Imports that are ready to start, and running them to their end in the test's own process."""

from typing import Any

from django.utils import timezone

from conftest import Cast
from preo.core.access import Principal
from preo.core.ids import uuid7
from preo.imports.lines.making import make_lines
from preo.imports.models import DataImport, ImportStage
from preo.imports.products.saved import recall_products
from preo.imports.service.runs import run_import, start_import
from preo.imports.tests.staged import make_staged

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
