"""The text of an order's own facts, as it is kept."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

# A backslash, itself not escaped, before u0000: the one escape that a jsonb does not take.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
MAX_MAGNITUDE = 300


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
