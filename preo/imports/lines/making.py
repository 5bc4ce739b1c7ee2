"""Order lines out of a file's rows: read, checked and grouped, in a few statements for the whole file."""

from typing import Any

from django.db import connection, transaction

from preo.imports.lines.faults import ERROR, Fault
from preo.imports.lines.grouping import fill_orders, is_each_a_ticket
from preo.imports.lines.inputs import read_inputs
from preo.imports.lines.merging import merge_orders
from preo.imports.lines.phones import stage_phones
from preo.imports.lines.problems import Checked, write_problems
from preo.imports.lines.products import make_products
from preo.imports.lines.reading import bound
from preo.imports.lines.statement import read_statement
from preo.imports.models import DataImport, ImportLine


@transaction.atomic
def make_lines(data_import: DataImport) -> Checked:
    """Make the import's lines anew from its rows, with its products and all problems.

    Counts are set on `data_import` and saved. Phone numbers are read by their country's plan.
    """
    faults = _read(data_import, with_phones=True)
    checked = write_problems(data_import, faults)
    ImportLine.objects.filter(data_import=data_import).delete()
    make_products(data_import)
    _insert_lines(data_import, faults)
    merge_orders(data_import)
    _save(data_import, checked)
    return checked


@transaction.atomic
def check_lines(data_import: DataImport) -> Checked:
    """Find all problems of the rows and list them, without making lines; phones are not read."""
    checked = write_problems(data_import, _read(data_import, with_phones=False))
    _save(data_import, checked)
    return checked


def _save(data_import: DataImport, checked: Checked) -> None:
    data_import.problem_counts = checked.counts
    data_import.order_count = checked.orders
    data_import.save(update_fields=["problem_counts", "order_count"])
    _run("DROP TABLE import_read, import_order", {})
    _run("DROP TABLE IF EXISTS import_phone, import_product", {})


def _read(data_import: DataImport, *, with_phones: bool) -> list[Fault]:
    inputs = read_inputs(data_import)
    values = bound(data_import, data_import.edition.timezone)
    phone = next((one for one in inputs if one.field.type == "phone"), None)
    if with_phones and phone is not None:
        stage_phones(phone, values, data_import.default_country_code)
    statement = read_statement(inputs, values, with_phones=with_phones)
    _run(statement.sql, statement.values)
    _run("ANALYZE import_read (group_key, number, product_code, product_name, product_variant)", {})
    fill_orders(data_import, statement.faults)
    _place_orders(is_each_a_ticket=is_each_a_ticket(data_import))
    return statement.faults


def _place_orders(*, is_each_a_ticket: bool) -> None:
    """Number the orders as they first appear. A row without an order's id is an order of its own."""
    _run(
        """
        CREATE TEMPORARY TABLE import_order ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY first_number, group_key) - 1 AS order_place, found.*
        FROM (
            SELECT
                group_key,
                min(number) AS first_number,
                bit_or(said) AS said,
                bool_or(customer IS NOT NULL) AS has_customer,
                coalesce(bool_or(status <> 'cancelled'), false)
                    OR %(is_each_a_ticket)s AND bool_or(status IS NULL) AS has_kept,
                coalesce(min(email) <> max(email), false) AS has_two_emails,
                coalesce(min(total) <> max(total), false) AS has_two_totals
            FROM import_read
            GROUP BY group_key
        ) AS found
        """,
        {"is_each_a_ticket": is_each_a_ticket},
    )
    _run("ANALYZE import_order", {})


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _insert_lines(data_import: DataImport, faults: list[Fault]) -> None:
    """Lines that are cancelled while others of their order are not are left out."""
    _run(
        """
        INSERT INTO imports_importline (
            data_import_id, number, part, order_place, order_key, is_bad, values, product_mapping_id
        )
        SELECT
            %(import)s, line.number, line.part, placed.order_place,
            coalesce(left(line.order_key, 1000), ''),
            line.faults && %(errors)s::int[] OR NOT placed.has_customer,
            line.values, mapping.id
        FROM import_read AS line
        JOIN import_order AS placed USING (group_key)
        LEFT JOIN (
            SELECT code, name_key, variant, kept.id
            FROM import_product AS found
            JOIN imports_productmapping AS kept
                ON kept.data_import_id = %(import)s
                AND kept.external_code = found.code
                AND kept.external_name = found.name
                AND kept.external_variant = found.variant
        ) AS mapping
            ON mapping.code = coalesce(line.product_code, '')
            AND mapping.name_key = CASE
                WHEN line.product_code IS NULL THEN coalesce(line.product_name, '') ELSE ''
            END
            AND mapping.variant = coalesce(line.product_variant, '')
        WHERE NOT (placed.has_kept AND line.status IS NOT DISTINCT FROM 'cancelled')
        """,
        {
            "import": data_import.pk,
            "errors": [fault.number for fault in faults if fault.level == ERROR],
        },
    )
