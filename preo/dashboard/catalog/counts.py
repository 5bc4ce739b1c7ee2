"""How many rows of another table name a row."""

from django.db.models import Count, IntegerField, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce


def counted(table: type[Model], column: str, condition: Q | None = None) -> Coalesce:
    """For each row the number of those whose `column` names it, and which fit the condition."""
    rows = table._default_manager.filter(condition or Q(), **{column: OuterRef("pk")})
    counts = rows.order_by().values(column).annotate(rows=Count("*")).values("rows")
    return Coalesce(Subquery(counts), 0, output_field=IntegerField())
