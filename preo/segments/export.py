"""A segment's members as CSV: PostgreSQL writes the lines, and they pass through us in pieces."""

import uuid
from collections.abc import Iterable, Iterator

from django.db import connection

from preo.core.ids import encode_id
from preo.customers.models import PHONE_NUMBER, Customer
from preo.segments.audience import Audience
from preo.segments.cel.sql import Sql, bind, build
from preo.segments.models import Segment

HEADER = b"id,name,email,phone,language,joined,orders,spent\n"
_KEY = 36
"""Characters of a UUID at the beginning of each line."""
_PIECE = 64 * 1024
# Spreadsheets also take the signs of full width for what they stand for.
_WIDE = "'\uff1d', '\uff0b', '\uff0d', '\uff20'"

# Orders are counted for one member after the other: lines flow at once, and no plan can be bad, even
# where the statistics do not know of the members yet. The organization is asked for by IS TRUE, which
# no index answers: by old statistics it may seem to have one customer only, and be looked up by that
# instead of by the id. What is spent is reckoned as `total_spent`.
_ROWS = """
    SELECT customer.id, {name}, {email}, {phone}, customer.language,
        to_char(customer.date_joined AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        bought.orders, round(coalesce(bought.spent, 0) / 100, 2)
    FROM segments_member member
    JOIN customers_customer customer
        ON customer.id = member.customer_id AND (customer.organization_id = {{}}) IS TRUE
        AND customer.erased_at IS NULL AND customer.merged_into_id IS NULL
    CROSS JOIN LATERAL (
        SELECT count(*) AS orders,
            sum(o.amount - o.refunded) FILTER (WHERE o.currency = {{}}) AS spent
        FROM orders_order o
        WHERE o.organization_id = {{}} AND o.customer_id = member.customer_id
            AND o.status IN ('confirmed', 'completed'){{}}
    ) bought
    WHERE member.segment_id = {{}}
"""


def stream_members(segment: Segment) -> Iterator[bytes]:
    """The members as CSV in pieces of some 64 KB. UTF-8 without a byte order mark.

    A cell with which a spreadsheet would begin to reckon gets an apostrophe before it. A phone
    number of digits alone keeps its plus sign: it is no formula that could do anything. The
    connection is the caller's until the last piece.
    """
    query = members_query(segment)
    with connection.cursor() as cursor:
        statement = f"COPY ({query.text}) TO STDOUT WITH (FORMAT csv)"
        # Bound here, for Django's own cursor takes no values beside a COPY.
        with cursor.copy(cursor.mogrify(statement, query.values)) as copy:
            yield from _pieces(bytes(line) for line in copy)


def members_query(segment: Segment) -> Sql:
    """The lines of the file, but for the id, which is still a UUID."""
    audience = Audience(segment.organization, segment.edition)
    currency = (segment.edition or segment.organization).currency
    of_edition = (
        build(" AND o.edition_id = {}", audience.edition_id) if segment.edition else Sql("")
    )
    return build(
        _ROWS.format(
            name=_harmless("customer.full_name"),
            email=_harmless("customer.email"),
            phone=f"CASE WHEN customer.phone_number ~ '{PHONE_NUMBER}' THEN customer.phone_number"
            f" ELSE {_harmless('customer.phone_number')} END",
        ),
        audience.organization_id,
        bind(currency, "text"),
        audience.organization_id,
        of_edition,
        bind(segment.pk, "uuid"),
    )


def _harmless(column: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return (
        f"CASE WHEN left({column}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r', E'\\n',"
        f" {_WIDE}) THEN '''' || {column} ELSE {column} END"
    )


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines with the API's ids, put together to pieces that are worth sending."""
    piece = bytearray(HEADER)
    for line in lines:
        # PostgreSQL hands each line over by itself, also where a name goes over several.
        piece += encode_id(Customer.id_prefix, uuid.UUID(line[:_KEY].decode())).encode()
        piece += line[_KEY:]
        if len(piece) > _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)
