"""What is wrong with an import's rows, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preo.imports.models import DataImport, ImportProblem, ProblemLevel
from preo.imports.service.columns import Validation

LISTED = 200
"""Of each level so many are listed; the counts tell of all."""


@dataclass(frozen=True, slots=True)
class ShownProblem:
    number: int | None
    column: str | None
    message: str
    value: str | None
    is_error: bool


@dataclass(frozen=True, slots=True)
class ShownProblems:
    """Counts by what is wrong, then the first ones: errors before warnings."""

    rows_checked: int
    counts: Sequence[tuple[str, int]]
    listed: Sequence[ShownProblem]
    has_errors: bool

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


def checked_problems(found: Validation) -> ShownProblems:
    """Of a check that was just made."""
    listed = [*found.errors[:LISTED], *found.warnings[:LISTED]]
    return _shown(found.rows_checked, found.counts, listed, has_errors=not found.valid)


def kept_problems(data_import: DataImport) -> ShownProblems:
    """Of the last reading of all rows, and of what failed since."""
    kept = ImportProblem.objects.filter(data_import=data_import).order_by("number", "id")
    errors = list(kept.filter(level=ProblemLevel.ERROR)[:LISTED])
    warnings = list(kept.filter(level=ProblemLevel.WARNING)[:LISTED])
    rows, counts = data_import.row_count or 0, data_import.problem_counts
    return _shown(rows, counts, [*errors, *warnings], has_errors=bool(errors))


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
