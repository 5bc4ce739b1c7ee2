import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from preo.accounts import tasks
from preo.accounts.models import Pin, StaffUser
from preo.accounts.service import pins
from preo.accounts.service.pins import WrongPinError, ask_pin, purge_pins, sign_in_with_pin
from preo.accounts.tests.factories import make_staff
from preo.accounts.tests.threads import hold_row, run_together
from preo.core.errors import DomainError, TooManyError
from preo.transports.models import InboxMessage
from preo.transports.tests.server import DROP, smtp_stand_in

EMAIL = "ada@northlight.example"
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> StaffUser:
    return make_staff(email=EMAIL)


def ask(now: dt.datetime, email: str = EMAIL, address: str = "192.0.2.1") -> None:
    """What the request does and, right after it, its job."""
    before = ProcrastinateJob.objects.count()
    ask_pin(email=email, address=address, now=now)
    job = ProcrastinateJob.objects.latest("id")
    assert ProcrastinateJob.objects.count() == before + 1
    pins.send_pin(staff_id=job.args["staff_id"], now=now)


def mailed() -> str:
    """The PIN of the newest mail."""
    found = re.search(r"\b(\d{6})\b", InboxMessage.objects.latest("created").text)
    assert found
    return found[1]


def other_than(pin: str) -> str:
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def attempt(
    now: dt.datetime, pin: str, *, email: str | None = EMAIL, address: str = "192.0.2.1"
) -> StaffUser | DomainError:
    try:
        return sign_in_with_pin(email=email, pin=pin, address=address, now=now)
    except DomainError as refusal:
        return refusal


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.safety
def test_a_wrong_pin_is_refused(staff: StaffUser, now: dt.datetime) -> None:
    assert isinstance(attempt(now, "123456"), WrongPinError)
    ask(now)
    pin = mailed()
    for wrong in (other_than(pin), pin[:5], f"{pin}0", "", "x", "١٢٣٤٥٦"):
        Pin.objects.update(tries=0)
        assert isinstance(attempt(now, wrong), WrongPinError)
    for email in (None, "", "other@northlight.example"):
        assert isinstance(attempt(now, pin, email=email), WrongPinError)
    assert attempt(now, pin) == staff


@pytest.mark.safety
def test_a_pin_is_good_once_for_10_minutes_and_until_the_next(
    staff: StaffUser, now: dt.datetime
) -> None:
    ask(now)
    first = mailed()
    assert isinstance(attempt(now + 10 * MINUTE, first), WrongPinError)
    ask(now + MINUTE)
    second = mailed()
    assert first != second
    assert isinstance(attempt(now + MINUTE, first), WrongPinError)
    assert attempt(now + 10 * MINUTE, f" {second[:3]} {second[3:]} ") == staff
    assert isinstance(attempt(now + 10 * MINUTE, second), WrongPinError)


@pytest.mark.safety
def test_after_five_wrong_ones_the_right_one_is_refused(staff: StaffUser, now: dt.datetime) -> None:
    ask(now)
    pin = mailed()
    for number in range(5):
        wrong = attempt(now, other_than(pin), address=f"192.0.2.{number}")
        assert isinstance(wrong, WrongPinError)
    assert isinstance(attempt(now, pin), WrongPinError)
    assert Pin.objects.get().tries == 5


@pytest.mark.safety
def test_an_inactive_person_is_neither_mailed_nor_let_in(
    staff: StaffUser, now: dt.datetime
) -> None:
    ask(now)
    StaffUser.objects.update(is_active=False)
    assert isinstance(attempt(now, mailed()), WrongPinError)
    ask(now + MINUTE)
    pins.send_pin(staff_id=staff.pk, now=now)
    assert InboxMessage.objects.count() == 1


@pytest.mark.safety
def test_an_account_gets_3_pins_an_hour_and_10_a_day(staff: StaffUser, now: dt.datetime) -> None:
    for number in range(5):
        ask(now + number * MINUTE, address=f"192.0.2.{number}")
    assert InboxMessage.objects.count() == 3
    for hour in range(1, 9):
        for _ in range(2):
            ask(now + hour * 61 * MINUTE, address=f"198.51.100.{hour}")
    assert InboxMessage.objects.count() == 10
    ask(now + dt.timedelta(days=1))
    assert InboxMessage.objects.count() == 11


