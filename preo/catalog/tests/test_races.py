"""Writes of the same moment, in threads with connections of their own."""

import itertools
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from preo.accounts.tests.threads import hold_row, hold_writes, run_together
from preo.catalog.models import Product, Variant
from preo.catalog.service.categories import delete_category
from preo.catalog.service.conflicts import CodeTakenError, StillReferredToError
from preo.catalog.service.locations import delete_location
from preo.catalog.service.products import create_product, update_product
from preo.catalog.service.vendors import delete_vendor
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_variant,
    make_vendor,
)
from preo.core.access import Grant, Principal, Role
from preo.core.errors import DomainError, InvalidError, NotFoundError
from preo.core.ids import uuid7

pytestmark = [pytest.mark.safety, pytest.mark.django_db(transaction=True)]

TIMES = 6


@pytest.fixture
def boss(cast: Cast) -> Principal:
    return Principal("staff", uuid7(), (Grant(cast.northlight.pk, None, Role.MANAGER),))


@pytest.mark.parametrize("noun", ["location", "category", "vendor"])
def test_what_a_product_begins_to_name_is_not_deleted_meanwhile(
    noun: str, cast: Cast, boss: Principal
) -> None:
    rows: dict[str, Any] = {
        "location": make_location(edition=cast.edition),
        "category": make_category(edition=cast.edition),
        "vendor": make_vendor(organization=cast.northlight),
    }
    row = rows[noun]
    turns = itertools.count()

    def work() -> str:
        if next(turns) % 2:
            if noun == "location":
                delete_location(location_id=row.pk, by=boss)
            elif noun == "category":
                delete_category(category_id=row.pk, by=boss)
            else:
                delete_vendor(vendor_id=row.pk, by=boss)
            return "deleted"
        named = {"category_ids": [row.pk]} if noun == "category" else {f"{noun}_id": row.pk}
        create_product(
            edition_id=cast.edition.pk,
            values={"name": "Beer"} | named,
            by=boss,
            now=timezone.now(),
        )
        return "named"

    answers = run_together(TIMES, work, held=hold_row(row))
    done = {answer for answer in answers if isinstance(answer, str)}
    refused = {type(answer) for answer in answers if isinstance(answer, DomainError)}
    assert (done, refused) in (
        ({"deleted"}, {InvalidError, NotFoundError}),
        ({"named"}, {StillReferredToError}),
    )
    assert Product.objects.count() == answers.count("named")


def test_of_products_with_one_code_at_once_one_is_made(cast: Cast, boss: Principal) -> None:
    answers = run_together(
        TIMES,
        lambda: create_product(
            edition_id=cast.edition.pk,
            values={"name": "Beer", "code": "B1"},
            by=boss,
            now=timezone.now(),
        ),
        held=hold_writes(Product),
    )
    made = Product.objects.get()
    refusals = [answer for answer in answers if isinstance(answer, CodeTakenError)]
    assert len(refusals) == TIMES - 1
    assert {refusal.extra["held_by"] for refusal in refusals} == {made.api_id}


def test_lists_replaced_at_once_follow_one_another(cast: Cast, boss: Principal) -> None:
    product = make_product(edition=cast.edition)
    kept = make_variant(product=product, code="a")
    numbers = itertools.count()
    items = [
        [{"name": "new", "code": "a"}, {"id": kept.pk, "name": "kept", "code": f"k{number}"}]
        for number in range(TIMES)
    ]
    answers = run_together(
        TIMES,
        lambda: update_product(
            product_id=product.pk,
            changes={"variants": items[next(numbers)]},
            by=boss,
            now=timezone.now(),
        ),
        held=hold_row(product),
    )
    assert not [answer for answer in answers if isinstance(answer, DomainError)]
    assert Variant.objects.filter(name="new").count() == 1
    assert Variant.objects.count() == 2
