"""The links of a customer: to choose what to be written about, and to take everything back.

A token is the customer's key, the number of the secret that signed it and 128 bits of HMAC-SHA256.
It has no end, because who wants to say no to an old mail must be able to; it opens as long as the
secret that made it is among `SECRET_KEY` and `SECRET_KEY_FALLBACKS`. Nothing of it is kept.

Each purpose signs for itself. The link for one click stands in a mail's headers, where every server
on the way reads it: who has it can take consents back, but neither see answers nor give any.
"""

import base64
import re
import uuid
from enum import StrEnum

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from preo.customers.models import Customer

_FORM = re.compile(r"[A-Za-z0-9_-]{44}", re.ASCII)
_SIGNATURE_BYTES = 16


class Purpose(StrEnum):
    """What a link is for; also the first word of its path."""

    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"


def preference_url(customer: Customer) -> str:
    """Where the customer sees and changes all answers. Whoever has it can do the same."""
    return _address(Purpose.PREFERENCES, customer)


def unsubscribe_url(customer: Customer) -> str:
    """What `List-Unsubscribe` names: a POST to it takes all marketing back (RFC 8058)."""
    return _address(Purpose.UNSUBSCRIBE, customer)


def make_token(purpose: Purpose, customer_id: uuid.UUID) -> str:
    """The token of a customer for one purpose, signed with the present secret."""
    secret = settings.SECRET_KEY
    text = customer_id.bytes + _number(secret) + _sign(purpose, customer_id, secret)
    return base64.urlsafe_b64encode(text).decode()


def read_token(purpose: Purpose, token: str) -> uuid.UUID | None:
    """The key of the customer for whom we made the token for this purpose; None for any other text."""
    if not _FORM.fullmatch(token):
        return None
    # 44 letters are 33 bytes exactly: there is no second way to write the same token.
    content = base64.urlsafe_b64decode(token)
    customer_id, number, signature = uuid.UUID(bytes=content[:16]), content[16:17], content[17:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if number == _number(secret) and constant_time_compare(
            signature, _sign(purpose, customer_id, secret)
        ):
            return customer_id
    return None


def _address(purpose: Purpose, customer: Customer) -> str:
    return f"{settings.BASE_URL}/{purpose}/{make_token(purpose, customer.pk)}"


def _number(secret: str) -> bytes:
    """Tells secrets apart whatever their place in the list; of two with one number both are tried."""
    return salted_hmac("preo.consents.links.number", b"", secret, algorithm="sha256").digest()[:1]


def _sign(purpose: Purpose, customer_id: uuid.UUID, secret: str) -> bytes:
    salt = f"preo.consents.links.{purpose}"
    signature = salted_hmac(salt, customer_id.bytes, secret, algorithm="sha256").digest()
    return signature[:_SIGNATURE_BYTES]
