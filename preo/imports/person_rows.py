"""Finding a person in the rows of files, which name people by text alone."""

from typing import Any

from django.db import connection

from preo.customers.person import Person
from preo.imports.models import DataImport

# Who an order line is of, by the address, the id or the order that it names. All lines of an order
# are one person's, whichever of them says so.
_FIND_ORDERS = """
    CREATE TEMPORARY TABLE person_order ON COMMIT DROP AS
    SELECT DISTINCT line.data_import_id, line.order_place
    FROM imports_dataimport AS import
    JOIN imports_importline AS line ON line.data_import_id = import.id
    WHERE import.organization_id = %(organization)s
      AND (
          lower(line.values ->> 'email') = ANY(%(emails)s::text[])
          OR line.values ->> 'phone_number' = ANY(%(phones)s::text[])
          OR lower(line.order_key) LIKE ANY(%(patterns)s::text[])
          OR (import.source, line.values ->> 'customer_id') IN (
              SELECT service, external_id FROM customers_externalid
              WHERE customer_id = ANY(%(ids)s::uuid[])
          )
          OR (import.edition_id, import.source, line.order_key) IN (
              SELECT edition_id, service, external_id FROM orders_order
              WHERE organization_id = %(organization)s AND customer_id = ANY(%(ids)s::uuid[])
                AND service IS NOT NULL
          )
      )
"""

_FIND_ROWS = """
    CREATE TEMPORARY TABLE person_row ON COMMIT DROP AS
    SELECT line.data_import_id, line.number, true AS is_own
    FROM person_order
    JOIN imports_importline AS line USING (data_import_id, order_place)
    UNION
    SELECT done.data_import_id, unnest(done.numbers), true
    FROM imports_importedorder AS done
    JOIN orders_order AS stored ON stored.id = done.order_id
    WHERE stored.organization_id = %(organization)s AND stored.customer_id = ANY(%(ids)s::uuid[])
"""

# A row that no line was made of yet, and that has an address of the person, is the person's.
_FIND_MENTIONS = """
    INSERT INTO person_row
    SELECT row.data_import_id, row.number, NOT EXISTS (
        SELECT FROM imports_importline AS line
        WHERE line.data_import_id = row.data_import_id AND line.number = row.number
    )
    FROM imports_dataimport AS import
    JOIN imports_importrow AS row ON row.data_import_id = import.id
    WHERE import.organization_id = %(organization)s
      AND lower(array_to_string(row.cells, chr(31))) LIKE ANY(%(patterns)s::text[])
      AND NOT EXISTS (
          SELECT FROM person_row AS known
          WHERE known.data_import_id = row.data_import_id AND known.number = row.number
      )
"""

_CELLS = """
    SELECT person_row.data_import_id, row.number, row.cells
    FROM person_row
    JOIN imports_importrow AS row USING (data_import_id, number)
    WHERE person_row.is_own
    ORDER BY 1, 2
"""


def bound(person: Person) -> dict[str, Any]:
    """What the statements about a person bind."""
    return {
        "organization": person.organization_id,
        "ids": list(person.ids),
        "emails": list(person.emails),
        "phones": list(person.phones),
        "patterns": patterns(person),
    }


def patterns(person: Person) -> list[str]:
    """What `lower(text) LIKE ANY` finds the person's addresses by; numbers also without the plus."""
    texts = [*person.emails, *(phone.removeprefix("+") for phone in person.phones)]
    return [f"%{_escape(text.lower())}%" for text in texts]


def find_rows(person: Person) -> None:
    """Make the temporary table `person_row`: the person's rows, and others that name an address."""
    values = bound(person)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.person_order, pg_temp.person_row")
        cursor.execute(_FIND_ORDERS, values)
        cursor.execute("ANALYZE person_order")
        cursor.execute(_FIND_ROWS, values)
        cursor.execute("CREATE INDEX ON person_row (data_import_id, number)")
        if values["patterns"]:
            cursor.execute(_FIND_MENTIONS, values)


def own_cells() -> list[tuple[Any, int, list[str]]]:
    """Import, number and cells of the person's own rows, as `find_rows` found them."""
    with connection.cursor() as cursor:
        cursor.execute(_CELLS)
        return list(cursor.fetchall())


def names_of(data_import: DataImport) -> list[str]:
    """The names of a file's columns in their order."""
    return [column["name"] for column in data_import.columns]


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
