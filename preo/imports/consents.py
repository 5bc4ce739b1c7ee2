"""Answers to consents that stand in a file, each with its date."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from preo.consents.models import Consent, ConsentAnswer, Method
from preo.consents.service.answers import Answer, record_answers
from preo.consents.service.refusals import refused_since
from preo.core.models import parse_id
from preo.imports.columns.fields import CONSENT, CONSENT_DATE, consent_fields
from preo.imports.models import DataImport
from preo.orders.outside.shapes import Outcome

_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)
# What is of an order stands on its first line.
_GIVEN = """
    SELECT staged.customer_id, said.key, said.value, line.values ->> replace(
        said.key, %(consent)s, %(date)s
    )
    FROM outside_order AS staged
    CROSS JOIN LATERAL (
        SELECT values
        FROM imports_importline
        WHERE data_import_id = %(import)s AND order_place = staged.place
        ORDER BY number, part
        LIMIT 1
    ) AS line
    CROSS JOIN LATERAL jsonb_each_text(line.values) AS said
    WHERE staged.outcome IN (%(created)s, %(updated)s)
      AND said.key = ANY(%(fields)s::text[])
      AND line.values ? replace(said.key, %(consent)s, %(date)s)
    ORDER BY staged.place
"""


def keep_consents(data_import: DataImport, *, now: dt.datetime) -> list[uuid.UUID]:
    """Keep the answers of orders that are new or changed, each once however often it comes.

    Only those with a date: without one nobody knows whether it is still true. One from the future
    is none, nor is a yes that is older than the no of somebody who had the address before. Reads the engine's tables; returns the ids of those that are new.
    """
    allowed = {field.field for field in consent_fields(data_import)}
    mapped = {mapping.get("field") for mapping in data_import.mappings}
    fields = sorted(field for field in allowed & mapped if field.startswith(CONSENT))
    if not fields:
        return []
    answers = {
        (customer_id, consent_id, answered): accepted
        for customer_id, consent, accepted, answered in _given(data_import, fields)
        if answered <= now
        if (consent_id := parse_id(Consent, consent))
    }
    customers = {customer_id for customer_id, _, _ in answers}
    known, refused = _known(customers), refused_since(customers)
    return record_answers(
        organization_id=data_import.organization_id,
        answers=[
            Answer(customer_id, consent_id, accepted, answered)
            for (customer_id, consent_id, answered), accepted in answers.items()
            if (customer_id, consent_id, answered) not in known
            if not accepted or answered > refused.get((customer_id, consent_id), _EVER)
        ],
        method=Method.IMPORT,
        by=None,
        now=now,
        recording=False,
    )


def _given(
    data_import: DataImport, fields: Sequence[str]
) -> Iterator[tuple[uuid.UUID, str, bool, dt.datetime]]:
    """Customer, consent, whether it was accepted, and when."""
    with connection.cursor() as cursor:
        cursor.execute(
            _GIVEN,
            {
                "import": data_import.pk,
                "fields": list(fields),
                "consent": CONSENT,
                "date": CONSENT_DATE,
                "created": Outcome.CREATED,
                "updated": Outcome.UPDATED,
            },
        )
        for customer_id, field, answer, answered in cursor.fetchall():
            moment = dt.datetime.fromisoformat(answered)
            yield customer_id, field.removeprefix(CONSENT), answer == "yes", moment


def _known(customers: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID, dt.datetime]]:
    answers = ConsentAnswer.objects.filter(customer__in=customers, method=Method.IMPORT)
    return set(answers.values_list("customer_id", "consent_id", "answered"))
