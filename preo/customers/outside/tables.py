"""The temporary tables on which the phases work.

`outside_customer` has a row for each order of a chunk, with its `person`. `outside_person` has a row
for each person that those orders speak of, told apart by external id, else e-mail, else phone and
name, and gets the `customer_id`. `outside_filled` has what was given to customers who were here: an
e-mail, a phone, a name, or one more external id.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from preo.catalog.models import MatchName
from preo.core.ids import QUICK_UUID7

_EMAIL = "lower(normalize(given_email, NFC))"
_SAME_NAME = MatchName.template % {"expressions": "btrim(first_name || ' ' || last_name)"}


def run(statement: str, values: Mapping[str, Any] | None = None) -> int:
    """How many rows were written or found."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def stage_customers() -> None:
    """Make the temporary tables of this slice. The first is for the caller to fill:

    `place` of the order, `external_id`, `given_email`, `phone_number` (E.164), `first_name`,
    `last_name`, `language`, and `seen`, when the order was placed.
    """
    run(
        f"""
        CREATE TEMP TABLE outside_customer (
            place integer PRIMARY KEY,
            external_id text,
            given_email text,
            phone_number text,
            first_name text NOT NULL,
            last_name text NOT NULL,
            language text,
            seen timestamptz NOT NULL,
            email text GENERATED ALWAYS AS ({_EMAIL}) STORED,
            person text GENERATED ALWAYS AS (
                CASE
                    WHEN external_id IS NOT NULL THEN 'id ' || external_id
                    WHEN given_email IS NOT NULL THEN 'mail ' || {_EMAIL}
                    ELSE 'phone ' || phone_number || ' ' || {_SAME_NAME}
                END
            ) STORED
        ) ON COMMIT DROP;
        CREATE TEMP TABLE outside_person (
            person text NOT NULL, -- without index: one has no room for the longest names
            place integer PRIMARY KEY,
            external_id text,
            email text,
            phone_number text,
            first_name text NOT NULL,
            last_name text NOT NULL,
            match_name text GENERATED ALWAYS AS ({_SAME_NAME}) STORED,
            language text,
            joined timestamptz NOT NULL,
            new_id uuid NOT NULL DEFAULT {QUICK_UUID7},
            customer_id uuid,
            is_known_by_id boolean NOT NULL DEFAULT false
        ) ON COMMIT DROP;
        CREATE TEMP TABLE outside_filled (
            customer_id uuid NOT NULL,
            email text,
            phone_number text,
            first_name text,
            last_name text,
            external_id text,
            modified_before timestamptz,
            modified_after timestamptz
        ) ON COMMIT DROP
        """
    )


def drop_staged_customers() -> None:
    """For a second chunk within the same transaction."""
    run("DROP TABLE outside_customer, outside_person, outside_filled")
