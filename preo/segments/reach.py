"""Who may be reached: SQL over a customer's row `u`, each piece true or false and never NULL.

Each is an EXISTS on equal keys, or a NOT EXISTS, which PostgreSQL joins as a whole where it stands in
an AND, and hashes once where it stands in an OR or among the columns.
"""

from collections.abc import Iterator
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


def may_be_reached(audience: Audience) -> Sql:
    """Whether there is a way to reach the customer that he has not closed."""
    return build("{} AND {}", is_open(audience), has_consented(audience))


def has_address(audience: Audience) -> Sql:
    """Whether the customer has what the channel needs; suppressed or not."""
    return _either(rules[0].holds for rules in _by_channel(audience))


def is_open(audience: Audience) -> Sql:
    """Whether the customer has what the channel needs, and nothing suppresses it."""
    return _either(join(" AND ", (rule.holds for rule in rules)) for rules in _by_channel(audience))


def has_consented(audience: Audience) -> Sql:
    """Whether marketing is agreed to; what is transactional needs no consent.

    The consent is the one that is named; else any enabled and published one for marketing, of the
    organization or of the audience's edition. Consents of vendors and products count only by name.
    """
    if audience.communication_type != CommunicationType.MARKETING:
        return TRUE
    if audience.consent_id is not None:
        which = build("answer.consent_id = {}", bind(audience.consent_id, "uuid"))
    else:
        which = build(
            "answer.consent_id IN (SELECT consent.id FROM consents_consent consent"
            " WHERE consent.organization_id = {} AND consent.type = 'marketing'"
            " AND consent.enabled AND consent.published AND (consent.scope = 'organization'"
            " OR (consent.scope = 'edition' AND consent.edition_id = {})))",
            audience.organization_id,
            audience.edition_id,
        )
    return build(
        "EXISTS (SELECT FROM consents_currentanswer answer"
        " WHERE {} AND answer.customer_id = u.id AND answer.accepted)",
        which,
    )


def reach_rules(audience: Audience) -> Iterator[ReachRule]:
    """Each rule by itself, for who asks why one person is not reached."""
    for rules in _by_channel(audience):
        yield from rules
    if audience.communication_type == CommunicationType.MARKETING:
        sentence = "The latest answer to the consent is yes."
        if audience.consent_id is None:
            sentence = "The latest answer to a marketing consent is yes."
        yield ReachRule("consented", CONSENT, sentence, has_consented(audience))


def _by_channel(audience: Audience) -> Iterator[tuple[ReachRule, ...]]:
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
                _not_suppressed(audience, "email", "u.email_hash"),
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
                _not_suppressed(audience, "sms", "u.phone_hash"),
            ),
        )
    if every or wanted == CommunicationChannel.PASS_PUSH:
        channel = CommunicationChannel.PASS_PUSH.value
        sentence = "There is an active wallet pass"
        sentence += " of the edition." if audience.edition else "."
        yield (ReachRule("has_pass", channel, sentence, _has_pass(audience)),)


def _not_suppressed(audience: Audience, channel: str, column: str) -> Sql:
    return build(
        "NOT EXISTS (SELECT FROM customers_suppression suppressed"
        " WHERE suppressed.organization_id = {} AND suppressed.channel = {}"
        f" AND suppressed.address_hash = {column})",
        audience.organization_id,
        bind(channel, "text"),
    )


def _has_pass(audience: Audience) -> Sql:
    of_edition = (
        build(" AND pass.edition_id = {}", audience.edition_id) if audience.edition else Sql("")
    )
    return build(
        "EXISTS (SELECT FROM customers_pass pass WHERE pass.organization_id = {}"
        " AND pass.customer_id = u.id AND pass.status = 'active'{})",
        audience.organization_id,
        of_edition,
    )


def _either(ways: Iterator[Sql]) -> Sql:
    several = list(ways)
    if len(several) == 1:
        return several[0]
    return build("({})", join(" OR ", (build("({})", way) for way in several)))
