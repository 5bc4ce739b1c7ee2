"""Many orders, a chunk at a time: each in a transaction of its own, in flat memory."""

from collections.abc import Iterable, Iterator

from preo.orders.outside.shapes import OutsideOrder

LINES = 20_000


def in_chunks(
    orders: Iterable[OutsideOrder], *, lines: int = LINES
) -> Iterator[list[OutsideOrder]]:
    """The orders in chunks of at least one order and about this many lines, for `take_orders`.

    An order must stand in `orders` once: within a chunk a repeated one fails, but a chunk does not
    know of those before it, where it is the same order sent again.
    """
    chunk: list[OutsideOrder] = []
    size = 0
    for order in orders:
        chunk.append(order)
        size += max(len(order.items), 1)
        if size >= lines:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
