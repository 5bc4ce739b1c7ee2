"""Where slices that know no customers keep texts in which one may stand: answers and the inbox.

Neither is exported. Answers repeat what the caller was told; a mail of the inbox belongs to no
organization, and may be a PIN.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import connection
from django.db.models import Q

from preo.accounts.models import ApiKey, Membership
from preo.core import ids
from preo.customers.models import Customer
from preo.customers.person import Fate, Person, PersonPart
from preo.idempotency.models import Answer
from preo.transports.models import InboxMessage

_TEXTS = ("to", "subject", "text", "html", "headers")

_EMPTY_ANSWERS = """
    UPDATE idempotency_answer SET body = ''
    WHERE caller = ANY(%(callers)s) AND body <> ''
      AND lower(convert_from(body, 'UTF8')) LIKE ANY(%(patterns)s)
"""


def erase(person: Person, now: dt.datetime) -> Iterator[Fate]:  # noqa: ARG001 - a part's signature
    yield Fate(
        "kept answers to repeated requests",
        _forget_answers(person),
        "Emptied: the key stays, so that a request sent again has no second effect.",
    )
    mails = Q(pk=None)
    for address in person.addresses:
        for field in _TEXTS:
            mails |= Q(**{f"{field}__icontains": address})
    deleted = InboxMessage.objects.filter(mails).delete()[0]
    yield Fate("mails in the local inbox", deleted, "Deleted.")


def _forget_answers(person: Person) -> int:
    callers = _callers(person)
    named = [ids.encode_id(Customer.id_prefix, key) for key in person.ids]
    texts = [*named, *(one.lower() for one in person.addresses)]
    with connection.cursor() as cursor:
        patterns = [f"%{_escape(text)}%" for text in texts]
        cursor.execute(_EMPTY_ANSWERS, {"callers": callers, "patterns": patterns})
        emptied: int = cursor.rowcount
    keys = Q(pk=None)
    for text in texts:
        keys |= Q(key__icontains=text)
    return emptied + Answer.objects.filter(keys, caller__in=callers).delete()[0]


def _callers(person: Person) -> list[str]:
    """Who asks in the name of the organization: answers know nobody else."""
    mine = {"organization": person.organization_id}
    staff = Membership.objects.filter(**mine).values_list("staff_id", flat=True)
    keys = ApiKey.objects.filter(**mine).values_list("pk", flat=True)
    return [*(f"staff:{key}" for key in staff), *(f"api_key:{key}" for key in keys)]


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


PART = PersonPart(erase=erase)
