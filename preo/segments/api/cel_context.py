"""The shape of what an editor of conditions is told."""

from typing import Any

from rest_framework import serializers

Shape = serializers.Serializer[Any]


class CelFieldSerializer(Shape):
    """A name and what is behind it; of a list its rows' fields."""

    type = serializers.CharField()
    description = serializers.CharField()
    nullable = serializers.BooleanField(required=False)
    values = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="All that a text can be."
    )
    reference = serializers.CharField(
        required=False, allow_null=True, help_text="What an id or slug names, such as `product`."
    )
    fields = serializers.DictField(required=False)  # type: ignore[assignment] # also a property


class CelFunctionSerializer(Shape):
    name = serializers.CharField()
    syntax = serializers.CharField()
    description = serializers.CharField()
    example = serializers.CharField()


class CelExampleSerializer(Shape):
    description = serializers.CharField()
    expression = serializers.CharField()


class CelEditionSerializer(Shape):
    slug = serializers.CharField()
    full_name = serializers.CharField()


class NamedObjectSerializer(Shape):
    id = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)


class CelProductSerializer(Shape):
    id = serializers.CharField()
    name = serializers.CharField()
    variants = NamedObjectSerializer(many=True)
    category_ids = serializers.ListField(child=serializers.CharField())


class CelConsentSerializer(Shape):
    id = serializers.CharField()
    title = serializers.CharField()


class CelDynamicValuesSerializer(Shape):
    editions = CelEditionSerializer(many=True)
    categories = NamedObjectSerializer(many=True)
    products = CelProductSerializer(many=True)
    vendors = NamedObjectSerializer(many=True)
    locations = NamedObjectSerializer(many=True)
    product_types = serializers.ListField(child=serializers.CharField())
    purchase_statuses = serializers.ListField(child=serializers.CharField())
    marketing_consents = CelConsentSerializer(many=True)


class CelContextSerializer(Shape):
    schema = serializers.DictField(child=CelFieldSerializer())
    functions = CelFunctionSerializer(many=True)
    examples = CelExampleSerializer(many=True)
    dynamic_values = CelDynamicValuesSerializer()
