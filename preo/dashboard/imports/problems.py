"""What is wrong with an import's rows, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from preo.imports.columns.checking import MappingProblem
from preo.imports.models import DataImport, ImportProblem, ProblemLevel
from preo.imports.service.columns import Validation

LISTED = {ProblemLevel.ERROR: 50, ProblemLevel.WARNING: 5}
"""Of each kind so many are listed; the counts tell of all."""


@dataclass(frozen=True, slots=True)
class ShownProblem:
    number: int | None
    column: str | None
    message: str
    value: str | None
    is_error: bool


@dataclass(frozen=True, slots=True)
class ShownProblems:
    """Counts by what is wrong, then the first ones of each kind: errors before warnings."""

    rows_checked: int
    counts: Sequence[tuple[str, int]]
    listed: Sequence[ShownProblem]
    has_errors: bool

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


def checked_problems(data_import: DataImport, found: Validation) -> ShownProblems:
    """Of a check that was just made: what is wrong with the mapping, then with the rows."""
    of_mapping = [
        one for one in (*found.errors, *found.warnings) if isinstance(one, MappingProblem)
    ]
    of_rows = _first_of_each(data_import) if found.rows_checked else []
    listed = [*of_mapping, *of_rows]
    return _shown(found.rows_checked, found.counts, listed, has_errors=not found.valid)


def kept_problems(data_import: DataImport) -> ShownProblems:
    """Of the last reading of all rows, and of what failed since."""
    listed = _first_of_each(data_import)
    has_errors = any(one.level == ProblemLevel.ERROR for one in listed)
    rows, counts = data_import.row_count or 0, data_import.problem_counts
    return _shown(rows, counts, listed, has_errors=has_errors)


def _first_of_each(data_import: DataImport) -> list[ImportProblem]:
    ordered = (F("number").asc(), F("id").asc())
    placed = ImportProblem.objects.filter(data_import=data_import).annotate(
        place=Window(RowNumber(), partition_by=[F("level"), F("code")], order_by=ordered)
    )
    found = [
        one for level, most in LISTED.items() for one in placed.filter(level=level, place__lte=most)
    ]
    return sorted(found, key=lambda one: (one.level, one.number or 0, one.pk))


def _shown(
    rows: int, counts: Mapping[str, int], listed: Sequence[Any], *, has_errors: bool
) -> ShownProblems:
    words = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ShownProblems(
        rows_checked=rows,
        counts=[(code.replace("_", " ").capitalize(), count) for code, count in words],
        listed=[
            ShownProblem(
                number=getattr(one, "number", None),
                column=one.column,
                message=one.message,
                value=one.value,
                is_error=one.level == ProblemLevel.ERROR,
            )
            for one in listed
        ],
        has_errors=has_errors,
    )
