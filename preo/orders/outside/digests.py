"""Hashes of what another system said, by which it is seen that it says the same again."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

# A backslash, itself not escaped, before u0000: the one escape that a jsonb does not take.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
MAX_MAGNITUDE = 300
DIGEST_SIZE = 16


def digest(values: Sequence[Any]) -> bytes:
    """The hash of these values: 128 bits, for the sender could only confuse its own orders."""
    return hashlib.blake2b(orjson.dumps(values), digest_size=DIGEST_SIZE).digest()


def stored_json(metadata: Mapping[str, Any]) -> str:
    """The text of a JSON object with its keys sorted, so that the same object is the same text.

    Raises ValueError for what a jsonb cannot hold.
    """
    if not metadata:
        return "{}"
    try:
        text = orjson.dumps(dict(metadata), default=_number, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise ValueError("no JSON") from error
    if NUL.search(text):
        raise ValueError("NUL")
    return text.decode()


def _number(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < MAX_MAGNITUDE:
        return orjson.Fragment(str(value))
    raise TypeError
