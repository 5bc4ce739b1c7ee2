"""What keeps a row from being deleted, in words."""

from collections.abc import Iterable, Iterator, Mapping

from preo.catalog.service.conflicts import StillReferredToError

_CALLED = {
    "cart_item": ("line of an order or a cart", "lines of orders and carts"),
    "purchase": ("purchase", "purchases"),
    "product": ("product", "products"),
    "consent": ("consent", "consents"),
}


def references_of(refusal: StillReferredToError) -> Iterator[tuple[str, int]]:
    """What refers to the rows of a refusal: kinds and how many of each."""
    for blocked in refusal.extra["references"]:
        for by in blocked["by"]:
            yield by["kind"], by["count"]


def counted_words(references: Iterable[tuple[str, int]]) -> str:
    """Such as `1,204 purchases and 1 product`; empty for nothing. The same kind is added up."""
    counts: dict[str, int] = {}
    for kind, count in references:
        counts[kind] = counts.get(kind, 0) + count
    parts = [f"{count:,} {_called(kind, count)}" for kind, count in counts.items()]
    return " and ".join(part for part in [", ".join(parts[:-1]), *parts[-1:]] if part)


def still_named(refusal: StillReferredToError, names: Mapping[str, str]) -> list[str]:
    """A sentence for each row that cannot go; `names` are those of their ids."""
    return [
        f"{names.get(blocked['id'], 'One of them')} cannot be removed: "
        f"{counted_words((by['kind'], by['count']) for by in blocked['by'])} name it."
        for blocked in refusal.extra["references"]
    ]


def _called(kind: str, count: int) -> str:
    one, many = _CALLED.get(kind, (kind.replace("_", " "), f"{kind.replace('_', ' ')} rows"))
    return one if count == 1 else many
