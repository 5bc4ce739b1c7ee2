"""Conditions from a seed: well typed for the most part, on both sides of every edge.

They speak of all that a customer has, in loops within loops, with thresholds that hold on an empty
list and ones that do not, nulls, free data, times to the microsecond, odd texts.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from tests.cel.words import (
    AMOUNTS,
    BOOL,
    COUNTS,
    ENUM,
    FIELDS,
    FREE,
    FREE_PATHS,
    INT,
    INTS,
    KEY,
    KEYS,
    MONEY,
    PARTS,
    PATTERNS,
    SPANS,
    TEXT,
    TIME,
    TIMES,
    VARIABLES,
    ZONES,
    Field,
    some_text,
    text_literal,
)

Rows = tuple[tuple[str, str], ...]
"""Variables in reach with what they are of, the innermost last."""

USER: Rows = (("user", "user"),)
SIGNS = ("==", "!=", "<", "<=", ">", ">=")


class Generator:
    """An endless source of conditions; the same seed gives the same ones."""

    def __init__(self, seed: int, pools: Mapping[str, Sequence[str]]) -> None:
        self.random = Random(seed)  # noqa: S311 - no secret
        self.pools = pools
        self._leaves: dict[str, Callable[[str, Field, Rows], str]] = {
            TEXT: self._text,
            ENUM: self._enum,
            KEY: self._key,
            KEYS: self._keys,
            MONEY: self._money,
            INT: self._int,
            TIME: self._time,
            BOOL: self._bool,
            FREE: self._free,
        }

    def condition(self) -> str:
        """The next one."""
        return self.truth(USER, self.random.choice([1, 2, 2, 3, 3, 4]))

    def truth(self, rows: Rows, depth: int) -> str:
        """Something that is true or false."""
        if depth <= 0:
            return self.leaf(rows)
        return self.pick(
            (5, lambda: self._both(rows, depth)),
            (2, lambda: f"!({self.truth(rows, depth - 1)})"),
            (1, lambda: self._ternary(rows, depth)),
            (3, lambda: self.leaf(rows)),
            (5, lambda: self._quantifier(rows, depth)),
            (4, lambda: self._threshold(rows, depth)),
            (1, lambda: self._membership(rows, depth)),
            (1, lambda: self._reckoned(rows, depth)),
        )

    def pick(self, *ways: tuple[int, Callable[[], str]]) -> str:
        """One of the ways, by weight."""
        [way] = self.random.choices([way for _, way in ways], [weight for weight, _ in ways])
        return way()

    def choose(self, values: Sequence[str]) -> str:
        return self.random.choice(values)

    def sign(self) -> str:
        return self.choose(SIGNS)

    def _both(self, rows: Rows, depth: int) -> str:
        sign = self.choose([" && ", " || "])
        count = self.random.choice([2, 2, 3])
        return sign.join(f"({self.truth(rows, depth - 1)})" for _ in range(count))

    def _ternary(self, rows: Rows, depth: int) -> str:
        parts = [self.truth(rows, depth - 1) for _ in range(3)]
        return "({}) ? ({}) : ({})".format(*parts)

    # Lists

    def source(self, rows: Rows, depth: int) -> tuple[str, str]:
        """A list of rows, perhaps filtered, and what it is of."""
        entity = self.choose(["orders", "orders", "purchases", "purchases", "consents"])
        text = entity
        while self.random.random() < 0.35:
            variable, inner = self.bind(entity, rows)
            text += f".filter({variable}, {self.truth(inner, depth - 2)})"
        return text, entity

    def bind(self, entity: str, rows: Rows) -> tuple[str, Rows]:
        """A fresh loop variable; sometimes one that hides another of its name."""
        taken = {name for name, _ in rows}
        name = VARIABLES[entity]
        if name in taken and self.random.random() < 0.7:
            name += str(len(rows))
        return name, (*rows, (name, entity))

    def _quantifier(self, rows: Rows, depth: int) -> str:
        kind = self.choose(["exists", "exists", "all", "all", "exists_one"])
        if self.random.random() < 0.15:
            return self._over_values(rows, depth, kind)
        source, entity = self.source(rows, depth)
        variable, inner = self.bind(entity, rows)
        return f"{source}.{kind}({variable}, {self.truth(inner, depth - 1)})"

    def _over_values(self, rows: Rows, depth: int, kind: str) -> str:
        """A loop over mapped values, texts of a list, segments or free data."""
        source, entity = self.source(rows, depth)
        variable, _ = self.bind(entity, rows)
        number = self.choose(self.fields(entity, INT) or ["id"])
        return self.pick(
            (2, lambda: f"segments.{kind}(s, s == {self._one('segments')})"),
            (2, lambda: f"user.metadata.tags.{kind}(item, item == {some_text(self.random)})"),
            (1, lambda: f'["Ada", "", "%"].{kind}(t, t == user.first_name)'),
            (1, lambda: f"[1, 2, 3].{kind}(n, n {self.sign()} user.orders_count)"),
            (
                2 if self.fields(entity, INT) else 0,
                lambda: (
                    f"{source}.map({variable}, {variable}.{number}).{kind}(n, n {self.sign()} 2)"
                ),
            ),
        )

    def _threshold(self, rows: Rows, depth: int) -> str:
        """A number made of a list against a bound: some hold for the empty list, some do not."""
        source, entity = self.source(rows, depth)
        kind = self.choose(["size", "size", "sum", "min", "max", "avg"])
        if kind == "size" or entity == "consents":
            size = self.choose([f"{source}.size()", f"size({source})"])
            return f"{size} {self.sign()} {self.choose(COUNTS)}"
        sort = self.choose([MONEY, MONEY, INT, TIME])
        variable, inner = self.bind(entity, rows)
        value = f"{variable}.{self.choose(self.fields(entity, sort))}"
        if sort == TIME:
            kind = self.choose(["min", "max"])
        condition = f"{self.truth(inner, depth - 2)}, " if self.random.random() < 0.2 else ""
        made = f"{source}.map({variable}, {condition}{value}).{kind}()"
        return f"{made} {self.sign()} {self._bound(sort)}"

    def _reckoned(self, rows: Rows, depth: int) -> str:
        """Totals against totals, sums and quotients of them, and steps after a map."""
        source, entity = self.source(rows, depth)
        entity = entity if entity != "consents" else "orders"
        variable, _ = self.bind(entity, rows)
        value = f"{variable}.{self.choose(self.fields(entity, MONEY))}"
        number = f"{variable}.{self.choose(self.fields(entity, INT))}"
        amount, sign = self.choose(AMOUNTS), self.sign()
        total = self._total(rows)
        return self.pick(
            (2, lambda: f"user.total_spent / user.orders_count {sign} {amount}"),
            (2, lambda: f"{total} - {self._total(rows)} {sign} {amount}"),
            (1, lambda: f"{total} * 2 {sign} {self._total(rows)}"),
            (2, lambda: f"size({source}) {sign} orders.size()"),
            (1, lambda: f"{entity}.map({variable}, {number}).sum() / size({source}) {sign} 1"),
            (1, lambda: f"({self.leaf(rows)} ? {total} : {amount}) {sign} {amount}"),
            (
                2,
                lambda: (
                    f"{entity}.map({variable}, {value}).filter(n, n > {amount}).size() {sign} 1"
                ),
            ),
            (1, lambda: f"{entity}.map({variable}, {number}).filter(n, n > 1).sum() {sign} 3"),
            (1, lambda: f"{entity}.map({variable}, {value} * 2).exists(n, n {sign} {amount})"),
            (1, lambda: f"user.last_order - user.first_order {sign} {self.choose(SPANS)}"),
            (
                1,
                lambda: (
                    f"[user.first_name, user.last_name].all(n, n {sign} {some_text(self.random)})"
                ),
            ),
        )

    def _bound(self, sort: str) -> str:
        return self.choose({MONEY: AMOUNTS, INT: COUNTS, TIME: TIMES}[sort])

    def _membership(self, rows: Rows, depth: int) -> str:
        source, entity = self.source(rows, depth)
        variable, _ = self.bind(entity, rows)
        keys = self.fields(entity, KEY)
        field = self.choose([key for key in keys if FIELDS[entity][key].pool])
        value = self._one(FIELDS[entity][field].pool)
        return self.pick(
            (3, lambda: f"{value} in {source}.map({variable}, {variable}.{field})"),
            (2, lambda: f"{self._one('segments')} in segments"),
        )

    # Comparisons of one field

    def fields(self, entity: str, kind: str) -> list[str]:
        return [name for name, field in FIELDS[entity].items() if field.kind == kind]

    def leaf(self, rows: Rows) -> str:
        """A comparison of a field of one of the rows, mostly the innermost."""
        name, entity = rows[-1] if self.random.random() < 0.8 else self.random.choice(rows)
        field = self.choose(list(FIELDS[entity]))
        known = FIELDS[entity][field]
        path = f"{name}.{field}"
        if known.nullable and self.random.random() < 0.3:
            return self.choose([f"{path} == null", f"{path} != null", f"has({path})"])
        if self.random.random() < 0.1:
            return self._between_rows(path, known, rows)
        return self._leaves[known.kind](path, known, rows)

    def _between_rows(self, path: str, known: Field, rows: Rows) -> str:
        alike = [
            f"{name}.{field}"
            for name, entity in rows
            for field, other in FIELDS[entity].items()
            if other.kind == known.kind and other.pool == known.pool
        ]
        sign = self.sign() if known.kind in (TEXT, MONEY, INT, TIME) else self.choose(SIGNS[:2])
        if known.kind in (FREE, KEYS):
            return "true"
        return f"{path} {sign} {self.choose(alike)}"

    def _one(self, pool: str) -> str:
        return text_literal(self.random, self.choose(self.pools[pool]))

    def _some(self, pool: str) -> str:
        return "[" + ", ".join(self._one(pool) for _ in range(self.random.choice([1, 2, 3]))) + "]"

    def _text(self, path: str, field: Field, rows: Rows) -> str:
        word = some_text(self.random)
        call = self.choose(["startsWith", "endsWith", "contains"])
        pattern = text_literal(self.random, self.choose(PATTERNS))
        return self.pick(
            (4, lambda: f"{path} {self.sign()} {word}"),
            (4, lambda: f"{path}.{call}({word})"),
            (1, lambda: f"{path}.lowerAscii() == {word}"),
            (1, lambda: f"{path}.upperAscii() {self.sign()} {word}"),
            (2, lambda: f"size({path}) {self.sign()} {self.choose(COUNTS)}"),
            (2, lambda: f"{path} in [{word}, {some_text(self.random)}]"),
            (1, lambda: f"{path} + {word} == {some_text(self.random)}"),
            (2, lambda: f"{path}.matches({pattern})"),
            (1, lambda: f"({self.leaf(rows)} ? {path} : {word}) {self.sign()} {word}"),
            (1, lambda: f"({self.leaf(rows)} ? {path} : null) == null"),
            (1, lambda: f"{path} in [user.last_name, {word}]"),
        )

    def _enum(self, path: str, field: Field, rows: Rows) -> str:
        return self.pick(
            (3, lambda: f"{path} {self.choose(SIGNS[:2])} {self._one(field.pool)}"),
            (2, lambda: f"{path} in {self._some(field.pool)}"),
        )

    _key = _enum

    def _keys(self, path: str, field: Field, rows: Rows) -> str:
        kind = self.choose(["exists", "all", "exists_one"])
        return self.pick(
            (3, lambda: f"{self._one(field.pool)} in {path}"),
            (1, lambda: f"size({path}) {self.sign()} {self.choose(COUNTS)}"),
            (1, lambda: f"{path}.{kind}(k, k == {self._one(field.pool)})"),
        )

    def _money(self, path: str, field: Field, rows: Rows) -> str:
        amount = self.choose(AMOUNTS)
        return self.pick(
            (5, lambda: f"{path} {self.sign()} {amount}"),
            (1, lambda: f"{path} * 2 {self.sign()} {amount}"),
            (1, lambda: f"{path} - 0.01 {self.sign()} {amount}"),
            (1, lambda: f"{path} + {path} {self.sign()} {amount}"),
            (1, lambda: f"1000 / {path} > 3"),
            (1, lambda: f"{path} in [{amount}, {self.choose(AMOUNTS)}]"),
            (1, lambda: f"({self.leaf(rows)} ? {path} : {amount}) {self.sign()} {amount}"),
            (1, lambda: f"{path} {self.sign()} {self._total(rows)}"),
            (1, lambda: f"spent({self._one('currencies')}) {self.sign()} {amount}"),
        )

    def _total(self, rows: Rows) -> str:
        """Money of all orders or purchases, as something to compare one of them with."""
        entity = self.choose(["orders", "purchases"])
        variable, _ = self.bind(entity, rows)
        value = f"{variable}.{self.choose(self.fields(entity, MONEY))}"
        return f"{entity}.map({variable}, {value}).{self.choose(['sum', 'min', 'max', 'avg'])}()"

    def _int(self, path: str, field: Field, rows: Rows) -> str:
        number = self.choose(INTS)
        return self.pick(
            (5, lambda: f"{path} {self.sign()} {number}"),
            (1, lambda: f"{path} % 2 == 1"),
            (1, lambda: f"7 / {path} {self.sign()} 3"),
            (1, lambda: f"{path} * -3 - 1 {self.sign()} {number}"),
            (1, lambda: f"{path} + 9223372036854775806 {self.sign()} 0"),
            (1, lambda: f"double({path}) / 2.0 {self.sign()} {number}"),
            (1, lambda: f"string({path}) {self.sign()} {some_text(self.random)}"),
        )

    def _time(self, path: str, field: Field, rows: Rows) -> str:
        part = self.choose(list(PARTS))
        value = self.random.choice(PARTS[part])
        zone = self.choose(ZONES)
        return self.pick(
            (4, lambda: f"{path} {self.sign()} {self.choose(TIMES)}"),
            (2, lambda: f"now - {path} {self.sign()} {self.choose(SPANS)}"),
            (3, lambda: f"{path}.{part}({zone}) {self.sign()} {value}"),
            (1, lambda: f"(now - {path}).getHours() {self.sign()} {self.choose(COUNTS)}"),
            (1, lambda: f"{path} + {self.choose(SPANS)} > now"),
            (1, lambda: f"now - {self.choose(TIMES[:5])} {self.sign()} now - {path}"),
            (1, lambda: f"now - {self.choose(TIMES[:5])} {self.sign()} {self.choose(SPANS)}"),
            (1, lambda: f"{path} - user.date_joined {self.sign()} {self.choose(SPANS)}"),
            (1, lambda: f"{path} in [{self.choose(TIMES)}, user.date_joined]"),
        )

    def _bool(self, path: str, field: Field, rows: Rows) -> str:
        return self.choose([path, path, f"!{path}", f"{path} == true", f"{path} != true"])

    def _free(self, path: str, field: Field, rows: Rows) -> str:
        inner = path + self.choose(FREE_PATHS)
        word = some_text(self.random)
        number = self.choose(INTS)
        return self.pick(
            (2, lambda: f"{inner} == {self.choose([word, number, 'true', 'null'])}"),
            (2, lambda: f"{inner} != {self.choose([word, number, 'false', 'null'])}"),
            (2, lambda: f"{inner} {self.sign()} {self.choose([number, word])}"),
            (2, lambda: f"has({path}.{self.choose(['vip', 'points', 'tags', 'address.city'])})"),
            (1, lambda: f"{inner}.contains({word})"),
            (1, lambda: f"{word} in {inner}"),
            (1, lambda: f"size({inner}) {self.sign()} {self.choose(COUNTS)}"),
            (1, lambda: inner),
            (1, lambda: f"{word} in {path}"),
            (1, lambda: f"{inner} + 1 {self.sign()} {number}"),
            (1, lambda: f"{inner} + {word} == {word}"),
            (1, lambda: f"{inner} {self.sign()} user.orders_count"),
            (1, lambda: f"{inner} == user.first_name || {inner} == user.has_email"),
        )
