from rest_framework import serializers

from preo.customers.person import Fate


class FateSerializer(serializers.Serializer[Fate]):
    """What becomes of rows of one kind."""

    what = serializers.CharField()
    count = serializers.IntegerField()
    rule = serializers.CharField(help_text="Why it stays; else what is done.")