@pytest.mark.safety
def test_one_address_may_not_ask_for_ever(settings: Any, now: dt.datetime) -> None:
    settings.PINS_PER_ADDRESS = 2
    for number in range(2):
        ask(now, email=f"{number}@northlight.example")
    with pytest.raises(TooManyError):
        ask(now, email="2@northlight.example")
    ask(now, email="2@northlight.example", address="192.0.2.2")


@pytest.mark.safety
def test_one_address_may_not_try_for_ever(settings: Any, now: dt.datetime) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 2
    kinds = [type(attempt(now, "123456", email=f"{n}@a.example")) for n in range(3)]
    assert kinds == [WrongPinError, WrongPinError, TooManyError]


# --- many at once ---------------------------------------------------------------------------


def count_compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where comparisons with a kept PIN are noted; each says that it was wrong."""
    kept = Pin.objects.get().hash
    compared: list[str] = []

    def compare(given: str, with_what: str) -> bool:
        if with_what == kept:
            compared.append(given)
        return False

    monkeypatch.setattr(pins, "constant_time_compare", compare)
    return compared


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_pins_at_once_five_are_compared(
    staff: StaffUser, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(now)
    compared = count_compared(monkeypatch)
    held = hold_row(Pin.objects.get())
    # Whoever has read four tries, and adds to them when the row is free again, is wrong.
    # From as many places, or they would meet where the tries of an address are counted.
    places = iter([f"192.0.2.{number}" for number in range(13)])
    answers = run_together(13, lambda: attempt(now, "000000", address=next(places)), held=held)
    assert len(compared) == 5
    assert all(isinstance(answer, WrongPinError) for answer in answers)


@pytest.mark.nightly
@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_10_000_wrong_pins_five_are_compared(
    staff: StaffUser, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(now)
    compared = count_compared(monkeypatch)

    def run(number: int) -> None:
        try:
            attempt(now, f"{number:06d}", address=f"10.0.{number // 250}.{number % 250}")
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(run, range(10_000)))
    assert len(compared) == 5


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_many_right_pins_at_once_one_gets_in(staff: StaffUser, now: dt.datetime) -> None:
    ask(now)
    pin = mailed()
    held = hold_row(Pin.objects.get())
    places = iter([f"192.0.2.{number}" for number in range(5)])
    answers = run_together(5, lambda: attempt(now, pin, address=next(places)), held=held)
    assert answers.count(staff) == 1


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_jobs_at_once_make_no_more_pins_than_the_limit(staff: StaffUser, now: dt.datetime) -> None:
    held = hold_row(staff)
    run_together(8, lambda: pins.send_pin(staff_id=staff.pk, now=now), held=held)
    assert Pin.objects.count() == InboxMessage.objects.count() == 3
    assert Pin.objects.filter(ended_at=None).count() == 1


# --- what nobody learns ---------------------------------------------------------------------


def post(client: Any, path: str, **body: str) -> Any:
    return client.post(f"/v1/auth/{path}", body, format="json")


@pytest.mark.safety
def test_asking_is_answered_alike_for_known_unknown_and_inactive_accounts(
    client: Any, staff: StaffUser
) -> None:
    make_staff(email="gone@northlight.example", is_active=False)
    found = set()
    for email in (EMAIL, "nobody@northlight.example", "gone@northlight.example"):
        with CaptureQueriesContext(connection) as captured:
            answer = post(client, "pin", email=email)
        # Apart from the values the statements are the same, too.
        statements = tuple(q["sql"].split(" ")[0] for q in captured)
        found.add((answer.status_code, answer.content, frozenset(answer.headers), statements))
    assert len(found) == 1
    assert found.pop()[:2] == (202, b"")
    assert ProcrastinateJob.objects.count() == 3


@pytest.mark.safety
def test_a_wrong_pin_is_answered_alike_whatever_is_wrong(
    client: Any, staff: StaffUser, now: dt.datetime
) -> None:
    make_staff(email="without@northlight.example")
    ask(now)
    wrong = other_than(mailed())
    found = set()
    for email in (EMAIL, "nobody@northlight.example", "without@northlight.example"):
        with CaptureQueriesContext(connection) as captured:
            answer = post(client, "pin/verify", email=email, pin=wrong)
        problem = {**answer.json(), "instance": ""}
        found.add((answer.status_code, str(problem), frozenset(answer.headers), len(captured)))
    assert len(found) == 1
    assert found.pop()[0] == 401


@pytest.mark.safety
def test_no_queue_and_no_table_holds_the_pin(
    client: Any, staff: StaffUser, now: dt.datetime
) -> None:
    post(client, "pin", email=EMAIL)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("accounts.send_pin", {"staff_id": str(staff.pk)})
    tasks.send_pin(**job.args)
    pin = mailed()
    assert pin not in Pin.objects.get().hash
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE %s", [f"%{pin}%"]
        )
        assert cursor.fetchone() == (0,)


# --- what works -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "places"),
    [
        ("pin", {}, {""}),
        ("pin", {"email": EMAIL, "phone_number": "+4512345678"}, {""}),
        ("pin", {"email": "ada"}, {"/email"}),
        ("pin", {"phone_number": 4512345678}, {"/phone_number"}),
        ("pin/verify", {"email": EMAIL}, {"/pin"}),
        ("pin/verify", {"email": EMAIL, "pin": 123456}, {"/pin"}),
        ("pin/verify", {"pin": "123456"}, {""}),
        ("pin/verify", {"email": EMAIL, "pin": "1" * 33}, {"/pin"}),
    ],
)
def test_a_body_with_mistakes_is_refused_with_their_places(
    path: str, body: dict[str, Any], places: set[str], client: Any
) -> None:
    answer = post(client, path, **body)
    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == places


def test_by_phone_it_is_taken_and_nothing_is_sent(client: Any) -> None:
    make_staff(phone_number="+4512345678")
    assert post(client, "pin", phone_number="+4512345678").status_code == 202
    assert not ProcrastinateJob.objects.exists()
    assert post(client, "pin/verify", phone_number="+4512345678", pin="1").status_code == 401


def test_the_mailed_pin_gives_a_session(client: Any, staff: StaffUser) -> None:
    post(client, "pin", email=EMAIL.upper())
    tasks.send_pin(**ProcrastinateJob.objects.get().args)
    answer = post(client, "pin/verify", email=EMAIL, pin=mailed())
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh", "expires_in"}
    assert answer["Cache-Control"] == "no-store"
    staff.refresh_from_db()
    assert staff.last_login is not None
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {answer.json()['access']}"}
    assert client.get("/v1/auth/user", **bearer).json()["email"] == EMAIL


def test_the_mail_is_plain_and_says_what_it_is_for(staff: StaffUser, now: dt.datetime) -> None:
    StaffUser.objects.update(full_name="Ada\n\n<b>Vinter</b> & Co")
    ask(now)
    mail = InboxMessage.objects.get()
    assert (mail.to, mail.html) == (EMAIL, "")
    # Mail servers on the way keep subjects in their logs.
    assert mail.subject == "Your PIN for Preo"
    assert mail.text.startswith("Hello Ada <b>Vinter</b> & Co,\n")
    assert "10 minutes" in mail.text
    assert mail.message_id == f"{Pin.objects.get().api_id}@preo.invalid"
    assert Pin.objects.get().delivery == "sent"


@pytest.mark.parametrize(("answer", "delivery"), [("550 no", "refused"), (DROP, "unclear")])
def test_what_became_of_the_mail_is_kept(
    answer: str, delivery: str, staff: StaffUser, now: dt.datetime, settings: Any
) -> None:
    with smtp_stand_in(body=answer) as stand_in:
        settings.EMAIL_SERVER = stand_in.server
        ask(now)
    assert Pin.objects.get().delivery == delivery


def test_pins_are_kept_for_7_days(staff: StaffUser, now: dt.datetime) -> None:
    for days in (6, 7, 8):
        ask(now - dt.timedelta(days=days))
    assert purge_pins(now=now) == 2
