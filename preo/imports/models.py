from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from preo.accounts.models import StaffUser
from preo.catalog.models import Product, Variant
from preo.core.models import Row, one_of
from preo.core.money import MinorUnits
from preo.editions.models import CountryCode, Edition
from preo.orders.models import Order
from preo.organizations.models import Organization


class ImportService(models.TextChoices):
    CSV = "csv", "CSV file"
    EXCEL = "excel", "Excel file"
    EXTERNAL = "external", "Sent by another system"


class ImportStage(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"
    """The file is being read into rows, or read again with other settings."""
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
    """What the other system is called: with the edition and an order's id there, its identity.
    Of a file what was recognised by its header, or what staff say; never the file's name."""
    stage = models.CharField(max_length=21, choices=ImportStage.choices)
    created_by = models.ForeignKey(StaffUser, models.SET_NULL, null=True, related_name="+")
    """None where an API key brought it; the activity tells which."""

    name = models.CharField(max_length=200, default="")
    data_file = models.CharField(max_length=200, default="")
    """The file's name in storage; empty when it was purged, and of what came without a file."""
    data_file_name = models.CharField(max_length=255, null=True)  # noqa: DJ001 - none, not empty
    """What the person called it: only shown, never used as a path."""
    file_size = models.BigIntegerField(null=True)
    """Bytes."""
    file_hash = models.BinaryField(null=True)
    """SHA-256: the same file a second time is pointed out."""
    default_country_code = models.CharField(
        max_length=4, choices=CountryCode.choices, default=CountryCode.DK
    )
    detected = models.JSONField(default=dict)
    """How the file was read, as found: encoding, delimiter, sheets, sheet, header_row,
    decimal_separator, date_order."""
    chosen = models.JSONField(default=dict)
    """What staff set of the same, which wins."""
    columns = models.JSONField(default=list)
    """`{index, name, samples, empty_share}` of each."""
    mappings = models.JSONField(default=list)
    """`{column, field, format, confidence}` of each column."""
    row_count = models.PositiveIntegerField(null=True)
    """Data rows, without the header."""
    order_count = models.PositiveIntegerField(null=True)

    rows_done = models.PositiveIntegerField(default=0)
    """Of the step that runs: rows that were read, or that belong to orders that are in."""
    rows_failed = models.PositiveIntegerField(default=0)
    next_order = models.PositiveIntegerField(default=0)
    """The checkpoint: the place of the first order that is not dealt with yet."""
    orders_created = models.PositiveIntegerField(default=0)
    orders_updated = models.PositiveIntegerField(default=0)
    orders_unchanged = models.PositiveIntegerField(default=0)
    orders_failed = models.PositiveIntegerField(default=0)
    users_created = models.PositiveIntegerField(default=0)
    problem_counts = models.JSONField(default=dict)
    """How many problems of each code the last check of the whole file found."""
    error_message = models.TextField(default="")
    generation = models.BigIntegerField(default=0)
    """Rises with each demand for a step: a job that was deferred for a lower one does nothing."""
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    undo_started_at = models.DateTimeField(null=True)
    undo_after = models.UUIDField(null=True)
    """The checkpoint of its undo: the last order that was dealt with."""
    undo_counts = models.JSONField(default=dict)
    """What its undo took back and what it kept: see `undo.counts`."""
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("import_service", "service", ImportService),
            one_of("import_stage", "stage", ImportStage),
        ]
        indexes = [
            models.Index(fields=["organization", "-created", "-id"], name="import_newest_first"),
            models.Index(fields=["organization", "file_hash"], name="import_by_file"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.api_id}"

    @property
    def reading(self) -> dict[str, Any]:
        """How the file is read: what staff set over what was found."""
        return {**self.detected, **self.chosen}


class ImportRow(models.Model):
    """One row of a file as it stands there: the raw material, and the proof of where an order is from.

    `number` is the row's in the file, as a spreadsheet counts it, from 1 with the header's.
    """

    pk = models.CompositePrimaryKey("data_import", "number")
    data_import = models.ForeignKey(
        DataImport, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    cells = ArrayField(models.TextField())

    def __str__(self) -> str:
        return f"row {self.number}"


class ImportLine(models.Model):
    """One order line of a file, its values read by the column mapping. Made anew by each check.

    `part` tells lines apart that stand in one cell. `order_place` numbers the orders of the file in
    their order, from 0: by it the import goes on where it stopped.
    """

    pk = models.CompositePrimaryKey("data_import", "number", "part")
    data_import = models.ForeignKey(
        DataImport, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    order_place = models.PositiveIntegerField()
    order_key = models.TextField()
    """The order's id in the other system."""
    is_bad = models.BooleanField(default=False)
    """A value of it cannot be read: its order fails."""
    values = models.JSONField(default=dict)
    """By field, in the form that the engine takes: minor units, ISO times, E.164 numbers."""
    product_mapping = models.ForeignKey(
        "ProductMapping",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        indexes = [models.Index(fields=["data_import", "order_place"], name="import_line_by_order")]

    def __str__(self) -> str:
        return f"line {self.number}.{self.part}"


class ProblemLevel(models.TextChoices):
    ERROR = "error", "Error"
    WARNING = "warning", "Warning"


class ImportProblem(models.Model):
    """What is wrong with a row, or worth knowing about it."""

    data_import = models.ForeignKey(DataImport, models.CASCADE, related_name="+", db_index=False)
    level = models.CharField(max_length=7, choices=ProblemLevel.choices)
    number = models.PositiveIntegerField(null=True)
    """The row; None for the whole file."""
    column = models.TextField(null=True)  # noqa: DJ001 - none, not empty
    """The column's name."""
    code = models.CharField(max_length=64)
    message = models.TextField()
    value = models.TextField(null=True)  # noqa: DJ001 - none, not empty

    class Meta:
        constraints = [one_of("import_problem_level", "level", ProblemLevel)]
        indexes = [
            models.Index(fields=["data_import", "level", "number"], name="import_problem_by_row")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.code}"


class ProductMapping(Row):
    """What a product, or a variant, of a file is here: one for each that the file names."""

    id_prefix: ClassVar[str] = "map"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    data_import = models.ForeignKey(DataImport, models.CASCADE, related_name="+", db_index=False)
    external_code = models.CharField(max_length=128, default="")
    external_name = models.TextField(default="")
    external_variant = models.TextField(default="")
    rows = models.PositiveIntegerField(default=0)
    unit_price = MinorUnits(null=True)
    """The most frequent one of the file, in minor units."""
    product = models.ForeignKey(Product, models.SET_NULL, null=True, related_name="+")
    variant = models.ForeignKey(Variant, models.SET_NULL, null=True, related_name="+")
    ignored = models.BooleanField(default=False)
    """Lines of it are left out."""
    create_product = models.BooleanField(default=False)
    """A draft of its name is made when the import runs."""
    suggestion = models.JSONField(null=True)
    """`{product_id, variant_id, confidence}` by API id."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["data_import", "external_code", "external_name", "external_variant"],
                name="product_mapping_once",
            ),
            models.CheckConstraint(
                name="product_mapping_one_fate",
                condition=Q(ignored=False, create_product=False)
                | Q(product__isnull=True, variant__isnull=True) & ~Q(ignored=F("create_product")),
            ),
        ]

    def __str__(self) -> str:
        return self.external_name or self.external_code


class SavedColumns(Row):
    """A column mapping that was used: suggested when a file with the same header comes again."""

    id_prefix: ClassVar[str] = "svc"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    header_hash = models.BinaryField()
    """SHA-256 of the header's words in their form for comparison."""
    source = models.CharField(max_length=64)
    mappings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "header_hash"], name="saved_columns_once"
            )
        ]

    def __str__(self) -> str:
        return self.source


class SavedProduct(Row):
    """What staff decided on a product of another system: kept for its next file."""

    id_prefix: ClassVar[str] = "svp"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    source = models.CharField(max_length=64)
    external_code = models.CharField(max_length=128, default="")
    external_name = models.TextField(default="")
    external_variant = models.TextField(default="")
    product = models.ForeignKey(Product, models.CASCADE, null=True, related_name="+")
    variant = models.ForeignKey(Variant, models.CASCADE, null=True, related_name="+")
    ignored = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "edition",
                    "source",
                    "external_code",
                    "external_name",
                    "external_variant",
                ],
                name="saved_product_once",
            )
        ]

    def __str__(self) -> str:
        return self.external_name or self.external_code


