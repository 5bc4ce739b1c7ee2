from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from preo.core.models import Row
from preo.organizations.models import Organization


class ActorKind(models.TextChoices):
    STAFF = "staff", "Staff"
    API_KEY = "api_key", "API key"
    CUSTOMER = "customer", "Customer"
    SYSTEM = "system", "System"


class Activity(Row):
    """What happened: a type and ids, no personal data.

    The edition and the object are plain ids: an activity outlives what it speaks of, and this
    slice stands below those that record.
    """

    id_prefix: ClassVar[str] = "act"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition_id = models.UUIDField(null=True)
    type = models.CharField(max_length=64)
    """A noun and what befell it: `order.updated`."""
    object_id = models.UUIDField()
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor_id = models.UUIDField(null=True)
    changed = ArrayField(models.CharField(max_length=64), default=list)
    """Names of the fields that changed."""
    details = models.JSONField(default=dict)
    """Counts and ids that readers need, never personal data."""
    sequence = models.BigIntegerField(null=True)
    """Order within the organization without gaps, given after commit by the dispatcher."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "sequence"], name="activity_sequence_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "object_id", "created"], name="activity_of_object"
            ),
            models.Index(
                fields=["organization", "created", "id"],
                name="activity_to_dispatch",
                condition=models.Q(sequence__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.type
