"""Signing in with a one-time PIN that is mailed.

The PIN is made in the job that mails it: no request, queue or table ever holds it.
"""

import datetime as dt
import secrets
import uuid

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from preo.accounts.mails import compose
from preo.accounts.models import Pin, StaffUser
from preo.accounts.service.tries import count_try, count_try_of_address
from preo.core import jobs
from preo.core.addresses import network_of, normalise_email
from preo.core.errors import DomainError
from preo.transports.service import send_email

MAX_TRIES = 5
LIFE = dt.timedelta(minutes=10)
DIGITS = 6
PER_HOUR = 3
PER_DAY = 10
"""With these numbers somebody guesses an account's PIN within 30 days in 0.15 of 100 cases."""

_NOBODY = uuid.UUID(int=0)

logger = structlog.get_logger("preo.accounts")


class WrongPinError(DomainError):
    """The PIN is wrong, was used, has run out, or was tried too often. Ask for another one."""

    code = "wrong_pin"
    status = 401
    title = "The PIN is wrong, or no longer good."


def ask_pin(*, email: str | None, address: str, now: dt.datetime) -> None:
    """Have a PIN mailed to the person of this e-mail address, if there is one.

    `email` is None where somebody asks by phone: nothing is sent, for there are no text messages.
    The same work is done for known and unknown: a job that finds nobody ends at once. Raises
    TooManyError when the network address has asked too often. Must not be called inside a
    transaction (Django raises RuntimeError).
    """
    count_try(f"pin:{network_of(address)}", limit=settings.PINS_PER_ADDRESS, now=now)
    if email is None:
        return
    with transaction.atomic():
        staff = StaffUser.objects.filter(email=normalise_email(email), is_active=True)
        staff_id = staff.values_list("pk", flat=True).first()
        jobs.defer("accounts.send_pin", staff_id=str(staff_id) if staff_id else None)


def send_pin(*, staff_id: uuid.UUID | None, now: dt.datetime) -> None:
    """Make a PIN and mail it, in place of any before; nothing past the limits of an account.

    Run twice it sends a second one, and only that one is good.
    """
    made = _make_pin(staff_id, now) if staff_id else None
    if made is None:
        return
    pin, digits = made
    message = compose(
        "pin",
        to=pin.staff.email,
        language=pin.staff.language,
        context={"name": pin.staff.full_name, "pin": digits, "minutes": LIFE.seconds // 60},
        key=pin.api_id,
    )
    outcome = send_email(message=message, now=now)
    Pin.objects.filter(pk=pin.pk).update(delivery=outcome.result)
    if outcome.result != "sent":
        logger.warning("a PIN was not mailed", pin=pin.api_id, outcome=outcome.result)


def sign_in_with_pin(*, email: str | None, pin: str, address: str, now: dt.datetime) -> StaffUser:
    """The person of this e-mail address and PIN. A try is counted before anything is compared.

    Raises TooManyError, and WrongPinError in the same words and after the same work whatever was
    wrong. Must not be called inside a transaction: the count of tries has to stay (Django raises
    RuntimeError).
    """
    found = _take_try(normalise_email(email or ""), address, now)
    if not _matches(found, "".join(pin.split())) or found is None or not _use(found, now):
        raise WrongPinError
    StaffUser.objects.filter(pk=found.staff_id).update(last_login=now)
    found.staff.last_login = now
    return found.staff


def purge_pins(*, now: dt.datetime) -> int:
    """Remove PINs past their time; returns how many."""
    return Pin.objects.filter(created__lte=now - settings.KEEP_PINS).delete()[0]


@transaction.atomic
def _make_pin(staff_id: uuid.UUID, now: dt.datetime) -> tuple[Pin, str] | None:
    """A new PIN and its digits; None for nobody, and past the limits."""
    # The person's row is the lock under which PINs are counted.
    active = StaffUser.objects.select_for_update(no_key=True).filter(is_active=True)
    staff = active.filter(pk=staff_id).first()
    if staff is None:
        return None
    own = Pin.objects.filter(staff=staff)
    for most, span in ((PER_HOUR, dt.timedelta(hours=1)), (PER_DAY, dt.timedelta(days=1))):
        if own.filter(created__gt=now - span).count() >= most:
            return None
    own.filter(used_at=None, ended_at=None).update(ended_at=now)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    pin = Pin(staff=staff, expires_at=now + LIFE, created=now, modified=now)
    pin.hash = _hash(pin.pk, digits)
    pin.save(force_insert=True)
    return pin, digits


def _take_try(email: str, address: str, now: dt.datetime) -> Pin | None:
    """Count a try of the person's PIN, for good; None where there is none left to try.

    One transaction, in which the network address's tries are counted too: so it writes, and waits
    for the disk, in any case. Raises TooManyError.
    """
    good = Pin.objects.filter(used_at=None, ended_at=None, expires_at__gt=now, tries__lt=MAX_TRIES)
    mine = good.filter(staff__email=email, staff__is_active=True)
    with transaction.atomic(durable=True):
        refusal = count_try_of_address(address, now=now)
        pin = None if refusal else mine.select_related("staff").order_by("-created").first()
        # Conditions on this row alone: PostgreSQL weighs them again after another's try.
        counted = good.filter(pk=pin.pk if pin else _NOBODY).update(tries=F("tries") + 1)
    if refusal is not None:
        raise refusal
    return pin if counted else None


def _matches(pin: Pin | None, digits: str) -> bool:
    """Whether these are the digits; as much work where there is nothing to compare with."""
    key, kept = (pin.pk, pin.hash) if pin else (_NOBODY, "-" * 64)
    return constant_time_compare(_hash(key, digits), kept)


def _use(pin: Pin, now: dt.datetime) -> bool:
    """Use the PIN up; of several at once one succeeds."""
    good = Pin.objects.filter(pk=pin.pk, used_at=None, ended_at=None)
    return good.update(used_at=now) > 0


def _hash(key: uuid.UUID, digits: str) -> str:
    # A number of six digits cannot be hidden by any hash alone; the secret is not in the database.
    return salted_hmac("preo.accounts.pin", f"{key}:{digits}", algorithm="sha256").hexdigest()