class ImportedOrder(models.Model):
    """What an import did to an order, and from which rows: for undo, and for "where is this from?"."""

    pk = models.CompositePrimaryKey("data_import", "order")
    data_import = models.ForeignKey(DataImport, models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=9)
    """created or updated."""
    numbers = ArrayField(models.PositiveIntegerField())
    """The rows."""
    raw = models.JSONField(default=list)
    """The rows' cells by column name, as they stood: kept when the file and its rows are purged."""
    before = models.JSONField(null=True)
    """Of an updated order: its rows in all tables as they were, by table."""
    after_modified = models.DateTimeField(null=True)
    """The order's `modified` when this import was done with it."""
    done_at = models.DateTimeField(null=True)
    """When that was: none of its rows was written later by the import."""

    def __str__(self) -> str:
        return f"{self.outcome} {self.order_id}"


class ImportedPart(models.Model):
    """What a chunk of an import brought besides its orders, for undo."""

    data_import = models.ForeignKey(DataImport, models.CASCADE, related_name="+")
    customers = ArrayField(models.UUIDField(), default=list)
    """Who was made."""
    products = ArrayField(models.UUIDField(), default=list)
    """The drafts that were made."""
    categories = ArrayField(models.UUIDField(), default=list)
    filled = models.JSONField(default=list)
    """What was filled in of customers who were here: see `orders.outside.images.keep_made`."""
    answers = ArrayField(models.UUIDField(), default=list)
    """The answers to consents."""
    done_at = models.DateTimeField()
    is_undone = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{len(self.customers)} customers, {len(self.products)} products"


