"""Chance that repeats: functions of the session that give the same answer for the same row.

Nothing here is random. What happens to row number `key` hangs on the number alone, so that two
fills write the same rows whatever plan the database chooses, and no row needs another one.
"""

import hashlib
import uuid
from datetime import datetime

from django.db import connection

Value = int | str | uuid.UUID
"""A parameter of the demo's statements."""

_FUNCTIONS = """
-- A die with so many sides for a row; `salt` tells the questions apart that are asked of one row.
CREATE OR REPLACE FUNCTION pg_temp.roll(key bigint, salt int, sides bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT mod(hashint8extended(key, salt) & 9223372036854775807, sides)
$$;

-- A moment from Unix milliseconds.
CREATE OR REPLACE FUNCTION pg_temp.moment(ms bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT 'epoch'::timestamptz + ms * interval '1 millisecond'
$$;

-- An id of the form of UUIDv7: the milliseconds, then digits that hang on the tag.
CREATE OR REPLACE FUNCTION pg_temp.id_of(ms bigint, tag text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT overlay(overlay(overlay(
        md5(tag) placing lpad(to_hex(ms), 12, '0') from 1 for 12)
        placing '7' from 13 for 1) placing 'a' from 17 for 1)::uuid
$$;
"""


def lay_out_dice() -> None:
    """Make `pg_temp.roll`, `pg_temp.moment` and `pg_temp.id_of` in this session."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS)


def id_of(moment: datetime, tag: str) -> uuid.UUID:
    """What `pg_temp.id_of` gives, for rows that are written one by one."""
    milliseconds = f"{int(moment.timestamp() * 1000):012x}"
    digits = hashlib.md5(tag.encode(), usedforsecurity=False).hexdigest()
    return uuid.UUID(f"{milliseconds}7{digits[13:16]}a{digits[17:]}")
