"""The known sources' exports with planted mistakes: all are found in one pass, and mended in one."""

from typing import Any

import pytest

from conftest import Cast
from preo.editions.models import Edition
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.report import write_report
from preo.imports.service.columns import read_import_lines
from preo.imports.service.reading import read_import_file
from preo.imports.tests.factories import make_file_import
from preo.imports.tests.made_files import FORMS, MADE, Form
from preo.imports.tests.runs import run_all
from preo.imports.tests.staged import problems_of
from preo.orders.models import Order, Purchase

pytestmark = pytest.mark.django_db


def bring(content: bytes, form: Form, edition: Edition) -> DataImport:
    """An import that is mapped by itself, with drafts for what is not here."""
    data_import = make_file_import(
        content, edition=edition, file_name=f"export.{form.ending}", service=form.service
    )
    read_import_file(data_import_id=data_import.pk, generation=1)
    read_import_lines(data_import_id=data_import.pk, generation=1)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_PRODUCT_MAPPING, data_import.error_message
    ProductMapping.objects.filter(data_import=data_import, product=None).update(create_product=True)
    return data_import


def stored(edition: Edition) -> tuple[list[Any], list[Any]]:
    """All orders and what was bought, but for ids."""
    orders = Order.objects.filter(edition=edition).order_by("external_id")
    bought = Purchase.objects.filter(edition=edition)
    return list(
        orders.values_list(
            "external_id", "order_number", "status", "created", "currency", "subtotal", "amount",
            "discount", "service_fee", "adjustment", "coupon_code", "customer_name",
            "customer_email", "customer_phone", "items_count", "customer__email",
        )
    ), list(
        bought.order_by("order__external_id", "position").values_list(
            "order__external_id", "position", "external_line_id", "product__name",
            "product__code", "variant__name", "quantity", "price_paid", "status",
        )
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("source", MADE)
def test_every_mistake_of_an_export_is_found_and_mended_it_is_as_if_it_had_been_right(
    cast: Cast, source: str, form: str
) -> None:
    made, way = MADE[source], FORMS[form]
    right = run_all(bring(way.write(made.right()), way, cast.rival_edition))
    assert (right.source, problems_of(right)) == (source, [])
    orders = Order.objects.filter(edition=cast.rival_edition)
    assert sum(order.amount for order in orders) == made.total
    assert {order.adjustment for order in orders} == {0}

    data_import = bring(way.write(made.wrong()), way, cast.edition)
    assert data_import.source == source
    assert [found[:3] for found in problems_of(data_import)] == [
        (number, column, code) for number, column, _, code in made.mistakes
    ]
    data_import = run_all(data_import)
    failing = made.failing()
    assert data_import.rows_failed == len(failing)
    assert data_import.orders_created == (right.order_count or 0) - data_import.orders_failed

    report = b"".join(write_report(data_import).pieces)
    header, *rows = way.read(report)
    assert header[:-1] == made.names
    assert all(row[-1] for row in rows)
    wrong = way.read(way.write(made.wrong()))
    assert [row[:-1] for row in rows] == [wrong[number - 1] for number in failing]
    mended = way.mend(
        report,
        {
            (failing.index(number) + 1, made.names.index(column)): made.right()[number - 1][
                made.names.index(column)
            ]
            for number, column, *_ in made.mistakes
        },
    )
    again = run_all(bring(mended, way, cast.edition))
    assert (again.source, problems_of(again)) == (source, [])
    assert (again.orders_created, again.orders_failed) == (data_import.orders_failed, 0)
    assert stored(cast.edition) == stored(cast.rival_edition)
    assert len(stored(cast.edition)[0]) == right.order_count
