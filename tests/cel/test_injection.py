"""Whatever stands in a literal, the statement's text stays the same and the value is bound."""

from typing import Any

import pytest
from django.db import connection

from preo.segments.cel.compile.condition import Compiled, compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.condition import read_condition
from preo.segments.cel.schema import Schema
from preo.segments.fields import schema_for
from tests.cel.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

MARK = "zq9"
"""Stands in each hostile text, so that it would be seen in a statement."""

HOSTILE = [
    f"{MARK}'", f"{MARK}''", f'{MARK}"', f"{MARK}';--", f"{MARK}'); DROP TABLE customers_customer; --",
    f"{MARK}' OR '1'='1", f"{MARK}--", f"/*{MARK}*/", f"{MARK}*/", f"{MARK}%", f"%{MARK}%", f"{MARK}%s",
    f"%s{MARK}", f"%({MARK})s", f"{MARK}%%", f"{MARK}%d%b%t", f"{MARK}_", f"{MARK}\\", f"{MARK}\\'",
    f"\\{MARK}\\\\", f"{MARK}$$", f"$1{MARK}", f"${MARK}$", f"{MARK};", f"{MARK}{{}}", f"{{{MARK}}}",
    f"E'{MARK}\\''", f"U&'{MARK}'", f"{MARK}::text", f"u.{MARK}", f"{MARK}\n\r\t", f"{MARK}\u2019\u02bc",
    f"{MARK}\u00a0\ufeff", f"{MARK}😀", f"{MARK}[0]", f"{MARK}.a", f"{MARK},b", f"{{{MARK},1}}",
    f'{{"{MARK}": 1}}', f"{MARK}" + "x" * 500,
]  # fmt: skip

POSITIONS = [
    "user.first_name == {}",
    "user.email != {}",
    "user.full_name < {}",
    "user.first_name.startsWith({})",
    "user.first_name.endsWith({})",
    "user.first_name.contains({})",
    "{}.contains(user.first_name)",
    "user.first_name + {} == user.last_name",
    "size(user.first_name + {}) > 3",
    "user.first_name in [{}, {}]",
    "[{}].exists(t, t == user.first_name)",
    "user.first_name.lowerAscii() == {}",
    "(user.has_email ? user.first_name : {}) == user.last_name",
    "orders.exists(o, o.edition == {})",
    "orders.exists(o, o.edition.startsWith({}))",
    "orders.exists(o, o.coupon == {})",
    "orders.filter(o, o.number == {}).map(o, o.amount).sum() > 10",
    "orders.filter(o, o.number == {}).size() <= 2",
    "{} in orders.map(o, o.number)",
    "user.metadata[{}] == 1",
    "user.metadata.a[{}] == {}",
    "user.metadata.a == {}",
    "user.metadata.a < {}",
    "user.metadata.a.contains({})",
    "{} in user.metadata",
    "{} in user.metadata.tags",
    "user.metadata.tags.exists(item, item == {})",
]
HARMLESS = "nobody"


def written(text: str) -> str:
    """A CEL literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def filled(position: str, text: str) -> str:
    return position.replace("{}", written(text))


def compiled(text: str, schema: Schema, mode: Mode) -> Compiled:
    reading = read_condition(text, schema)
    assert reading.tree is not None, (text, reading.problems)
    return compile_condition(reading.tree, schema, now=NOW, mode=mode)


def statement(made: Compiled) -> tuple[str, list[Any]]:
    text = (
        f"SELECT u.id FROM customers_customer u {made.joins.text} "  # noqa: S608 - compiled
        f"WHERE {made.condition.text}"
    )
    return text, [*made.joins.values, *made.condition.values]


@pytest.fixture
def schema(cast: Any) -> Schema:
    return schema_for(cast.northlight, None)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("position", POSITIONS)
def test_no_literal_changes_the_statement(position: str, mode: Mode, schema: Schema) -> None:
    plain, _ = statement(compiled(filled(position, HARMLESS), schema, mode))
    for hostile in HOSTILE:
        text, values = statement(compiled(filled(position, hostile), schema, mode))
        assert text == plain, hostile
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            assert cursor.fetchall() == []


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    "position", [one for one in POSITIONS if "first_name ==" in one or "metadata" in one]
)
def test_what_is_compared_is_bound_as_it_stands(position: str, mode: Mode, schema: Schema) -> None:
    for hostile in HOSTILE:
        _, values = statement(compiled(filled(position, hostile), schema, mode))
        assert MARK in str(values), (hostile, values)


@pytest.mark.parametrize("position", POSITIONS)
def test_nul_is_refused_wherever_it_stands(position: str, schema: Schema) -> None:
    for form in (r"\x00", r"\000", r"\u0000", r"\U00000000"):
        reading = read_condition(position.replace("{}", f'"{MARK}{form}"'), schema)
        assert reading.tree is None, position
        assert reading.problems


@pytest.mark.parametrize(
    "text",
    [
        "orders.exists(zq9, zq9.amount > 1)",
        "orders.exists(select, select.amount > 1)",
        "orders.exists(u, u.amount > 1)",
        "orders.exists(t0, purchases.exists(u, u.price > t0.amount))",
        "orders.filter(_, _.amount > 1).map(user, user.amount).sum() > 3",
    ],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_a_loop_variable_is_no_name_of_the_statement(text: str, mode: Mode, schema: Schema) -> None:
    made, values = statement(compiled(text, schema, mode))
    assert MARK not in made
    with connection.cursor() as cursor:
        cursor.execute(made, values)


@pytest.mark.parametrize(
    "position",
    [
        "user.date_joined > timestamp({})",
        "now - user.date_joined > duration({})",
        "user.date_joined.getHours({}) == 1",
        "user.language == {}",
        "user.id == {}",
        "user.id in [{}, {}]",
        "{} in segments",
        "segments.exists(s, s == {})",
        "purchases.exists(p, p.product == {})",
        "purchases.all(p, p.vendor != {})",
        "purchases.exists(p, {} in p.categories)",
        "{} in purchases.map(p, p.product)",
        "consents.exists(c, c.id == {})",
        "spent({}) > 1",
    ],
)
def test_a_text_that_must_be_something_is_refused_when_it_is_not(
    position: str, schema: Schema
) -> None:
    taken = [
        text for text in HOSTILE if not read_condition(filled(position, text), schema).problems
    ]
    assert taken == []


@pytest.mark.parametrize("mode", list(Mode))
def test_patterns_and_time_zones_are_bound(mode: Mode, schema: Schema) -> None:
    for one, other in [
        ('user.first_name.matches("a")', 'user.first_name.matches("%s\'b")'),
        ("user.date_joined.getHours('UTC') == 1", "user.date_joined.getHours('Asia/Tokyo') == 1"),
        ("user.date_joined.getHours('+01:00') == 1", "user.date_joined.getHours('-11:30') == 1"),
        ("user.date_joined > timestamp('2026-01-01T00:00:00Z')",
         "user.date_joined > timestamp('1999-12-31T23:59:59.999999-11:00')"),
        ("user.orders_count > 5", "user.orders_count > 9223372036854775807"),
        ("user.total_spent > 5.25", "user.total_spent > 99.75"),
        ("user.metadata.a > 5", "user.metadata.a > 77"),
        ("user.metadata.abc == true", "user.metadata.zq9 == true"),
        ("now - user.date_joined > days(5)", "now - user.date_joined > days(-90)"),
    ]:  # fmt: skip
        first, _ = statement(compiled(one, schema, mode))
        second, _ = statement(compiled(other, schema, mode))
        assert first == second
