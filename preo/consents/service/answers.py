"""Writing down what customers answered. Answers are only added, never changed."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from preo.activity.models import ActorKind
from preo.consents.models import Method
from preo.core.access import Principal
from preo.core.errors import InvalidError, NotFoundError
from preo.core.languages import Language

MAX_USER_AGENT = 400
"""Characters kept of what a browser calls itself."""

_BY_THE_CUSTOMER = {Method.CHECKOUT, Method.PREFERENCE_PAGE, Method.ONE_CLICK}

# The ids rise in the order of the call, so that of two answers of one moment the later one counts.
_INSERT = """
    INSERT INTO consents_consentanswer (
        id, created, modified, organization_id, customer_id, consent_id, accepted, answered, method,
        text_hash, language, ip_address, user_agent, actor_kind, actor_id
    )
    SELECT uuidv7(), %(now)s, %(now)s, %(organization)s, customer_id, consent_id, accepted,
        answered, %(method)s, text_hash, language, ip_address::inet, user_agent, %(actor_kind)s,
        CASE WHEN %(by_the_customer)s THEN customer_id ELSE %(actor)s::uuid END
    FROM (
        SELECT given.*
        FROM unnest(
            %(customers)s::uuid[], %(consents)s::uuid[], %(accepted)s::boolean[],
            %(answered)s::timestamptz[], %(hashes)s::bytea[], %(languages)s::text[],
            %(addresses)s::text[], %(agents)s::text[]
        ) WITH ORDINALITY AS given (
            customer_id, consent_id, accepted, answered, text_hash, language, ip_address,
            user_agent, place
        )
        JOIN customers_customer customer ON customer.id = given.customer_id
            AND customer.organization_id = %(organization)s
        JOIN consents_consent consent ON consent.id = given.consent_id
            AND consent.organization_id = %(organization)s
        ORDER BY given.place
    ) AS given
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one customer said to one consent.

    `text` is what was shown, letter for letter, and `language` its language; both are None where
    nothing was shown. `accepted` is False for taking back as well.
    """

    customer_id: uuid.UUID
    consent_id: uuid.UUID
    accepted: bool
    answered: datetime
    text: str | None = None
    language: Language | None = None
    ip_address: str | None = None
    user_agent: str | None = None


@transaction.atomic
def record_answers(
    *,
    organization_id: uuid.UUID,
    answers: Sequence[Answer],
    method: Method,
    by: Principal | None,
    now: datetime,
) -> None:
    """Add the answers, all or none. The latest of each customer to each consent counts.

    `by` is None where no staff and no key wrote them: then the customer did, if the method is the
    customer's own, else the system. Raises InvalidError for an answer that is given after `now` and
    NotFoundError for a customer or a consent that this organization does not have.
    """
    if any(answer.answered > now for answer in answers):
        raise InvalidError("An answer cannot be from the future.")
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            _columns(answers)
            | _actor(method, by)
            | {"organization": organization_id, "method": method.value, "now": now},
        )
        if cursor.rowcount != len(answers):
            raise NotFoundError("There is no such customer or consent here.")


def hash_text(text: str) -> bytes:
    """SHA-256 of a text in UTF-8, as it is kept with an answer."""
    return hashlib.sha256(text.encode()).digest()


def _columns(answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "customers": [answer.customer_id for answer in answers],
        "consents": [answer.consent_id for answer in answers],
        "accepted": [answer.accepted for answer in answers],
        "answered": [answer.answered for answer in answers],
        "hashes": [None if answer.text is None else hash_text(answer.text) for answer in answers],
        "languages": [answer.language and answer.language.value for answer in answers],
        "addresses": [answer.ip_address for answer in answers],
        "agents": [answer.user_agent and answer.user_agent[:MAX_USER_AGENT] for answer in answers],
    }


def _actor(method: Method, by: Principal | None) -> dict[str, Any]:
    by_the_customer = by is None and method in _BY_THE_CUSTOMER
    kind = by.kind if by else (ActorKind.CUSTOMER if by_the_customer else ActorKind.SYSTEM).value
    return {
        "actor_kind": kind,
        "actor": by.id if by else None,
        "by_the_customer": by_the_customer,
    }
