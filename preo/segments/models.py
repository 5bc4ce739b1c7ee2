from typing import ClassVar

from django.db import models
from django.db.models import Q

from preo.consents.models import Consent
from preo.core.models import Row, one_of
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.organizations.models import Organization


class CommunicationType(models.TextChoices):
    TRANSACTIONAL = "transactional", "Transactional"
    MARKETING = "marketing", "Marketing"


class CommunicationChannel(models.TextChoices):
    ANY = "any", "Any"
    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"
    PASS_PUSH = "pass_push", "Wallet pass"


class SegmentStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    """Nobody has asked for a calculation, or it was reset."""
    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


class Segment(Row):
    """Customers for whom a condition is true and who may be reached.

    The members that a calculation found stay in force until the next one has succeeded, whatever
    the status says meanwhile.
    """

    id_prefix: ClassVar[str] = "seg"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    """With one, only its buyers count, and of what they did only what they did there."""
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="+")
    names = models.ManyToManyField("self", symmetrical=False, related_name="+")
    """Segments that the condition speaks of: they are calculated before this one."""
    name = models.CharField(max_length=255)
    description = models.TextField(default="")
    condition = models.TextField(default="")
    """CEL. Without one a segment is a draft that cannot be calculated."""
    communication_type = models.CharField(
        max_length=13, choices=CommunicationType.choices, default=CommunicationType.TRANSACTIONAL
    )
    communication_channel = models.CharField(
        max_length=9, choices=CommunicationChannel.choices, default=CommunicationChannel.ANY
    )
    status = models.CharField(
        max_length=10, choices=SegmentStatus.choices, default=SegmentStatus.DRAFT
    )
    generation = models.BigIntegerField(default=0)
    """Rises with each demand for a calculation and with each reset: a result that was reckoned for
    a lower one is void."""
    requested = models.DateTimeField(null=True)
    """When the calculation that is due or under way was asked for."""

    # What the last calculation found.
    user_count = models.PositiveIntegerField(default=0)
    entered_count = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)
    last_calculated = models.DateTimeField(null=True)
    calculation_duration = models.DurationField(null=True)
    error_message = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="segment_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="segment_without_condition_is_draft",
                condition=~Q(condition="") | Q(status=SegmentStatus.DRAFT),
            ),
            models.CheckConstraint(
                name="segment_failed_says_why",
                condition=~Q(status=SegmentStatus.FAILED) | ~Q(error_message=""),
            ),
            one_of("segment_status", "status", SegmentStatus),
            one_of("segment_communication_type", "communication_type", CommunicationType),
            one_of("segment_communication_channel", "communication_channel", CommunicationChannel),
        ]
        indexes = [
            models.Index(fields=["organization", "-created", "-id"], name="segment_newest_first")
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A customer who is in a segment; both are of one organization.

    Millions of these are written at a time, so a row holds nothing but its two keys, and those are
    not checked one by one: each check would also write a lock into the customer's row. Only
    `calculation.py` writes here, from a query of the organization's own customers.
    """

    pk = models.CompositePrimaryKey("segment", "customer")
    segment = models.ForeignKey(
        Segment, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["customer", "segment"], name="member_by_customer")]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.customer_id}"
