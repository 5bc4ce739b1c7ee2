import datetime as dt
import uuid

from django.utils import timezone
from procrastinate import RetryStrategy

from preo.accounts.service import invitations, pins, resets
from preo.core import jobs


class LaterError(Exception):
    """The mail server refused for now: the job is run again."""


@jobs.task("accounts.send_pin")
def send_pin(*, staff_id: str | None) -> None:
    """Nobody is asked for too: the requests for known and unknown accounts do not differ."""
    pins.send_pin(staff_id=uuid.UUID(staff_id) if staff_id else None, now=timezone.now())


@jobs.task("accounts.send_password_reset")
def send_password_reset(*, staff_id: str | None) -> None:
    """Nobody is asked for too, as with PINs."""
    resets.send_password_reset(
        staff_id=uuid.UUID(staff_id) if staff_id else None, now=timezone.now()
    )


@jobs.task(
    "accounts.send_password_changed",
    retry=RetryStrategy(max_attempts=5, exponential_wait=8, retry_exceptions={LaterError}),
)
def send_password_changed(*, staff_id: str, changed_at: str) -> None:
    """Tries for some hours while the mail server refuses for now."""
    if resets.send_password_changed(
        staff_id=uuid.UUID(staff_id),
        changed_at=dt.datetime.fromisoformat(changed_at),
        now=timezone.now(),
    ):
        raise LaterError


@jobs.task(
    "accounts.send_invitation",
    retry=RetryStrategy(max_attempts=5, exponential_wait=8, retry_exceptions={LaterError}),
)
def send_invitation(*, invitation_id: str) -> None:
    """Tries for some hours while the mail server refuses for now."""
    if invitations.send_invitation(invitation_id=uuid.UUID(invitation_id), now=timezone.now()):
        raise LaterError
