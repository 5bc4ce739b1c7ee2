"""What stands in the way of a write, in words for people: names in place of ids."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from preo.catalog.service.conflicts import CodeTakenError, StillReferredToError
from preo.core.errors import FieldError

_CALLED = {
    "cart_item": ("line of an order or a cart", "lines of orders and carts"),
    "purchase": ("purchase", "purchases"),
    "product": ("product", "products"),
    "consent": ("consent", "consents"),
}


@contextmanager
def refusals_in_words(row: Any = None) -> Iterator[None]:
    """Raise the conflicts of a write again, in words; `row` is the one that is changed."""
    try:
        yield
    except CodeTakenError as refusal:
        whose = f" ({refusal.extra['held_by']})"
        errors = [
            FieldError(each.pointer, each.code, each.detail.replace(whose, ""))
            for each in refusal.errors
        ]
        raise CodeTakenError(errors=errors, extra=refusal.extra) from refusal
    except StillReferredToError as refusal:
        parts = {part.api_id: part.name for part in row.variants.all()} if row else {}
        details = _still_named(refusal, parts)
        errors = [
            FieldError(each.pointer, each.code, detail)
            for each, detail in zip(refusal.errors, details, strict=True)
        ]
        raise StillReferredToError(errors=errors, extra=refusal.extra) from refusal


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


def _still_named(refusal: StillReferredToError, names: Mapping[str, str]) -> list[str]:
    """A sentence for each row that cannot go."""
    return [
        f"{names.get(blocked['id'], 'One of them')} cannot be removed: it is named by "
        f"{counted_words((by['kind'], by['count']) for by in blocked['by'])}."
        for blocked in refusal.extra["references"]
    ]


def _called(kind: str, count: int) -> str:
    one, many = _CALLED.get(kind, (kind.replace("_", " "), f"{kind.replace('_', ' ')} rows"))
    return one if count == 1 else many
