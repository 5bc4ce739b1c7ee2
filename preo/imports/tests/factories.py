"""Imports for tests: their files are written by no request and read by no worker."""

import io
from typing import Any

from preo.core.ids import uuid7
from preo.editions.models import Edition
from preo.imports.files import store
from preo.imports.models import DataImport, ImportService, ImportStage


def make_import(*, edition: Edition, **fields: Any) -> DataImport:
    """An import whose file is being read."""
    values = {
        "service": ImportService.CSV,
        "stage": ImportStage.UPLOADED,
        "name": "Orders",
        "data_file": f"imports/{uuid7()}",
        "data_file_name": "orders.csv",
        "generation": 1,
    }
    return DataImport.objects.create(
        organization_id=edition.organization_id, edition=edition, **(values | fields)
    )


def make_file_import(
    content: bytes, *, edition: Edition, file_name: str = "orders.csv", **fields: Any
) -> DataImport:
    """An import with a file in storage that has yet to be read."""
    stored = store.keep(io.BytesIO(content), edition.organization_id)
    return make_import(
        edition=edition,
        data_file=stored.key,
        data_file_name=file_name,
        file_size=stored.size,
        file_hash=stored.sha256,
        **fields,
    )
