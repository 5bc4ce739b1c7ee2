"""What is done with a chunk once it stands in the temporary tables, whoever put it there."""

from collections.abc import Callable
from dataclasses import dataclass

from preo.catalog.outside.drafts import make_drafts
from preo.catalog.outside.finding import find_products
from preo.catalog.outside.shapes import Shelf
from preo.customers.outside.shapes import Book
from preo.orders.outside.buyers import find_buyers, forget_failed_buyers, make_buyers
from preo.orders.outside.comparison import compare_changed, lock_changed, spare_unchanged
from preo.orders.outside.images import keep_images, keep_made
from preo.orders.outside.lines import change_lines, write_lines
from preo.orders.outside.matching import find_touched, match_lines
from preo.orders.outside.shapes import Counts, Outcome, Said
from preo.orders.outside.sql import Place, rows
from preo.orders.outside.sums import check_sums, digest_again, stage
from preo.orders.outside.tables import analyze
from preo.orders.outside.verdicts import collect_product_problems, fail_orders, want_products
from preo.orders.outside.writing import change_orders, write_orders


@dataclass(frozen=True, slots=True)
class Call:
    """Whose orders these are, and what may be done for them."""

    place: Place
    shelf: Shelf
    book: Book
    create_products: bool
    keep_before: bool
    keep_unchanged: bool


def work(call: Call, said: Said, check: Callable[[], None]) -> Counts:
    """Find out what each order is and write what is new or changed.

    `outside_product` stands. Orders that are unchanged are known by their hash and go no further
    than one statement. `check` then says what else is wrong with the others.
    """
    find_products(call.shelf, create=call.create_products)
    found = stage(call.place, said, keep_unchanged=call.keep_unchanged)
    left_out = 0 if call.keep_unchanged else found.get(Outcome.UNCHANGED, 0)
    if found.keys() - {Outcome.UNCHANGED}:
        analyze()
        collect_product_problems(of_failed=True)
        check_sums(call.place)
        check()
        fail_orders()
        _decide(call)
    return _count(left_out)


def _decide(call: Call) -> None:
    counts = _outcomes()
    has_changed = Outcome.UPDATED in counts and _compare(call.place)
    if not has_changed and Outcome.CREATED not in counts:
        return
    find_buyers(call.place, call.book)
    if has_changed:
        find_touched(call.place)
    failed = fail_orders() + _make_products(call)
    if failed:
        forget_failed_buyers(call.place, call.book)
    make_buyers(call.book)
    _write(call, has_changed=has_changed)


def _outcomes() -> dict[str, int]:
    return dict(rows("SELECT outcome, count(*) FROM outside_order GROUP BY outcome"))


def _count(left_out: int) -> Counts:
    """How many orders are of each outcome in the end, and what came with them."""
    found = _outcomes()
    [[customers, products]] = rows(
        """
        SELECT
            (SELECT count(*) FROM outside_person WHERE customer_id = new_id),
            (SELECT count(*) FROM outside_product WHERE found_id = draft_id)
        """
    )
    return Counts(
        found.get(Outcome.CREATED, 0),
        found.get(Outcome.UPDATED, 0),
        found.get(Outcome.UNCHANGED, 0) + left_out,
        found.get(Outcome.FAILED, 0),
        customers,
        products,
    )


def _compare(place: Place) -> bool:
    """See what differs in orders that are said differently; whether anything does."""
    lock_changed(place)
    compare_changed(place)
    match_lines(place)
    return spare_unchanged(place) > 0


def _write(call: Call, *, has_changed: bool) -> None:
    if has_changed and call.keep_before:
        keep_images(call.place)
    write_orders(call.place)
    write_lines(call.place)
    if has_changed:
        change_orders(call.place)
        change_lines(call.place)
    if call.keep_before:
        keep_made()


def _make_products(call: Call) -> int:
    """Make the drafts that are needed; the number of orders that fail even so.

    Only a line without code can: two new products of its name came with codes in this chunk.
    """
    if not call.create_products:
        return 0
    want_products()
    if not make_drafts(call.shelf):
        return 0
    digest_again(call.place)
    collect_product_problems(of_failed=False)
    return fail_orders()
