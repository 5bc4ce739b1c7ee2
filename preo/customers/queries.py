"""Reading customers, and addresses to which nothing is sent."""

import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from preo.core.addresses import is_email, normalise_email
from preo.core.models import composed_and_apart, parse_id
from preo.customers.models import AddressHash, Channel, Customer, Suppression
from preo.organizations.models import Organization

_MOST_BLANKS = 6
"""In a term: a name with more parts than this is found by a part of it."""
_PUNCTUATED_NUMBER = re.compile(r"\+?[\d\s().-]{4,}", re.ASCII)
_PUNCTUATION = re.compile(r"[\s().-]")


def customers_with_text(queryset: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Customers in whose name, e-mail or phone number the text stands, or the one with this id.

    All of these are one column under one trigram index, a line each; a text of less than three
    characters is looked for among the rows that the other filters leave.
    """
    term = " ".join(text.split())
    if key := parse_id(Customer, term):
        return queryset.filter(pk=key)
    condition = Q()
    for spelling in chain.from_iterable(map(_spellings, composed_and_apart(term))):
        condition |= Q(search__contains=Lower(Value(spelling, output_field=TextField())))
    return queryset.filter(condition)


def _spellings(term: str) -> Iterator[str]:
    """The term, and as it stands in the column: a first and a last name are two lines there, and a
    phone number has no blanks, hyphens or parentheses.
    """
    yield term
    blanks = [place for place, letter in enumerate(term) if letter == " "]
    for place in blanks[:_MOST_BLANKS]:
        yield f"{term[:place]}\n{term[place + 1 :]}"
    if _PUNCTUATED_NUMBER.fullmatch(term):
        plain = plain_number(term)
        if plain != term:
            yield plain


def plain_number(written: str) -> str:
    """A phone number, or a part of one, as numbers are kept: without what sets it apart."""
    return _PUNCTUATION.sub("", written)


def suppressions_with_text(
    queryset: QuerySet[Suppression], text: str, *, organization_ids: Iterable[uuid.UUID]
) -> QuerySet[Suppression]:
    """Suppressions in whose address the text stands; of a whole address also where it was erased.

    `organization_ids` are those whose suppressions the queryset holds: the hash is of them too.
    """
    owners = Organization.objects.filter(pk__in=list(organization_ids))
    email = normalise_email(text)
    condition = Q(address__contains=email)
    if is_email(email):
        condition |= Q(address_hash__in=_hashes(owners, Channel.EMAIL, email))
    if _PUNCTUATED_NUMBER.fullmatch(email):
        number = plain_number(email)
        condition |= Q(address__contains=number)
        condition |= Q(address_hash__in=_hashes(owners, Channel.SMS, number))
    return queryset.filter(condition)


def _hashes(owners: QuerySet[Organization], channel: Channel, address: str) -> Any:
    """Reckoned once for each organization: for each row it would take longer than all the rest."""
    known = AddressHash("pk", Value(channel.value), Value(address))
    return owners.values_list(known)
