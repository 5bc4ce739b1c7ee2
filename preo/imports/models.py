from typing import ClassVar

from django.db import models

from preo.accounts.models import StaffUser
from preo.core.models import Row, one_of
from preo.editions.models import Edition
from preo.organizations.models import Organization


class ImportService(models.TextChoices):
    CSV = "csv", "CSV file"
    EXCEL = "excel", "Excel file"
    EXTERNAL = "external", "Sent by another system"


class ImportStage(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"
    NEEDS_COLUMN_MAPPING = "needs_column_mapping", "Needs column mapping"
    NEEDS_PRODUCT_MAPPING = "needs_product_mapping", "Needs product mapping"
    IMPORTING = "importing", "Importing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class DataImport(Row):
    """One import: where it came from, who brought it and what became of its orders."""

    id_prefix: ClassVar[str] = "imp"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    service = models.CharField(max_length=8, choices=ImportService.choices)
    source = models.CharField(max_length=64)
    """What the other system is called: with the edition and an order's id there, its identity."""
    stage = models.CharField(max_length=21, choices=ImportStage.choices)
    created_by = models.ForeignKey(StaffUser, models.SET_NULL, null=True, related_name="+")
    """None where an API key brought it; the activity tells which."""
    orders_created = models.PositiveIntegerField(default=0)
    orders_updated = models.PositiveIntegerField(default=0)
    orders_unchanged = models.PositiveIntegerField(default=0)
    orders_failed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("import_service", "service", ImportService),
            one_of("import_stage", "stage", ImportStage),
        ]
        indexes = [
            models.Index(fields=["organization", "-created", "-id"], name="import_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.api_id}"
