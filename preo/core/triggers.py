"""What migrations add to tables beside their columns."""

from django.db.migrations import RunSQL


def touch_modified(*tables: str) -> list[RunSQL]:
    """Move `modified` with each UPDATE that changes a row and does not itself set it."""
    return [
        RunSQL(
            f"CREATE TRIGGER touch_modified BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION touch_modified()",
            f"DROP TRIGGER touch_modified ON {table}",
        )
        for table in tables
    ]
