"""What is taken when something of the catalogue is created or changed."""

import unicodedata
from typing import Any

from rest_framework import serializers

from preo.catalog.models import (
    MAX_MATCH_NAME,
    Category,
    Location,
    Option,
    Product,
    ProductType,
    Variant,
    Vendor,
)
from preo.core.fields import AnyJSONField, IdField, MoneyField, TextField, TranslatedInField
from preo.editions.models import Edition
from preo.organizations.models import Organization

MAX_NAME = 200
MAX_ITEMS = 200
"""In each list of a product."""
MAX_USES = 10_000
MAX_POSITION = 1_000_000


class TranslatedNameField(TranslatedInField):
    """A name that is there in one language at least."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        texts = super().to_internal_value(data)
        if not texts:
            self.fail("empty")
        return texts


class MatchableNameField(TextField):
    """A name by which orders from elsewhere find what they mean: its form for comparison is kept."""

    default_error_messages = {"too_long": "This name is too long to be compared with others."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_NAME, **options)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        # The same form as `MatchName` makes, but for blanks, which it only takes away.
        if len(unicodedata.normalize("NFKC", name).casefold().encode()) > MAX_MATCH_NAME:
            self.fail("too_long")
        return name


class CategoryUpdateSerializer(serializers.Serializer[Category]):
    name = TranslatedNameField(help_text="Language code to text.")
    position = serializers.IntegerField(
        min_value=0, max_value=MAX_POSITION, required=False, help_text="A new one is put last."
    )


class CategoryCreateSerializer(CategoryUpdateSerializer):
    edition_id = IdField(Edition)


class VendorUpdateSerializer(serializers.Serializer[Vendor]):
    name = TextField(max_length=MAX_NAME)
    code = TextField(
        max_length=64, required=False, allow_null=True, help_text="Unique in the organization."
    )


class VendorCreateSerializer(VendorUpdateSerializer):
    organization_id = IdField(Organization)


class LocationUpdateSerializer(serializers.Serializer[Location]):
    name = TextField(max_length=MAX_NAME)
    is_draft = serializers.BooleanField(required=False, help_text="A new one is no draft.")


class LocationCreateSerializer(LocationUpdateSerializer):
    edition_id = IdField(Edition)


class VariantInSerializer(serializers.Serializer[Variant]):
    id = IdField(Variant, required=False, help_text="Of a variant that is to be kept.")
    name = MatchableNameField()
    code = TextField(
        max_length=128, required=False, allow_null=True, help_text="Unique in the product."
    )
    price = MoneyField(
        required=False, allow_null=True, help_text="Replaces the product's; null or none: that one."
    )


class OptionInSerializer(serializers.Serializer[Option]):
    id = IdField(Option, required=False, help_text="Of an option that is to be kept.")
    name = TextField(max_length=MAX_NAME)
    price_mod = MoneyField(signed=True, required=False, help_text="Added to the price; or zero.")
    deposit_mod = MoneyField(
        signed=True, required=False, help_text="Added to the deposit; or zero."
    )


class ProductUpdateSerializer(serializers.Serializer[Product]):
    vendor_id = IdField(Vendor, required=False, allow_null=True)
    location_id = IdField(Location, required=False, allow_null=True)
    category_ids = serializers.ListField(
        child=IdField(Category), required=False, max_length=MAX_ITEMS
    )
    type = serializers.ChoiceField(ProductType.choices, required=False)
    name = MatchableNameField()
    code = TextField(
        max_length=128, required=False, allow_null=True, help_text="Unique in the edition."
    )
    description = TranslatedInField(required=False, help_text="Language code to text.")
    price = MoneyField(required=False)
    deposit = MoneyField(required=False)
    handling_fee = MoneyField(required=False)
    uses = serializers.IntegerField(
        min_value=1, max_value=MAX_USES, required=False, help_text="Of one piece."
    )
    is_unlimited_use = serializers.BooleanField(required=False)
    is_draft = serializers.BooleanField(required=False, help_text="A new one is a draft.")
    variants = serializers.ListSerializer[Any](
        child=VariantInSerializer(),
        required=False,
        max_length=MAX_ITEMS,
        help_text="The whole list, in its order.",
    )
    options = serializers.ListSerializer[Any](
        child=OptionInSerializer(),
        required=False,
        max_length=MAX_ITEMS,
        help_text="The whole list, in its order.",
    )
    metadata = AnyJSONField(
        required=False, help_text="Merged into what is there; a member given as null is removed."
    )


class ProductCreateSerializer(ProductUpdateSerializer):
    edition_id = IdField(Edition)
