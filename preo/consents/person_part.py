"""What consents say of a person: every answer with its proof."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Max, Q, QuerySet

from preo.consents.models import ConsentAnswer, CurrentAnswer, Method
from preo.consents.queries import readable_consents
from preo.consents.service.answers import Answer, hash_text, record_answers
from preo.consents.service.refusals import keep_refusals
from preo.core.access import Principal
from preo.customers.exporting import export_row
from preo.customers.person import (
    Fate,
    Merging,
    Person,
    PersonPart,
    TimelineEntry,
    TimelineSource,
)

_MOMENT = dt.timedelta(microseconds=1)


def timeline(person: Person, by: Principal) -> Iterable[TimelineSource]:
    rows = _answers(person).filter(consent__in=readable_consents(by))
    return [TimelineSource("consent", rows, "answered", _tell)]


def _tell(rows: QuerySet[Any]) -> Iterator[tuple[uuid.UUID, TimelineEntry]]:
    for answer in rows.select_related("consent"):
        said = "Agreed to" if answer.accepted else "Said no to"
        details = {
            "consent_id": answer.consent.api_id,
            "type": answer.consent.type,
            "accepted": answer.accepted,
            "method": answer.method,
            "language": answer.language,
        }
        title = f"{said} {answer.consent.title}"
        yield answer.pk, TimelineEntry(answer.answered, "consent", answer.api_id, title, details)


def export(person: Person) -> Mapping[str, Any]:
    answers = _answers(person).select_related("consent").order_by("answered", "id")
    return {"consents": [_exported(answer) for answer in answers]}


def _exported(answer: ConsentAnswer) -> dict[str, Any]:
    told = export_row(answer, "actor_id")
    return {
        **told,
        "title": answer.consent.title,
        "type": answer.consent.type,
        "text": _text_shown(answer),
        "document_url": answer.consent.document_url.get(answer.language),
    }


def _text_shown(answer: ConsentAnswer) -> str | None:
    """The text whose hash is kept with the answer; None where none was shown."""
    text: str | None = answer.consent.consent_text.get(answer.language)
    is_it = text is not None and answer.text_hash is not None
    return text if is_it and hash_text(text or "") == bytes(answer.text_hash or b"") else None


def erase(person: Person, now: dt.datetime) -> Iterator[Fate]:
    answers = _answers(person)
    traced = answers.filter(Q(ip_address__isnull=False) | Q(user_agent__isnull=False))
    emptied = traced.update(ip_address=None, user_agent=None)
    yield Fate("address and browser of answers to consents", emptied, "Emptied.")
    yield Fate(
        "answers to consents",
        answers.count(),
        "Proof of what was agreed to and taken back (GDPR articles 5(2) and 7(1)).",
        stays=True,
    )
    refused = keep_refusals(
        customer=person.customer, emails=person.emails, phones=person.phones, now=now
    )
    yield Fate(
        "noes by address",
        refused,
        "A hash of the address stays, so that an older yes in a file of tomorrow does not count.",
        stays=True,
    )


def merge(merging: Merging) -> Iterator[Fate]:
    """The stricter counts: a no of either is the person's, and a yes only where neither said no.

    The merged one's answers stay with the emptied row, for answers are never changed; the kept
    one's history shows them.
    """
    kept, merged = _current([merging.kept.pk]), _current([merging.merged.pk])
    strict = {
        consent: kept.get(consent, True) and merged.get(consent, True) for consent in kept | merged
    }
    changed = {consent: said for consent, said in strict.items() if kept.get(consent) is not said}
    _record(merging, changed)
    yield Fate("consents", len(changed), "The stricter of both answers is written as a new one.")
    # One of the merged one's addresses may be dropped.
    keep_refusals(
        customer=merging.kept,
        emails=[merging.merged.email] if merging.merged.email else [],
        phones=[merging.merged.phone_number] if merging.merged.phone_number else [],
        now=merging.now,
    )
    count = ConsentAnswer.objects.filter(
        organization=merging.kept.organization_id, customer=merging.merged
    ).count()
    yield Fate("answers to consents", count, "Proof: it stays as it was given.", stays=True)


def _record(merging: Merging, answers: Mapping[uuid.UUID, bool]) -> None:
    # An answer that came while the merge waited may be from after its `now`: this one is the later.
    told = CurrentAnswer.objects.filter(customer__in=[merging.kept, merging.merged])
    latest = told.aggregate(at=Max("answered"))["at"]
    now = max(merging.now, latest + _MOMENT) if latest else merging.now
    record_answers(
        organization_id=merging.kept.organization_id,
        answers=[
            Answer(merging.kept.pk, consent, accepted, now)
            for consent, accepted in sorted(answers.items())
        ],
        method=Method.MERGE,
        by=merging.by,
        now=now,
    )


def _current(customers: Sequence[uuid.UUID]) -> dict[uuid.UUID, bool]:
    rows = CurrentAnswer.objects.filter(customer__in=customers)
    return dict(rows.values_list("consent_id", "accepted"))


def _answers(person: Person) -> QuerySet[ConsentAnswer]:
    return ConsentAnswer.objects.filter(
        organization=person.organization_id, customer__in=person.ids
    )


PART = PersonPart(timeline=timeline, export=export, erase=erase, merge=merge)