class KeptKind(models.TextChoices):
    ORDER = "order", "Order"
    USER = "user", "User"
    PRODUCT = "product", "Product"
    CATEGORY = "category", "Category"
    CONSENT = "consent", "Answer to a consent"


class KeptReason(models.TextChoices):
    USED = "used", "Something of it has been used."
    REFUNDED = "refunded", "Money has been given back for it."
    CHANGED_BY_IMPORT = "changed_by_import", "A later import changed it."
    CHANGED_BY_SYSTEM = "changed_by_system", "The other system changed it since."
    EDITED = "edited", "It was changed since."
    PUBLISHED = "published", "It is no draft any more."
    HAS_ORDERS = "has_orders", "Other orders refer to it."
    HAS_ANSWERS = "has_answers", "Answers to consents are proof: they stay, and with them the user."
    IN_USE = "in_use", "Something else that was made since refers to it."
    GONE = "gone", "What it pointed to before is not here any more."
    ANSWER_NO = "answer_no", "A refusal stays: it is the stricter answer."
    WITHDRAWN = "withdrawn", "The answer stays as proof. A refusal was added, which counts."


class ImportKept(models.Model):
    """Something that undo left as it is, and why."""

    data_import = models.ForeignKey(DataImport, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=KeptKind.choices)
    object_id = models.UUIDField()
    """Of an answer to a consent the customer's."""
    reason = models.CharField(max_length=17, choices=KeptReason.choices)

    class Meta:
        constraints = [
            one_of("import_kept_kind", "kind", KeptKind),
            one_of("import_kept_reason", "reason", KeptReason),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.reason}"
