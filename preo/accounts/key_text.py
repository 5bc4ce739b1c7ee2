"""The text of an API key: `preo_live_`, 12 characters to find it by, 43 secret ones, 6 to check it.

The checksum lets scanners of leaked secrets tell a key from a look-alike without asking us, and
lets us refuse a mistyped one without asking the database.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass

BRAND = "preo_live_"
PREFIX_LENGTH = 12
SECRET_LENGTH = 43
"""Base 62 digits that hold 256 bits."""
CHECKSUM_LENGTH = 6
"""Base 62 digits that hold the 32 bits of a CRC."""

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM = re.compile(
    rf"{BRAND}([0-9A-Za-z]{{{PREFIX_LENGTH}}})[0-9A-Za-z]{{{SECRET_LENGTH + CHECKSUM_LENGTH}}}"
)


@dataclass(frozen=True, slots=True)
class NewKey:
    text: str
    """Shown once, kept nowhere."""
    prefix: str
    secret_hash: str


def make_key() -> NewKey:
    """A new key of 256 random bits."""
    prefix = "".join(secrets.choice(_DIGITS) for _ in range(PREFIX_LENGTH))
    body = BRAND + prefix + _base62(secrets.randbits(256), SECRET_LENGTH)
    text = body + checksum(body)
    return NewKey(text, prefix, hash_key(text))


def find_prefix(text: str) -> str | None:
    """The part by which a key is found; None for what cannot be a key of ours."""
    match = _FORM.fullmatch(text)
    if match is None or checksum(text[:-CHECKSUM_LENGTH]) != text[-CHECKSUM_LENGTH:]:
        return None
    return match[1]


def matches(text: str, secret_hash: str) -> bool:
    """Whether this is the key of that hash; takes the same time wherever they differ."""
    return hmac.compare_digest(hash_key(text), secret_hash)


def hash_key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def checksum(body: str) -> str:
    """The last six characters of a key, reckoned from all before them."""
    return _base62(zlib.crc32(body.encode()), CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
