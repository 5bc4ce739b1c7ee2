"""The number under which an order from elsewhere is known to people."""

import hashlib

from preo.core.ids import ALPHABET

LIMIT = 16
LETTER = "X"
DIGITS = 11


def order_number(given: str | None, external_id: str, source: str) -> str:
    """The number given, else the external id, where it has at most 16 characters; else our own.

    Our own is X and 11 characters of base 32 made from the id and `source` (the edition and the
    other system), so that the same order always gets the same one. In an edition of a million
    such orders the chance that any two share one is 1 in 70,000 (55 bits); nothing breaks if so,
    since orders are known by their ids.
    """
    if given is not None and len(given) <= LIMIT:
        return given
    if len(external_id) <= LIMIT:
        return external_id
    text = f"{source}\n{external_id}".encode()
    number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) >> 64 - 5 * DIGITS
    digits = [ALPHABET[number >> 5 * digit & 31] for digit in reversed(range(DIGITS))]
    return LETTER + "".join(digits).upper()
