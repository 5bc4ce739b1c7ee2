"""`validate-cel` and `cel-context`: what an editor of conditions is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import ApiClient, Cast
from preo.catalog.tests.asking import editions_manager
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_variant,
    make_vendor,
)
from preo.consents.tests.factories import make_consent
from preo.core.ids import encode_id, uuid7
from preo.editions.tests.factories import make_edition
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db


def validate(client: ApiClient, condition: str, **place: Any) -> Any:
    body = {"condition": condition} | place
    response = client.send("POST", "/v1/segments/validate-cel", body)
    assert response.status_code == 200, response.content
    return response.json()


def warned(client: ApiClient, condition: str, **place: Any) -> list[str]:
    found = validate(client, condition, **place)
    assert found["valid"], found
    return [warning["code"] for warning in found["warnings"]]


def bought(product_id: str) -> str:
    return f'purchases.exists(p, p.product == "{product_id}")'


def context(client: ApiClient, cast: Cast, **query: str) -> Any:
    query = {"organization_id": cast.northlight.api_id} | query
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return client.send("GET", f"/v1/segments/cel-context?{text}")


# --- what is refused ---


def test_a_place_that_is_nobodys_is_named(cast: Cast, staff: ApiClient) -> None:
    for place, pointer in (
        ({"organization_id": cast.rival.api_id}, "/organization_id"),
        ({"edition_id": cast.edition.api_id}, "/organization_id"),
        (
            {
                "organization_id": cast.northlight.api_id,
                "edition_id": cast.rival_edition.api_id,
            },
            "/edition_id",
        ),
    ):
        body = {"condition": "true"} | place
        refused = staff.send("POST", "/v1/segments/validate-cel", body)
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    for query, pointer in (
        ({"organization_id": cast.rival.api_id}, "organization_id"),
        ({"edition_id": cast.rival_edition.api_id}, "edition_id"),
    ):
        refused = context(staff, cast, **query)
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    refused = staff.send("GET", "/v1/segments/cel-context")
    assert [error["code"] for error in refused.json()["errors"]] == ["required"]


def test_an_editions_role_needs_the_edition(cast: Cast) -> None:
    client = editions_manager(cast.edition)
    assert context(client, cast).status_code == 403
    assert context(client, cast, edition_id=cast.edition.api_id).status_code == 200


def test_the_first_mistake_is_told_in_one_sentence_and_all_in_full(staff: ApiClient) -> None:
    found = validate(staff, "user.emial == 1 &&\n  orders.size() > 'a'")
    assert found["valid"] is False
    assert found["error"].startswith("Line 1, column 6: ")
    first, *others = found["errors"]
    assert set(first) == {
        "code", "message", "line", "column", "end_line", "end_column", "start", "end", "hint",
    }  # fmt: skip
    assert (first["end_line"], first["end_column"], first["start"], first["end"]) == (1, 11, 5, 10)
    assert [other["line"] for other in others] == [2]
    assert found["warnings"] == []


def test_an_empty_condition_is_a_mistake(staff: ApiClient) -> None:
    found = validate(staff, " ")
    assert (found["valid"], len(found["errors"])) == (False, 1)


def test_what_would_not_be_saved_is_not_valid(cast: Cast, staff: ApiClient) -> None:
    known = make_segment(organization=cast.northlight)
    foreign = make_segment(organization=cast.rival)
    place = {"organization_id": cast.northlight.api_id}
    assert validate(staff, f'"{known.api_id}" in segments', **place)["valid"]
    found = validate(staff, f'"{foreign.api_id}" in segments', **place)
    assert [error["code"] for error in found["errors"]] == ["unknown_segment"]


# --- what is odd ---


def test_without_a_place_nothing_is_looked_up(cast: Cast, staff: ApiClient) -> None:
    assert warned(staff, bought(encode_id("prd", uuid7()))) == []


NAMED: dict[str, tuple[Callable[[Cast], Any], Callable[[Cast], Any], str]] = {
    # One that is in the edition, one that is not, and a condition that names it.
    "product": (
        lambda cast: make_product(edition=cast.edition),
        lambda cast: make_product(edition=cast.rival_edition),
        'purchases.exists(p, p.product == "{}")',
    ),
    "variant": (
        lambda cast: make_variant(product=make_product(edition=cast.edition)),
        lambda cast: make_variant(product=make_product(edition=cast.rival_edition)),
        'purchases.exists(p, p.variant in ["{}"])',
    ),
    "category": (
        lambda cast: make_category(edition=cast.edition),
        lambda cast: make_category(edition=cast.rival_edition),
        'purchases.exists(p, "{}" in p.categories)',
    ),
    "vendor": (
        lambda cast: make_vendor(organization=cast.northlight),
        lambda cast: make_vendor(organization=cast.rival),
        'purchases.exists(p, p.vendor == "{}")',
    ),
    "location": (
        lambda cast: make_location(edition=cast.edition),
        lambda cast: make_location(edition=cast.rival_edition),
        'purchases.exists(p, p.location != "{}")',
    ),
    "consent": (
        lambda cast: make_consent(edition=cast.edition),
        lambda cast: make_consent(organization=cast.rival),
        'consents.exists(c, c.id == "{}" && c.accepted)',
    ),
}


@pytest.mark.parametrize("kind", NAMED)
def test_what_is_not_there_is_warned_of_at_its_place(
    kind: str, cast: Cast, staff: ApiClient
) -> None:
    make_here, make_elsewhere, condition = NAMED[kind]
    here, elsewhere = make_here(cast), make_elsewhere(cast)
    organization = {"organization_id": cast.northlight.api_id}
    for place in (organization, organization | {"edition_id": cast.edition.api_id}):
        assert warned(staff, condition.format(here.api_id), **place) == []
        text = condition.format(elsewhere.api_id)
        found = validate(staff, text, **place)
        (warning,) = found["warnings"]
        assert (found["valid"], warning["code"]) == (True, f"unknown_{kind}")
        assert text[warning["start"] : warning["end"]] == f'"{elsewhere.api_id}"'


def test_another_editions_product_is_none_of_this_edition(cast: Cast, staff: ApiClient) -> None:
    condition = bought(make_product(edition=cast.other_edition).api_id)
    place = {"organization_id": cast.northlight.api_id}
    assert warned(staff, condition, **place) == []
    place |= {"edition_id": cast.edition.api_id}
    assert warned(staff, condition, **place) == ["unknown_product"]


def test_an_edition_is_known_by_its_slug(cast: Cast, staff: ApiClient) -> None:
    place = {"organization_id": cast.northlight.api_id}
    condition = 'orders.exists(o, o.edition == "{}")'
    for slug, codes in (("northlight-2026", []), ("rival-2026", ["unknown_edition"])):
        assert warned(staff, condition.format(slug), **place) == codes
    place |= {"edition_id": cast.other_edition.api_id}
    assert warned(staff, condition.format("northlight-2026"), **place) == ["unknown_edition"]


def test_a_comparison_that_never_holds_is_warned_of(cast: Cast, staff: ApiClient) -> None:
    assert warned(staff, "orders.size() < 0") == ["always_false"]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("orders.exists(o, o.amount > 100)", ["mixed_currencies"]),
        ("orders.map(o, o.amount).sum() > 100", ["mixed_currencies"]),
        (
            'orders.filter(o, o.status == "completed").map(o, o.amount).max() > 1',
            ["mixed_currencies"],
        ),
        ('orders.exists(o, o.amount > 100 && o.currency == "eur")', []),
        ('orders.filter(o, o.currency == "eur").map(o, o.amount).sum() > 100', []),
        ('orders.filter(o, o.edition in ["northlight-2026"]).map(o, o.amount).sum() > 1', []),
        ('orders.exists(o, o.amount > 100 && o.currency != "eur")', ["mixed_currencies"]),
        ("user.total_spent > 100", []),
        ('spent("eur") > 100', []),
        ("orders.size() > 1", []),
    ],
)
def test_amounts_of_several_currencies_are_warned_of(
    condition: str, codes: list[str], cast: Cast, staff: ApiClient
) -> None:
    place = {"organization_id": cast.northlight.api_id}
    assert warned(staff, condition, **place) == []
    make_edition(organization=cast.northlight, currency="sek")
    assert warned(staff, condition, **place) == codes
    assert warned(staff, condition, **place, edition_id=cast.edition.api_id) == []


# --- the context ---


def test_the_context_names_what_there_is_in_the_place(cast: Cast, staff: ApiClient) -> None:
    category = make_category(edition=cast.edition, name={"da": "Mad", "en": "Food"})
    vendor = make_vendor(organization=cast.northlight, name="Bakery")
    make_vendor(organization=cast.northlight, name="Butcher")
    product = make_product(edition=cast.edition, name="Bread", vendor=vendor)
    product.categories.add(category)
    variant = make_variant(product=product, name="Large")
    location = make_location(edition=cast.edition, name="Gate")
    consent = make_consent(organization=cast.northlight, title="News")
    make_consent(organization=cast.northlight, type="terms")
    for edition in (cast.other_edition, cast.rival_edition):
        make_product(edition=edition, name="Elsewhere")
        make_location(edition=edition, name="Elsewhere")
    found = context(staff, cast, edition_id=cast.edition.api_id).json()["dynamic_values"]
    assert found["editions"] == [{"slug": "northlight-2026", "full_name": "Northlight 2026"}]
    assert found["categories"] == [{"id": category.api_id, "name": "Food"}]
    assert found["products"] == [
        {
            "id": product.api_id,
            "name": "Bread",
            "variants": [{"id": variant.api_id, "name": "Large"}],
            "category_ids": [category.api_id],
        }
    ]
    assert found["vendors"] == [{"id": vendor.api_id, "name": "Bakery"}]
    assert found["locations"] == [{"id": location.api_id, "name": "Gate"}]
    assert found["marketing_consents"] == [{"id": consent.api_id, "title": "News"}]
    assert "ticket" in found["product_types"]
    assert "partially_used" in found["purchase_statuses"]
    whole = context(staff, cast).json()["dynamic_values"]
    assert len(whole["editions"]) == len(whole["vendors"]) == 2
    assert {row["name"] for row in whole["products"]} == {"Bread", "Elsewhere"}


def test_the_context_names_the_fields_that_may_be_named(cast: Cast, staff: ApiClient) -> None:
    schema = context(staff, cast).json()["schema"]
    assert {"user", "orders", "purchases", "consents", "segments", "now"} <= set(schema)
    assert "passes" not in schema
    fields = schema["orders"]["fields"]
    assert fields["edition"]["reference"] == "edition"
    assert "completed" in fields["status"]["values"]
    assert fields["amount"]["type"] == "double"
    assert "refunded" not in fields
    assert schema["segments"]["type"] == "list(string)"


def test_every_example_of_the_context_is_a_condition(cast: Cast, staff: ApiClient) -> None:
    found = context(staff, cast).json()
    assert found["examples"]
    for example in found["examples"]:
        assert validate(staff, example["expression"])["valid"], example
    assert found["functions"]
    assert {"exists", "size", "spent"} <= {function["name"] for function in found["functions"]}


def test_the_context_costs_the_same_queries_for_one_product_and_for_many(
    cast: Cast, staff: ApiClient
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert context(staff, cast).status_code == 200
        return len(captured)

    def fill(times: int) -> None:
        for _ in range(times):
            product = make_product(edition=cast.edition)
            product.categories.add(make_category(edition=cast.edition))
            make_variant(product=product)
            make_consent(organization=cast.northlight)

    fill(1)
    few = queries()
    fill(5)
    assert queries() == few
