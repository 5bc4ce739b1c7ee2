"""How the demo is filled: whole or not at all, once, and the same rows each time."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg import sql

from preo.accounts.models import Membership, RoleWord, StaffUser
from preo.catalog.models import Location, Product, Vendor
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.orders.checks import check_money, check_tenancy
from preo.orders.models import Order, Purchase
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from preo.runtime.demo import sales
from preo.runtime.demo.access import ADMIN, DemoAccess, give_new_password
from preo.runtime.demo.bulk import check_foreign_keys, loosen_foreign_keys
from preo.runtime.demo.calendar import slots
from preo.runtime.demo.fill import fill_demo, fill_from_file
from preo.runtime.demo.plan import northlight, rival
from preo.runtime.errors import LauncherError

NOW = datetime(2026, 7, 3, 12, 34, tzinfo=UTC)
FEW = 900


def fill(orders: int = FEW, now: datetime = NOW) -> DemoAccess:
    return fill_demo(orders=orders, now=now, echo=lambda _: None)


SLICES = ("organizations", "editions", "catalog", "customers", "consents", "orders")
LINKS = {"catalog_product_categories", "consents_consent_products"}
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
    found = {table: checksum(table, without="id" if table in LINKS else "") for table in tables}
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
def test_a_lost_password_is_replaced_for_all_of_the_crew() -> None:
    first = fill()

    password = give_new_password(now=NOW)

    assert password != first.password
    members = Membership.objects.select_related("staff")
    assert all(member.staff.check_password(password) for member in members)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(
        "Order ID,Order Date,Ship Mode,Customer ID,Customer Name,Segment,Region,Product ID,"
        "Category,Product Name,Sales,Quantity\n"
        "A-1,2017-03-01,Slow,C-1,Ann Lee,Home,West,P-1,Paper,Pad,10.005,3\n"
        "A-1,2017-03-01,Slow,C-1,Ann Lee,Home,West,P-2,Paper,Pen,1.5,1\n"
    )
    return path


@pytest.mark.django_db
def test_a_file_fills_a_third_organization_and_the_demos_admin_may_enter(file: Path) -> None:
    demo = fill()

    first = fill_from_file(path=file, now=NOW, echo=lambda _: None)
    again = fill_from_file(path=file, now=NOW, echo=lambda _: None)

    assert first.password is None
    assert first.api_key is not None
    assert first.organization_id != demo.organization_id
    assert again == replace(first, api_key=None, already_there=True)
    (member,) = Membership.objects.filter(organization__slug="superstore")
    assert (member.staff.email, member.role) == (ADMIN, RoleWord.ADMIN)
    assert member.staff.check_password(str(demo.password))
    assert Order.objects.get(organization__slug="superstore").amount == 1151
    assert [finding for finding in check_money() + check_tenancy() if not finding.ok] == []


@pytest.mark.django_db
def test_a_demo_after_a_file_gives_the_admin_the_demos_password(file: Path) -> None:
    alone = fill_from_file(path=file, now=NOW, echo=lambda _: None)
    assert alone.password is not None
    assert StaffUser.objects.get(email=ADMIN).check_password(alone.password)

    demo = fill()

    assert StaffUser.objects.get(email=ADMIN).check_password(str(demo.password))
    assert Membership.objects.filter(staff__email=ADMIN).count() == 2


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
    # VACUUM takes no row for visible to all whose commit is not on the disk yet, and the tests'
    # server commits without waiting for that.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    fill()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname IN ('orders_order', 'orders_purchase',"
            " 'customers_customer', 'customers_pass', 'consents_consentanswer',"
            " 'consents_currentanswer') AND (relallvisible < relpages OR reltuples < 100)"
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
