"""The number under which an order from elsewhere is known to people."""

from preo.core.ids import ALPHABET

LIMIT = 16
LETTER = "X"
DIGITS = 11

GIVEN = f"CASE WHEN length(staged.order_number) <= {LIMIT} THEN staged.order_number END"
"""SQL for the number that was given, where it is one."""

_HASH = """sha256(convert_to(
    %(edition)s::uuid::text || chr(10) || %(service)s || chr(10) || staged.external_id, 'UTF8'
))"""
_OWN = f"""(
    SELECT '{LETTER}' || string_agg(
        substr('{ALPHABET.upper()}', (hash.bits >> 64 - 5 * digit & 31)::integer + 1, 1), ''
        ORDER BY digit
    )
    FROM (
        SELECT ('x' || encode(substr({_HASH}, 1, 8), 'hex'))::bit(64)::bigint AS bits OFFSET 0
    ) AS hash
    CROSS JOIN generate_series(1, {DIGITS}) AS digit
)"""  # noqa: S608 - constants of ours

ORDER_NUMBER = f"""CASE
    WHEN length(staged.order_number) <= {LIMIT} THEN staged.order_number
    WHEN length(staged.external_id) <= {LIMIT} THEN staged.external_id
    ELSE {_OWN}
END"""
"""SQL for the number of `outside_order AS staged`: the given one, else the external id, where it
has at most 16 characters; else our own.

Our own is X and 11 characters of base 32 made from the edition, the other system and the id, so
that the same order always gets the same one. In an edition of a million such orders the chance that
any two share one is 1 in 70,000 (55 bits); nothing breaks if so, since orders are known by their
ids.
"""
