"""People as the pages of segments show them: found by a search, and why (not) in a segment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from preo.core.access import Principal
from preo.core.errors import InvalidError
from preo.core.models import parse_id
from preo.customers.models import Customer
from preo.customers.queries import customers_with_text
from preo.dashboard.places import Place
from preo.dashboard.segments.drafts import read_draft
from preo.segments.explanation import Explanation, ExplanationTooSlowError, ShownPart, explain
from preo.segments.models import CommunicationChannel, Segment
from preo.segments.queries import visible_customers
from preo.segments.reach import CONSENT

SHORTEST = 2
SHOWN = 8
_DEEPEST = 3
"""Parts that stand deeper are not indented further."""


@dataclass(frozen=True, slots=True)
class ShownPerson:
    id: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of a condition or a rule of reach: whether it is so, as symbol and as word."""

    text: str
    value: bool | None
    depth: int = 0
    note: str = ""
    is_cel: bool = False

    @property
    def word(self) -> str:
        return {True: "yes", False: "no", None: "unknown"}[self.value]

    @property
    def icon(self) -> str:
        return {True: "check", False: "x", None: "circle-help"}[self.value]

    @property
    def said(self) -> str:
        return {True: "Yes", False: "No", None: "Cannot be told"}[self.value]


@dataclass(frozen=True, slots=True)
class ShownExplanation:
    person: ShownPerson
    verdict: str
    tone: str
    note: str
    parts: Sequence[Answer]
    rules: Sequence[Answer]


def find_people(segment: Segment, place: Place, text: str) -> list[ShownPerson]:
    """The first of those whom the visitor may see and who fit; none for less than two letters."""
    if len(text.strip()) < SHORTEST:
        return []
    customers = visible_customers(segment, by=place.visitor.principal)
    found = customers_with_text(customers, text).order_by("full_name", "id")
    return [shown_person(customer) for customer in found[:SHOWN]]


def customer_with(segment: Segment, place: Place, user_id: str) -> Customer | None:
    """The customer with this id, if there is one whom the visitor may see."""
    key = parse_id(Customer, user_id)
    if key is None:
        return None
    return visible_customers(segment, by=place.visitor.principal).filter(pk=key).first()


def shown_person(customer: Customer) -> ShownPerson:
    """With the best of what is known to reach the person by."""
    contact = customer.email or customer.phone_number or ""
    return ShownPerson(customer.api_id, customer.full_name, contact)


def explain_person(
    segment: Segment, customer: Customer, *, by: Principal, now: dt.datetime
) -> ShownExplanation:
    """Why the person would be in the segment now, or would not. The segment need not be saved."""
    person = shown_person(customer)
    try:
        if segment.condition:
            read_draft(segment, by=by)
        found = explain(segment, customer, now=now)
    except InvalidError:
        note = "The condition has mistakes: mend them to see why."
        return ShownExplanation(person, "Cannot be told", "wait", note, (), ())
    except ExplanationTooSlowError as refusal:
        note = f"This takes long to find out. {refusal.detail}"
        return ShownExplanation(person, "Cannot be told", "wait", note, (), ())
    if found.would_be_member is None:
        note = "There is no condition yet."
        return ShownExplanation(person, "Cannot be told", "wait", note, (), ())
    verdict, tone = ("In it", "good") if found.would_be_member else ("Not in it", "over")
    return ShownExplanation(
        person, verdict, tone, _note(segment, found), _parts(found.parts), _rules(segment, found)
    )


def _note(segment: Segment, found: Explanation) -> str:
    """In one sentence what decides."""
    if found.would_be_member:
        return "The condition holds and the person can be reached."
    if not found.is_in_population and segment.edition:
        return (
            f"The person has no confirmed or completed order in {segment.edition.full_name}, "
            "so the condition is not asked."
        )
    if found.matches is None:
        return (
            "Something that the condition asks about is not known of this person; "
            "where a condition cannot be told, it does not hold."
        )
    if not found.matches:
        return "The condition does not hold."
    return "The condition holds, but the person cannot be reached."


def _parts(parts: Sequence[ShownPart]) -> list[Answer]:
    """The whole first, in words where it is only put together of the parts that follow.

    What a `not` turns round is left out where it has no parts of its own: the `not` shows it.
    """
    if len(parts) < 2:
        return [_part(each) for each in parts]
    shown = [
        _part(part)
        for before, part in pairwise(parts)
        if not (before.kind == "not" and part.kind == "test" and part.depth > before.depth)
    ]
    words = {"all": "All of these:", "any": "Any of these:"}
    whole = parts[0]
    first = Answer(words[whole.kind], whole.value) if whole.kind in words else _part(whole)
    return [first, *shown]


def _part(part: ShownPart) -> Answer:
    note = "is not known of this person" if part.value is None else ""
    return Answer(part.text, part.value, min(part.depth, _DEEPEST), note, is_cel=True)


def _rules(segment: Segment, found: Explanation) -> list[Answer]:
    """Each rule; of several channels one is enough, which is said first."""
    rules = []
    if segment.communication_channel == CommunicationChannel.ANY:
        ways = {rule.channel for rule in found.reach if rule.channel != CONSENT}
        holds = any(all(rule.holds for rule in found.reach if rule.channel == way) for way in ways)
        rules.append(Answer("One way at least is open:", holds))
    depth = len(rules)
    rules += [
        Answer(rule.sentence, rule.holds, 0 if rule.channel == CONSENT else depth)
        for rule in found.reach
    ]
    return rules
