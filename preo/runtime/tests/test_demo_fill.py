"""How the demo is filled: whole or not at all, once, and the same rows each time."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg import sql

from preo.accounts.models import ApiKey, StaffUser
from preo.catalog.models import Location, Product, Vendor
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.orders.checks import check_money, check_tenancy
from preo.orders.models import Order, Purchase
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from preo.runtime.demo import sales
from preo.runtime.demo.access import ADMIN, DemoAccess
from preo.runtime.demo.bulk import check_foreign_keys, loosen_foreign_keys
from preo.runtime.demo.calendar import slots
from preo.runtime.demo.fill import fill_demo, renew_access
from preo.runtime.demo.plan import northlight, rival
from preo.runtime.errors import LauncherError

NOW = datetime(2026, 7, 3, 12, 34, tzinfo=UTC)
FEW = 900


def fill(orders: int = FEW, now: datetime = NOW) -> DemoAccess:
    return fill_demo(orders=orders, now=now, echo=lambda _: None)


SLICES = ("organizations", "editions", "catalog", "customers", "orders")
_CHECKSUM = sql.SQL("""
    SELECT count(*) || ' ' || coalesce(md5(string_agg(line, ';' ORDER BY line)), '')
    FROM (SELECT (to_jsonb(t) - %s::text[])::text AS line FROM {} t WHERE {}) AS lines
""")


def checksum(table: str, *, without: str = "", where: str = "true") -> str:
    """Of all rows with their ids, but for one column."""
    statement = _CHECKSUM.format(sql.Identifier(table), sql.SQL(where))
    with connection.cursor() as cursor:
        cursor.execute(statement, [[without]])
        return str(cursor.fetchone()[0])


def checksums() -> dict[str, str]:
    """By table. Who works there are new people each time, and so are the links' own numbers."""
    labels = [apps.get_app_config(name).get_models(include_auto_created=True) for name in SLICES]
    tables = [model._meta.db_table for model in itertools.chain.from_iterable(labels)]
    link = "catalog_product_categories"
    found = {table: checksum(table, without="id" if table == link else "") for table in tables}
    history = checksum("activity_activity", without="actor_id", where="sequence IS NOT NULL")
    return found | {"activity_activity": history}


def rolled_back_fill(now: datetime) -> dict[str, str]:
    with transaction.atomic():
        fill(now=now)
        found = checksums()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_no_orders_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fill(orders=0)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["northlight", "rival"])
def test_an_organization_of_that_name_is_not_taken_for_the_demo(slug: str) -> None:
    make_organization(slug=slug)

    with pytest.raises(LauncherError, match=f"'{slug}' that is not its own"):
        fill()

    assert Order.objects.count() == 0


@pytest.mark.django_db
def test_access_to_no_demo_cannot_be_renewed() -> None:
    with pytest.raises(LauncherError, match="no demo"):
        renew_access(now=NOW)


