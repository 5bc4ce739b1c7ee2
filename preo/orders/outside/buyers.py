"""The customers of a chunk's orders, by way of the customers' own phases."""

from preo.customers.outside.finding import emails_of_others, find_customers
from preo.customers.outside.making import make_customers
from preo.customers.outside.shapes import Book
from preo.orders.outside.problems import problem
from preo.orders.outside.sql import Place, run
from preo.orders.outside.verdicts import warn


def find_buyers(place: Place, book: Book) -> None:
    """Find who bought the new orders, and the changed ones whose buyer is told differently.

    Else a changed order keeps its customer: staff may have merged or renamed him since.
    """
    _stage_buyers(place)
    find_customers(book)


def make_buyers(book: Book) -> None:
    """Make who was not found and give the orders their customers.

    Warns of each order whose e-mail is another customer's.
    """
    make_customers(book)
    _settle_buyers()
    warn(
        [
            (number, problem("email_of_another", "/customer/email", email))
            for number, email in emails_of_others(book)
        ]
    )


def forget_failed_buyers(place: Place, book: Book) -> None:
    """An order that failed late makes no customer and fills none of his fields."""
    _drop_failed_buyers(place)
    find_customers(book)


def _drop_failed_buyers(place: Place) -> None:
    run(
        """
        DELETE FROM outside_customer AS buyer
        USING outside_order AS staged
        WHERE staged.place = buyer.place AND staged.outcome = %(failed)s
        """,
        place.values(),
    )


def _stage_buyers(place: Place) -> None:
    run(
        """
        INSERT INTO outside_customer (
            place, external_id, given_email, phone_number, first_name, last_name, language, seen
        )
        SELECT
            place, customer_external_id, customer_email, phone_number, first_name, last_name,
            language, coalesce(created, %(now)s)
        FROM outside_order
        WHERE outcome = %(created)s OR (outcome = %(updated)s AND is_new_buyer)
        """,
        place.values(),
    )


def _settle_buyers() -> None:
    run(
        """
        UPDATE outside_order AS staged
        SET customer_id = person.customer_id
        FROM outside_customer AS buyer
        JOIN outside_person AS person ON person.person = buyer.person
        WHERE buyer.place = staged.place
        """
    )
