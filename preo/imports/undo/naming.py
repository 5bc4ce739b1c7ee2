"""What people call the things that an undo keeps."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from preo.catalog.models import Category, Product
from preo.consents.models import ConsentAnswer
from preo.core.ids import encode_id
from preo.customers.models import Customer
from preo.imports.models import KeptKind, KeptReason
from preo.imports.undo.looking import Kept
from preo.orders.models import Order

_ROWS: Mapping[KeptKind, QuerySet[Any]] = {
    KeptKind.ORDER: Order.objects.all(),
    KeptKind.USER: Customer.objects.all(),
    KeptKind.PRODUCT: Product.objects.all(),
    KeptKind.CATEGORY: Category.objects.all(),
    KeptKind.CONSENT: ConsentAnswer.objects.select_related("customer", "consent"),
}
_NAMES: Mapping[KeptKind, Callable[[Any], str]] = {
    KeptKind.ORDER: lambda order: order.order_number or order.external_id or order.api_id,
    KeptKind.USER: str,
    KeptKind.PRODUCT: lambda product: product.name,
    KeptKind.CATEGORY: lambda category: next(iter(category.name.values()), ""),
    KeptKind.CONSENT: lambda answer: f"{answer.customer}: {answer.consent}",
}


@dataclass(frozen=True, slots=True)
class NamedKept:
    kind: KeptKind
    id: str
    name: str
    """Empty where it is not there any more."""
    reason: KeptReason
    message: str
    """The reason in words."""


def name_kept(kept: Iterable[Kept]) -> list[NamedKept]:
    """The same with names, in the same order."""
    kept = list(kept)
    wanted = defaultdict(list)
    for one in kept:
        wanted[one.kind].append(one.object_id)
    found = {
        (kind, row.pk): _NAMES[kind](row)
        for kind, keys in wanted.items()
        for row in _ROWS[kind].filter(pk__in=keys)
    }
    return [
        NamedKept(
            one.kind,
            encode_id(_ROWS[one.kind].model.id_prefix, one.object_id),
            found.get((one.kind, one.object_id), ""),
            KeptReason(one.reason),
            KeptReason(one.reason).label,
        )
        for one in kept
    ]
