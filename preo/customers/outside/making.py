"""Making the customers that are not here, and filling what was empty of those who are.

Two systems may bring the same new person at the same time. E-mails and external ids are unique, so
whoever comes second finds the first's row (`ON CONFLICT DO NOTHING`, then search again). Rows are
inserted and locked in the order of what makes them unique, so that two chunks wait for each other
in one direction only. A phone is not unique: there a lock stands in.
"""

from django.db import connection

from preo.core.ids import QUICK_UUID7
from preo.customers.outside.finding import find_by_email, find_by_phone
from preo.customers.outside.shapes import Book
from preo.customers.outside.tables import run

EMAIL_ONCE = "customer_email_once"
"""The constraint that a filled e-mail may meet when another transaction took it just now."""


def make_customers(book: Book) -> None:
    """Make who was not found, keep new external ids, and fill fields that were empty.

    What a customer has is never overwritten. Raises IntegrityError (`EMAIL_ONCE`) if another
    transaction gave the e-mail that is filled here to somebody else: do it all once more.
    """
    if _is_any_known_by_phone():
        _lock_phones(book)
        find_by_phone(book)
    if _fill_emails(book):
        find_by_email(book)
    _insert_with_email(book)
    find_by_email(book)
    _insert_with_external_id_alone(book)
    _keep_external_ids(book)
    find_by_phone(book)
    _insert_with_phone_alone(book)
    _fill_phones_and_names()


def _is_any_known_by_phone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM outside_person
                WHERE customer_id IS NULL AND email IS NULL AND phone_number IS NOT NULL
            )
            """
        )
        return bool(cursor.fetchone()[0])


def _lock_phones(book: Book) -> None:
    run(
        "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"preo.customers.outside:{book.organization_id}"},
    )


def _insert_with_email(book: Book) -> None:
    _insert(book, key="email", condition="email IS NOT NULL")


def _insert_with_external_id_alone(book: Book) -> None:
    _insert(book, key="external_id", condition="email IS NULL AND external_id IS NOT NULL")
    _take_the_new()


def _insert_with_phone_alone(book: Book) -> None:
    _insert(book, key="person", condition="email IS NULL AND external_id IS NULL")
    _take_the_new()


def _insert(book: Book, *, key: str, condition: str) -> None:
    run(
        f"""
        INSERT INTO customers_customer (
            id, organization_id, email, phone_number, first_name, last_name, language,
            date_joined, metadata
        )
        SELECT DISTINCT ON ({key})
            new_id, %(organization)s, email, phone_number, first_name, last_name,
            coalesce(language, %(language)s), joined, %(nothing)s::jsonb
        FROM outside_person
        WHERE customer_id IS NULL AND {condition}
        ORDER BY {key}, place
        ON CONFLICT (organization_id, email) DO NOTHING
        """,  # noqa: S608 - columns of ours
        book.values() | {"nothing": "{}"},
    )


def _take_the_new() -> None:
    run(
        """
        UPDATE outside_person AS person
        SET customer_id = customer.id
        FROM customers_customer AS customer
        WHERE customer.id = person.new_id AND person.customer_id IS NULL
        """
    )


def _keep_external_ids(book: Book) -> None:
    run(
        f"""
        WITH added AS (
            INSERT INTO customers_externalid (
                id, organization_id, customer_id, service, external_id
            )
            SELECT
                {QUICK_UUID7}, %(organization)s, person.customer_id, %(service)s,
                person.external_id
            FROM outside_person AS person
            WHERE person.external_id IS NOT NULL
              AND person.customer_id IS NOT NULL
              AND NOT person.is_known_by_id
            ORDER BY person.external_id
            ON CONFLICT (organization_id, service, external_id) DO NOTHING
            RETURNING customer_id, external_id
        )
        INSERT INTO outside_filled (customer_id, external_id)
        SELECT added.customer_id, added.external_id
        FROM added
        JOIN outside_person AS person ON person.external_id = added.external_id
        WHERE person.customer_id <> person.new_id
        """,  # noqa: S608 - an expression of ours
        book.values(),
    )


def _fill_emails(book: Book) -> int:
    """An e-mail that nobody has goes to the first person found by other means who lacks one.

    Answers how many customers got one.
    """
    return run(
        """
        WITH filled AS (
            UPDATE customers_customer AS customer
            SET email = offered.email
            FROM (
                SELECT DISTINCT ON (free.customer_id) free.customer_id, free.email
                FROM (
                    SELECT DISTINCT ON (person.email) person.customer_id, person.email, person.place
                    FROM outside_person AS person
                    JOIN customers_customer AS known ON known.id = person.customer_id
                    WHERE person.email IS NOT NULL
                      AND known.email IS NULL
                      AND (
                          SELECT other.id
                          FROM customers_customer AS other
                          WHERE other.organization_id = (SELECT %(organization)s::uuid)
                            AND other.email = person.email
                      ) IS NULL
                    ORDER BY person.email, person.place
                ) AS free
                ORDER BY free.customer_id, free.place
            ) AS offered
            WHERE customer.id = offered.customer_id
            RETURNING customer.id, new.email, old.modified, new.modified AS modified_after
        )
        INSERT INTO outside_filled (customer_id, email, modified_before, modified_after)
        SELECT * FROM filled
        """,
        book.values(),
    )


def _fill_phones_and_names() -> None:
    """A name is filled as a whole, and only where there is none: half of it is another's."""
    run(
        """
        WITH filled AS (
            UPDATE customers_customer AS customer
            SET phone_number = coalesce(customer.phone_number, offered.phone_number),
                first_name = CASE
                    WHEN customer.full_name = '' THEN offered.first_name ELSE customer.first_name
                END,
                last_name = CASE
                    WHEN customer.full_name = '' THEN offered.last_name ELSE customer.last_name
                END
            FROM (
                SELECT known.id, told.phone_number, told.first_name, told.last_name
                FROM customers_customer AS known
                JOIN (
                    SELECT
                        customer_id,
                        (array_agg(phone_number ORDER BY place)
                            FILTER (WHERE phone_number IS NOT NULL))[1] AS phone_number,
                        coalesce((array_agg(first_name ORDER BY place)
                            FILTER (WHERE match_name <> ''))[1], '') AS first_name,
                        coalesce((array_agg(last_name ORDER BY place)
                            FILTER (WHERE match_name <> ''))[1], '') AS last_name
                    FROM outside_person
                    GROUP BY customer_id
                ) AS told ON told.customer_id = known.id
                WHERE (known.phone_number IS NULL AND told.phone_number IS NOT NULL)
                   OR (known.full_name = '' AND told.first_name || told.last_name <> '')
                ORDER BY known.id
                FOR NO KEY UPDATE OF known
            ) AS offered
            WHERE customer.id = offered.id
            RETURNING
                customer.id,
                CASE WHEN old.phone_number IS NULL THEN new.phone_number END AS phone_number,
                CASE WHEN old.full_name = '' THEN new.first_name END AS first_name,
                CASE WHEN old.full_name = '' THEN new.last_name END AS last_name,
                old.modified,
                new.modified AS modified_after
        )
        INSERT INTO outside_filled (
            customer_id, phone_number, first_name, last_name, modified_before, modified_after
        )
        SELECT * FROM filled
        """
    )
