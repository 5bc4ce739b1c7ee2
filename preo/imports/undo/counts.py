"""What an undo takes back and what it keeps, in numbers: kept with the import."""

from collections.abc import Mapping

COUNTS = (
    "orders_removed", "orders_restored", "orders_kept",
    "users_removed", "users_restored", "users_kept",
    "products_removed", "products_kept",
    "categories_removed", "categories_kept",
    "consents_withdrawn", "consents_kept",
)  # fmt: skip


def add_counts(present: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """All counts, by their names."""
    return {name: present.get(name, 0) + more.get(name, 0) for name in COUNTS}
