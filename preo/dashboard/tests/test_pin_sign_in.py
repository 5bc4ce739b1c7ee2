"""Signing in with a mailed PIN by the pages."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from preo.accounts.models import StaffUser
from preo.accounts.service.pins import send_pin
from preo.accounts.tests.factories import make_membership, make_staff
from preo.dashboard.tests.factories import client_of
from preo.transports.models import InboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

EMAIL = "ada@northlight.example"
WRONG = "The PIN is wrong, or no longer good."


@pytest.fixture
def ada() -> StaffUser:
    staff = make_staff(email=EMAIL)
    make_membership(staff=staff)
    return staff


def mailed_pin(staff: StaffUser, now: dt.datetime | None = None) -> str:
    send_pin(staff_id=staff.pk, now=now or timezone.now())
    found = re.search(r"^ +(\d{6})$", InboxMessage.objects.latest("created").text, re.MULTILINE)
    assert found
    return found[1]


def other_than(pin: str) -> str:
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def entered(client: Client, pin: str, email: str = EMAIL, **more: str) -> tuple[int, str]:
    response = client.post("/sign-in/code/enter", {"email": email, "pin": pin, **more})
    return response.status_code, response.headers.get("Location") or response.content.decode()


def is_refused(client: Client, pin: str, email: str = EMAIL) -> None:
    status, page = entered(client, pin, email)
    assert status == 401
    assert WRONG in page
    assert "_auth_user_id" not in client.session


def without_email(page: str, email: str) -> str:
    # The token of a form differs each time.
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page.replace(email, ""))


def test_known_unknown_and_deactivated_are_answered_alike(ada: StaffUser) -> None:
    make_staff(email="gone@northlight.example", is_active=False)
    answers = set()
    for email in (EMAIL, "nobody@northlight.example", "gone@northlight.example"):
        client = Client()
        response = client.post("/sign-in/code", {"email": email})
        assert response.status_code == 200
        assert "preo_session" not in client.cookies
        answers.add(without_email(response.content.decode(), email))

    assert len(answers) == 1
    assert "If there is an account with this address" in answers.pop()
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.send_pin").order_by("id")
    assert [job.args["staff_id"] for job in jobs] == [str(ada.pk), None, None]


def test_a_wrong_pin_an_unknown_address_and_no_pin_are_told_alike(ada: StaffUser) -> None:
    pin = mailed_pin(ada)
    for wrong in (pin[:5], f"{pin}0", "", "\0"):
        is_refused(Client(), wrong)
    _, known = entered(Client(), other_than(pin))
    _, unknown = entered(Client(), pin, "nobody@northlight.example")

    assert without_email(known, EMAIL) == without_email(unknown, "nobody@northlight.example")


def test_a_pin_is_good_once(ada: StaffUser) -> None:
    pin = mailed_pin(ada)
    assert entered(Client(), pin) == (302, "/")

    is_refused(Client(), pin)


def test_a_pin_ends_after_ten_minutes(ada: StaffUser) -> None:
    is_refused(Client(), mailed_pin(ada, timezone.now() - dt.timedelta(minutes=10)))


def test_a_pin_is_good_for_its_person_alone(ada: StaffUser) -> None:
    make_staff(email="other@northlight.example")

    is_refused(Client(), mailed_pin(ada), "other@northlight.example")


def test_after_five_wrong_ones_the_right_one_is_refused(ada: StaffUser) -> None:
    pin = mailed_pin(ada)
    for _ in range(5):
        is_refused(Client(), other_than(pin))

    is_refused(Client(), pin)


@pytest.mark.parametrize("path", ["/sign-in/code", "/sign-in/code/enter"])
def test_who_tries_too_often_is_told_how_long_to_wait(
    ada: StaffUser, settings: Settings, path: str
) -> None:
    settings.PINS_PER_ADDRESS = settings.SIGN_IN_TRIES_PER_ADDRESS = 0

    client = Client()
    response = client.post(path, {"email": EMAIL, "pin": mailed_pin(ada)})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Too many tries. Wait 15 minutes, then try again." in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert not ProcrastinateJob.objects.exists()


def test_what_is_no_address_is_told_at_the_field() -> None:
    response = Client().post("/sign-in/code", {"email": "ada\0"})

    assert response.status_code == 400
    assert "This is no e-mail address." in response.content.decode().split("email-mistakes")[-1]
    assert not ProcrastinateJob.objects.exists()


def test_a_form_from_elsewhere_is_refused(ada: StaffUser) -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post("/sign-in/code", {"email": EMAIL}).status_code == 403
    assert entered(client, mailed_pin(ada))[0] == 403
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_only_an_address_of_our_own_is_gone_back_to(ada: StaffUser, address: str) -> None:
    assert entered(Client(), mailed_pin(ada), next=address) == (302, "/")
    assert address not in Client().get("/sign-in/code", {"next": address}).content.decode()


def test_a_session_that_was_planted_before_is_worth_nothing_after(ada: StaffUser) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()

    entered(client, mailed_pin(ada))

    assert client.session.session_key != session.session_key
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_another_persons_session_is_left_behind(ada: StaffUser) -> None:
    client = client_of(make_staff(email="other@rival.example"))
    session = client.session
    session["theirs"] = True
    session.save()

    entered(client, mailed_pin(ada))

    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.session.session_key != session.session_key
    assert "theirs" not in client.session


def test_from_the_sign_in_by_mail_to_where_one_was(ada: StaffUser) -> None:
    client = Client()
    assert (
        'href="/sign-in/code?next=/switch"' in client.get("/sign-in?next=/switch").content.decode()
    )
    assert 'value="/switch"' in client.get("/sign-in/code?next=/switch").content.decode()

    page = client.post("/sign-in/code", {"email": EMAIL, "next": "/switch"}).content.decode()

    assert f'name="email" value="{EMAIL}"' in page
    assert 'name="next" value="/switch"' in page
    assert "good for 10 minutes and 5 tries" in page
    pin = mailed_pin(ada)
    assert entered(client, f"{pin[:3]} {pin[3:]}", next="/switch") == (302, "/switch")
    assert client.get("/switch").status_code == 200


def test_who_has_a_pin_already_gives_the_address_too() -> None:
    page = Client().get("/sign-in/code/enter").content.decode()

    assert 'type="email" name="email"' in page
    assert 'autocomplete="one-time-code"' in page


def test_the_pages_are_never_stored(ada: StaffUser) -> None:
    for response in (
        Client().get("/sign-in/code"),
        Client().post("/sign-in/code", {"email": EMAIL}),
        Client().get("/sign-in/code/enter"),
    ):
        assert "no-store" in response["Cache-Control"]
