"""Whether a condition could be saved, and what in it is right but odd."""

from dataclasses import dataclass

from preo.core.access import Principal
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.cel.condition import Reading, read_condition
from preo.segments.cel.problems import Problem
from preo.segments.currencies import mixed_currencies
from preo.segments.fields import general_schema, schema_for
from preo.segments.references import absent_things
from preo.segments.service.naming import unknown_segments


@dataclass(frozen=True, slots=True)
class Validation:
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def validate_anywhere(text: str) -> Validation:
    """By the fields that every organization has; nothing that is named is looked up."""
    reading = read_condition(text, general_schema())
    return Validation(tuple(reading.problems), tuple(reading.warnings))


def validate_in(
    text: str, *, organization: Organization, edition: Edition | None, by: Principal
) -> Validation:
    """As it would be saved there: also what it names is looked up, in a fixed number of queries."""
    reading = read_condition(text, schema_for(organization, edition))
    errors = list(reading.problems)
    if not errors:
        errors += unknown_segments(reading.references, organization=organization, by=by)
    warnings = [*reading.warnings, *_warnings(reading, organization, edition)]
    warnings.sort(key=lambda problem: problem.span.start)
    return Validation(tuple(errors), tuple(warnings))


def _warnings(
    reading: Reading, organization: Organization, edition: Edition | None
) -> list[Problem]:
    absent = absent_things(reading.references, organization=organization, edition=edition)
    if reading.tree is None:
        return absent
    return absent + mixed_currencies(reading.tree, organization=organization, edition=edition)
