"""What in the database refers to a row: from the models, so that no table of later days is forgotten."""

from collections.abc import Collection
from dataclasses import dataclass

from django.apps import apps
from django.db.models import ForeignKey, Model

from preo.core.models import Row


@dataclass(frozen=True, slots=True)
class Reference:
    table: str
    column: str
    has_created: bool
    """Whether it says when the reference came to be."""


def references_to(model: type[Model], *, besides: Collection[type[Model]]) -> list[Reference]:
    """All columns that refer to this model, but those of the tables that the caller looks at itself.

    One without a constraint does not count: it is worked out of other rows, and void without what it
    refers to.
    """
    return [
        Reference(other._meta.db_table, field.column, issubclass(other, Row))
        for other in apps.get_models(include_auto_created=True)
        if other not in besides and other._meta.managed
        for field in other._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is model
        if field.db_constraint  # type: ignore[attr-defined] # not in the stubs
    ]
