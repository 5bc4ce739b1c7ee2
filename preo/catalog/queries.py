"""Reading the catalogue: products whole, what is searched, who sees a vendor, what refers to a row."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import PROTECT, RESTRICT, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.fields.reverse_related import ForeignObjectRel

from preo.catalog.models import Category, MatchName, Option, Product, Variant, Vendor
from preo.core.access import Principal, Role
from preo.core.ids import encode_id
from preo.core.languages import Language
from preo.core.models import Row

SHOWN = 10
"""So many of the rows that refer to one are named; the rest are counted."""


def whole_products(queryset: QuerySet[Product]) -> QuerySet[Product]:
    """Products with all that is shown of them, in a fixed number of queries."""
    return queryset.select_related("edition").prefetch_related(
        Prefetch("variants", Variant.objects.order_by("position", "id")),
        Prefetch("options", Option.objects.order_by("position", "id")),
        Prefetch("categories", Category.objects.order_by("position", "id")),
    )


def products_with_text(queryset: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Products in whose name or code the text stands, whatever the case and the blanks."""
    name = Q(match_name__contains=MatchName(Value(text)))
    return queryset.filter(name | Q(code__icontains=text.strip()))


def vendors_with_text(queryset: QuerySet[Vendor], text: str) -> QuerySet[Vendor]:
    return queryset.filter(Q(name__icontains=text.strip()) | Q(code__icontains=text.strip()))


def categories_with_text(queryset: QuerySet[Category], text: str) -> QuerySet[Category]:
    """Categories in whose name, in any language, the text stands, in any case."""
    names = (Q(**{f"name__{language}__icontains": text.strip()}) for language in Language.values)
    return queryset.filter(reduce(or_, names))


def readable_vendors(by: Principal, least: Role) -> QuerySet[Vendor]:
    """The organization's vendors; to who has only an edition's role, those who sell there.

    Vendors are the organization's, year after year. Of the organization's own rows an edition's
    role reaches only those that its rows point to, so that it can be told whose they are; it
    writes none of them, and puts none but these on a product.
    """
    selling = Product.objects.filter(vendor=OuterRef("pk"), edition__in=by.edition_ids(least))
    return Vendor.objects.filter(Q(organization__in=by.organization_ids(least)) | Exists(selling))


def vendors_of_edition(
    queryset: QuerySet[Vendor], edition_id: uuid.UUID, *, by: Principal
) -> QuerySet[Vendor]:
    """Vendors of products of an edition; none if the caller may not see the edition's products."""
    seen = by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
    products = Product.objects.filter(seen, vendor=OuterRef("pk"), edition=edition_id)
    return queryset.filter(Exists(products))


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows of one table that keep a row from being deleted."""

    kind: str
    """What they are called, such as `purchase`."""
    count: int
    ids: tuple[str, ...]
    """Of the first of them, as the API shows ids."""


def references_to(row: Row) -> Iterator[Reference]:
    """What refers to a row, from this slice or from one above it; parts that go with it do not.

    Found by the tables' own declarations: the slices above are not known here.
    """
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        table: Any = relation.related_model
        protects = relation.many_to_many or relation.on_delete in {PROTECT, RESTRICT}
        if table._meta.auto_created or not protects:
            continue
        found = table._default_manager.filter(**{relation.field.name: row}).order_by("pk")
        keys = list(found.values_list("pk", flat=True)[:SHOWN])
        if keys:
            yield Reference(
                kind=table._meta.verbose_name.replace(" ", "_"),
                count=found.count(),
                ids=tuple(encode_id(table.id_prefix, key) for key in keys),
            )
