"""`GET /v1/users` over 1,000,000 customers: beside hand-written SQL and beside a plain ModelSerializer.

    make bench                    makes the data once, in .preo/bench (some minutes)
    python -m bench.users         uses the database of DATABASE_URL

All variants of a question answer the same 100 people in the same order. The first compares pages
alone; all others come with the exact count, which is most of what they take.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")

import django

django.setup()

import functools
import operator
from typing import Any

import orjson
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q
from django.test import RequestFactory
from rest_framework import generics, pagination, renderers, serializers
from rest_framework.test import force_authenticate

from bench.measure import interleaved, report
from bench.segments_data import Place, place
from preo.core import listing
from preo.core.access import Grant, Principal, Role
from preo.core.ids import encode_id
from preo.customers.models import Customer
from preo.people.api.users import UserViewSet
from preo.segments.models import Member, Segment

ROUNDS = 9
NAMES = ("api_id", "full_name", "email", "phone_number", "date_joined", "last_seen", "metadata")
COLUMNS = "id, full_name, email, phone_number, date_joined, last_seen, metadata"
PRESENT = "organization_id = %(organization)s AND erased_at IS NULL AND merged_into_id IS NULL"
BUYERS = (
    "EXISTS (SELECT FROM orders_order o WHERE o.organization_id = %(organization)s"
    " AND o.edition_id = %(edition)s AND o.customer_id = customers_customer.id)"
)
MEMBERS = "id IN (SELECT customer_id FROM segments_member WHERE segment_id = %(segment)s)"


class PlainUserSerializer(serializers.ModelSerializer[Customer]):
    """What one writes without thinking of speed."""

    class Meta:
        model = Customer
        fields = NAMES


class PlainPages(pagination.PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"


class Uncounted(Paginator):  # type: ignore[type-arg] # takes no parameter at run time
    count = 10**6


class UncountedPages(PlainPages):
    django_paginator_class = Uncounted


class PlainUserList(generics.ListAPIView[Customer]):
    """With the search that Django REST framework's own filter makes: a field for each column."""

    serializer_class = PlainUserSerializer
    pagination_class = PlainPages
    renderer_classes = (renderers.JSONRenderer,)

    def get_queryset(self):  # type: ignore[no-untyped-def]
        asked = self.request.query_params
        rows = Customer.objects.filter(
            organization=self.kwargs["organization"], erased_at=None, merged_into=None
        )
        for term in asked.get("search", "").split():
            columns = ("first_name", "last_name", "email", "phone_number")
            several = (Q(**{f"{column}__icontains": term}) for column in columns)
            rows = rows.filter(functools.reduce(operator.or_, several))
        ordering = asked.get("ordering", "-date_joined")
        return rows.order_by(ordering, "-id" if ordering.startswith("-") else "id")


