"""The tokens of mailed links: signed, with an end, bound to what may not change before their use.

Nothing of them is kept: whoever has the row and this installation's secret can make the same one.
"""

import datetime as dt
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from preo.core.errors import DomainError

_FORM = re.compile(r"([a-z]{3}_[0-9a-z]{26})\.([0-9a-f]{1,12})\.([0-9a-f]{64})")


class LinkError(DomainError):
    """The link was used, has run out, was withdrawn, or is not complete. Ask for another one."""

    code = "link_invalid"
    status = 404
    title = "This link is not valid, or no longer."


def make_token(purpose: str, *, row_id: str, bound: str, ends: dt.datetime) -> str:
    """The token for a row (its public id), until a time, while `bound` stays what it is."""
    text = f"{row_id}.{int(ends.timestamp()):x}"
    return f"{text}.{_sign(purpose, text, bound)}"


def find_row_id(token: str) -> str | None:
    """The row that a token names; that it is ours is for `holds` to say. None for what is none."""
    match = _FORM.fullmatch(token)
    return match[1] if match else None


def holds(purpose: str, token: str, *, bound: str, now: dt.datetime) -> bool:
    """Whether we made this token, for this purpose, and its time has not come."""
    match = _FORM.fullmatch(token)
    if match is None:
        return False
    signature = _sign(purpose, f"{match[1]}.{match[2]}", bound)
    return constant_time_compare(signature, match[3]) and now.timestamp() < int(match[2], 16)


def make_address(page: str, token: str) -> str:
    """The link itself."""
    return f"{settings.BASE_URL}/{page}/{token}"


def _sign(purpose: str, text: str, bound: str) -> str:
    salt = f"preo.accounts.links.{purpose}"
    return salted_hmac(salt, f"{text}\n{bound}", algorithm="sha256").hexdigest()
