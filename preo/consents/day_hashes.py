"""One hash of each day's answers, chained: by it `preo doctor` sees what was changed afterwards.

Triggers refuse that answers are changed or deleted. Who may switch triggers off could do it all the
same, and who restores a backup by halves does it unawares: after the fact the hashes tell, and of
which day. Each holds the one before, so that to cover up a change all later ones have to be made
anew; the worker's log repeats the last as it is made, and logs are kept elsewhere.

A day is that of `created`, in UTC. An answer becomes visible only when its transaction is over,
which may be later than the end of its day, and then the hash would not know of it. That is why no
day is closed as long as any transaction runs that began before its end: an answer is never dated
before its own transaction (`record_answers`), so all answers of such a day are there to be seen,
however long an import took. A day that has to wait is closed in one of the following nights.

Address, user agent and `modified` are left out: erasure empties them.
"""

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, Subquery

from preo.consents.models import ConsentAnswer, ConsentDay
from preo.core.doctor import Finding
from preo.organizations.models import Organization

GRACE = dt.timedelta(hours=1)
"""After midnight, for clocks of servers that differ."""
FIRST = bytes(32)
"""What stands in place of the hash before the first."""
_SHOWN = 5
_DAY = dt.timedelta(days=1)

# A value is written one way in each version and with all settings: no time or bytes as PostgreSQL
# shows them. A row's text tells NULL from an empty text and one column from the next.
_DIGESTS = """
    SELECT organization_id, (created AT TIME ZONE 'UTC')::date AS date, count(*),
        sha256(string_agg(
            sha256(convert_to(ROW(
                id, (extract(epoch FROM created) * 1000000)::bigint, organization_id, customer_id,
                consent_id, accepted, (extract(epoch FROM answered) * 1000000)::bigint, method,
                encode(text_hash, 'hex'), language, actor_kind, actor_id
            )::text, 'UTF8')), ''::bytea ORDER BY id
        ))
    FROM consents_consentanswer
    WHERE created >= %(since)s AND created < %(until)s
    GROUP BY 1, 2
"""
# Our own connection does not count: what it wrote it sees.
_OLDEST_TRANSACTION = """
    SELECT min(xact_start) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
        AND pid <> pg_backend_pid()
"""

logger = logging.getLogger("preo.consents")


@dataclass(frozen=True, slots=True)
class Digest:
    """The answers of one organization on one day, as they are now."""

    answers: int = 0
    rows: bytes = hashlib.sha256().digest()
    """SHA-256 of the hashes of the rows, in the order of their ids."""


Day = tuple[uuid.UUID, dt.date]
Digests = Mapping[Day, Digest]
_NONE = Digest()


