"""Finding the customers that are here.

The planner knows nothing of an organization that is new, takes it for empty, and would compare all
its customers with all of a chunk, or look for each by an index of the organization alone. So each search
is a `LATERAL` subquery with `LIMIT` or `OFFSET`, which is asked once for each row, and what it searches
in is given as a subquery too, whose value the planner does not see: it then expects an average one.
"""

from django.db import connection

from preo.catalog.models import MatchName
from preo.customers.models import FORMER_EMAIL
from preo.customers.outside.shapes import Book
from preo.customers.outside.tables import run

SAME_NAME = MatchName.template % {"expressions": "customer.full_name"}


def find_customers(book: Book) -> None:
    """Find by external id, else e-mail, else phone where neither side has an e-mail and the names
    agree. The external id wins where it and the e-mail point to two people. An e-mail that nobody has
    now may be one that a merge dropped: then it is the kept customer.
    """
    _forget_persons()
    _gather_persons()
    run("ANALYZE outside_customer (place, person), outside_person (place, person)")
    _find_by_external_id(book)
    find_by_email(book)
    _find_by_former_email(book)
    find_by_phone(book)


def emails_of_others(book: Book) -> list[tuple[int, str]]:
    """Places of orders whose e-mail is another customer's than the one found, with the e-mail.

    Who was made just now with this e-mail is the one who has it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT staged.place, staged.email
            FROM outside_customer AS staged
            JOIN outside_person AS person ON person.person = staged.person
            CROSS JOIN LATERAL (
                SELECT id
                FROM customers_customer
                WHERE organization_id = (SELECT %(organization)s::uuid) AND email = staged.email
                LIMIT 1
            ) AS other
            WHERE other.id <> person.customer_id
              AND (
                  person.customer_id <> person.new_id OR staged.email IS DISTINCT FROM person.email
              )
            ORDER BY staged.place
            """,
            book.values(),
        )
        return list(cursor.fetchall())


def _forget_persons() -> None:
    """Of a search before this one."""
    run("TRUNCATE outside_person")


def _gather_persons() -> None:
    """Of each field the first order that has it counts; first and last name are one field."""
    run(
        """
        INSERT INTO outside_person (
            person, place, external_id, email, phone_number, first_name, last_name, language, joined
        )
        SELECT
            person,
            min(place),
            min(external_id),
            (array_agg(email ORDER BY place) FILTER (WHERE email IS NOT NULL))[1],
            (array_agg(phone_number ORDER BY place) FILTER (WHERE phone_number IS NOT NULL))[1],
            coalesce(
                (array_agg(first_name ORDER BY place)
                    FILTER (WHERE first_name || last_name <> ''))[1], ''
            ),
            coalesce(
                (array_agg(last_name ORDER BY place)
                    FILTER (WHERE first_name || last_name <> ''))[1], ''
            ),
            (array_agg(language ORDER BY place) FILTER (WHERE language IS NOT NULL))[1],
            min(seen)
        FROM outside_customer
        GROUP BY person
        """
    )


def _find_by_external_id(book: Book) -> None:
    run(
        """
        UPDATE outside_person AS person
        SET customer_id = known.customer_id, is_known_by_id = true
        FROM outside_person AS searched
        CROSS JOIN LATERAL (
            SELECT customer_id
            FROM customers_externalid
            WHERE organization_id = (SELECT %(organization)s::uuid)
              AND service = (SELECT %(service)s)
              AND external_id = searched.external_id
            LIMIT 1
        ) AS known
        WHERE person.place = searched.place
        """,
        book.values(),
    )


def find_by_email(book: Book) -> None:
    run(
        """
        UPDATE outside_person AS person
        SET customer_id = customer.id
        FROM outside_person AS searched
        CROSS JOIN LATERAL (
            SELECT id
            FROM customers_customer
            WHERE organization_id = (SELECT %(organization)s::uuid) AND email = searched.email
            LIMIT 1
        ) AS customer
        WHERE person.place = searched.place AND searched.customer_id IS NULL
        """,
        book.values(),
    )


def _find_by_former_email(book: Book) -> None:
    run(
        """
        UPDATE outside_person AS person
        SET customer_id = known.customer_id
        FROM outside_person AS searched
        CROSS JOIN LATERAL (
            SELECT customer_id
            FROM customers_externalid
            WHERE organization_id = (SELECT %(organization)s::uuid)
              AND service = (SELECT %(former_email)s)
              AND external_id = searched.email
            LIMIT 1
        ) AS known
        WHERE person.place = searched.place AND searched.customer_id IS NULL
        """,
        book.values() | {"former_email": FORMER_EMAIL},
    )


def find_by_phone(book: Book) -> None:
    """Of several such customers take the oldest. One whom this system knows by another id is not
    meant, and one customer takes on one new id: two ids there are two people.
    """
    run(
        f"""
        UPDATE outside_person AS person
        SET customer_id = found.id
        FROM (
            SELECT
                searched.place,
                (array_agg(customer.id ORDER BY customer.created, customer.id))[1] AS id
            FROM (
                SELECT
                    *,
                    row_number() OVER (
                        PARTITION BY phone_number, match_name, external_id IS NULL ORDER BY place
                    ) AS nth
                FROM outside_person
                WHERE customer_id IS NULL AND email IS NULL AND phone_number IS NOT NULL
            ) AS searched
            CROSS JOIN LATERAL (
                SELECT id, created, full_name
                FROM customers_customer
                WHERE organization_id = (SELECT %(organization)s::uuid)
                  AND phone_number = searched.phone_number
                  AND email IS NULL
                OFFSET 0
            ) AS customer
            WHERE {SAME_NAME} = searched.match_name
              AND (
                  searched.external_id IS NULL
                  OR (
                      searched.nth = 1
                      AND NOT EXISTS (
                          SELECT FROM customers_externalid AS known
                          WHERE known.customer_id = customer.id AND known.service = %(service)s
                      )
                      AND NOT EXISTS (
                          SELECT FROM outside_person AS other
                          WHERE other.customer_id = customer.id AND other.external_id IS NOT NULL
                      )
                  )
              )
            GROUP BY searched.place
        ) AS found
        WHERE person.place = found.place
        """,  # noqa: S608 - an expression of ours
        book.values(),
    )
