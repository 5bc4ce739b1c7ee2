"""One condition asked of everybody: the compiler in both its modes, the reference, and Google."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from preo.editions.models import Edition
from preo.segments.audience import Audience, belongs
from preo.segments.cel import tree
from preo.segments.cel.compile.condition import compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.condition import Reading, read_condition
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.sql import Sql, bind, build
from preo.segments.fields import schema_for
from preo.segments.plans import ways
from tests.cel import google
from tests.cel.facts import Facts, read_facts
from tests.cel.reference.evaluate import holds
from tests.cel.world import NOW, World

Members = frozenset[UUID]


@dataclass(frozen=True)
class Difference:
    """Who says what of a condition, the shortest that still shows it."""

    text: str
    said: dict[str, Any]

    def __str__(self) -> str:
        return "\n".join([self.text, *(f"    {who}: {what}" for who, what in self.said.items())])


class Place:
    """An organization, perhaps one of its editions, with all that is known of its customers."""

    def __init__(self, world: World, edition: Edition | None) -> None:
        self.organization = world.organization
        self.schema = schema_for(world.organization, edition)
        self.facts: Sequence[Facts] = read_facts(world.organization, edition, NOW)
        self.oracle = google.Oracle() if google.IS_THERE else None
        self.asked_google = 0

    @cached_property
    def _known(self) -> Sequence[tuple[UUID, Any]]:
        assert self.oracle is not None
        return [(facts.key, self.oracle.known(facts.names)) for facts in self.facts]

    def read(self, text: str) -> Reading:
        return read_condition(text, self.schema)

    def by_database(self, reading: Reading, mode: Mode) -> Iterator[Members]:
        """The customers for whom the statement is true, by each way that it may be run."""
        assert reading.tree is not None
        made = compile_condition(reading.tree, self.schema, now=NOW, mode=mode)
        own = belongs(Audience(self.organization))
        if mode is Mode.POINT:
            given = bind([facts.key for facts in self.facts], "uuid[]")
            own = build("{} AND u.id = ANY({})", own, given)
        for way in ways(made, own):
            yield _found_by(build("SELECT u.id{}", way))

    def by_reference(self, node: tree.Expression) -> Members:
        return frozenset(facts.key for facts in self.facts if holds(node, facts.scope))

    def by_google(self, node: tree.Expression) -> Members | None:
        """None where the condition has something of ours, or is more than the runtime will do."""
        if self.oracle is None:
            return None
        try:
            ask = self.oracle.compile(node)
        except google.UntranslatableError:
            return None
        try:
            members = frozenset(key for key, known in self._known if ask(known))
        except RuntimeError as error:
            if google.GAVE_UP in str(error):
                return None
            raise
        self.asked_google += 1
        return members

    def answers(self, text: str) -> dict[str, Any]:
        """What each says; an exception is an answer too."""
        reading = self.read(text)
        node, _ = parse(text)
        askings: dict[str, Callable[[], Any]] = {
            "set mode": lambda: _agreed(self.by_database(reading, Mode.SET)),
            "point mode": lambda: _agreed(self.by_database(reading, Mode.POINT)),
            "reference": lambda: self.by_reference(node),
            "google": lambda: self.by_google(node),
        }
        said = {who: _or_error(asking) for who, asking in askings.items()}
        return {who: what for who, what in said.items() if what is not None}

    def differs(self, text: str) -> dict[str, Any] | None:
        """The answers where they are not all one, else None; also None for a refused text."""
        if self.read(text).problems:
            return None
        said = self.answers(text)
        return said if len(set(said.values())) > 1 else None

    def difference(self, text: str) -> Difference | None:
        """The difference that a text shows, if any, made as small as it gets."""
        said = self.differs(text)
        if said is None:
            return None
        small = shrink(text, lambda shorter: self.differs(shorter) is not None)
        return Difference(small, self._in_words(self.differs(small) or said))

    def _in_words(self, said: dict[str, Any]) -> dict[str, Any]:
        """How many each has, and one customer on whom they are not agreed."""
        sets = [members for members in said.values() if isinstance(members, frozenset)]
        disputed = frozenset.union(*sets) - frozenset.intersection(*sets) if sets else frozenset()
        example = min(disputed, default=None)
        words: dict[str, Any] = {
            who: f"{len(what)} customers, {'with' if example in what else 'without'} the example"
            if isinstance(what, frozenset)
            else what
            for who, what in said.items()
        }
        names = [facts.names for facts in self.facts if facts.key == example]
        return words | {"example": names}


def _found_by(query: Sql) -> Members:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10s'")
        cursor.execute(query.text, query.values)
        found = [key for (key,) in cursor.fetchall()]
    if len(found) != len(set(found)):
        raise AssertionError("somebody comes twice")
    return frozenset(found)


def _agreed(several: Iterator[Members]) -> Members:
    """What all ways give."""
    first, *others = several
    if any(other != first for other in others):
        raise AssertionError("the totals looked up last give other customers than at once")
    return first


def _or_error(way: Callable[[], Any]) -> Any:
    try:
        return way()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def shrink(text: str, fails: Callable[[str], bool]) -> str:
    """The smallest text to be had by putting parts, true or false in the place of a whole."""
    shorter = next((other for other in _smaller(text) if fails(other)), None)
    return text if shorter is None else shrink(shorter, fails)


def _smaller(text: str) -> Iterator[str]:
    node, _ = parse(text)
    seen = {text}
    for part in _parts(node):
        own = text[part.span.start : part.span.end]
        for other in [*(text[c.span.start : c.span.end] for c in _children(part)), "true", "false"]:
            made = f"{text[: part.span.start]}{other}{text[part.span.end :]}"
            if len(other) < len(own) and made not in seen:
                seen.add(made)
                yield made


def _parts(node: Any) -> Iterator[Any]:
    yield node
    for child in _children(node):
        yield from _parts(child)


def _children(node: Any) -> Iterator[Any]:
    for field in fields(node):
        value = getattr(node, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, tree.Expression):
                yield one
