from rest_framework import serializers

from preo.core.fields import IdField, ImageSerializer
from preo.organizations.models import Organization


class OrganizationLightSerializer(serializers.ModelSerializer[Organization]):
    """An organization in short."""

    id = IdField(Organization, read_only=True)
    avatar = ImageSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Organization
        fields = ["id", "name", "slug", "avatar"]
        read_only_fields = ["slug"]


class OrganizationSerializer(OrganizationLightSerializer):
    """An organization with its settings."""

    class Meta(OrganizationLightSerializer.Meta):
        fields = [
            "id", "name", "slug", "avatar", "currency", "default_language", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields
