"""What several answers of accounts have in common."""

from rest_framework import serializers

from preo.accounts.models import StaffUser
from preo.core.fields import IdField
from preo.editions.models import Edition


class StaffLightSerializer(serializers.ModelSerializer[StaffUser]):
    """A person of the staff in short."""

    id = IdField(StaffUser, read_only=True)

    class Meta:
        model = StaffUser
        fields = ["id", "full_name", "email"]
        read_only_fields = fields


class EditionNameSerializer(serializers.ModelSerializer[Edition]):
    """An edition by its name."""

    id = IdField(Edition, read_only=True)

    class Meta:
        model = Edition
        fields = ["id", "full_name"]
        read_only_fields = fields
