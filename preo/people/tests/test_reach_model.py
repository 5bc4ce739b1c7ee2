"""Whatever people say and in which order it comes in: who said no last is reached by nobody.

A plain model of what was said is held against the answers that count and against the rule by which
segments, and later mails, find whom they may reach.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import Cast
from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import Consent, CurrentAnswer, Method
from preo.consents.preferences.service import Choice, change_answers, withdraw_all_marketing
from preo.consents.service.answers import Answer, record_answer, record_answers
from preo.consents.service.consents import update_consent
from preo.consents.tests.factories import make_consent
from preo.core.access import Grant, Principal, Role
from preo.core.languages import Language
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.imports.tests.runs import run_all
from preo.imports.tests.test_import_consents import make as make_import_of
from preo.orders.tests.factories import make_order
from preo.people.service.merging import merge_people
from preo.segments.audience import Audience, belongs
from preo.segments.cel.sql import build
from preo.segments.models import CommunicationChannel, CommunicationType
from preo.segments.reach import may_be_reached, may_this_one_be_reached

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

BEGIN = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
TURN = dt.timedelta(minutes=7)
PEOPLE = 3
CONSENTS = 4

Said = tuple[dt.datetime, int, bool]
Step = tuple[Any, ...]


@dataclass
class Model:
    """What each of the people said to each of the consents, by their places."""

    alive: list[int] = field(default_factory=lambda: list(range(PEOPLE)))
    enabled: list[bool] = field(default_factory=lambda: [True] * CONSENTS)
    said: dict[tuple[int, int], list[Said]] = field(default_factory=lambda: defaultdict(list))

    def say(self, who: int, what: int, yes: bool, at: dt.datetime) -> None:
        told = self.said[who, what]
        told.append((at, len(told), yes))

    def latest(self, who: int, what: int) -> bool | None:
        told = self.said[who, what]
        return max(told)[2] if told else None

    def merge(self, kept: int, merged: int, at: dt.datetime) -> None:
        """A no of either is a no of both; a yes stands where neither said no."""
        for what in range(CONSENTS):
            each = [self.latest(who, what) for who in (kept, merged)]
            strict = None if each == [None, None] else False not in each
            if strict is not None and strict != each[0]:
                self.say(kept, what, strict, at)
        self.alive.remove(merged)

    def reached(self, *asked: int, by_name: bool = False) -> set[int]:
        """Who said yes to one of these consents: those that are enabled, or named."""
        return {
            who
            for who in self.alive
            for what in asked
            if self.latest(who, what) and (by_name or self.enabled[what])
        }


@dataclass(frozen=True)
class World:
    edition: Edition
    consents: list[Consent]
    """Of the organization, of the edition, of a vendor; and one more of the organization."""
    people: list[Customer]
    manager: Principal


@pytest.fixture
def world() -> World:
    edition = make_edition()
    organization = edition.organization
    return World(
        edition=edition,
        consents=[
            make_consent(organization=organization),
            make_consent(edition=edition),
            make_consent(vendor=make_vendor(organization=organization)),
            make_consent(organization=organization),
        ],
        people=[make_order(edition=edition).customer for _ in range(PEOPLE)],
        manager=Principal("staff", uuid.uuid4(), (Grant(organization.pk, None, Role.MANAGER),)),
    )


who = st.integers(0, PEOPLE - 1)
what = st.integers(0, CONSENTS - 1)
ago = st.sampled_from([0, 0, 5, 10, 20, 40])
"""Minutes between what is said and when it comes in: what was said earlier may come later."""
answer = st.tuples(who, what, st.booleans(), ago)
steps = st.one_of(
    st.tuples(st.just("answers"), st.sampled_from(Method), st.lists(answer, min_size=1, max_size=3)),
    st.tuples(st.just("imported"), st.just(Method.IMPORT), st.lists(answer, min_size=1, max_size=4)),
    st.tuples(st.just("write_down"), answer),
    st.tuples(st.just("choose"), answer),
    st.tuples(st.just("withdraw"), who, st.sampled_from([Method.ONE_CLICK, Method.PREFERENCE_PAGE])),
    st.tuples(st.just("merge"), who, who),
    st.tuples(st.just("switch"), what),
)  # fmt: skip


class Run:
    """Carries out a step in the world and in the model."""

    def __init__(self, world: World) -> None:
        self.world, self.model, self.now = world, Model(), BEGIN

    def step(self, name: str, *values: object) -> None:
        self.now += TURN
        getattr(self, name)(*values)

    def person(self, place: int) -> int:
        return self.model.alive[place % len(self.model.alive)]

    def answers(
        self, method: Method, given: list[tuple[int, int, bool, int]], recording: bool = True
    ) -> None:
        rows = []
        for who, what, yes, minutes in given:
            place, at = self.person(who), self.now - dt.timedelta(minutes=minutes)
            self.model.say(place, what, yes, at)
            rows.append(Answer(self.world.people[place].pk, self.world.consents[what].pk, yes, at))
        record_answers(
            organization_id=self.world.edition.organization_id, answers=rows, method=method,
            by=None, now=self.now, recording=recording,
        )  # fmt: skip

    def imported(self, method: Method, given: list[tuple[int, int, bool, int]]) -> None:
        self.answers(method, given, recording=False)

    def write_down(self, given: tuple[int, int, bool, int]) -> None:
        who, what, yes, minutes = given
        place, at = self.person(who), self.now - dt.timedelta(minutes=minutes)
        self.model.say(place, what, yes, at)
        record_answer(
            customer=self.world.people[place], consent_id=self.world.consents[what].pk,
            accepted=yes, answered=at, language=Language.EN, by=self.world.manager, now=self.now,
        )  # fmt: skip

    def choose(self, given: tuple[int, int, bool, int]) -> None:
        """On the page, where a choice is what differs from what stands there."""
        who, what, yes, _ = given
        place = self.person(who)
        if self.model.latest(place, what) != yes and (self.model.enabled[what] or not yes):
            self.model.say(place, what, yes, self.now)
        change_answers(
            customer=self.world.people[place],
            choices=[Choice(self.world.consents[what].pk, yes, Language.EN)],
            ip_address=None, user_agent=None, now=self.now,
        )  # fmt: skip

    def withdraw(self, who: int, method: Method) -> None:
        place = self.person(who)
        for what in range(CONSENTS):
            self.model.say(place, what, False, self.now)
        withdraw_all_marketing(
            customer=self.world.people[place], method=method, ip_address=None, user_agent=None,
            now=self.now,
        )  # fmt: skip

    def merge(self, kept: int, merged: int) -> None:
        first, second = self.person(kept), self.person(merged)
        if first == second:
            return
        self.model.merge(first, second, self.now)
        merge_people(
            kept_id=self.world.people[first].pk, merged_id=self.world.people[second].pk,
            dry_run=False, by=self.world.manager, now=self.now,
        )  # fmt: skip

    def switch(self, what: int) -> None:
        enabled = self.model.enabled[what] = not self.model.enabled[what]
        update_consent(
            consent_id=self.world.consents[what].pk, changes={"enabled": enabled},
            by=self.world.manager, now=self.now,
        )  # fmt: skip

    def compare(self) -> None:
        """The answers that count and each kind of audience are as the model has them."""
        places = {customer.pk: place for place, customer in enumerate(self.world.people)}
        asked = {consent.pk: what for what, consent in enumerate(self.world.consents)}
        counts = {
            (places[row.customer_id], asked[row.consent_id]): row.accepted
            for row in CurrentAnswer.objects.all()
            if places[row.customer_id] in self.model.alive
        }
        said = {pair: self.model.latest(*pair) for pair in self.model.said}
        alive = {p: yes for p, yes in said.items() if p[0] in self.model.alive and yes is not None}
        assert counts == alive
        for audience, reached in self.audiences():
            assert {places[key] for key in found(audience)} == reached

    def audiences(self) -> Iterator[tuple[Audience, set[int]]]:
        edition, model = self.world.edition, self.model
        yield marketing(edition, at=False), model.reached(0, 3)
        yield marketing(edition, at=True), model.reached(0, 1, 3)
        for what, consent in enumerate(self.world.consents):
            named = marketing(edition, at=False, consent=consent.pk)
            yield named, model.reached(what, by_name=True)


def marketing(edition: Edition, *, at: bool, consent: uuid.UUID | None = None) -> Audience:
    return Audience(
        organization=edition.organization,
        edition=edition if at else None,
        communication_type=CommunicationType.MARKETING,
        communication_channel=CommunicationChannel.EMAIL,
        consent_id=consent,
    )


def found(audience: Audience) -> set[uuid.UUID]:
    """Who is reached: as many are asked about, and as one is."""
    query = build(
        "SELECT u.id, {}, {} FROM customers_customer u WHERE {}",
        may_be_reached(audience),
        may_this_one_be_reached(audience),
        belongs(audience),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        rows = cursor.fetchall()
    assert all(of_many == of_one for _, of_many, of_one in rows)
    return {key for key, is_reached, _ in rows if is_reached}


def follow(world: World, todo: list[Step]) -> None:
    """Carry out the steps and take all back; after each the model must hold."""
    with transaction.atomic():
        run = Run(world)
        for step in todo:
            run.step(*step)
            run.compare()
        transaction.set_rollback(True)


NO_AGAIN: list[Step] = [
    ("answers", Method.CHECKOUT, [(0, 0, False, 0)]),
    ("withdraw", 0, Method.ONE_CLICK),
    ("imported", Method.IMPORT, [(0, 0, True, 10)]),
]
"""A no, a no to everything, and then word of a yes between the two."""


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(todo=NO_AGAIN)
@given(todo=st.lists(steps, min_size=2, max_size=8))
def test_who_said_no_last_is_reached_by_nobody(todo: list[Step], world: World) -> None:
    follow(world, todo)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(todo=st.lists(steps, min_size=3, max_size=14))
def test_in_a_long_life_too(todo: list[Step], world: World) -> None:
    follow(world, todo)


def test_a_file_reaches_nobody_who_said_no_after_its_dates(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    consent = make_consent(organization=cast.northlight)
    customer = make_customer(organization=cast.northlight, email="ada@example.com")
    now = timezone.now()
    withdraw_all_marketing(
        customer=customer, method=Method.ONE_CLICK, ip_address=None, user_agent=None,
        now=now - dt.timedelta(days=1),
    )  # fmt: skip
    for days, reached in ((2, set()), (0.5, {customer.pk})):
        said = (now - dt.timedelta(days=days)).isoformat()
        row = f"A-{days};Ada@Example.com;Day ticket;45;yes;{said}"
        run_all(make_import_of(cast, consent, row))
        assert found(marketing(cast.edition, at=False)) == reached
        assert found(marketing(cast.edition, at=True)) == reached
    assert CurrentAnswer.objects.get().answer.method == Method.IMPORT
