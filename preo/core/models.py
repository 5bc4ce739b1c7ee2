"""The abstract row that every table begins with."""

import unicodedata
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from preo.core import ids


class UUIDv7(models.Func):
    """PostgreSQL 18's `uuidv7()`, so that rows written by plain SQL get the same kind of id."""

    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


class Row(models.Model):
    """An id, and when the row came to be and last changed.

    `modified` needs no care in code: a trigger of the migrations moves it with every UPDATE that
    does not set it, whether through the ORM or in plain SQL.
    """

    id_prefix: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=ids.uuid7, db_default=UUIDv7(), editable=False)
    created = models.DateTimeField(default=timezone.now, db_default=Now())
    modified = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        abstract = True

    @property
    def api_id(self) -> str:
        """The id as the API shows it."""
        return ids.encode_id(self.id_prefix, self.pk)


class SearchText(models.Func):
    """Columns in lower case, a line each: what one trigram index searches.

    The line break keeps a match from running over the edge of a column; no search term holds one.
    """

    template = "lower(%(expressions)s)"
    arg_joiner = " || E'\\n' || "
    output_field = models.TextField()


def composed_and_apart(text: str) -> tuple[str, ...]:
    """The forms in which a text may stand in a search column: accents on their letters (NFC) and
    behind them (NFD), as some systems write them. One, where both are the same.
    """
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    return (composed,) if composed == apart else (composed, apart)


def one_of(name: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """A CHECK that a column holds one of the choices, for writes that pass by the ORM."""
    return models.CheckConstraint(
        name=name, condition=models.Q(**{f"{field}__in": [str(value) for value in choices.values]})
    )


def parse_id(model: type[Row], text: Any) -> uuid.UUID | None:
    """The UUID behind a public id of this model; None for anything else."""
    return ids.decode_id(model.id_prefix, text) if isinstance(text, str) else None
