"""The parts of a person that `PERSON_PARTS` names, and the person that they are asked about."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.utils.module_loading import import_string

from preo.core.addresses import normalise_email
from preo.customers.models import Customer
from preo.customers.person import Person, PersonPart

_FEWEST_DIGITS = 8
"""A shorter number is not looked for in texts: it stands in too many others."""


def person_parts() -> list[PersonPart]:
    """In the order of the settings: upper slices first."""
    return [import_string(f"{path}.PART") for path in settings.PERSON_PARTS]


def find_person(customer: Customer) -> Person:
    """A present customer with all who were merged into this one."""
    merged = Customer.objects.filter(merged_into=customer).order_by("created", "id")
    return Person(customer, (customer.pk, *merged.values_list("pk", flat=True)))


def trace_person(customer: Customer) -> Person:
    """The same, with all addresses that are known of them: by these texts are found.

    An address that is another present customer's now is not taken for this person's, even if this
    one ordered with it.
    """
    person = find_person(customer)
    told = {pair for part in person_parts() for pair in part.addresses(person.ids)}
    emails = {
        text
        for email, _ in told
        if email and "@" in email
        for text in (email, normalise_email(email))
    }
    phones = {phone for _, phone in told if phone and _digits(phone) >= _FEWEST_DIGITS}
    return replace(
        person,
        emails=_without(emails, _others(person, "email", emails)),
        phones=_without(phones, _others(person, "phone_number", phones)),
    )


def _others(person: Person, field: str, texts: Iterable[str]) -> set[str]:
    """Which of the addresses another present customer has."""
    others = Customer.objects.filter(
        organization=person.organization_id, **{f"{field}__in": list(texts)}
    ).exclude(pk__in=person.ids)
    return set(others.values_list(field, flat=True))


def _without(texts: Iterable[str], others: set[str]) -> tuple[str, ...]:
    return tuple(sorted(text for text in texts if normalise_email(text) not in others))


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
