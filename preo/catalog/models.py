import uuid
from typing import ClassVar

from django.db import models

from preo.core.models import Row, one_of
from preo.core.money import MinorUnits
from preo.editions.models import Edition
from preo.organizations.models import Organization


class ProductType(models.TextChoices):
    TICKET = "ticket", "Ticket"
    FOOD = "food", "Food"
    DRINK = "drink", "Drink"
    MERCHANDISE = "merchandise", "Merchandise"
    SERVICE = "service", "Service"
    OTHER = "other", "Other"


class MatchName(models.Func):
    """The form in which names of products are compared: NFKC, case folded, blanks collapsed.

    A column made by the database, so that a name written by any path is found by any other.
    """

    template = (
        r"btrim(regexp_replace(casefold(normalize(%(expressions)s, NFKC)), '[\s ]+', ' ', 'g'))"
    )
    arity = 1
    output_field = models.TextField()


MAX_MATCH_NAME = 2000
"""Bytes of a name's form for comparison, which an index must hold: a few signs grow eighteenfold."""


class Category(Row):
    """A heading under which an edition's products stand."""

    id_prefix: ClassVar[str] = "cat"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    name = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "edition", "position"], name="category_in_order")
        ]

    def __str__(self) -> str:
        return str(self.name)


class Vendor(Row):
    """One who sells at an organization's festivals, year after year."""

    id_prefix: ClassVar[str] = "vnd"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=64, null=True)  # noqa: DJ001 - unique where there is one

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="vendor_code_in_organization"
            )
        ]
        indexes = [models.Index(fields=["organization", "name"], name="vendor_by_name")]

    def __str__(self) -> str:
        return self.name


class Location(Row):
    """A place at an edition where purchases are picked up or used."""

    id_prefix: ClassVar[str] = "loc"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    is_draft = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "edition", "name"], name="location_by_name")
        ]

    def __str__(self) -> str:
        return self.name


class Product(Row):
    """What an edition sells. Amounts are minor units of the edition's currency."""

    id_prefix: ClassVar[str] = "prd"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, null=True, related_name="+")
    categories = models.ManyToManyField(Category, related_name="+")
    type = models.CharField(max_length=16, choices=ProductType.choices, default=ProductType.OTHER)
    name = models.CharField(max_length=200)
    match_name = models.GeneratedField(
        expression=MatchName("name"), output_field=models.TextField(), db_persist=True
    )
    code = models.CharField(max_length=128, null=True)  # noqa: DJ001 - unique where there is one
    service = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none for our own code
    """The other system whose code this is, where its orders brought the product as a draft."""
    description = models.JSONField(default=dict)
    price = MinorUnits(default=0)
    deposit = MinorUnits(default=0)
    handling_fee = MinorUnits(default=0)
    uses = models.PositiveIntegerField(default=1)
    """How often one piece may be used, such as three for a card of three drinks."""
    is_unlimited_use = models.BooleanField(default=False)
    is_draft = models.BooleanField(default=True)
    metadata = models.JSONField(default=dict)

    images: ClassVar[tuple[()]] = ()
    """No pictures yet."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="product_code_in_edition"),
            models.CheckConstraint(
                name="product_amounts",
                condition=models.Q(price__gte=0, deposit__gte=0, handling_fee__gte=0),
            ),
            one_of("product_type", "type", ProductType),
        ]
        indexes = [
            models.Index(
                fields=["organization", "edition", "match_name"], name="product_by_match_name"
            ),
            models.Index(fields=["organization", "edition", "name"], name="product_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def category_ids(self) -> list[uuid.UUID]:
        """Of the categories, in their order where they were fetched in it."""
        return [category.pk for category in self.categories.all()]


class Variant(Row):
    """A form of a product, such as a size; `price` replaces the product's where it is set."""

    id_prefix: ClassVar[str] = "var"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=128, null=True)  # noqa: DJ001 - unique where there is one
    price = MinorUnits(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "code"], name="variant_code_in_product"),
            models.CheckConstraint(name="variant_price", condition=models.Q(price__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name


class Option(Row):
    """An addition to a product that changes its price or its deposit."""

    id_prefix: ClassVar[str] = "opt"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="options")
    name = models.CharField(max_length=200)
    price_mod = MinorUnits(default=0)
    deposit_mod = MinorUnits(default=0)
    position = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class PassDesign(Row):
    """What an edition's wallet passes look like."""

    id_prefix: ClassVar[str] = "pds"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name
