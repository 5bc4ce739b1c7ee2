"""Staff, their rights, their sessions and API keys."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from preo.core.access import ROLE_WORDS, Role
from preo.core.languages import Language
from preo.core.models import Row, one_of
from preo.editions.models import Edition
from preo.organizations.models import Organization


class RoleWord(models.TextChoices):
    """The roles as they are stored and shown."""

    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Manager"
    STAFF = "staff", "Staff"
    GUEST = "guest", "Guest"

    @property
    def role(self) -> Role:
        return ROLE_WORDS[self.value]


class Delivery(models.TextChoices):
    """What became of a mail, written before it is handed over and after."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    REFUSED = "refused", "Refused"
    UNCLEAR = "unclear", "Unclear"


class StaffUser(AbstractBaseUser, Row):
    """A person who signs in. What they may do stands in their memberships alone."""

    id_prefix: ClassVar[str] = "stf"

    email = models.CharField(max_length=254, unique=True)
    """Normalised: NFC and lower case."""
    full_name = models.CharField(max_length=200)
    phone_number = models.CharField(max_length=32, null=True)  # noqa: DJ001 - none, not empty
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)
    is_active = models.BooleanField(default=True)
    is_superuser = models.BooleanField(default=False)
    """The platform's operator: opens the back office, gives no right in any organization."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_email_normalised",
                condition=models.Q(email=Lower("email")),
            ),
            one_of("staff_language", "language", Language),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_staff(self) -> bool:
        """Django's word for who may open its admin."""
        return self.is_superuser

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002 - Django's names
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        return self.is_active and self.is_superuser


class Membership(Row):
    """A role in an organization or, with `edition`, in one edition of it."""

    id_prefix: ClassVar[str] = "mbr"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="+")
    staff = models.ForeignKey(StaffUser, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=7, choices=RoleWord.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "edition", "staff"],
                name="membership_once",
                nulls_distinct=False,
            ),
            one_of("membership_role", "role", RoleWord),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role}"


class StaffSession(Row):
    """One sign-in by the API and the family of refresh tokens that came of it.

    Only the token named by `current_token` is good. Its predecessor is remembered, so that its
    return is told apart: an impatient client within seconds, or a thief later.
    """

    id_prefix: ClassVar[str] = "ses"

    staff = models.ForeignKey(StaffUser, models.CASCADE, related_name="+")
    current_token = models.UUIDField()
    previous_token = models.UUIDField(null=True)
    rotated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="session_by_expiry")]

    def __str__(self) -> str:
        return self.api_id

    def is_alive(self, now: dt.datetime) -> bool:
        """Whether its tokens are good: neither ended nor run out, and its person still active."""
        return self.revoked_at is None and self.expires_at > now and self.staff.is_active


class ApiKey(Row):
    """A key by which another system asks in the name of an organization.

    The key itself is shown once; only its SHA-256 is kept, which is enough for 256 random bits.
    """

    id_prefix: ClassVar[str] = "key"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=7, choices=RoleWord.choices)
    scopes = ArrayField(models.CharField(max_length=64))
    """`<tag>:read` and `<tag>:write`."""
    prefix = models.CharField(max_length=12, unique=True)
    """The part of the key that may be shown, by which it is found."""
    secret_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(StaffUser, models.SET_NULL, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [one_of("api_key_role", "role", RoleWord)]
        indexes = [models.Index(fields=["organization", "-created"], name="api_key_newest_first")]

    def __str__(self) -> str:
        return self.name

    def is_alive(self, now: dt.datetime) -> bool:
        """Whether the key is good: neither revoked nor run out."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class SignInTries(models.Model):
    """How many sign-ins were tried for an account or from an address in the present window."""

    bucket = models.CharField(max_length=100, primary_key=True)
    count = models.PositiveIntegerField()
    window_ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.bucket}: {self.count}"


class Pin(Row):
    """A one-time PIN that was mailed. Of a person's PINs only the newest can be good."""

    id_prefix: ClassVar[str] = "pin"

    staff = models.ForeignKey(StaffUser, models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64)
    """Made with this installation's secret: a table of a million PINs is soon tried through."""
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When a newer one took its place."""
    delivery = models.CharField(max_length=7, choices=Delivery.choices, default=Delivery.SENDING)

    class Meta:
        constraints = [one_of("pin_delivery", "delivery", Delivery)]
        indexes = [models.Index(fields=["created"], name="pin_oldest_first")]

    def __str__(self) -> str:
        return self.api_id


class Invitation(Row):
    """An offer of a role, mailed as a link to one address. The link's token is kept nowhere."""

    id_prefix: ClassVar[str] = "inv"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="+")
    email = models.CharField(max_length=254)
    """Normalised. Only the person of this address can accept."""
    role = models.CharField(max_length=7, choices=RoleWord.choices)
    by_staff = models.ForeignKey(StaffUser, models.CASCADE, null=True, related_name="+")
    by_key = models.ForeignKey(ApiKey, models.CASCADE, null=True, related_name="+")
    """Who invites, whose right is weighed again when somebody accepts; neither: the system."""
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    delivery = models.CharField(max_length=7, choices=Delivery.choices, default=Delivery.WAITING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "edition", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
                nulls_distinct=False,
            ),
            one_of("invitation_role", "role", RoleWord),
            one_of("invitation_delivery", "delivery", Delivery),
        ]
        indexes = [
            models.Index(fields=["organization", "-created"], name="invitation_newest_first")
        ]

    def __str__(self) -> str:
        return self.api_id
