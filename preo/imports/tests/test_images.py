"""What an import changes is kept as it was: every row and every column of it."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from conftest import Cast
from preo.catalog.tests.factories import make_product
from preo.imports.models import ImportedOrder
from preo.imports.tests.runs import make_ready, run_all
from preo.orders.models import Order
from preo.orders.outside.images import ROWS, columns_of

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Unit price"


def test_an_image_has_the_tables_of_an_order_and_all_their_columns(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    run_all(make_ready(cast, HEADER, "A-1;a@example.com;Day ticket;45"))
    order = Order.objects.get()
    changed = run_all(make_ready(cast, HEADER, "A-1;a@example.com;Day ticket;46"))
    image = ImportedOrder.objects.get(data_import=changed).before
    assert image is not None
    assert {table: [set(row) for row in rows] for table, rows in image.items()} == {
        model._meta.db_table: [set(columns_of(model))] for model in ROWS
    }
    [kept] = image["orders_order"]
    assert (kept["id"], kept["amount"]) == (str(order.pk), 4500)


def test_no_table_of_an_order_is_forgotten() -> None:
    parts = {
        model
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, ForeignKey) and field.related_model in ROWS
        if model._meta.app_label == "orders"
    }
    assert parts | {Order} == set(ROWS)


def test_columns_are_those_of_the_catalogue() -> None:
    with connection.cursor() as cursor:
        for model in ROWS:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
                "AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [model._meta.db_table],
            )
            assert {name for [name] in cursor.fetchall()} == set(columns_of(model))
