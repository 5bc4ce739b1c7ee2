"""The products of the catalogue from which the page of a file's products lets choose."""

from collections.abc import Iterable
from functools import cached_property

from django.db.models import QuerySet

from preo.catalog.models import Product
from preo.catalog.queries import products_with_text
from preo.core import ids
from preo.dashboard.body_fields import Choice
from preo.imports.models import DataImport

MOST_LISTED = 100
"""A larger catalogue is searched; of what is found so many are listed."""


class Catalogue:
    """The products of the import's edition: all, or those with a text in name or code."""

    def __init__(self, data_import: DataImport, search: str) -> None:
        self.search = search
        self._of_edition = Product.objects.filter(edition_id=data_import.edition_id)

    @cached_property
    def is_large(self) -> bool:
        """Whether it has to be searched."""
        return self._of_edition[MOST_LISTED : MOST_LISTED + 1].exists()

    @property
    def _found(self) -> QuerySet[Product]:
        if not self.is_large:
            return self._of_edition
        if not self.search:
            return self._of_edition.none()
        return products_with_text(self._of_edition, self.search)

    @cached_property
    def count(self) -> int:
        """How many products are found."""
        return self._found.count()

    @cached_property
    def choices(self) -> list[Choice]:
        """What is listed: each product by name, followed by its variants."""
        return _choices(self._found)

    def choices_of(self, api_ids: Iterable[str]) -> dict[str, str]:
        """The names of these products and their variants, whatever was searched."""
        keys = [key for one in api_ids if (key := ids.decode_id(Product.id_prefix, one))]
        return dict(_choices(self._of_edition.filter(pk__in=keys)))


def _choices(products: QuerySet[Product]) -> list[Choice]:
    found: list[Choice] = []
    rows = products.order_by("name", "id").prefetch_related("variants")
    for product in rows[:MOST_LISTED]:
        found.append((product.api_id, product.name))
        found += [
            (f"{product.api_id}/{variant.api_id}", f"{product.name}, {variant.name}")
            for variant in product.variants.all()
        ]
    return found
