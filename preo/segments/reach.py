"""Who may be reached: SQL over a customer's row `u`, each piece true or false and never NULL.

Each looks into another table for the customer's key. In an AND that is an EXISTS or a NOT EXISTS,
which PostgreSQL joins as a whole. In an OR and among the columns it cannot join: there, for many
customers, it is an IN of all keys, which is hashed once whatever PostgreSQL thinks of the numbers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from preo.segments.audience import Audience
from preo.segments.cel.sql import TRUE, Sql, bind, build, join
from preo.segments.models import CommunicationChannel, CommunicationType


@dataclass(frozen=True, slots=True)
class ReachRule:
    """One thing that must be so. Of those with the same `channel` all must; of several channels
    one is enough.
    """

    code: str
    channel: str
    sentence: str
    holds: Sql


_EMAIL = Sql("u.email IS NOT NULL")
_PHONE = Sql("u.phone_hash IS NOT NULL")
CONSENT = "consent"
"""In place of a channel: the rule of marketing, which holds for whatever channel."""

Look = Callable[[str, str, Sql], Sql]
"""Whether a column of `u` is among the keys `found.<key>` of what stands behind FROM."""


def by_join(column: str, key: str, source: Sql) -> Sql:
    """For the parts of an AND, and for one customer alone."""
    return build(f"EXISTS (SELECT FROM {{}} AND found.{key} = {column})", source)


def by_hash(column: str, key: str, source: Sql) -> Sql:
    """For many customers in an OR or among the columns. No key may be NULL."""
    return build(f"({column} IN (SELECT found.{key} FROM {{}}))", source)  # noqa: S608 - our words


def may_be_reached(audience: Audience) -> Sql:
    """Whether there is a way to reach the customer that he has not closed; for many, in an AND."""
    several_ways = audience.communication_channel == CommunicationChannel.ANY
    ways = is_open(audience, by_hash if several_ways else by_join)
    return build("{} AND {}", ways, has_consented(audience, by_join))


def may_this_one_be_reached(audience: Audience) -> Sql:
    """The same, for one customer."""
    return build("{} AND {}", is_open(audience, by_join), has_consented(audience, by_join))


def has_address(audience: Audience, look: Look) -> Sql:
    """Whether the customer has what the channel needs; suppressed or not."""
    return _either(rules[0].holds for rules in _by_channel(audience, look))


def is_open(audience: Audience, look: Look) -> Sql:
    """Whether the customer has what the channel needs, and nothing suppresses it."""
    return _either(
        join(" AND ", (rule.holds for rule in rules)) for rules in _by_channel(audience, look)
    )


def has_consented(audience: Audience, look: Look) -> Sql:
    """Whether marketing is agreed to; what is transactional needs no consent.

    The consent is the one that is named; else any enabled and published one for marketing, of the
    organization or of the audience's edition. Consents of vendors and products count only by name.
    """
    if audience.communication_type != CommunicationType.MARKETING:
        return TRUE
    if audience.consent_id is not None:
        which = build("found.consent_id = {}", bind(audience.consent_id, "uuid"))
    else:
        which = build(
            "found.consent_id IN (SELECT consent.id FROM consents_consent consent"
            " WHERE consent.organization_id = {} AND consent.type = 'marketing'"
            " AND consent.enabled AND consent.published AND (consent.scope = 'organization'"
            " OR (consent.scope = 'edition' AND consent.edition_id = {})))",
            audience.organization_id,
            audience.edition_id,
        )
    answers = build("consents_currentanswer found WHERE {} AND found.accepted", which)
    return look("u.id", "customer_id", answers)


def reach_rules(audience: Audience) -> Iterator[ReachRule]:
    """Each rule by itself, for who asks why one person is not reached."""
    for rules in _by_channel(audience, by_join):
        yield from rules
    if audience.communication_type == CommunicationType.MARKETING:
        sentence = "The latest answer to the consent is yes."
        if audience.consent_id is None:
            sentence = "The latest answer to a marketing consent is yes."
        yield ReachRule("consented", CONSENT, sentence, has_consented(audience, by_join))


def _by_channel(audience: Audience, look: Look) -> Iterator[tuple[ReachRule, ...]]:
    """Of each channel that will do its rules: first the address, then what may close it."""
    wanted = audience.communication_channel
    every = wanted == CommunicationChannel.ANY
    if every or wanted == CommunicationChannel.EMAIL:
        channel = CommunicationChannel.EMAIL.value
        yield (
            ReachRule("has_email", channel, "There is an e-mail address.", _EMAIL),
            ReachRule(
                "email_not_suppressed",
                channel,
                "The e-mail address is not suppressed.",
                _not_suppressed(audience, "email", "u.email_hash", look),
            ),
        )
    if every or wanted == CommunicationChannel.SMS:
        channel = CommunicationChannel.SMS.value
        yield (
            ReachRule("has_phone", channel, "There is a valid phone number.", _PHONE),
            ReachRule(
                "phone_not_suppressed",
                channel,
                "The phone number is not suppressed.",
                _not_suppressed(audience, "sms", "u.phone_hash", look),
            ),
        )
    if every or wanted == CommunicationChannel.PASS_PUSH:
        channel = CommunicationChannel.PASS_PUSH.value
        sentence = "There is an active wallet pass"
        sentence += " of the edition." if audience.edition else "."
        yield (ReachRule("has_pass", channel, sentence, _has_pass(audience, look)),)


def _not_suppressed(audience: Audience, channel: str, column: str, look: Look) -> Sql:
    """Counts only beside an address: of none the hash is NULL, and so may be the answer."""
    suppressed = build(
        "customers_suppression found WHERE found.organization_id = {} AND found.channel = {}",
        audience.organization_id,
        bind(channel, "text"),
    )
    return build("NOT {}", look(column, "address_hash", suppressed))


def _has_pass(audience: Audience, look: Look) -> Sql:
    passes = build(
        "customers_pass found WHERE found.organization_id = {} AND found.status = 'active'",
        audience.organization_id,
    )
    if audience.edition:
        passes = build("{} AND found.edition_id = {}", passes, audience.edition_id)
    return look("u.id", "customer_id", passes)


def _either(ways: Iterator[Sql]) -> Sql:
    several = list(ways)
    if len(several) == 1:
        return several[0]
    return build("({})", join(" OR ", (build("({})", way) for way in several)))
