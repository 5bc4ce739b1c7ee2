import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from preo.accounts import tasks
from preo.accounts.links import LinkError
from preo.accounts.models import StaffSession, StaffUser
from preo.accounts.service.resets import (
    ask_password_reset,
    find_reset,
    reset_password,
    send_password_reset,
)
from preo.accounts.service.sessions import start_session
from preo.accounts.service.sign_in import sign_in_with_password
from preo.accounts.service.staff import set_password
from preo.accounts.tests.factories import PASSWORD, make_staff
from preo.accounts.tests.threads import hold_row, run_together
from preo.core.errors import InvalidError, TooManyError
from preo.transports.models import InboxMessage

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

EMAIL = "ada@northlight.example"
NEW = "quite another horse"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def staff() -> StaffUser:
    return make_staff(email=EMAIL, password=PASSWORD)


def mailed_token(staff: StaffUser, now: dt.datetime) -> str:
    send_password_reset(staff_id=staff.pk, now=now)
    found = re.search(r"http\S+/password-reset/(\S+)", InboxMessage.objects.latest("created").text)
    assert found
    return found[1]


def is_refused(token: str, now: dt.datetime) -> None:
    before = list(StaffUser.objects.order_by("id").values_list("password"))
    ways: tuple[Callable[[], object], ...] = (
        lambda: find_reset(token=token, now=now),
        lambda: reset_password(token=token, password=NEW, now=now),
    )
    for work in ways:
        with pytest.raises(LinkError):
            work()
    assert list(StaffUser.objects.order_by("id").values_list("password")) == before


@pytest.mark.safety
def test_a_link_that_we_did_not_make_is_refused(staff: StaffUser, now: dt.datetime) -> None:
    token = mailed_token(staff, now)
    name, ends, signature = token.split(".")
    other = make_staff(password=PASSWORD)
    for forged in (
        "", name, f"{name}.{ends}.{'0' * 64}", f"{token}0",
        f"{name}.{int(ends, 16) + 60:x}.{signature}", f"{other.api_id}.{ends}.{signature}",
        f"inv_{name[4:]}.{ends}.{signature}",
    ):  # fmt: skip
        is_refused(forged, now)
    assert find_reset(token=token, now=now) == staff


@pytest.mark.safety
def test_a_link_ends_after_an_hour(staff: StaffUser, now: dt.datetime) -> None:
    token = mailed_token(staff, now)
    is_refused(token, now + HOUR)
    find_reset(token=token, now=now + HOUR - dt.timedelta(seconds=2))


@pytest.mark.safety
def test_a_link_is_good_once_even_for_the_same_password(
    staff: StaffUser, now: dt.datetime, settings: Any
) -> None:
    first, second = mailed_token(staff, now), mailed_token(staff, now + dt.timedelta(seconds=5))
    reset_password(token=first, password=PASSWORD, now=now)
    is_refused(first, now)
    # Whatever else was mailed before is worth nothing either.
    is_refused(second, now)


@pytest.mark.safety
@pytest.mark.parametrize("change", ["password", "email", "inactive"])
def test_a_link_ends_with_what_it_is_bound_to(
    change: str, staff: StaffUser, now: dt.datetime
) -> None:
    token = mailed_token(staff, now)
    if change == "password":
        set_password(staff=staff, password=NEW, now=now)
    elif change == "email":
        StaffUser.objects.update(email="other@northlight.example")
    else:
        StaffUser.objects.update(is_active=False)
    is_refused(token, now)


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_is_taken(staff: StaffUser, now: dt.datetime) -> None:
    token = mailed_token(staff, now)
    answers = run_together(
        5, lambda: reset_password(token=token, password=NEW, now=now), held=hold_row(staff)
    )
    assert answers.count(staff) == 1
    assert [type(answer) for answer in answers].count(LinkError) == 4


def test_after_a_weak_password_the_link_is_still_good(staff: StaffUser, now: dt.datetime) -> None:
    token = mailed_token(staff, now)
    with pytest.raises(InvalidError):
        reset_password(token=token, password="short", now=now)
    reset_password(token=token, password=NEW, now=now)


@pytest.mark.safety
def test_known_unknown_and_inactive_accounts_are_asked_for_alike(
    staff: StaffUser, now: dt.datetime
) -> None:
    make_staff(email="gone@northlight.example", is_active=False)
    found = set()
    for email in (EMAIL, "nobody@northlight.example", "gone@northlight.example"):
        with CaptureQueriesContext(connection) as captured:
            ask_password_reset(email=email, address="192.0.2.1", now=now)
        found.add(tuple(query["sql"].split(" ")[0] for query in captured))
    assert len(found) == 1
    for job in ProcrastinateJob.objects.all():
        tasks.send_password_reset(**job.args)
    assert [mail.to for mail in InboxMessage.objects.all()] == [EMAIL]


@pytest.mark.safety
def test_an_account_gets_3_links_an_hour_and_an_address_asks_for_so_many(
    staff: StaffUser, now: dt.datetime, settings: Any
) -> None:
    for _ in range(5):
        send_password_reset(staff_id=staff.pk, now=now)
    assert InboxMessage.objects.count() == 3
    send_password_reset(staff_id=staff.pk, now=now + HOUR)
    assert InboxMessage.objects.count() == 4
    settings.PINS_PER_ADDRESS = 1
    ask_password_reset(email=EMAIL, address="192.0.2.1", now=now)
    with pytest.raises(TooManyError):
        ask_password_reset(email="other@northlight.example", address="192.0.2.1", now=now)


@pytest.mark.safety
def test_a_new_password_ends_all_sessions(staff: StaffUser, now: dt.datetime) -> None:
    start_session(staff=staff, now=now)
    reset_password(token=mailed_token(staff, now), password=NEW, now=now)
    assert StaffSession.objects.get().revoked_at == now
    assert sign_in_with_password(email=EMAIL, password=NEW, address="", now=now) == staff


def test_who_has_no_password_yet_gets_one(now: dt.datetime) -> None:
    staff = make_staff(email=EMAIL)
    reset_password(token=mailed_token(staff, now), password=NEW, now=now)
    assert sign_in_with_password(email=EMAIL, password=NEW, address="", now=now) == staff


@pytest.mark.safety
def test_the_person_is_told_that_the_password_was_changed(
    staff: StaffUser, now: dt.datetime
) -> None:
    token = mailed_token(staff, now)
    with pytest.raises(InvalidError):
        reset_password(token=token, password="short", now=now)
    assert not ProcrastinateJob.objects.exists()
    reset_password(token=token, password=NEW, now=now)

    job = ProcrastinateJob.objects.get()
    assert job.task_name == "accounts.send_password_changed"
    assert NEW not in str(job.args)
    tasks.send_password_changed(**job.args)

    mail = InboxMessage.objects.latest("created")
    assert mail.to == EMAIL
    assert mail.subject == "Your password for Preo was changed"
    assert f"{now:%d %B %Y, %H:%M} UTC" in mail.text
    assert mail.text.rstrip().endswith("/password-reset")
