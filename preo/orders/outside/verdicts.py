"""Which orders fail for what was found in SQL, and what became of each in the end."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from preo.orders.outside.problems import problem
from preo.orders.outside.reading import ReadOrder
from preo.orders.outside.shapes import Outcome, Problem, Taken, TakenOrder
from preo.orders.outside.sql import Place, rows, run


def collect_product_problems(*, of_failed: bool) -> None:
    """Say at each line what is wrong with its product.

    With `of_failed` also of orders that fail already, so that all is told at once.
    """
    run(
        """
        INSERT INTO outside_problem (place, pointer, code, value)
        SELECT
            line.place,
            '/items/' || line.position || '/' || product.problem_at,
            product.problem,
            left(coalesce(product.code, product.name), 200)
        FROM outside_line AS line
        JOIN outside_product AS product ON product.ref = line.ref
        JOIN outside_order AS staged ON staged.place = line.place
        WHERE product.problem IS NOT NULL AND (%(of_failed)s OR staged.outcome <> %(failed)s)
        """,
        {"of_failed": of_failed, "failed": Outcome.FAILED},
    )


def want_products() -> None:
    """Mark the products of orders that go in. A draft costs what its first line there did."""
    run(
        """
        UPDATE outside_product AS product
        SET is_wanted = true, price = first.unit_price, deposit = first.unit_deposit
        FROM (
            SELECT DISTINCT ON (line.ref) line.ref, line.unit_price, line.unit_deposit
            FROM outside_line AS line
            JOIN outside_order AS staged ON staged.place = line.place
            WHERE staged.outcome IN (%(created)s, %(updated)s)
            ORDER BY line.ref, line.place, line.position
        ) AS first
        WHERE product.ref = first.ref
        """,
        {"created": Outcome.CREATED, "updated": Outcome.UPDATED},
    )


def fail_orders() -> int:
    """Let each order with a problem fail; the number of those that did not fail before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE outside_order
            SET outcome = %(failed)s
            WHERE outcome <> %(failed)s
              AND place IN (SELECT place FROM outside_problem WHERE NOT is_warning)
            """,
            {"failed": Outcome.FAILED},
        )
        return int(cursor.rowcount)


def warn(found: Sequence[tuple[int, Problem]]) -> None:
    """Keep warnings, each with its order's place."""
    run(
        """
        INSERT INTO outside_problem (place, pointer, code, value, is_warning)
        SELECT *, true
        FROM unnest(
            %(places)s::integer[], %(pointers)s::text[], %(codes)s::text[], %(values)s::text[]
        )
        """,
        {
            "places": [place for place, _ in found],
            "pointers": [one.pointer for _, one in found],
            "codes": [one.code for _, one in found],
            "values": [one.value for _, one in found],
        },
    )


def taken(place: Place, read: Sequence[ReadOrder]) -> Taken:
    """What became of each order, with all that was found wrong."""
    found: dict[tuple[int, bool], list[Problem]] = defaultdict(list)
    for number, is_warning, pointer, code, value in _problems():
        found[number, is_warning].append(problem(code, pointer, value))
    orders = []
    for one, (number, outcome, order_id, changed) in zip(read, _outcomes(place), strict=True):
        orders.append(
            TakenOrder(
                one.given.external_id,
                Outcome(outcome),
                order_id,
                (*one.errors, *found.get((number, False), ())),
                (*one.warnings, *found.get((number, True), ())),
                tuple(changed or ()),
            )
        )
    return Taken(tuple(orders), _made_customers(), _made_products())


def _made_customers() -> tuple[uuid.UUID, ...]:
    return tuple(
        key for [key] in rows("SELECT new_id FROM outside_person WHERE customer_id = new_id")
    )


def _made_products() -> tuple[uuid.UUID, ...]:
    return tuple(
        key for [key] in rows("SELECT draft_id FROM outside_product WHERE found_id = draft_id")
    )


def _problems() -> list[tuple[int, bool, str, str, str | None]]:
    return rows(
        "SELECT place, is_warning, pointer, code, value FROM outside_problem ORDER BY place, pointer"
    )


def _outcomes(place: Place) -> list[tuple[int, str, uuid.UUID | None, list[str] | None]]:
    return rows(
        """
        SELECT
            place,
            outcome,
            CASE WHEN is_stored OR outcome <> %(failed)s THEN order_id END,
            CASE WHEN outcome = %(updated)s THEN changed END
        FROM outside_order
        ORDER BY place
        """,
        place.values(),
    )