class Bench:
    def __init__(self, at: Place) -> None:
        self.at = at
        organization = at.organization
        self.edition = at.editions[1]
        self.whole = self.principal(Grant(organization.id, None, Role.STAFF))
        self.part = self.principal(Grant(organization.id, self.edition.id, Role.STAFF))
        self.ours = UserViewSet.as_view({"get": "list"})
        self.plain = PlainUserList.as_view()
        self.uncounted = PlainUserList.as_view(pagination_class=UncountedPages)
        self.segment = self.make_segment()
        # Somebody with a name and an e-mail address.
        self.known = Customer.objects.filter(organization=organization, email__isnull=False)[777]

    def principal(self, grant: Grant) -> Principal:
        return Principal("staff", self.at.organization.id, (grant,))

    def make_segment(self) -> Segment:
        """One in which every third customer is."""
        name = "Benchmark of users"
        found = Segment.objects.filter(organization=self.at.organization, name=name).first()
        if found is not None:
            return found
        segment = Segment.objects.create(organization=self.at.organization, name=name)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Member._meta.db_table} (segment_id, customer_id)"
                " SELECT %s, id FROM customers_customer"
                " WHERE organization_id = %s AND hashtext(id::text) %% 3 = 0",
                [segment.pk, self.at.organization.pk],
            )
            cursor.execute(f"VACUUM (ANALYZE) {Member._meta.db_table}")
        return segment

    def get(self, view: Any, who: Principal, **query: str) -> bytes:
        request = RequestFactory().get("/v1/users", query, headers={"host": "localhost"})
        request.id = self.at.organization.id  # type: ignore[attr-defined] # the middleware's
        force_authenticate(request, user=who)  # type: ignore[arg-type]
        known = {} if view is self.ours else {"organization": self.at.organization}
        response = view(request, **known)
        assert response.status_code == 200, response.content
        body: bytes = response.render().content
        return body

    def by_hand(self, condition: str, order: str, *, counted: bool = True, **values: Any) -> bytes:
        """psycopg, dicts and orjson: nothing can be reached with less."""
        values |= {"organization": self.at.organization.pk}
        with connection.cursor() as cursor:
            where = f"FROM customers_customer WHERE {PRESENT} AND {condition}"
            cursor.execute(f"SELECT {COLUMNS} {where} ORDER BY {order} LIMIT 100", values)
            rows = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
            if counted:
                cursor.execute(f"SELECT count(*) {where}", values)
            (count,) = (counted and cursor.fetchone()) or (10**6,)
        for row in rows:
            row["api_id"] = encode_id("usr", row["api_id"])
            row["metadata"] = orjson.Fragment(row["metadata"])
        return orjson.dumps({"count": count, "results": rows}, option=orjson.OPT_UTC_Z)

    def pages(self) -> None:
        counted = listing.count_rows
        listing.count_rows = lambda *_: 10**6
        try:
            variants = {
                "ours": lambda: self.get(self.ours, self.whole),
                "(a) plain ModelSerializer": lambda: self.get(self.uncounted, self.whole),
                "(b) by hand": lambda: self.by_hand(
                    "TRUE", "date_joined DESC, id DESC", counted=False
                ),
            }
            self.check(variants)
            medians = interleaved(variants, rounds=4 * ROUNDS)
        finally:
            listing.count_rows = counted
        report("A page of 100, without the count", medians, base="ours")

    def beside_others(
        self, title: str, query: dict[str, str], *, condition: str = "TRUE",
        order: str = "date_joined DESC, id DESC", plain: bool = True, **values: Any,
    ) -> None:  # fmt: skip
        variants = {
            "ours": lambda: self.get(self.ours, self.whole, **query),
            "(b) by hand": lambda: self.by_hand(condition, order, **values),
        }
        if plain:
            variants["(a) plain ModelSerializer"] = lambda: self.get(
                self.plain, self.whole, **query
            )
        self.check(variants)
        medians = interleaved(variants, rounds=ROUNDS)
        report(title, medians, base="ours")

    def check(self, variants: Any) -> None:
        """All must say the same, or the comparison says nothing."""
        told = [orjson.loads(work()) for work in variants.values()]
        for other in told[1:]:
            assert other["count"] == told[0]["count"]
            for ours, theirs in zip(told[0]["results"], other["results"], strict=True):
                assert ours["api_id"] == theirs["api_id"]

    def run(self) -> None:
        self.pages()
        self.beside_others("A page of 100 with the count of all", {})
        self.beside_others("The same by name", {"ordering": "full_name"}, order="full_name, id")
        full_name, email = self.known.full_name, str(self.known.email)
        self.beside_others(
            f"Search by a full name ({full_name})",
            {"search": full_name},
            condition="search LIKE %(term)s",
            term=f"%{self.known.first_name}\n{self.known.last_name}%".lower(),
            plain=False,  # by words, one at a time: others than those of that name
        )
        self.beside_others(
            f"Search by part of an e-mail address ({email[:12]})",
            {"search": email[:12]},
            condition="search LIKE %(term)s",
            term=f"%{email[:12]}%",
        )
        self.beside_others(
            "With an order in an edition",
            {"edition_id": self.edition.api_id},
            condition=BUYERS,
            edition=self.edition.pk,
            plain=False,
        )
        self.beside_others(
            "Members of a segment of a third of all",
            {"segment_id": self.segment.api_id},
            condition=MEMBERS,
            segment=self.segment.pk,
            plain=False,
        )
        self.requests()

    def requests(self) -> None:
        orders = (
            "-date_joined",
            "-last_seen",
            "last_seen",
            "full_name",
            "-full_name",
            "email",
            "-email",
        )
        asked: dict[str, dict[str, str]] = {f"by {name}": {"ordering": name} for name in orders} | {
            "search by 2 letters": {"search": "77"},
            "search by what all have": {"search": "last"},
            "search for nothing": {"search": "qqqzzz"},
            "page 5,000": {"page": "5000"},
        }
        works = {
            name: functools.partial(self.get, self.ours, self.whole, **query)
            for name, query in asked.items()
        }
        works["an edition's role: page 1"] = functools.partial(self.get, self.ours, self.part)
        works["an edition's role: search"] = functools.partial(
            self.get, self.ours, self.part, search=str(self.known.email)[:9]
        )
        report("Whole requests", interleaved(works, rounds=ROUNDS), base="by -date_joined")


if __name__ == "__main__":
    data = place()
    total = Customer.objects.filter(organization=data.organization).count()
    print(f"{total:,} customers on PostgreSQL {connection.cursor().connection.info.server_version}")
    Bench(data).run()
