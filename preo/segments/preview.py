"""How many people a condition holds for and how many of them can be reached, before it is saved."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from preo.core.errors import DomainError
from preo.core.ids import encode_id
from preo.customers.models import Customer
from preo.segments.audience import Audience
from preo.segments.calculation import limited, matching
from preo.segments.cel.sql import Sql, build
from preo.segments.conditions import Condition
from preo.segments.reach import by_hash, has_address, has_consented, is_open

SAMPLE = 10

# One reading of everybody: the counts and the sample are of the same people.
_PREVIEW = f"""
    WITH matching AS MATERIALIZED (
        SELECT u.id, {{}} AS addressed, {{}} AS consented, {{}} AS is_open{{}}
    ), sample AS (
        SELECT id FROM matching WHERE addressed AND consented AND is_open LIMIT {SAMPLE}
    )
    SELECT count(*),
        count(*) FILTER (WHERE NOT addressed),
        count(*) FILTER (WHERE addressed AND NOT consented),
        count(*) FILTER (WHERE addressed AND consented AND NOT is_open),
        (
            SELECT jsonb_agg(jsonb_build_array(customer.id, customer.full_name, customer.email))
            FROM sample JOIN customers_customer customer USING (id)
        )::text,
        extract(epoch FROM clock_timestamp() - statement_timestamp())::float8
    FROM matching
"""  # noqa: S608 - our own number


class PreviewTooSlowError(DomainError):
    """The count was ended because it took longer than somebody who waits for it should wait.

    The condition may still be saved: a calculation has more time. What makes it fast is a test that
    few customers pass, such as one product or one edition.
    """

    code = "preview_too_slow"
    status = 422
    title = "Counting took too long and was ended."


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """`size` less the three that follow is `reachable`; whom several hold for counts in the first."""

    size: int
    no_address: int
    no_consent: int
    suppressed: int
    duration: float
    """Seconds."""
    sample: tuple[Person, ...]

    @property
    def reachable(self) -> int:
        return self.size - self.no_address - self.no_consent - self.suppressed


def preview(audience: Audience, condition: Condition, *, now: dt.datetime) -> Preview:
    """Count in one statement. Raises PreviewTooSlowError."""
    try:
        with transaction.atomic(), limited(settings.SEGMENT_PREVIEW_TIMEOUT):
            return _preview(preview_query(audience, condition, now=now))
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        seconds = round(settings.SEGMENT_PREVIEW_TIMEOUT.total_seconds())
        raise PreviewTooSlowError(f"It was ended after {seconds} seconds.") from error


def preview_query(audience: Audience, condition: Condition, *, now: dt.datetime) -> Sql:
    return build(
        _PREVIEW,
        has_address(audience, by_hash),
        has_consented(audience, by_hash),
        is_open(audience, by_hash),
        matching(audience, condition, now=now),
    )


def _preview(query: Sql) -> Preview:
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        size, no_address, no_consent, suppressed, sample, seconds = cursor.fetchone()
    return Preview(
        size=size,
        no_address=no_address,
        no_consent=no_consent,
        suppressed=suppressed,
        duration=round(seconds, 3),
        sample=tuple(_people(sample)),
    )


def _people(sample: str | None) -> Iterator[Person]:
    for key, name, email in json.loads(sample or "[]"):
        yield Person(encode_id(Customer.id_prefix, uuid.UUID(key)), name, email)
