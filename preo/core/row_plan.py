"""Lists without model instances: a serializer read once, then rows straight from the cursor.

`ModelSerializer` spends two thirds of a list request in per-field calls. A plan takes the same
declaration and reads its columns as tuples; what each column needs (an id's prefix, an amount's
decimal point) is worked out once a class. Serializers whose fields a plan does not know get None
and take the ordinary way; a test holds both ways to the same values for every list.
"""

import functools
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db import connections
from django.db.models import Model, QuerySet
from orjson import Fragment
from psycopg.types.string import TextLoader
from rest_framework import serializers

from preo.core import ids, money
from preo.core.fields import IdField, MoneyField

Convert = Callable[[Any], Any]

_AS_IT_IS = (
    serializers.CharField,
    serializers.ChoiceField,
    serializers.IntegerField,
    serializers.BooleanField,
)


_PLANS: "dict[type[Any], RowPlan | None]" = {}


@dataclass(frozen=True)
class RowPlan:
    names: tuple[str, ...]
    columns: tuple[str, ...]
    converts: tuple[tuple[int, Convert], ...]
    nested: "tuple[tuple[int, type[Model], RowPlan], ...]"

    def rows(self, queryset: QuerySet[Any]) -> list[dict[str, Any]]:
        """The rows of a queryset in the shape of the serializer, ready for orjson."""
        compiler = queryset.values_list(*self.columns).query.get_compiler(queryset.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:  # Django sees that no row can match
            return []
        with connections[queryset.db].cursor() as cursor:
            # Times come as PostgreSQL's text: to parse each and write it again costs more than all
            # the rest of a row.
            cursor.adapters.register_loader("timestamptz", TextLoader)
            cursor.execute(sql, parameters)
            found = [list(row) for row in cursor.fetchall()]
        for index, model, plan in self.nested:
            objects = plan.by_id(model, {row[index] for row in found})
            for row in found:
                row[index] = objects.get(row[index])
        for index, convert in self.converts:
            for row in found:
                if row[index] is not None:
                    row[index] = convert(row[index])
        names = self.names
        return [dict(zip(names, row, strict=True)) for row in found]

    def by_id(self, model: type[Model], keys: Iterable[Any]) -> dict[Any, Any]:
        """Each row's JSON by its key: rendered once, then shared by all that point to it."""
        wanted = [key for key in keys if key is not None]
        if not wanted:
            return {}
        keyed = RowPlan((*self.names, ""), (*self.columns, "pk"), self.converts, self.nested)
        rows = keyed.rows(model._default_manager.filter(pk__in=wanted))
        return {row.pop(""): row for row in rows}


def plan_for(serializer_class: type[Any]) -> RowPlan | None:
    """The plan of a serializer class; None where a field is beyond it."""
    if serializer_class not in _PLANS:
        _PLANS[serializer_class] = _plan(serializer_class)
    return _PLANS[serializer_class]


def _plan(serializer_class: type[Any]) -> RowPlan | None:
    names, columns = [], []
    converts: list[tuple[int, Convert]] = []
    nested = []
    shown = {n: f for n, f in serializer_class().fields.items() if not f.write_only}
    for index, (name, field) in enumerate(shown.items()):
        source = field.source
        names.append(name)
        if isinstance(field, serializers.ModelSerializer):
            inner = plan_for(type(field))
            if inner is None:
                return None
            nested.append((index, field.Meta.model, inner))
            columns.append(f"{source}_id")
            continue
        convert = _convert(field)
        if convert is None or not _is_column(serializer_class.Meta.model, source):
            return None
        columns.append(source.replace(".", "__"))
        if convert is not _as_it_is:
            converts.append((index, convert))
    return RowPlan(tuple(names), tuple(columns), tuple(converts), tuple(nested))


def _convert(field: serializers.Field[Any, Any, Any, Any]) -> Convert | None:
    if isinstance(field, IdField):
        return functools.partial(_encode, field.model.id_prefix)
    if isinstance(field, MoneyField):
        return money.to_json
    if isinstance(field, serializers.JSONField):
        # psycopg hands JSON over as text (Django's loader): it goes out as it came.
        return Fragment
    if isinstance(field, serializers.DateTimeField) and "format" not in vars(field):
        return _instant
    exact = type(field).to_representation in {kind.to_representation for kind in _AS_IT_IS}
    return _as_it_is if exact else None


def _is_column(model: type[Model], source: str) -> bool:
    """Whether SQL gives what the source names: a field, or an annotation of the queryset.

    What the class itself has beside its fields are properties, which only an instance can give.
    """
    first = source.partition(".")[0]
    try:
        model._meta.get_field(first)
    except FieldDoesNotExist:
        return first != "*" and not hasattr(model, first)
    return True


def _encode(prefix: str, value: uuid.UUID) -> str:
    return ids.encode_id(prefix, value)


def _instant(text: str) -> str:
    """`2026-06-24 18:00:00.5+00` as orjson writes it: `2026-06-24T18:00:00.500000Z`.

    The connection's zone is UTC (Django sees to it), so every text ends in `+00`.
    """
    fraction = text[20:-3]
    return (
        f"{text[:10]}T{text[11:19]}.{fraction:0<6}Z" if fraction else f"{text[:10]}T{text[11:19]}Z"
    )


def _as_it_is(value: Any) -> Any:
    return value
