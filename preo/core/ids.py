"""Ids: UUIDv7 in the database; a prefix and 26 characters of Crockford base32 in the API."""

import secrets
import time
import uuid

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26

# Two characters carry ten bits: thirteen look-ups write an id, several times faster than
# shifting five bits at a time. Ids are written for each row of each list.
_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)
_SHIFTS = tuple(range(120, -1, -10))
# Python's own base 32 has the digits 0-9a-v, so a parse is one translation and one int().
_TO_PYTHON_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_ALLOWED = frozenset(ALPHABET)

# Version 7 and 12 random bits behind the milliseconds; variant 10 and 62 random bits.
QUICK_UUID7 = """encode(
    int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint << 16 | 28672 | random(0, 4095))
    || int8send(random(-9223372036854775808, -4611686018427387905)),
    'hex'
)::uuid"""
"""SQL for a UUIDv7 by the session's pseudo-random generator, for many rows in one statement.

PostgreSQL's own `uuidv7()` asks the kernel or OpenSSL for each: 3 microseconds instead of half of
one, and an order that comes in needs eight. Ids are no secrets: rights decide what they open.
"""


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then randomness."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def encode_id(prefix: str, value: uuid.UUID) -> str:
    """The public form of an id, such as `edt_01ks...`."""
    number = value.int
    return f"{prefix}_" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def decode_id(prefix: str, text: str) -> uuid.UUID | None:
    """The UUID behind a public id; None where the prefix or the form is wrong.

    Only the one canonical spelling is taken (lower case, no look-alike letters), so that an id
    is equal to itself as text wherever it is kept.
    """
    head, separator, digits = text.partition("_")
    if head != prefix or not separator or len(digits) != LENGTH:
        return None
    if digits[0] > "7" or not _ALLOWED.issuperset(digits):
        return None
    return uuid.UUID(int=int(digits.translate(_TO_PYTHON_DIGITS), 32))
