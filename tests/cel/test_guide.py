"""The guide for staff (docs/cel.md): all of its conditions run, its tables are the schema's."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from preo.segments.cel.compile.condition import compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.condition import read_condition
from preo.segments.cel.functions import FUNCTIONS
from preo.segments.cel.schema import Field
from preo.segments.cel.sql import bind, build
from preo.segments.context import names_in
from preo.segments.fields import general_schema, schema_for
from preo.segments.recipes import RECIPES, recipes_with
from tests.cel.world import NOW, World, make_world

GUIDE = (Path(__file__).parents[2] / "docs" / "cel.md").read_text()
CONDITIONS = re.findall(r"```cel\n(.*?)\n```", GUIDE, re.DOTALL)
SECTIONS = re.findall(r"### \d+\. (.*?)\n\n(.*?)\n\n```cel\n(.*?)\n```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("condition", [*CONDITIONS, *(each.example for each in FUNCTIONS)])
def test_every_condition_of_the_guide_and_of_the_functions_is_right(condition: str) -> None:
    reading = read_condition(condition, general_schema())
    assert (reading.problems, reading.warnings) == ((), ())


def test_the_guide_has_the_25_recipes_word_by_word() -> None:
    assert [(each.title, each.description, each.condition) for each in RECIPES] == SECTIONS
    assert len(SECTIONS) == 25


def test_the_guide_names_every_field_with_its_values() -> None:
    schema = general_schema()
    relations = [each for each in schema.relations.values() if not each.is_hidden]
    for entity in [schema.user, *(each.entity for each in relations if not each.value)]:
        heading = f"### `{entity.name}" if entity is schema.user else f"### `{entity.name}s`"
        section = GUIDE.split(heading)[1].split("\n### ")[0].split("\n## ")[0]
        rows = [row for row in section.splitlines() if row.startswith("| `")]
        shown = [field for field in entity.fields.values() if not field.is_hidden]
        assert [_problem_of(row, field) for row, field in zip(rows, shown, strict=True)] == [
            ""
        ] * len(shown)


def _problem_of(row: str, field: Field) -> str:
    """What a row of the table does not say of the field; empty where it says all."""
    _, name, kind, meaning, _ = (cell.strip() for cell in row.split("|"))
    if name != f"`{field.name}`":
        return f"{name} stands where {field.name} should"
    if ("may be missing" in kind) != field.type.nullable:
        return f"{name}: whether it may be missing"
    if not meaning.startswith(field.description.split(" in eur")[0].rstrip(".")):
        return f"{name}: {meaning}"
    missing = [value for value in field.values if f"`{value}`" not in meaning]
    return f"{name} lacks {missing}" if missing else ""


def test_the_guide_names_every_function() -> None:
    for entry in FUNCTIONS:
        assert f"| `{entry.syntax}` | " in GUIDE


def found(world: World, condition: str, mode: Mode) -> set[UUID]:
    """The customers of the world for whom the condition holds."""
    schema = schema_for(world.organization, None)
    reading = read_condition(condition, schema)
    assert reading.tree is not None, reading.problems
    compiled = compile_condition(reading.tree, schema, now=NOW, mode=mode)
    query = build(
        "SELECT u.id FROM customers_customer u {} WHERE u.organization_id = {} AND ({})",
        compiled.joins,
        bind(world.organization.pk, "uuid"),
        compiled.condition,
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_every_condition_of_the_guide_finds_the_same_customers_both_ways() -> None:
    world = make_world(60)
    filled = recipes_with(names_in(world.organization, None), currency="eur")
    conditions = [*CONDITIONS, *(each.condition for each in filled)]
    conditions += [each.example for each in FUNCTIONS]
    counts = {}
    for condition in conditions:
        members = found(world, condition, Mode.SET)
        assert members == found(world, condition, Mode.POINT), condition
        counts[condition] = len(members)
    assert 0 < counts["user.orders_count == 0"] < len(world.customers)
    assert sum(0 < count < len(world.customers) for count in counts.values()) > len(counts) / 2


@pytest.mark.django_db
def test_recipes_get_the_names_of_the_place() -> None:
    world = make_world(5)
    names = names_in(world.organization, None)
    text = "\n".join(each.condition for each in recipes_with(names, currency="dkk"))
    assert "your-edition" not in text
    assert "0" * 20 not in text
    assert f'o.edition == "{names["editions"][0]["slug"]}"' in text
    assert 'spent("dkk")' in text
    for recipe in recipes_with(names):
        assert read_condition(recipe.condition, schema_for(world.organization, None)).problems == ()


def test_recipes_of_a_new_organization_keep_their_stand_ins() -> None:
    assert recipes_with({}) == RECIPES


def test_recipes_of_two_things_are_left_out_where_there_is_one_only() -> None:
    names = {
        "editions": [{"slug": "northlight-2026"}],
        "products": [{"id": "prd_01ks0000000000000000000000"}],
    }
    left_out = {each.title for each in RECIPES} - {each.title for each in recipes_with(names)}
    assert left_out == {
        "Came last time, not yet this time",
        "Came to both editions",
        "Bought one product, but not another",
        "Bought any of several products",
    }


def test_a_sum_at_one_edition_counts_whatever_its_currency() -> None:
    names = {"editions": [{"slug": "northlight-brooklyn-2027"}]}
    (recipe,) = (
        each for each in recipes_with(names, currency="dkk") if "one edition" in each.title
    )
    assert "brooklyn" in recipe.condition
    assert "dkk" not in recipe.condition
