"""A new password by a mailed link."""

import datetime as dt
import uuid

import structlog
from django.conf import settings
from django.db import transaction

from preo.accounts.links import LinkError, find_row_id, holds, make_address, make_token
from preo.accounts.mails import compose
from preo.accounts.models import StaffUser
from preo.accounts.service.staff import set_password
from preo.accounts.service.tries import count_try
from preo.core import jobs
from preo.core.addresses import network_of, normalise_email
from preo.core.errors import TooManyError
from preo.core.models import parse_id
from preo.transports.service import send_email

PURPOSE = "password reset"
PAGE = "password-reset"
LIFE = dt.timedelta(hours=1)
PER_HOUR = 3

logger = structlog.get_logger("preo.accounts")


def ask_password_reset(*, email: str, address: str, now: dt.datetime) -> None:
    """Have a link mailed to the person of this e-mail address, if there is one.

    The same work is done for known and unknown, as for PINs. Raises TooManyError when the network
    address has asked too often. Must not be called inside a transaction (Django raises
    RuntimeError).
    """
    count_try(f"reset:{network_of(address)}", limit=settings.PINS_PER_ADDRESS, now=now)
    with transaction.atomic():
        staff = StaffUser.objects.filter(email=normalise_email(email), is_active=True)
        staff_id = staff.values_list("pk", flat=True).first()
        jobs.defer("accounts.send_password_reset", staff_id=str(staff_id) if staff_id else None)


def send_password_reset(*, staff_id: uuid.UUID | None, now: dt.datetime) -> None:
    """Mail the link; nothing past the limit of an account. Must not be called in a transaction."""
    staff = StaffUser.objects.filter(pk=staff_id, is_active=True).first() if staff_id else None
    if staff is None:
        return
    try:
        count_try(f"reset:{staff.api_id}", limit=PER_HOUR, now=now, window=LIFE)
    except TooManyError:
        return
    ends = now + LIFE
    message = compose(
        "password_reset",
        to=staff.email,
        language=staff.language,
        context={"name": staff.full_name, "link": make_address(PAGE, _token(staff, ends))},
        key=f"reset.{staff.api_id}.{int(ends.timestamp())}",
    )
    outcome = send_email(message=message, now=now)
    if outcome.result != "sent":
        logger.warning(
            "a password reset was not mailed", staff=staff.api_id, outcome=outcome.result
        )


def find_reset(*, token: str, now: dt.datetime) -> StaffUser:
    """The person whose password a link can set. Raises LinkError."""
    key = parse_id(StaffUser, find_row_id(token))
    return _checked(StaffUser.objects.filter(pk=key).first() if key else None, token, now)


@transaction.atomic
def reset_password(*, token: str, password: str, now: dt.datetime) -> StaffUser:
    """Set the password and end all sessions; the link, bound to the old one, is used up by that.

    The person is told by a mail, for it may have been somebody else who reads theirs. Raises
    LinkError, and InvalidError for a weak password, after which the link is still good.
    """
    key = parse_id(StaffUser, find_row_id(token))
    rows = StaffUser.objects.select_for_update(no_key=True)
    staff = _checked(rows.filter(pk=key).first() if key else None, token, now)
    set_password(staff=staff, password=password, now=now)
    jobs.defer("accounts.send_password_changed", staff_id=str(staff.pk), changed_at=now.isoformat())
    return staff


def send_password_changed(
    *, staff_id: uuid.UUID, changed_at: dt.datetime, now: dt.datetime
) -> bool:
    """Tell a person that their password was changed; returns whether to try again later."""
    staff = StaffUser.objects.filter(pk=staff_id).first()
    if staff is None:
        return False
    message = compose(
        "password_changed",
        to=staff.email,
        language=staff.language,
        context={
            "name": staff.full_name,
            "at": f"{changed_at:%d %B %Y, %H:%M} UTC",
            "link": f"{settings.BASE_URL}/{PAGE}",
        },
        key=f"changed.{staff.api_id}.{int(changed_at.timestamp())}",
    )
    outcome = send_email(message=message, now=now)
    if outcome.result != "sent":
        logger.warning(
            "a changed password was not told", staff=staff.api_id, outcome=outcome.result
        )
    return outcome.temporary


def _checked(staff: StaffUser | None, token: str, now: dt.datetime) -> StaffUser:
    if staff is None or not staff.is_active:
        raise LinkError
    if not holds(PURPOSE, token, bound=_bound(staff), now=now):
        raise LinkError
    return staff


def _token(staff: StaffUser, ends: dt.datetime) -> str:
    return make_token(PURPOSE, row_id=staff.api_id, bound=_bound(staff), ends=ends)


def _bound(staff: StaffUser) -> str:
    """What ends the link: another password, or another address."""
    return f"{staff.password}\n{staff.email}"
