"""Imports whose rows are in already, without a file."""

from collections.abc import Sequence
from typing import Any

from conftest import Cast
from preo.editions.models import Edition
from preo.imports.columns.suggesting import suggest
from preo.imports.lines.making import make_lines
from preo.imports.models import (
    DataImport,
    ImportLine,
    ImportProblem,
    ImportRow,
    ImportService,
    ImportStage,
)


def make_staged(cast: Cast, header: str, *rows: str, split: str = ";", **fields: Any) -> DataImport:
    """An import that waits for its column mapping, which is the suggested one."""
    return stage_cells(
        cast.edition, header.split(split), [row.split(split) for row in rows], **fields
    )


def make_mapped(*, edition: Edition) -> DataImport:
    """An import of one order, ready to be processed."""
    names = ["Order ID", "E-mail", "Product", "Unit price"]
    return stage_cells(edition, names, [["A-1", "zoe@example.com", "Day ticket", "45.50"]])


def stage_cells(
    edition: Edition, names: Sequence[str], rows: Sequence[Sequence[str]], **fields: Any
) -> DataImport:
    columns = [
        {
            "index": index,
            "name": name,
            "samples": list(dict.fromkeys(row[index] for row in rows if row[index]))[:10],
            "empty_share": sum(not row[index] for row in rows) / max(1, len(rows)),
        }
        for index, name in enumerate(names)
    ]
    suggestion = suggest(columns, edition.organization_id)
    values = {
        "organization_id": edition.organization_id,
        "edition": edition,
        "service": ImportService.CSV,
        "source": suggestion.source or "shop",
        "data_file": "imports/staged",
        "stage": ImportStage.NEEDS_COLUMN_MAPPING,
        "columns": columns,
        "mappings": suggestion.mappings,
        "row_count": len(rows),
    }
    data_import = DataImport.objects.create(**(values | fields))
    ImportRow.objects.bulk_create(
        ImportRow(data_import=data_import, number=number, cells=list(row))
        for number, row in enumerate(rows, 2)
    )
    return data_import


def fields_of(data_import: DataImport) -> dict[str, str]:
    """By column's name what it is mapped to."""
    names = {column["index"]: column["name"] for column in data_import.columns}
    return {
        names[mapping["column"]]: mapping["field"]
        for mapping in data_import.mappings
        if mapping["field"]
    }


def values_of(data_import: DataImport) -> list[dict[str, Any]]:
    """The values of all lines, made anew."""
    make_lines(data_import)
    lines = ImportLine.objects.filter(data_import=data_import).order_by("number", "part")
    return [line.values for line in lines]


def problems_of(data_import: DataImport) -> list[tuple[int | None, str | None, str, str | None]]:
    """Row, column, code and value of each, as they are listed."""
    found = ImportProblem.objects.filter(data_import=data_import).order_by("number", "id")
    return [(one.number, one.column, one.code, one.value) for one in found]
