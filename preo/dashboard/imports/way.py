"""The way of an import from its file to its orders, and what stands before its start."""

from dataclasses import dataclass

from django.db.models import Count, Q

from preo.imports.models import DataImport, ImportStage, ProductMapping

_STEPS = (
    ("File", (ImportStage.UPLOADED,)),
    ("Columns", (ImportStage.NEEDS_COLUMN_MAPPING,)),
    ("Products and preview", (ImportStage.NEEDS_PRODUCT_MAPPING,)),
    ("Import", (ImportStage.IMPORTING,)),
)


@dataclass(frozen=True, slots=True)
class StepShown:
    label: str
    is_done: bool
    is_present: bool


@dataclass(frozen=True, slots=True)
class ProductCounts:
    """Of the products that a file names."""

    total: int
    undecided: int
    """On which nobody decided."""
    same: int
    """Of these the ones that are here under the same code or name: the import takes those."""

    @property
    def unknown(self) -> int:
        """Orders with these fail."""
        return self.undecided - self.same


def steps_of(data_import: DataImport) -> list[StepShown]:
    """The steps, and which one it is at; none where it is over before its end."""
    stage = data_import.stage
    if stage in (ImportStage.FAILED, ImportStage.CANCELLED):
        return []
    present = next(
        (place for place, (_, stages) in enumerate(_STEPS) if stage in stages), len(_STEPS)
    )
    return [
        StepShown(label, place < present, place == present)
        for place, (label, _) in enumerate(_STEPS)
    ]


def count_products(data_import: DataImport) -> ProductCounts:
    """How many there are, and on how many somebody has yet to decide."""
    undecided = Q(product=None, ignored=False, create_product=False)
    found = ProductMapping.objects.filter(data_import=data_import).aggregate(
        total=Count("id"),
        undecided=Count("id", filter=undecided),
        same=Count("id", filter=undecided & Q(suggestion__confidence=1.0)),
    )
    return ProductCounts(**found)
