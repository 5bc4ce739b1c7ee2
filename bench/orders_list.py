"""`GET /v1/orders` over 1,000,000 orders: beside a plain ModelSerializer and beside bare psycopg.

    make bench                           makes the data once, in .preo/bench
    python -m bench.orders_list          uses the database of DATABASE_URL

The three variants of a page read the same 100 rows with the same filter; the count is left out of
all of them, and is measured by itself below.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")

import django

django.setup()

import orjson
from django.core.paginator import Paginator
from django.db import connection
from django.test import RequestFactory
from rest_framework import generics, pagination, renderers, serializers
from rest_framework.test import force_authenticate

from bench.measure import interleaved, report
from preo.core import listing
from preo.core.access import Grant, Principal, Role
from preo.editions.models import Edition
from preo.orders.api.lists import OrderFilters
from preo.orders.api.views import OrderViewSet
from preo.orders.models import Order
from preo.organizations.models import Organization

ROUNDS = 60
FLOOR_SQL = """
    SELECT id, order_number, type, status, edition_id, amount, currency, customer_name,
           customer_email, items_count, completed_transaction_id IS NOT NULL, created, modified
    FROM orders_order
    WHERE organization_id = %s AND edition_id = %s
    ORDER BY created DESC, id DESC LIMIT 100
"""
FLOOR_EDITION_SQL = """
    SELECT id, full_name, slug, start_date, end_date, timezone, is_draft, published_at
    FROM editions_edition WHERE id = ANY(%s)
"""
ORDER_NAMES = (
    "id", "order_number", "type", "status", "edition", "amount", "currency", "customer_name",
    "customer_email", "items_count", "has_payment", "created", "modified",
)  # fmt: skip
EDITION_NAMES = (
    "id", "full_name", "slug", "start_date", "end_date", "timezone", "is_draft", "published_at",
)  # fmt: skip


class PlainEditionSerializer(serializers.ModelSerializer[Edition]):
    id = serializers.CharField(source="api_id")

    class Meta:
        model = Edition
        fields = EDITION_NAMES


class PlainOrderSerializer(serializers.ModelSerializer[Order]):
    """What one writes without thinking of speed."""

    id = serializers.CharField(source="api_id")
    edition = PlainEditionSerializer()
    amount = serializers.SerializerMethodField()
    has_payment = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ORDER_NAMES

    def get_amount(self, order: Order) -> float:
        return order.amount / 100

    def get_has_payment(self, order: Order) -> bool:
        return order.completed_transaction_id is not None


class Uncounted(Paginator):  # type: ignore[type-arg] # takes no parameter at run time
    count = 10**6  # left out, as in the other variants


class PlainPages(pagination.PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    django_paginator_class = Uncounted


class PlainOrderList(generics.ListAPIView[Order]):
    serializer_class = PlainOrderSerializer
    pagination_class = PlainPages
    renderer_classes = (renderers.JSONRenderer,)
    queryset = Order.objects.select_related("edition").order_by("-created", "-id")

    def filter_queryset(self, queryset):  # type: ignore[no-untyped-def]
        return OrderFilters(self.request.query_params, queryset, request=self.request).qs


def bodies_are_equal(ours: bytes, plain: bytes, floor: bytes) -> None:
    """The three must say the same, or the comparison says nothing."""
    rows = [orjson.loads(body)["results"] for body in (ours, plain)]
    assert rows[0] == rows[1], "the plain variant answers otherwise"
    assert [row["order_number"] for row in rows[0]] == [
        row["order_number"] for row in orjson.loads(floor)["results"]
    ]


class Bench:
    def __init__(self) -> None:
        self.organization = Organization.objects.get(slug="northlight")
        editions = Edition.objects.filter(organization=self.organization)
        self.edition = max(editions, key=lambda row: Order.objects.filter(edition=row).count())
        self.principal = Principal(
            "staff", self.organization.id, (Grant(self.organization.id, None, Role.STAFF),)
        )
        self.ours = OrderViewSet.as_view({"get": "list"})
        self.plain = PlainOrderList.as_view()

    def get(self, view, **query: str) -> bytes:  # type: ignore[no-untyped-def]
        request = RequestFactory().get("/v1/orders", query, headers={"host": "localhost"})
        request.id = self.organization.id  # type: ignore[attr-defined] # the middleware's
        force_authenticate(request, user=self.principal)  # type: ignore[arg-type]
        response = view(request)
        assert response.status_code == 200, response.content
        body: bytes = response.render().content
        return body

    def floor(self) -> bytes:
        """psycopg, dicts and orjson: nothing can be reached with less."""
        with connection.cursor() as cursor:
            cursor.execute(FLOOR_SQL, [self.organization.id, self.edition.id])
            rows = [dict(zip(ORDER_NAMES, row, strict=True)) for row in cursor.fetchall()]
            cursor.execute(FLOOR_EDITION_SQL, [[row["edition"] for row in rows]])
            editions = {
                row[0]: dict(zip(EDITION_NAMES, row, strict=True)) for row in cursor.fetchall()
            }
        for row in rows:
            row["edition"] = editions[row["edition"]]
        return orjson.dumps({"results": rows}, option=orjson.OPT_UTC_Z)

    def pages(self) -> None:
        edition_id = self.edition.api_id
        counted = listing.count_rows
        listing.count_rows = lambda *_: 10**6
        try:
            variants = {
                "ours": lambda: self.get(self.ours, edition_id=edition_id),
                "(a) plain ModelSerializer": lambda: self.get(self.plain, edition_id=edition_id),
                "(b) psycopg + orjson": self.floor,
            }
            bodies_are_equal(*(work() for work in variants.values()))
            medians = interleaved(variants, rounds=ROUNDS)
        finally:
            listing.count_rows = counted
        report("A page of 100 orders with their edition, without the count", medians, base="ours")
        a, b = medians["(a) plain ModelSerializer"], medians["(b) psycopg + orjson"]
        print(f"  {a / medians['ours']:.2f} times as fast as (a); {medians['ours'] / b:.2f}x (b)")

    def requests(self) -> None:
        whole = {"organization_id": self.organization.api_id}
        one = {"edition_id": self.edition.api_id}
        some = Order.objects.filter(edition=self.edition, customer_email__isnull=False)
        part = str(some.values_list("customer_email", flat=True)[777])[2:12]
        asked: dict[str, dict[str, str]] = {
            "page 1 of one edition, with its count": one,
            "page 1 of everything, with its count": whole,
            f"search by part of an e-mail ({len(part)} letters), everything": whole
            | {"search": part},
            "search by 2 letters, one edition": one | {"search": "an"},
            "status and edition": one | {"status": "completed"},
            "page 5,000 of everything": whole | {"page": "5000"},
        }
        works = {
            name: (lambda query=query: self.get(self.ours, **query))
            for name, query in asked.items()
        }
        medians = interleaved(works, rounds=15)
        report("Whole requests", medians, base="page 1 of one edition, with its count")


if __name__ == "__main__":
    total = Order.objects.count()
    print(f"{total:,} orders on PostgreSQL {connection.cursor().connection.info.server_version}")
    bench = Bench()
    bench.pages()
    bench.requests()