@pytest.mark.django_db
def test_a_row_that_points_nowhere_keeps_the_foreign_keys_from_coming_back() -> None:
    fill()
    loosen_foreign_keys()
    Order.objects.filter(pk=Order.objects.earliest("created").pk).update(
        customer_id="018bb951-6080-7c54-ab23-5ed0bb4aa097"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        check_foreign_keys()

    transaction.set_rollback(True)


@pytest.mark.django_db
def test_one_order_is_a_demo_too() -> None:
    fill(orders=1)

    assert Order.objects.filter(organization__slug="northlight").count() == 1
    assert [finding for finding in check_money() if not finding.ok] == []


@pytest.mark.django_db
def test_the_same_day_makes_the_same_rows_to_the_last_id() -> None:
    first = rolled_back_fill(NOW)
    second = rolled_back_fill(NOW.replace(hour=23, minute=59))

    assert first == second
    assert len(first) > 20
    assert rolled_back_fill(NOW + timedelta(days=1))["orders_order"] != first["orders_order"]


@pytest.mark.django_db
def test_the_second_time_it_says_what_is_there_and_changes_nothing() -> None:
    said: list[str] = []
    first = fill()
    before = checksums()

    again = fill_demo(orders=FEW, now=NOW + timedelta(days=3), echo=said.append)
    assert said == []
    other_size = fill_demo(orders=5_000, now=NOW, echo=said.append)

    assert again == other_size
    assert again == DemoAccess(
        email=ADMIN,
        password=None,
        api_key=None,
        organization_id=first.organization_id,
        edition_id=first.edition_id,
        already_there=True,
    )
    assert checksums() == before
    assert "made with 900 orders" in said[0]
    assert "5,000" in said[0]


@pytest.mark.django_db
def test_renewed_access_replaces_password_and_key() -> None:
    first = fill()

    renewed = renew_access(now=NOW)

    assert renewed.password not in (None, first.password)
    assert StaffUser.objects.get(email=ADMIN).check_password(str(renewed.password))
    assert renewed.api_key not in (None, first.api_key)
    assert ApiKey.objects.filter(revoked_at=None).count() == 1
    assert (renewed.organization_id, renewed.edition_id) == (
        first.organization_id,
        first.edition_id,
    )


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 2, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ],
)
def test_on_any_day_the_editions_differ_and_the_orders_lie_in_their_sales(now: datetime) -> None:
    for plan in (northlight(now, 5_000), rival(now, 400)):
        assert len({edition.slug for edition in plan.editions}) == len(plan.editions)
        assert len({edition.id for edition in plan.editions}) == len(plan.editions)
        found = slots(plan, now)
        assert found[0].first == 1
        assert found[-1].last == plan.orders
        pairs = itertools.pairwise(found)
        assert all(
            after.first == before.last + 1 and after.starts_at >= before.starts_at
            for before, after in pairs
        )
        assert all(
            plan.editions[slot.edition].sale_opens_at - timedelta(hours=1)
            < slot.starts_at
            < min(plan.editions[slot.edition].ends_at, now)
            for slot in found
        )


@pytest.fixture
def empty_again(transactional_db: None) -> Iterator[None]:
    yield
    connection.close()


@pytest.mark.safety
@pytest.mark.usefixtures("empty_again")
def test_a_fill_whose_connection_dies_in_the_middle_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sales, "BATCH", 360)

    def kill(line: str) -> None:
        if line.startswith("720 of"):
            info = connection.connection.info
            with psycopg.connect(
                host=info.host, port=info.port, user=info.user, dbname=info.dbname,
                password=info.password,
            ) as other:  # fmt: skip
                other.execute("SELECT pg_terminate_backend(%s, 10000)", [info.backend_pid])

    with pytest.raises(DatabaseError):
        fill_demo(orders=FEW, now=NOW, echo=kill)
    connection.close()

    assert Organization.objects.count() == Order.objects.count() == Customer.objects.count() == 0
    assert not fill().already_there
    assert Order.objects.filter(organization__slug="northlight").count() == FEW


@pytest.mark.safety
@pytest.mark.usefixtures("empty_again")
def test_of_two_fills_at_once_one_finds_the_others_demo() -> None:
    both_ready = threading.Barrier(2, timeout=30)

    def fill_with_the_other() -> bool:
        try:
            both_ready.wait()
            return fill().already_there
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(fill_with_the_other) for _ in range(2)]
        found = sorted(run.result(timeout=60) for run in runs)

    assert found == [False, True]
    assert Order.objects.filter(organization__slug="northlight").count() == FEW


@pytest.mark.safety
@pytest.mark.usefixtures("empty_again")
def test_after_a_fill_an_index_alone_answers_and_the_planner_knows_the_sizes() -> None:
    fill()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname IN ('orders_order', 'orders_purchase',"
            " 'customers_customer') AND (relallvisible < relpages OR reltuples < 100)"
        )
        assert cursor.fetchall() == []


@pytest.mark.safety
@pytest.mark.django_db
def test_the_whole_demo_has_the_promised_numbers_and_every_order_adds_up() -> None:
    fill(orders=45_000)

    def count(model: Any) -> int:
        return int(model.objects.filter(organization__slug="northlight").count())

    assert count(Edition) == 3
    assert count(Product) == 60
    assert count(Vendor) == 12
    assert count(Location) == 8
    assert count(Customer) == 20_000
    assert count(Order) == 45_000
    assert count(Purchase) == 110_000
    assert [finding for finding in check_money() + check_tenancy() if not finding.ok] == []
