"""Whatever collation columns have, texts are ordered by code point and cased in ASCII alone.

The embedded server knows no collation of a language. But it refuses to order two columns of
different collations unless the statement says by which, and that is what is asked here.
"""

import pytest
from django.db import connection

from preo.segments.cel.compile.condition import compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.condition import read_condition
from preo.segments.cel.schema import Entity, Field, Relation, Schema
from preo.segments.cel.sql import TRUE
from preo.segments.cel.types import STRING
from tests.cel.world import NOW

NAME = Field("name", STRING, "A name.", column="name")
SCHEMA = Schema(
    user=Entity("user", {"name": NAME}),
    table="strangers",
    relations={
        "tags": Relation(
            "tags", Entity("tag", {"name": NAME}), "tags", "stranger", "Tags.", lambda _: TRUE
        )
    },
)
TABLES = """
    CREATE TEMP TABLE strangers (id int PRIMARY KEY, name text COLLATE "pg_unicode_fast");
    CREATE TEMP TABLE tags (stranger int, name text COLLATE "C.utf8");
    INSERT INTO strangers VALUES (1, 'Z'), (2, 'a'), (3, 'å'), (4, 'z'), (5, 'Å');
    INSERT INTO tags SELECT id, name FROM strangers;
    INSERT INTO tags SELECT id, 'b' FROM strangers;
"""


@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('user.name < "a"', "Z"),
        ('user.name > "z"', "åÅ"),
        ('"b" > user.name', "Za"),
        ('tags.exists(t, t.name < "a")', "Z"),
        ("tags.exists(t, t.name > user.name)", "Za"),
        ('tags.map(t, t.name).min() < "a"', "Z"),
        ('tags.map(t, t.name).max() == "b"', "Za"),
        ("[user.name].exists(n, tags.exists(t, n < t.name))", "Za"),
        ("tags.exists(t, tags.all(other, t.name + user.name >= other.name))", "ZaåzÅ"),
        ('user.name.lowerAscii() == "z"', "Zz"),
        ('user.name.upperAscii() == "å"', "å"),
        ('user.name.lowerAscii() == "å"', "å"),
        ('tags.map(t, t.name + user.name).max() == "ba"', "a"),
    ],
)
def test_the_collation_of_a_column_changes_nothing(text: str, found: str, mode: Mode) -> None:
    reading = read_condition(text, SCHEMA)
    assert reading.tree is not None, reading.problems
    made = compile_condition(reading.tree, SCHEMA, now=NOW, mode=mode)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(
            "SELECT u.name FROM strangers u "  # noqa: S608 - compiled
            f"{made.joins.text} WHERE {made.condition.text}",
            [*made.joins.values, *made.condition.values],
        )
        assert {name for (name,) in cursor.fetchall()} == set(found)
