"""How products and what stands around them are shown."""

from rest_framework import serializers

from preo.catalog.models import Category, Location, Option, Product, Variant, Vendor
from preo.core.fields import AnyJSONField, IdField, MoneyField, TranslatedField
from preo.editions.models import Edition
from preo.organizations.models import Organization


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A heading under which an edition's products stand."""

    id = IdField(Category, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition_id = IdField(Edition, read_only=True)
    name = TranslatedField(read_only=True)

    class Meta:
        model = Category
        fields = ["id", "organization_id", "edition_id", "name", "position", "created", "modified"]
        read_only_fields = fields


class VendorSerializer(serializers.ModelSerializer[Vendor]):
    """One who sells at an organization's festivals."""

    id = IdField(Vendor, read_only=True)
    organization_id = IdField(Organization, read_only=True)

    class Meta:
        model = Vendor
        fields = ["id", "organization_id", "name", "code", "created", "modified"]
        read_only_fields = fields


class LocationSerializer(serializers.ModelSerializer[Location]):
    """A place at an edition where purchases are picked up or used."""

    id = IdField(Location, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition_id = IdField(Edition, read_only=True)

    class Meta:
        model = Location
        fields = ["id", "organization_id", "edition_id", "name", "is_draft", "created", "modified"]
        read_only_fields = fields


class VariantSerializer(serializers.ModelSerializer[Variant]):
    """A form of a product; its price replaces the product's where there is one."""

    id = IdField(Variant, read_only=True)
    price = MoneyField(read_only=True, allow_null=True)

    class Meta:
        model = Variant
        fields = ["id", "name", "code", "price"]
        read_only_fields = fields


class OptionSerializer(serializers.ModelSerializer[Option]):
    """An addition to a product, and what it adds to price and deposit."""

    id = IdField(Option, read_only=True)
    price_mod = MoneyField(read_only=True, signed=True)
    deposit_mod = MoneyField(read_only=True, signed=True)

    class Meta:
        model = Option
        fields = ["id", "name", "price_mod", "deposit_mod"]
        read_only_fields = fields


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product with its variants and options, each list in its order."""

    id = IdField(Product, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition_id = IdField(Edition, read_only=True)
    vendor_id = IdField(Vendor, read_only=True, allow_null=True)
    location_id = IdField(Location, read_only=True, allow_null=True)
    category_ids = serializers.ListField(child=IdField(Category), read_only=True)
    description = TranslatedField(read_only=True)
    currency = serializers.CharField(
        source="edition.currency", read_only=True, help_text="The edition's."
    )
    price = MoneyField(read_only=True)
    deposit = MoneyField(read_only=True)
    handling_fee = MoneyField(read_only=True)
    variants = VariantSerializer(many=True, read_only=True)
    options = OptionSerializer(many=True, read_only=True)
    metadata = AnyJSONField(read_only=True)

    class Meta:
        model = Product
        fields = [
            "id", "organization_id", "edition_id", "vendor_id", "location_id", "category_ids",
            "type", "name", "code", "service", "description", "currency", "price", "deposit",
            "handling_fee", "uses", "is_unlimited_use", "is_draft", "variants", "options",
            "metadata", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields
        extra_kwargs = {
            "service": {"help_text": "The other system whose code this is; null for our own."}
        }
