"""What each column of a file probably is."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from preo.imports.columns import looks
from preo.imports.columns.fields import FIELDS, find_field
from preo.imports.columns.headers import LEFT_ALONE, WORDS, words_of
from preo.imports.columns.saved import find_saved, has_no_header
from preo.imports.columns.sources import Grouping, Source, recognise

OF_SOURCE = 0.99
SAME_WORDS = 0.9
SAME_WORDS_AND_LOOKS = 0.95
PART_OF_WORDS = 0.7
SIMILAR_WORDS = 0.6
LOOKS_ONLY = 0.55
SAME_WIDTH = 0.5
"""Of a file without a header, as one with as many columns was mapped."""
LEAST = 0.5
"""Confidence from 0 to 1; what is below the least is not suggested."""

_ALIKE = 0.87


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping for every column, and what was recognised by the header."""

    mappings: list[dict[str, Any]]
    """`{column, field, format, confidence}`, as `DataImport.mappings` keeps them."""
    source: str | None
    grouping: Grouping


class _Guess(NamedTuple):
    confidence: float
    column: int
    field: str


def suggest(columns: Sequence[Mapping[str, Any]], organization_id: uuid.UUID) -> Suggestion:
    """What the columns `{index, name, samples}` are: as used before for this header, else as the
    known system has them, else by the words of the headers and the looks of the samples.
    """
    names = [column["name"] for column in columns]
    source = recognise(set(names))
    grouping: Grouping = source.grouping if source else "lines"
    saved = find_saved(organization_id, names)
    if saved is not None and has_no_header(names):
        return Suggestion(_of_same_width(columns, saved.mappings), None, grouping)
    if saved is not None:
        return Suggestion(_as_saved(columns, saved.mappings), saved.source or None, grouping)
    guesses = _of_source(columns, source) if source else _by_words(columns)
    return Suggestion(_mappings(columns, guesses), source.name if source else None, grouping)


def _as_saved(
    columns: Sequence[Mapping[str, Any]], saved: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    by_column = {mapping["column"]: mapping for mapping in saved}
    return [
        {
            "column": column["index"],
            "field": by_column.get(column["index"], {}).get("field"),
            "format": by_column.get(column["index"], {}).get("format"),
            "confidence": 1.0,
        }
        for column in columns
    ]


def _of_same_width(
    columns: Sequence[Mapping[str, Any]], saved: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """As saved where the values can be read so: nothing else says that it is such a file."""
    samples = {column["index"]: column["samples"] for column in columns}
    made = _as_saved(columns, saved)
    for mapping in made:
        kind = find_field(mapping["field"], FIELDS) if mapping["field"] else None
        reads = looks.READS_AS.get(kind.type) if kind else None
        seen = looks.look_at(samples[mapping["column"]])
        is_alike = reads is None or seen.share(reads) > 0.9
        mapping["field"] = mapping["field"] if is_alike else None
        mapping["format"] = mapping["format"] if is_alike else None
        mapping["confidence"] = SAME_WIDTH if mapping["field"] else None
    return made


def _mappings(
    columns: Sequence[Mapping[str, Any]], guesses: Iterable[_Guess]
) -> list[dict[str, Any]]:
    by_column = {guess.column: guess for guess in guesses}
    made = []
    for column in columns:
        guess = by_column.get(column["index"])
        made.append(
            {
                "column": column["index"],
                "field": guess.field if guess else None,
                "format": _format(guess.field, column) if guess else None,
                "confidence": guess.confidence if guess else None,
            }
        )
    return made


def _format(field: str, column: Mapping[str, Any]) -> str | None:
    kind = FIELDS[field].type
    seen = looks.look_at(column["samples"])
    if kind == "datetime":
        return looks.date_format(seen)
    return looks.decimal_format(seen) if kind == "amount" else None


def _of_source(columns: Sequence[Mapping[str, Any]], source: Source) -> list[_Guess]:
    taken: set[str] = set()
    guesses = []
    for column in columns:
        field = source.fields.get(words_of(column["name"]))
        if field is not None and field not in taken:
            taken.add(field)
            guesses.append(_Guess(OF_SOURCE, column["index"], field))
    return guesses


def _by_words(columns: Sequence[Mapping[str, Any]]) -> list[_Guess]:
    """The best guess for each column, no field twice."""
    guesses = [guess for column in columns for guess in _guesses(column)]
    fields: dict[str, _Guess] = {}
    columns_taken: set[int] = set()
    for guess in sorted(guesses, key=lambda guess: (-guess.confidence, guess.column, guess.field)):
        if guess.field not in fields and guess.column not in columns_taken:
            fields[guess.field] = guess
            columns_taken.add(guess.column)
    if "order_id" not in fields and "order_number" in fields:
        fields["order_id"] = fields.pop("order_number")._replace(field="order_id")
    return list(fields.values())


def _guesses(column: Mapping[str, Any]) -> list[_Guess]:
    words = words_of(column["name"])
    seen = looks.look_at(column["samples"])
    found = []
    for field, spellings in WORDS.items():
        confidence = _confidence(field, _resemblance(words, spellings, field), seen)
        if confidence >= LEAST:
            found.append(_Guess(confidence, column["index"], field))
    return found


def _resemblance(words: str, spellings: frozenset[str], field: str) -> float:
    if words in spellings:
        return SAME_WORDS
    if not words or words in LEFT_ALONE:
        return 0.0
    padded = f" {words} "
    is_telling = FIELDS[field].type in {"email", "phone"}
    if any(f" {word} " in padded and (is_telling or " " in word) for word in spellings):
        return PART_OF_WORDS
    if any(SequenceMatcher(None, words, word).ratio() >= _ALIKE for word in spellings):
        return SIMILAR_WORDS
    return 0.0


def _confidence(field: str, resemblance: float, seen: looks.Looks) -> float:
    """The resemblance of the words, judged by the values."""
    kind = find_field(field, FIELDS)
    reads = looks.READS_AS.get(kind.type) if kind else None
    if field == "discount" and looks.is_rate(seen):
        return 0.0
    if reads is None or not seen.samples:
        return resemblance
    share = seen.share(reads)
    if resemblance == 0.0:
        return LOOKS_ONLY if field == "email" and share > 0.9 else 0.0
    if share < 0.5:
        # The same words with a few mistakes below them: the check will name those.
        return LOOKS_ONLY if share and resemblance == SAME_WORDS else 0.0
    return SAME_WORDS_AND_LOOKS if share > 0.9 and resemblance == SAME_WORDS else resemblance
