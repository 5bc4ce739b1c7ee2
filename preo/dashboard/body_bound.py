"""A form's field with what stands in it, the serializer's rules for it, and its mistakes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from preo.core.errors import FieldError, InvalidError
from preo.core.languages import Language
from preo.dashboard.body_fields import (
    UNSAID,
    Boxes,
    Cards,
    Check,
    Hidden,
    Local,
    Rows,
    Select,
    Text,
    Translated,
)

_PLAIN_WORDS = {
    "blank": "Fill this in.",
    "required": "Fill this in.",
    "empty": "Write it in one language at least.",
}
"""For people, in place of the words of Django REST framework."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices of a field."""

    value: str
    label: str
    chosen: bool
    id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class InLanguage:
    """A translated text in one language."""

    code: str
    language: str
    name: str
    id: str
    text: str
    mistakes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line of the box above the form."""

    label: str
    text: str
    id: str = ""
    """Of the input that it is about; empty where the form has none."""


@dataclass(frozen=True)
class BoundField:
    """What the templates of fields ask for."""

    kind: Text
    rules: Any
    """The serializer's field."""
    typed: Any
    local: Local
    creating: bool
    errors: Sequence[FieldError]
    """Of the whole form."""
    name: str
    """Of the input."""
    pointer: str

    @property
    def template(self) -> str:
        return self.kind.template

    @property
    def label(self) -> str:
        return self.kind.label

    @property
    def id(self) -> str:
        return f"field-{self.name.replace('.', '-')}"

    @cached_property
    def mistakes(self) -> list[str]:
        """What is wrong with it, but for what stands at a part of its own."""
        parts = [part.pointer for row in self.rows for part in row]
        parts += [f"{self.pointer}/{text.code}" for text in self.texts]
        return [
            words_of(error)
            for error in self.errors
            if _is_at(error.pointer, self.pointer)
            and not any(_is_at(error.pointer, part) for part in parts)
        ]

    @property
    def described_by(self) -> str:
        """The ids of what tells more about it."""
        words = [f"{self.id}-help"] if self.kind.help else []
        return " ".join([*words, f"{self.id}-mistakes"] if self.mistakes else words)

    @property
    def is_needed(self) -> bool:
        """Whether blank would be a mistake of every form."""
        if isinstance(self.kind, Boxes):
            return bool(self.rules.min_length) and not self.may_be_unsaid
        if isinstance(self.kind, Hidden | Check | Translated | Rows):
            return False
        takes_nothing = self.rules.allow_null or getattr(self.rules, "allow_blank", False)
        return not takes_nothing and not self.may_be_unsaid and self.kind.nothing({}) is UNSAID

    @property
    def may_be_unsaid(self) -> bool:
        return self.creating and not self.rules.required

    @property
    def is_optional(self) -> bool:
        """Whether people are told so: not of choices that are made already or that name none."""
        if isinstance(self.kind, Select) and (self.kind.empty or self.typed):
            return self.rules.allow_null and not self.kind.empty
        return not self.is_needed and not (isinstance(self.kind, Boxes) and self.typed)

    @property
    def has_empty_choice(self) -> bool:
        return self.rules.allow_null or not self.typed

    @property
    def max_length(self) -> int | None:
        text_rules = self.rules.child if isinstance(self.kind, Translated) else self.rules
        found: int | None = getattr(text_rules, "max_length", None)
        return found

    @cached_property
    def options(self) -> list[Option]:
        """The choices; one that is chosen but gone stays, or saving would change it unseen."""
        if not isinstance(self.kind, Select | Boxes):
            return []
        chosen = self.typed if isinstance(self.kind, Boxes) else [self.typed]
        rules = getattr(self.rules, "child", self.rules)
        choices = list(self.kind.choices or getattr(rules, "choices", {}).items())
        known = {str(value) for value, _ in choices}
        choices += [(value, value) for value in chosen if value and value not in known]
        notes = self.kind.notes if isinstance(self.kind, Cards) else {}
        return [
            Option(
                str(value),
                str(label),
                str(value) in chosen,
                self._part_id(number),
                notes.get(str(value), ""),
            )
            for number, (value, label) in enumerate(choices)
        ]

    def _part_id(self, number: int) -> str:
        """The first part has the field's own id, to which its mistakes lead."""
        return f"{self.id}-{number}" if number else self.id

    @cached_property
    def texts(self) -> list[InLanguage]:
        """A translated text in the languages of the form and in those that it has."""
        if not isinstance(self.kind, Translated):
            return []
        shown = [
            language
            for language in Language
            if language in self.local.languages or self.typed.get(language)
        ]
        return [
            InLanguage(
                language.value,
                str(language.label),
                f"{self.name}.{language.value}",
                self._part_id(number),
                self.typed.get(language.value, ""),
                [words_of(e) for e in self.errors if e.pointer == f"{self.pointer}/{language}"],
            )
            for number, language in enumerate(shown)
        ]

    @cached_property
    def rows(self) -> list[list["BoundField"]]:
        """The rows of a list, each with its fields."""
        if not isinstance(self.kind, Rows):
            return []
        rules = self.rules.child.fields
        return [
            [
                BoundField(
                    kind=column,
                    rules=rules[column.name],
                    typed=row[column.name],
                    local=self.local,
                    # A row is replaced as a whole: nothing of it is a change.
                    creating=True,
                    errors=self.errors,
                    name=f"{self.name}.{number}.{column.name}",
                    pointer=f"{self.pointer}/{number}/{column.name}",
                )
                for column in self.kind.columns
            ]
            for number, row in enumerate(self.typed)
        ]

    # --- towards the body ---

    def value(self, present: Any, errors: list[FieldError]) -> Any:
        """Its value in the body, or `UNSAID`; what cannot be said is added to the errors."""
        try:
            if self.kind.is_blank(self.typed):
                return self._blank(present)
            if isinstance(self.kind, Rows):
                return [_row_value(row, errors) for row in self.rows]
            return self.kind.write(self.typed, present, self.local)
        except InvalidError as refusal:
            errors += [
                FieldError(f"{self.pointer}{error.pointer}", error.code, error.detail)
                for error in refusal.errors
            ]
            return UNSAID

    def _blank(self, present: Any) -> Any:
        if self.may_be_unsaid:
            return UNSAID
        if isinstance(self.kind, Boxes) and self.is_needed:
            raise InvalidError(errors=[FieldError("", "empty_list", "Choose one at least.")])
        nothing = self.kind.nothing(present)
        if nothing is not UNSAID:
            return nothing
        if getattr(self.rules, "allow_blank", False):
            return ""
        if self.rules.allow_null:
            return None
        if isinstance(self.kind, Select):
            raise InvalidError(errors=[FieldError("", "nothing_chosen", "Choose one.")])
        return ""

    # --- the box above the form ---

    def told(self, place: str = "") -> Iterator[Mistake]:
        """Every mistake of it and of its parts."""
        label = f"{place}{self.label}"
        yield from (Mistake(label, text, self.id) for text in self.mistakes)
        for text in self.texts:
            in_language = f"{label}, {text.language}"
            yield from (Mistake(in_language, mistake, text.id) for mistake in text.mistakes)
        for number, row in enumerate(self.rows, start=1):
            for part in row:
                yield from part.told(f"{label} {number}, ")


def _row_value(row: Sequence[BoundField], errors: list[FieldError]) -> dict[str, Any]:
    values = {part.kind.name: part.value(None, errors) for part in row}
    return {name: value for name, value in values.items() if value is not UNSAID}


def words_of(error: FieldError) -> str:
    """A mistake in words for people."""
    return _PLAIN_WORDS.get(error.code, error.detail)


def _is_at(pointer: str, place: str) -> bool:
    """Whether a pointer leads to a place or below it."""
    return pointer == place or pointer.startswith(f"{place}/")
