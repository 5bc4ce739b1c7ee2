"""How many rows of another table name a row."""

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from preo.core.models import Row


def counted(table: type[Row], column: str, condition: Q | None = None) -> Coalesce:
    """For each row the number of those whose `column` names it, and which fit the condition."""
    rows = table._default_manager.filter(condition or Q(), **{column: OuterRef("pk")})
    counts = rows.order_by().values(column).annotate(rows=Count("*")).values("rows")
    return Coalesce(Subquery(counts), 0, output_field=IntegerField())
