"""What a customer's page shows: the consents that concern him, with his present answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Q

from preo.consents.models import Consent, ConsentType, CurrentAnswer, Scope
from preo.consents.preferences.bought import Bought, bought_by
from preo.core.languages import Language
from preo.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Topic:
    """One consent as it stands on the page."""

    consent: Consent
    text: str
    language: Language
    """Of the text, which need not be the page's."""
    document_url: str
    accepted: bool | None
    """The latest answer; None without one."""
    answered: datetime | None
    heading: str
    """What it is about; empty for the organization as a whole."""


@dataclass(frozen=True, slots=True)
class Topics:
    marketing: Sequence[tuple[str, Sequence[Topic]]]
    """By heading, the organization's own first."""
    others: Sequence[Topic]
    """Terms and notices, which are shown and cannot be changed."""


def list_topics(customer: Customer, language: Language) -> Topics:
    """The published and enabled consents that concern the customer, in a language where they have it.

    The organization's own always do; an edition's unless that is a draft or archived, a vendor's and
    a product's never by themselves; and each where the customer has answered, or bought there.
    """
    answers = {
        answer.consent_id: answer
        for answer in CurrentAnswer.objects.filter(
            organization_id=customer.organization_id, customer=customer
        )
    }
    bought = bought_by(customer)
    consents = (
        Consent.objects.filter(
            organization_id=customer.organization_id, published=True, enabled=True
        )
        .select_related("organization", "edition", "vendor")
        .prefetch_related("products")
        .order_by("order", "id")
    )
    topics = [
        _topic(consent, answers.get(consent.pk), language)
        for consent in consents
        if consent.pk in answers or _concerns(consent, bought)
    ]
    marketing = [topic for topic in topics if topic.consent.type == ConsentType.MARKETING]
    marketing.sort(key=lambda topic: (_RANK[topic.consent.scope], topic.heading))
    return Topics(
        marketing=[
            (heading, list(group))
            for heading, group in groupby(marketing, key=lambda topic: topic.heading)
        ],
        others=[topic for topic in topics if topic.consent.type != ConsentType.MARKETING],
    )


def marketing_to_refuse(customer: Customer, now: datetime) -> Iterator[Consent]:
    """The marketing consents to which a customer says no who says no to all.

    Those that are accepted, whatever became of the consent since. And all others that are
    published, enabled or not: without a no of today a file that comes in tomorrow with a yes of
    last year, or of after an older no, would make the customer reachable again. Only a no of this
    minute is the same one, for links are followed twice.
    """
    given = CurrentAnswer.objects.filter(
        organization_id=customer.organization_id, customer=customer
    ).values("consent_id")
    return (
        Consent.objects.filter(
            Q(pk__in=given.filter(accepted=True))
            | Q(published=True) & ~Q(pk__in=given.filter(answered__gt=now - _SAME_NO)),
            organization_id=customer.organization_id,
            type=ConsentType.MARKETING,
        )
        .order_by("order", "id")
        .iterator()
    )


_SAME_NO = timedelta(minutes=1)
_RANK = {scope: place for place, scope in enumerate(Scope.values)}


def _concerns(consent: Consent, bought: Bought) -> bool:
    if consent.scope == Scope.PRODUCT:
        return any(product.pk in bought.products for product in consent.products.all())
    if consent.scope == Scope.VENDOR:
        return consent.vendor_id in bought.vendors
    edition = consent.edition
    if edition is None:
        return True
    return edition.pk in bought.editions or not (edition.is_draft or edition.is_archived)


def _topic(consent: Consent, answer: CurrentAnswer | None, language: Language) -> Topic:
    shown = _language_of(consent, language)
    return Topic(
        consent=consent,
        text=consent.consent_text.get(shown, ""),
        language=shown,
        document_url=consent.document_url.get(shown, ""),
        accepted=answer.accepted if answer else None,
        answered=answer.answered if answer else None,
        heading=_heading(consent),
    )


def _language_of(consent: Consent, wanted: Language) -> Language:
    """In which of its languages the consent is shown: the page's, the default one, else any."""
    defaults = (consent.edition or consent.organization).default_language
    for language in (wanted, defaults, *Language.values):
        if consent.consent_text.get(language):
            return Language(language)
    return wanted


def _heading(consent: Consent) -> str:
    if consent.scope == Scope.PRODUCT:
        return ", ".join(sorted(product.name for product in consent.products.all()))
    if consent.vendor is not None:
        return consent.vendor.name
    return consent.edition.full_name if consent.edition is not None else ""
