from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Coalesce, Lower

from preo.catalog.models import PassDesign
from preo.core.languages import Language
from preo.core.models import Row, SearchText, one_of
from preo.editions.models import Edition
from preo.organizations.models import Organization


class FullName(models.Func):
    """First and last name with one blank between, and none where either is empty."""

    template = "btrim(%(expressions)s)"
    arg_joiner = " || ' ' || "
    arity = 2
    output_field = models.TextField()


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"


PHONE_NUMBER = r"^\+[1-9][0-9]{6,14}$"
"""E.164: what a text message can be sent to."""


class AddressHash(models.Func):
    """Sixteen bytes of SHA-256 of organization, channel and normalised address; NULL without one.

    The organization is in it, so that nobody can tell from two hashes that they are one person's.
    It is kept as a UUID because PostgreSQL joins those well: for bytea its planner sets up a table
    of all customers where one of the few suppressions would do, and takes four times as long.
    """

    function = "address_hash"
    arity = 3
    output_field = models.UUIDField()


class Never(models.Func):
    """A moment before all others: what `last_seen` counts as, in an order, of who was not seen yet."""

    template = "'-infinity'::timestamptz"
    arity = 0
    output_field = models.DateTimeField()


PRESENT = models.Q(erased_at__isnull=True, merged_into__isnull=True)
"""Neither erased nor merged into another: such rows only keep what must stay."""


class CustomerQuerySet(models.QuerySet["Customer"]):
    def present(self) -> "CustomerQuerySet":
        """Without those who were erased or merged into another."""
        return self.filter(PRESENT)


class Customer(Row):
    """A person who buys from one organization. The API says `user`.

    The row of an erased or merged person stays, emptied, because money and proof refer to it.
    """

    id_prefix: ClassVar[str] = "usr"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    email = models.CharField(max_length=254, null=True)  # noqa: DJ001 - unique where there is one
    """Normalised: NFC and lower case."""
    phone_number = models.CharField(max_length=32, null=True)  # noqa: DJ001 - absent, not empty
    """E.164."""
    first_name = models.CharField(max_length=150, default="")
    last_name = models.CharField(max_length=150, default="")
    full_name = models.GeneratedField(
        expression=FullName("first_name", "last_name"),
        output_field=models.TextField(),
        db_persist=True,
    )
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)
    date_joined = models.DateTimeField()
    last_seen = models.DateTimeField(null=True)
    metadata = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    """Who this person turned out to be; never one who was merged or erased at that time."""
    # Suppressions are met by hash, for that is all that is left of those of erased people. A
    # column each, because hashing a million addresses takes longer than the rest of a query.
    email_hash = models.GeneratedField(
        expression=AddressHash("organization_id", models.Value("email"), "email"),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    phone_hash = models.GeneratedField(
        expression=AddressHash(
            "organization_id",
            models.Value("sms"),
            models.Case(models.When(phone_number__regex=PHONE_NUMBER, then="phone_number")),
        ),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    """Only of a number that a text message can be sent to."""
    search = models.GeneratedField(
        expression=SearchText(
            models.F("first_name"),
            models.F("last_name"),
            Coalesce("email", models.Value("")),
            Coalesce("phone_number", models.Value("")),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "email"], name="customer_email_once"),
            models.CheckConstraint(
                name="customer_email_normalised",
                condition=models.Q(email=Lower("email")) & ~models.Q(email=""),
            ),
            models.CheckConstraint(
                name="customer_gone_is_empty",
                condition=PRESENT
                | models.Q(
                    email__isnull=True,
                    phone_number__isnull=True,
                    first_name="",
                    last_name="",
                    metadata={},
                ),
            ),
            one_of("customer_language", "language", Language),
        ]
        indexes = [
            # Although others begin with it: it is a tenth of their size, and the exact count of a
            # whole list reads nothing else.
            models.Index(fields=["organization"], name="customer_present", condition=PRESENT),
            models.Index(
                fields=["organization", "-date_joined", "-id"],
                name="customer_newest_first",
                condition=PRESENT,
            ),
            models.Index(
                fields=["organization", "full_name", "id"],
                name="customer_by_full_name",
                condition=PRESENT,
            ),
            models.Index(
                models.F("organization"),
                models.OrderBy(Coalesce("last_seen", Never()), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="customer_by_last_seen",
                condition=PRESENT,
            ),
            models.Index(
                fields=["organization", "phone_number"],
                name="customer_by_phone",
                condition=models.Q(phone_number__isnull=False),
            ),
            models.Index(
                fields=["merged_into"],
                name="customer_by_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="customer_search"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or self.api_id


OWN_SERVICE = "preo:"
"""How services begin that are none of another system."""
FORMER_EMAIL = "preo:former-email"
"""In place of another system: the address that a merge dropped, by which orders still come."""
EARLIER_ADDRESS = "preo:earlier-address"
"""The same of an e-mail address or a phone number that a change took from the customer. Nobody is
known by it, for it may have been a mistake: it says what else to erase with the person.
"""


class ExternalId(Row):
    """What another system calls a customer."""

    id_prefix: ClassVar[str] = "ext"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="external_ids")
    service = models.CharField(max_length=64)
    external_id = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "service", "external_id"], name="external_id_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.external_id}"


class PassStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    REMOVED = "removed", "Removed"


class PassPlatform(models.TextChoices):
    APPLE = "apple", "Apple Wallet"
    GOOGLE = "google", "Google Wallet"


class Pass(Row):
    """A customer's wallet pass for an edition."""

    id_prefix: ClassVar[str] = "pas"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="passes")
    design = models.ForeignKey(PassDesign, models.PROTECT, related_name="+")
    platform = models.CharField(max_length=6, choices=PassPlatform.choices)
    status = models.CharField(max_length=7, choices=PassStatus.choices, default=PassStatus.ACTIVE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "customer", "platform"], name="pass_once_for_a_platform"
            ),
            one_of("pass_platform", "platform", PassPlatform),
            one_of("pass_status", "status", PassStatus),
        ]
        indexes = [
            models.Index(fields=["organization", "customer", "status"], name="pass_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.api_id}"


class SuppressionReason(models.TextChoices):
    HARD_BOUNCE = "hard_bounce", "Hard bounce"
    COMPLAINT = "complaint", "Complaint"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    MANUAL = "manual", "Set by hand"


class Suppression(Row):
    """An address that an organization sends nothing to, whoever has it now or later.

    It belongs to no customer: it stays behind when one changes the address or is erased. For an
    erased person the address is emptied, and the hash goes on keeping it.
    """

    id_prefix: ClassVar[str] = "sup"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.CharField(max_length=254, null=True)  # noqa: DJ001 - none of the erased
    """As customers have it: an e-mail address normalised, a phone number by E.164."""
    address_hash = models.UUIDField()
    """What the customer's `email_hash` or `phone_hash` is."""
    reason = models.CharField(max_length=12, choices=SuppressionReason.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "address_hash"], name="suppression_once"
            ),
            models.CheckConstraint(
                name="suppression_hash",
                condition=models.Q(address__isnull=True)
                | models.Q(address_hash=AddressHash("organization_id", "channel", "address")),
            ),
            models.CheckConstraint(
                name="suppression_address_normalised",
                condition=models.Q(address__isnull=True)
                | (
                    models.Q(channel=Channel.EMAIL, address=Lower("address"))
                    & ~models.Q(address="")
                )
                | models.Q(channel=Channel.SMS, address__regex=PHONE_NUMBER),
            ),
            one_of("suppression_channel", "channel", Channel),
            one_of("suppression_reason", "reason", SuppressionReason),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address or self.api_id}"
