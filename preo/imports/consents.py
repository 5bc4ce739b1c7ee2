"""Answers to consents that stand in a file, each with its date."""

import datetime as dt
import uuid
from collections.abc import Iterable

from preo.consents.models import Consent, ConsentAnswer, Method
from preo.consents.service.answers import Answer, record_answers
from preo.core.models import parse_id
from preo.imports.columns.fields import consent_fields
from preo.imports.models import DataImport
from preo.imports.orders_of import FileOrder
from preo.orders.models import Order
from preo.orders.outside.shapes import Outcome, TakenOrder


def keep_consents(
    data_import: DataImport, pairs: Iterable[tuple[FileOrder, TakenOrder]], *, now: dt.datetime
) -> list[uuid.UUID]:
    """Keep the answers of orders that are new or changed, each once however often it comes.

    One from the future is none. Returns the ids of those that are new.
    """
    given = {
        done.order_id: one.consents
        for one, done in pairs
        if one.consents and done.order_id and done.outcome in (Outcome.CREATED, Outcome.UPDATED)
    }
    if not given:
        return []
    allowed = {field.field.partition(".")[2] for field in consent_fields(data_import)}
    customers = dict(Order.objects.filter(pk__in=given).values_list("pk", "customer_id"))
    answers = {
        (customers[order_id], consent_id, answer.answered): answer.accepted
        for order_id, consents in given.items()
        if order_id in customers
        for answer in consents
        if answer.answered <= now and answer.consent_id in allowed
        if (consent_id := parse_id(Consent, answer.consent_id))
    }
    known = _known({customer_id for customer_id, _, _ in answers})
    return record_answers(
        organization_id=data_import.organization_id,
        answers=[
            Answer(customer_id, consent_id, accepted, answered)
            for (customer_id, consent_id, answered), accepted in answers.items()
            if (customer_id, consent_id, answered) not in known
        ],
        method=Method.IMPORT,
        by=None,
        now=now,
        recording=False,
    )


def _known(customers: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID, dt.datetime]]:
    answers = ConsentAnswer.objects.filter(customer__in=customers, method=Method.IMPORT)
    return set(answers.values_list("customer_id", "consent_id", "answered"))
