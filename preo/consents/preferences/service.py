"""A customer's own answers: single ones, and the no to everything."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from preo.consents.models import Consent, ConsentType, CurrentAnswer, Method
from preo.consents.preferences.topics import marketing_to_refuse
from preo.consents.service.answers import Answer, record_answers
from preo.core.errors import NotFoundError
from preo.core.languages import Language
from preo.customers.models import Customer

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer changed on the page, and in which language the text stood there."""

    consent_id: uuid.UUID
    accepted: bool
    language: Language


def find_customer(customer_id: uuid.UUID) -> Customer:
    """The customer, or whoever that one turned out to be. Raises NotFoundError for an erased one."""
    return _follow(customer_id, lock=False)


@transaction.atomic
def change_answers(
    *,
    customer: Customer,
    choices: Sequence[Choice],
    ip_address: str | None,
    user_agent: str | None,
    now: datetime,
) -> int:
    """Record what the customer chose on the page where it differs from the present answer.

    Each choice is kept with the text that was shown. A no counts also where the consent was
    disabled meanwhile; a yes only to what is still asked. What is not for the customer to choose
    here (terms, another organization's, a text that is not there) is left out. Returns how many
    answers were written. Raises NotFoundError where the customer was erased meanwhile.
    """
    kept = _follow(customer.pk, lock=True)
    now = _after_all_answers(kept, now)
    wanted = {choice.consent_id: choice for choice in choices}
    consents = Consent.objects.filter(
        pk__in=wanted,
        organization_id=kept.organization_id,
        type=ConsentType.MARKETING,
        published=True,
    )
    present = dict(
        CurrentAnswer.objects.filter(customer=kept, consent__in=wanted).values_list(
            "consent_id", "accepted"
        )
    )
    answers = []
    for consent in consents.order_by("order", "id"):
        choice = wanted[consent.pk]
        text = consent.consent_text.get(choice.language)
        is_open = consent.enabled or not choice.accepted
        if text and is_open and present.get(consent.pk) != choice.accepted:
            answers.append(
                Answer(
                    customer_id=kept.pk,
                    consent_id=consent.pk,
                    accepted=choice.accepted,
                    answered=now,
                    text=text,
                    language=choice.language,
                    ip_address=ip_address,
                    user_agent=user_agent,
                )
            )
    _write(kept, answers, Method.PREFERENCE_PAGE, now)
    return len(answers)


@transaction.atomic
def withdraw_all_marketing(
    *,
    customer: Customer,
    method: Method,
    ip_address: str | None,
    user_agent: str | None,
    now: datetime,
    shown: Mapping[uuid.UUID, Language] | None = None,
) -> int:
    """Say no for the customer to all marketing of his organization; twice in a minute is once.

    That is each consent that is accepted, and each published one (`marketing_to_refuse` says
    why). `shown` are the languages of the texts that stood on the page: a no to another consent,
    and one by one click, is kept without a text, for none was shown. Returns how many answers were
    written. Raises NotFoundError for an erased customer.
    """
    kept = _follow(customer.pk, lock=True)
    now = _after_all_answers(kept, now)
    languages = shown or {}
    answers = []
    for consent in marketing_to_refuse(kept, now):
        language = languages.get(consent.pk)
        text = consent.consent_text.get(language) if language else None
        answers.append(
            Answer(
                customer_id=kept.pk,
                consent_id=consent.pk,
                accepted=False,
                answered=now,
                text=text or None,
                language=language if text else None,
                ip_address=ip_address,
                user_agent=user_agent,
            )
        )
    _write(kept, answers, method, now)
    return len(answers)


def _write(customer: Customer, answers: Sequence[Answer], method: Method, now: datetime) -> None:
    if answers:
        record_answers(
            organization_id=customer.organization_id,
            answers=answers,
            method=method,
            by=None,
            now=now,
        )


def _follow(customer_id: uuid.UUID, *, lock: bool) -> Customer:
    """The row at the end of all merges; locked, so that answers and merges wait for each other."""
    rows = Customer.objects.select_related("organization")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=customer_id).first()
    # Nobody is merged into one who is gone already, so this cannot go round.
    while found is not None and found.merged_into_id is not None:
        found = rows.filter(pk=found.merged_into_id).first()
    if found is None or found.erased_at is not None:
        raise NotFoundError("There is no such customer.")
    return found


def _after_all_answers(customer: Customer, now: datetime) -> datetime:
    """`now`, or a moment after the customer's latest answer where that is later.

    Of two requests the one that waited for the other's lock may have read its clock before, and
    clocks of two servers differ: what is said last must not come to lie before what it takes back.
    """
    latest = CurrentAnswer.objects.filter(
        organization_id=customer.organization_id, customer=customer
    ).aggregate(latest=Max("answered"))["latest"]
    return max(now, latest + _MOMENT) if latest else now