@transaction.atomic
def close_days(*, now: dt.datetime) -> list[ConsentDay]:
    """Keep the hash of each day that is over and has none yet; returns those days."""
    with connection.cursor() as cursor:
        # Of two workers at the same time the second one finds all done.
        cursor.execute("LOCK TABLE consents_consentday IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_OLDEST_TRANSACTION)
        (oldest,) = cursor.fetchone()
    until = _date(min(now - GRACE, oldest) if oldest else now - GRACE)
    last = dict(_last_days())
    first = {key: day.date + _DAY if day else _first_date(key) for key, day in last.items()}
    waiting = {key: date for key, date in first.items() if date < until}
    if not waiting:
        return []
    digests = _digests(min(waiting.values()), until)
    days: list[ConsentDay] = []
    for key, date in sorted(waiting.items()):
        before = last[key]
        days += _chain(key, date, until, bytes(before.hash) if before else FIRST, digests, now)
        head = {"organization": str(key), "date": str(days[-1].date), "hash": days[-1].hash.hex()}
        logger.info("days of answers closed", extra=head)
    return ConsentDay.objects.bulk_create(days, batch_size=5_000)


def check_days() -> list[Finding]:
    """A finding: whether all answers of the days that are closed are as they were then.

    Reads all answers in one query: a few seconds for millions.
    """
    days = list(ConsentDay.objects.order_by("organization", "date"))
    sentence = "The answers of each closed day are those of its hash."
    until = max((day.date + _DAY for day in days), default=dt.date.min)
    digests = _digests(dt.date.min, until) if days else {}
    wrong = sorted(_wrong_days(days, digests))
    if not wrong:
        return [Finding("answers match their days", True, f"{sentence} Closed: {len(days):,}.")]
    names = dict(
        Organization.objects.filter(pk__in={key for key, *_ in wrong}).values_list("pk", "slug")
    )
    shown = [f"{names[key]} on {date} ({what})" for key, date, what in wrong[:_SHOWN]]
    more = ", ..." if len(wrong) > _SHOWN else ""
    return [
        Finding(
            "answers match their days",
            False,
            f"{sentence} Not so for {len(wrong):,}: {', '.join(shown)}{more}",
            "Answers are proof, and somebody or something changed them past the triggers. Compare "
            "the rows of that day with a backup from the days after it.",
        )
    ]


def _wrong_days(
    days: Iterable[ConsentDay], digests: Digests
) -> Iterator[tuple[uuid.UUID, dt.date, str]]:
    """Each day whose answers are others than when it was closed, and each that has lost its hash."""
    before: ConsentDay | None = None
    closed: set[Day] = set()
    last: dict[uuid.UUID, dt.date] = {}
    for day in days:
        key = day.organization_id
        is_first = before is None or before.organization_id != key
        previous = FIRST if before is None or is_first else bytes(before.hash)
        found = digests.get((key, day.date), _NONE)
        if before is not None and not is_first and before.date + _DAY != day.date:
            yield key, before.date + _DAY, "its hash is gone"
        elif _link(previous, key, day.date, found) != bytes(day.hash):
            yield key, day.date, f"{day.answers:,} answers then, {found.answers:,} now"
        closed.add((key, day.date))
        last[key], before = day.date, day
    for (key, date), found in digests.items():
        if key in last and date <= last[key] and (key, date) not in closed:
            yield key, date, f"no answers then, {found.answers:,} now"


def _chain(
    organization_id: uuid.UUID,
    date: dt.date,
    until: dt.date,
    previous: bytes,
    digests: Digests,
    now: dt.datetime,
) -> Iterator[ConsentDay]:
    while date < until:
        found = digests.get((organization_id, date), _NONE)
        previous = _link(previous, organization_id, date, found)
        yield ConsentDay(
            organization_id=organization_id,
            date=date,
            answers=found.answers,
            hash=previous,
            closed=now,
        )
        date += _DAY


def _link(previous: bytes, organization_id: uuid.UUID, date: dt.date, found: Digest) -> bytes:
    head = f"{organization_id} {date.isoformat()} {found.answers}\n".encode()
    return hashlib.sha256(previous + head + found.rows).digest()


def _digests(since: dt.date, until: dt.date) -> Digests:
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS, {"since": _midnight(since), "until": _midnight(until)})
        return {
            (organization_id, date): Digest(count, bytes(rows))
            for organization_id, date, count, rows in cursor.fetchall()
        }


def _last_days() -> Iterator[tuple[uuid.UUID, ConsentDay | None]]:
    """Of each organization that has answers the last closed day."""
    mine = ConsentDay.objects.filter(organization=OuterRef("pk")).order_by("-date")
    answered = Exists(ConsentAnswer.objects.filter(organization=OuterRef("pk")))
    rows = Organization.objects.filter(answered)
    for key, date in rows.annotate(last=Subquery(mine.values("date")[:1])).values_list(
        "pk", "last"
    ):
        yield key, date and ConsentDay.objects.get(organization=key, date=date)


def _first_date(organization_id: uuid.UUID) -> dt.date:
    answers = ConsentAnswer.objects.filter(organization=organization_id)
    return _date(answers.aggregate(first=Min("created"))["first"])


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), dt.UTC)


def _date(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()
