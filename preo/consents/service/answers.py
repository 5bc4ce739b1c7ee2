"""Writing down what customers answered. Answers are only added, never changed."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from preo.activity.models import ActorKind
from preo.activity.service import Happening, record_many
from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer, Method
from preo.core.access import Principal
from preo.core.errors import ConflictError, FieldError, InvalidError, NotFoundError, not_an_id
from preo.core.languages import Language
from preo.customers.models import Customer

MAX_USER_AGENT = 400
"""Characters kept of what a browser calls itself."""

_BY_THE_CUSTOMER = {Method.CHECKOUT, Method.PREFERENCE_PAGE, Method.ONE_CLICK}

# The ids rise in the order of the call, so that of two answers of one moment the later one counts.
# `created` is never before the transaction: who knows since when the oldest one runs knows up to
# when no answer can be added any more. The consent cannot be deleted meanwhile.
_INSERT = """
    INSERT INTO consents_consentanswer (
        id, created, modified, organization_id, customer_id, consent_id, accepted, answered, method,
        text_hash, language, ip_address, user_agent, actor_kind, actor_id
    )
    SELECT uuidv7(), greatest(%(now)s, now()), greatest(%(now)s, now()), %(organization)s,
        customer_id, consent_id, accepted, answered, %(method)s, text_hash, language,
        ip_address::inet, user_agent, %(actor_kind)s,
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
            AND customer.erased_at IS NULL AND customer.merged_into_id IS NULL
        JOIN consents_consent consent ON consent.id = given.consent_id
            AND consent.organization_id = %(organization)s
        ORDER BY given.place
        FOR KEY SHARE OF consent
    ) AS given
    RETURNING id
"""

Pair = tuple[uuid.UUID, uuid.UUID]
"""A customer and a consent."""


class ConsentNotPublishedError(ConflictError):
    """Nobody was asked yet: the text of a consent stands only from the day on which it is published.

    Publish the consent first.
    """

    code = "consent_not_published"
    title = "The consent is not published, so nobody can answer it."


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
def record_answer(
    *,
    customer: Customer,
    consent_id: uuid.UUID,
    accepted: bool,
    answered: datetime | None = None,
    language: Language | None = None,
    ip_address: str | None = None,
    user_agent: str | None = None,
    by: Principal,
    now: datetime,
) -> ConsentAnswer:
    """Write down what a customer said, without `answered` just now, to staff or to another system.

    `language` is the one in which the consent's text was shown; None where it was not. Raises
    InvalidError for a consent that is nobody's here, for a language in which it has no text and
    for a moment to come, ConsentNotPublishedError, and NotFoundError for a customer who is gone.
    """
    present = Customer.objects.present().select_for_update(no_key=True)
    if not present.filter(pk=customer.pk).values_list("pk").first():
        raise NotFoundError  # erased or merged a moment ago
    mine = Consent.objects.filter(organization=customer.organization_id, pk=consent_id)
    consent = mine.first()
    if consent is None:
        raise InvalidError(errors=[not_an_id("/consent_id", "consent")])
    if answered is not None and answered > now:
        detail = "An answer cannot be from the future."
        raise InvalidError(errors=[FieldError("/answered_at", "in_the_future", detail)])
    text = consent.consent_text.get(language) if language else None
    if language and not text:
        detail = f"This consent has no text in {language.label}."
        raise InvalidError(errors=[FieldError("/language", "no_text", detail)])
    if not consent.published:
        raise ConsentNotPublishedError(extra={"published": False})
    said = Answer(
        customer.pk, consent_id, accepted, answered or now, text, language, ip_address, user_agent
    )
    (key,) = record_answers(
        organization_id=customer.organization_id,
        answers=[said],
        method=Method.API if by.kind == "api_key" else Method.STAFF,
        by=by,
        now=now,
    )
    return ConsentAnswer.objects.get(pk=key)


@transaction.atomic
def record_answers(
    *,
    organization_id: uuid.UUID,
    answers: Sequence[Answer],
    method: Method,
    by: Principal | None,
    now: datetime,
    recording: bool = True,
) -> list[uuid.UUID]:
    """Add the answers, all or none; their ids. The latest of each customer to each consent counts.

    `by` is None where no staff and no key wrote them: then the customer did, if the method is the
    customer's own, else the system. With `recording` each change of what counts is an activity of
    the customer, `consent.accepted` or `consent.withdrawn`; an import, which is one activity
    itself, goes without. Raises InvalidError for an answer that is given after `now` and
    NotFoundError for a customer or a consent that this organization does not have, or for a
    customer who was erased or merged.
    """
    if any(answer.answered > now for answer in answers):
        raise InvalidError("An answer cannot be from the future.")
    pairs = {(answer.customer_id, answer.consent_id) for answer in answers} if recording else set()
    before = _hold_accepted(pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            _columns(answers)
            | _actor(method, by)
            | {"organization": organization_id, "method": method.value, "now": now},
        )
        keys = [key for (key,) in cursor.fetchall()]
    if len(keys) != len(answers):
        raise NotFoundError("There is no such customer or consent here.")
    changed = sorted(_accepted(pairs) ^ before) if pairs else []
    if changed:
        _record_changes(changed, before, method=method, by=by)
    return keys


def hash_text(text: str) -> bytes:
    """SHA-256 of a text in UTF-8, as it is kept with an answer."""
    return hashlib.sha256(text.encode()).digest()


def _hold_accepted(pairs: set[Pair]) -> set[Pair]:
    """The pairs of which the answer that counts is yes. Nobody else records answers of these
    customers meanwhile: what is told of a change is told once.
    """
    if not pairs:
        return set()
    customers = Customer.objects.filter(pk__in={customer for customer, _ in pairs})
    list(customers.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    # An import may come between: it takes these rows in the same order.
    present = _present(pairs).select_for_update().order_by("consent_id", "customer_id")
    list(present.values_list("pk"))
    return _accepted(pairs)


def _accepted(pairs: set[Pair]) -> set[Pair]:
    yes = _present(pairs).filter(accepted=True)
    return pairs.intersection(yes.values_list("customer_id", "consent_id"))


def _present(pairs: set[Pair]) -> QuerySet[CurrentAnswer]:
    return CurrentAnswer.objects.filter(
        consent__in={consent for _, consent in pairs},
        customer__in={customer for customer, _ in pairs},
    )


def _record_changes(
    changed: Sequence[Pair], before: set[Pair], *, method: Method, by: Principal | None
) -> None:
    consents = Consent.objects.in_bulk({consent for _, consent in changed})
    is_own = _is_by_the_customer(method, by)
    record_many(
        [
            Happening(
                type="consent.withdrawn" if (customer, key) in before else "consent.accepted",
                organization_id=consents[key].organization_id,
                edition_id=consents[key].edition_id,
                object_id=customer,
                details={"consent_id": consents[key].api_id, "method": method.value},
                customer_id=customer if is_own else None,
            )
            for customer, key in changed
        ],
        by=by,
    )


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
    by_the_customer = _is_by_the_customer(method, by)
    kind = by.kind if by else (ActorKind.CUSTOMER if by_the_customer else ActorKind.SYSTEM).value
    return {
        "actor_kind": kind,
        "actor": by.id if by else None,
        "by_the_customer": by_the_customer,
    }


def _is_by_the_customer(method: Method, by: Principal | None) -> bool:
    return by is None and method in _BY_THE_CUSTOMER
