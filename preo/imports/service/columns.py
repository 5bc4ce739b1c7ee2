"""What the columns of a file are: shown, changed, checked; then its lines are made by a job."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from preo.core import jobs
from preo.core.access import Principal
from preo.core.errors import FieldError, InvalidError
from preo.imports.columns.checking import (
    MappingProblem,
    check_mapping,
    repeated_columns,
)
from preo.imports.columns.fields import ANY_METADATA, Field, all_fields, find_field
from preo.imports.columns.saved import name_source, save_columns
from preo.imports.lines.inputs import date_order
from preo.imports.lines.making import check_lines, make_lines
from preo.imports.models import DataImport, ImportProblem, ImportStage, ProblemLevel
from preo.imports.products.suggesting import prepare_products
from preo.imports.service.stages import ImportStageError, lock_import, record_import

MOST_LISTED = 1_000
"""Errors, and warnings, that an answer lists."""
_STAGES = (ImportStage.NEEDS_COLUMN_MAPPING, ImportStage.NEEDS_PRODUCT_MAPPING)


@dataclass(frozen=True, slots=True)
class ColumnMappings:
    columns: Sequence[Mapping[str, Any]]
    fields: list[Field]
    mappings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Validation:
    """What the check of the whole file found."""

    valid: bool
    errors: list[Any]
    warnings: list[Any]
    """Members of ImportProblem or MappingProblem."""
    rows_checked: int
    error_count: int
    counts: dict[str, int]
    """Problems by code, the unlisted ones included."""


def list_mappings(*, data_import: DataImport) -> ColumnMappings:
    """The columns, what they can be and what they are."""
    fields = [*all_fields(data_import).values(), ANY_METADATA]
    return ColumnMappings(data_import.columns, fields, data_import.mappings)


@transaction.atomic
def change_mappings(
    *,
    data_import_id: uuid.UUID,
    mappings: Sequence[Mapping[str, Any]],
    by: Principal,
    now: dt.datetime,
) -> DataImport:
    """Say what each column is; a column that is not named is left out.

    Lines that were made by the old mapping are void: the import waits for its columns again.
    Raises NotFoundError, ImportStageError, and InvalidError for columns, fields and formats that
    are not there or are named twice.
    """
    data_import = _lock(data_import_id)
    _check_mappings(data_import, mappings)
    given = {mapping["column"]: mapping for mapping in mappings}
    before = {mapping["column"]: mapping for mapping in data_import.mappings}
    data_import.mappings = [
        _mapping(column["index"], given.get(column["index"]), before.get(column["index"]))
        for column in data_import.columns
    ]
    data_import.stage = ImportStage.NEEDS_COLUMN_MAPPING
    data_import.generation += 1
    data_import.modified = now
    data_import.save(update_fields=["mappings", "stage", "generation", "modified"])
    record_import(data_import, "updated", by=by, changed=["mappings"])
    return data_import


def _mapping(
    column: int, given: Mapping[str, Any] | None, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """How sure we were is kept where staff agree with the suggestion."""
    field = given.get("field") if given else None
    agreed = before is not None and field is not None and before.get("field") == field
    return {
        "column": column,
        "field": field,
        "format": (given.get("format") or None) if given and field else None,
        "confidence": before.get("confidence") if agreed and before else None,
    }


def _check_mappings(data_import: DataImport, mappings: Sequence[Mapping[str, Any]]) -> None:
    known = all_fields(data_import)
    columns = {column["index"] for column in data_import.columns}
    twice = repeated_columns([mapping["column"] for mapping in mappings])
    fields: set[str] = set()
    errors = []
    for place, mapping in enumerate(mappings):
        at, field = f"/mappings/{place}", mapping.get("field")
        if mapping["column"] not in columns:
            errors.append(FieldError(f"{at}/column", "unknown_column", "There is no such column."))
        elif mapping["column"] in twice:
            errors.append(FieldError(f"{at}/column", "repeated", "This column is named twice."))
        if field is not None:
            errors += _check_field(at, field, mapping.get("format"), known)
            if field in fields:
                errors.append(FieldError(f"{at}/field", "repeated", "Two columns are this field."))
            fields.add(field)
    if errors:
        raise InvalidError(errors=errors)


def _check_field(
    at: str, name: str, written: str | None, known: dict[str, Field]
) -> Iterable[FieldError]:
    field = find_field(name, known)
    if field is None:
        detail = "There is no such field. Other facts go under metadata. and a name of your own."
        yield FieldError(f"{at}/field", "unknown_field", detail)
    elif written and not _is_format(field, written):
        detail = "Give an order such as DD/MM/YYYY for dates, a comma or a point for numbers."
        yield FieldError(f"{at}/format", "unknown_format", detail)


def _is_format(field: Field, written: str) -> bool:
    if field.type == "datetime":
        return date_order(written) is not None
    return field.type in {"amount", "integer", "lines"} and written in {".", ","}


@transaction.atomic
def validate_columns(*, data_import_id: uuid.UUID) -> Validation:
    """Check the mapping and, where it will do, every row of the file. The stage stays.

    Phone numbers are checked when the mapping is processed. Raises NotFoundError, ImportStageError.
    """
    data_import = _lock(data_import_id)
    about_mapping = check_mapping(data_import)
    errors = [one for one in about_mapping if one.level == ProblemLevel.ERROR]
    warnings: list[Any] = [one for one in about_mapping if one.level == ProblemLevel.WARNING]
    if errors:
        return Validation(False, errors, warnings, 0, len(errors), _count(about_mapping))
    if data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING:
        check_lines(data_import)
    listed = ImportProblem.objects.filter(data_import=data_import).order_by("number", "id")
    bad = listed.filter(level=ProblemLevel.ERROR)
    error_count = bad.count()
    return Validation(
        valid=not error_count,
        errors=list(bad[:MOST_LISTED]),
        warnings=warnings + list(listed.filter(level=ProblemLevel.WARNING)[:MOST_LISTED]),
        rows_checked=data_import.row_count or 0,
        error_count=error_count,
        counts=data_import.problem_counts | _count(about_mapping),
    )


def _count(problems: Iterable[MappingProblem]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in problems:
        counts[one.code] = counts.get(one.code, 0) + 1
    return counts


@transaction.atomic
def process_columns(*, data_import_id: uuid.UUID, by: Principal, now: dt.datetime) -> DataImport:
    """Let a job make the order lines by the present mapping, which is kept for the next such file.

    Bad rows do not stand in the way: their orders fail when the import runs. Raises NotFoundError,
    ImportStageError, and InvalidError for a mapping with which no order could be made.
    """
    data_import = _lock(data_import_id, ImportStage.NEEDS_COLUMN_MAPPING)
    errors = [
        _refused(one) for one in check_mapping(data_import) if one.level == ProblemLevel.ERROR
    ]
    if errors:
        raise InvalidError("The column mapping is not complete.", errors=errors)
    save_columns(data_import)
    names = [column["name"] for column in data_import.columns]
    data_import.source = data_import.source or name_source(names) or ""
    data_import.error_message = ""
    data_import.modified = now
    demand_lines(data_import)
    data_import.save(update_fields=["source", "generation", "error_message", "modified"])
    record_import(data_import, "updated", by=by, changed=["stage"])
    return data_import


def _refused(problem: MappingProblem) -> FieldError:
    pointer = "/source" if problem.code == "missing_source" else "/mappings"
    told = f"{problem.column}: {problem.message}" if problem.column else problem.message
    return FieldError(pointer, problem.code, told)


def demand_lines(data_import: DataImport) -> None:
    """Let a job make the lines of an import whose row is locked; the caller saves it."""
    data_import.generation += 1
    jobs.defer(
        "imports.read_lines",
        data_import_id=str(data_import.pk),
        generation=data_import.generation,
    )


def _lock(data_import_id: uuid.UUID, *stages: ImportStage) -> DataImport:
    data_import = lock_import(data_import_id)
    if data_import.stage not in (stages or _STAGES):
        raise ImportStageError(extra={"stage": data_import.stage})
    return data_import


def read_import_lines(*, data_import_id: uuid.UUID, generation: int) -> None:
    """The job: make the lines of an import; then it waits for its products.

    All in one transaction: a job that comes back because its worker died begins anew. Nothing
    happens where this generation is no longer wanted.
    """
    try:
        with transaction.atomic():
            data_import = _wanted(data_import_id, generation)
            if data_import is None:
                return
            make_lines(data_import)
            prepare_products(data_import)
            data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
            data_import.save(update_fields=["stage"])
    except (OperationalError, InterfaceError):
        raise  # the connection is lost: the job is tried again
    except Exception:
        _fail(data_import_id, generation)
        raise


def _wanted(data_import_id: uuid.UUID, generation: int) -> DataImport | None:
    return (
        DataImport.objects.select_for_update(no_key=True)
        .filter(pk=data_import_id, generation=generation, stage=ImportStage.NEEDS_COLUMN_MAPPING)
        .first()
    )


@transaction.atomic
def _fail(data_import_id: uuid.UUID, generation: int) -> None:
    data_import = _wanted(data_import_id, generation)
    if data_import is not None:
        data_import.stage = ImportStage.FAILED
        data_import.error_message = "Something went wrong on our side."
        data_import.save(update_fields=["stage", "error_message"])
        record_import(data_import, "failed", by=None, details={"code": "unexpected"})
