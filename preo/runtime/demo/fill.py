"""Fills the demo, once: all of it in one transaction, so that an ended fill leaves nothing.

What a killed fill had written lies dead in the tables until the next vacuum, nothing else; the
next run begins anew.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.runtime.demo import access, superstore
from preo.runtime.demo.access import DemoAccess
from preo.runtime.demo.bulk import check_foreign_keys, loosen_foreign_keys
from preo.runtime.demo.calendar import slots
from preo.runtime.demo.catalog import write_catalog
from preo.runtime.demo.consents import write_consents
from preo.runtime.demo.dice import lay_out_dice
from preo.runtime.demo.history import write_history
from preo.runtime.demo.people import write_people
from preo.runtime.demo.plan import OrganizationPlan, day_of, northlight, rival
from preo.runtime.demo.sales import lay_out_slots, write_sales
from preo.runtime.demo.segments import write_segments
from preo.runtime.errors import LauncherError

RIVAL_ORDERS = 400
_LOCK = 0x5072656F44656D6F
"""Number of the advisory lock that keeps two fills apart; spells PreoDemo."""
# The planner does not know the batches; compiling their long expressions costs more than it gives.
_FOR_BULK = """
    SET LOCAL jit = off;
    SET LOCAL work_mem = '64MB';
    SET LOCAL maintenance_work_mem = '256MB';
    SET LOCAL gin_pending_list_limit = '64MB'
"""
_CLEAR = """
    DROP TABLE demo_slot, demo_edition, demo_card, demo_name, demo_customer, demo_order, demo_line,
        demo_total, demo_question, demo_text
"""
_FILLED = (
    "organizations_organization, editions_event, editions_edition, editions_merchantaccount, "
    "editions_feerule, catalog_category, catalog_location, catalog_option, catalog_passdesign, "
    "catalog_product, catalog_product_categories, catalog_variant, catalog_vendor, "
    "customers_customer, customers_externalid, customers_pass, customers_suppression, "
    "consents_consent, consents_consent_products, consents_consentanswer, consents_currentanswer, "
    "orders_order, orders_cart, "
    "orders_cartitem, orders_transaction, orders_purchase, activity_activity"
)


def fill_demo(*, orders: int = 45_000, now: datetime, echo: Callable[[str], None]) -> DemoAccess:
    """Make the demo with so many orders, unless it is there.

    Everything hangs on the number of orders and the day of `now` (UTC), except staff, password and
    key. With some thousand orders everything occurs. Raises ValueError for less than one.
    """
    if orders < 1:
        raise ValueError("The demo has at least one order.")
    with transaction.atomic():
        _take_turn()
        present = _find_demo()
        if present is not None:
            _say_what_is_there(present, orders, echo)
            return access.access_to(present.organization, now=now, already_there=True)
        made = _write_all(orders, now, echo)
    _vacuum(echo)
    return made


def fill_from_file(*, path: Path, now: datetime, echo: Callable[[str], None]) -> DemoAccess:
    """Fill a third organization from a real shop's export, and let the demo's admin in.

    The same file again changes nothing. Raises LauncherError for a file of another kind.
    """
    report = superstore.fill_from_file(path=path, now=now, echo=echo)
    with transaction.atomic():
        _take_turn()
        made = access.let_admin_in(organization_id=report.organization_id, now=now)
    if report.created:
        _vacuum(echo)
    return made


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _find_demo() -> Edition | None:
    """An edition of the demo, which bears its mark. Raises LauncherError where its name is taken."""
    found = Edition.objects.select_related("organization").filter(
        organization__slug="northlight", metadata__has_key="demo"
    )
    demo = found.first()
    taken = Organization.objects.filter(slug__in=["northlight", "rival"])
    if demo is None and taken.exists():
        raise LauncherError(
            f"The demo cannot be made here: there is an organization {taken[0].slug!r} that is not "
            "its own. Name an empty database in DATABASE_URL."
        )
    return demo


def _say_what_is_there(demo: Edition, orders: int, echo: Callable[[str], None]) -> None:
    there = demo.metadata["demo"]["orders"]
    if there != orders:
        echo(
            f"The demo is there already, made with {there:,} orders, and stays as it is. For one "
            f"with {orders:,} name an empty database in DATABASE_URL, or stop Preo and remove .preo/."
        )


def _write_all(orders: int, now: datetime, echo: Callable[[str], None]) -> DemoAccess:
    with connection.cursor() as cursor:
        cursor.execute(_FOR_BULK)
    loosen_foreign_keys()
    lay_out_dice()
    password = access.make_password()
    echo("Filling the demo organization")
    plan = northlight(now, orders)
    _write_organization(plan, now, access.CREW, password, echo)
    _write_organization(rival(now, RIVAL_ORDERS), now, access.RIVAL_CREW, password, echo)
    check_foreign_keys()
    return access.access_to(
        Organization.objects.get(pk=plan.id),
        now=now,
        password=password,
        api_key=access.make_key(organization_id=plan.id, now=now),
        already_there=False,
    )


def _write_organization(
    plan: OrganizationPlan,
    now: datetime,
    crew: tuple[access.Member, ...],
    password: str,
    echo: Callable[[str], None],
) -> None:
    until_ms = int(day_of(now).timestamp()) * 1000
    opens_ms = int(min(edition.sale_opens_at for edition in plan.editions).timestamp()) * 1000
    write_catalog(plan)
    lay_out_slots(plan, slots(plan, now))
    write_people(plan, opens_ms=opens_ms, until_ms=until_ms)
    write_consents(plan, until_ms=until_ms)
    write_sales(plan, until_ms=until_ms, echo=echo)
    running = plan.editions[len(plan.editions) // 2]
    people = access.write_crew(
        crew, organization_id=plan.id, edition_id=running.id, password=password, now=now
    )
    write_history(organization_id=plan.id, staff_id=people[len(people) // 2].pk)
    write_segments(plan, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR)


def _vacuum(echo: Callable[[str], None]) -> None:
    """Statistics for the planner and the map that lets it read an index alone."""
    # In the transaction of a caller there can be none.
    if not connection.in_atomic_block:
        echo("Tidying up")
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {_FILLED}")
