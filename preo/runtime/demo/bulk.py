"""Foreign keys checked at once for whole tables, instead of row by row.

A fill writes millions of rows that each point at several others, and checking them one at a time
takes as long as writing them. PostgreSQL 18 can put a foreign key out of force and back in: back in,
it joins the two tables once and refuses what points nowhere. Both belong to the fill's transaction,
so that nobody ever sees a table without its keys; until it commits, the tables are locked.
"""

from django.db import connection
from psycopg import sql

# The tables that get many rows; those of the catalogue and of staff stay in force.
_TABLES = [
    "customers_customer",
    "customers_externalid",
    "customers_pass",
    "consents_consentanswer",
    "consents_currentanswer",
    "orders_order",
    "orders_cart",
    "orders_cartitem",
    "orders_transaction",
    "orders_purchase",
]
_KEYS = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
    ORDER BY 1, 2
"""


def loosen_foreign_keys() -> None:
    """Put the keys of the large tables out of force, until `check_foreign_keys`."""
    _alter("ALTER TABLE {} ALTER CONSTRAINT {} NOT ENFORCED")


def check_foreign_keys() -> None:
    """Put them in force again. Raises IntegrityError where a row points nowhere."""
    _alter("ALTER TABLE {} ALTER CONSTRAINT {} ENFORCED")


def _alter(statement: str) -> None:
    with connection.cursor() as cursor:
        # A table with checks still to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_KEYS, [_TABLES])
        for table, key in cursor.fetchall():
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table), sql.Identifier(key)))
