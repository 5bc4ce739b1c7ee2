"""Previews, validations and explanations as JSON."""

from typing import Any

from preo.segments.cel.spans import place_of
from preo.segments.conditions import describe, in_words
from preo.segments.explanation import Explanation
from preo.segments.preview import Preview
from preo.segments.validation import Validation


def validation_shown(text: str, validation: Validation) -> dict[str, Any]:
    errors = [describe(text, problem) for problem in validation.errors]
    return {
        "valid": not errors,
        "error": in_words(errors[0]) if errors else None,
        "errors": errors,
        "warnings": [describe(text, problem) for problem in validation.warnings],
    }


def preview_shown(found: Preview) -> dict[str, Any]:
    return {
        "size": found.size,
        "no_address": found.no_address,
        "no_consent": found.no_consent,
        "suppressed": found.suppressed,
        "reachable": found.reachable,
        "duration": found.duration,
        "sample": [
            {"id": person.id, "name": person.name, "email": person.email} for person in found.sample
        ],
    }


def explanation_shown(found: Explanation) -> dict[str, Any]:
    return {
        "user_id": found.customer.api_id,
        "is_member": found.is_member,
        "would_be_member": found.would_be_member,
        "is_in_population": found.is_in_population,
        "matches": found.matches,
        "is_reachable": found.is_reachable,
        "parts": [
            {
                "depth": part.depth,
                "kind": part.kind,
                "text": part.text,
                "line": (begin := place_of(found.condition, part.span.start)).line,
                "column": begin.column,
                "start": part.span.start,
                "end": part.span.end,
                "value": part.value,
            }
            for part in found.parts
        ],
        "reach": [
            {
                "code": rule.code,
                "channel": rule.channel,
                "sentence": rule.sentence,
                "holds": rule.holds,
            }
            for rule in found.reach
        ],
    }
