"""Asking for a new password, and choosing it by the link."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from preo.accounts.models import StaffUser
from preo.accounts.tests.factories import PASSWORD, make_membership, make_staff
from preo.dashboard.tests.factories import client_of
from preo.dashboard.tests.pages import reset_path

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

EMAIL = "ada@northlight.example"
NEW = "quite another horse"
GONE = "This link is no longer good"


@pytest.fixture
def ada() -> StaffUser:
    staff = make_staff(email=EMAIL, password=PASSWORD)
    make_membership(staff=staff)
    return staff


def is_gone(path: str) -> None:
    before = list(StaffUser.objects.values_list("password"))
    client = Client()
    for response in (client.get(path), client.post(path, {"password": "a third horse"})):
        assert response.status_code == 404
        assert GONE in response.content.decode()
        assert EMAIL not in response.content.decode()
    assert list(StaffUser.objects.values_list("password")) == before


# --- asking ---------------------------------------------------------------------------------


def test_known_unknown_and_deactivated_are_answered_alike(ada: StaffUser) -> None:
    make_staff(email="gone@northlight.example", is_active=False)
    answers = set()
    for email in (EMAIL, "nobody@northlight.example", "gone@northlight.example"):
        client = Client()
        response = client.post("/password-reset", {"email": email})
        assert response.status_code == 302
        page = client.get(response["Location"]).content.decode()
        assert email not in page
        answers.add((response["Location"], page))

    assert len(answers) == 1
    assert "If there is an account with this address" in answers.pop()[1]
    staffs = ProcrastinateJob.objects.filter(task_name="accounts.send_password_reset")
    assert [job.args["staff_id"] for job in staffs.order_by("id")] == [str(ada.pk), None, None]


def test_who_asks_too_often_is_told_how_long_to_wait(settings: Settings) -> None:
    settings.PINS_PER_ADDRESS = 1
    client = Client()
    assert client.post("/password-reset", {"email": EMAIL}).status_code == 302

    response = client.post("/password-reset", {"email": EMAIL})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Too many tries. Wait 15 minutes" in response.content.decode()
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.parametrize("email", ["", "ada", "a\0@", "x" * 300 + "@northlight.example"])
def test_what_is_no_address_is_told_at_the_field(email: str) -> None:
    response = Client().post("/password-reset", {"email": email})

    assert response.status_code == 400
    assert "This is no e-mail address." in response.content.decode().split("email-mistakes")[-1]
    assert not ProcrastinateJob.objects.exists()


def test_a_form_from_elsewhere_asks_and_sets_nothing(ada: StaffUser) -> None:
    client, path = Client(enforce_csrf_checks=True), reset_path(ada)

    assert client.post("/password-reset", {"email": EMAIL}).status_code == 403
    assert client.post(path, {"password": NEW}).status_code == 403

    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert not ProcrastinateJob.objects.exists()


# --- choosing -------------------------------------------------------------------------------


def test_a_link_is_good_once(ada: StaffUser) -> None:
    path = reset_path(ada)
    assert Client().post(path, {"password": NEW}).status_code == 302

    is_gone(path)

    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_a_link_ends_after_an_hour(ada: StaffUser) -> None:
    is_gone(reset_path(ada, timezone.now() - dt.timedelta(hours=1)))


def test_a_forged_a_cut_and_anothers_link_are_told_alike(ada: StaffUser) -> None:
    path = reset_path(ada)
    other = make_staff()
    last = "0" if path[-1] != "0" else "1"
    for wrong in (path[:-1], path[:-1] + last, path.replace(ada.api_id, other.api_id)):
        is_gone(wrong)


def test_looking_uses_nothing_up(ada: StaffUser) -> None:
    path = reset_path(ada)
    for _ in range(2):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)

    assert Client().post(path, {"password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "This password is too short."), ("x" * 1025, "Take 1024 characters at most.")],
)
def test_after_a_weak_password_the_link_is_still_good(
    ada: StaffUser, password: str, words: str
) -> None:
    path = reset_path(ada)

    response = Client().post(path, {"password": password})

    assert response.status_code == 400
    assert words in response.content.decode().split('id="password-mistakes"')[1]
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert Client().get(path).status_code == 200


def test_it_ends_the_sessions_of_the_old_password_and_starts_none(ada: StaffUser) -> None:
    thief, client = client_of(ada), Client()
    assert thief.get("/switch").status_code == 200

    response = client.post(reset_path(ada), {"password": NEW}, follow=True)

    assert "Your password is set" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert thief.get("/switch").status_code == 302


def test_another_persons_session_stays_theirs(ada: StaffUser) -> None:
    other = make_staff(email="other@rival.example", password=PASSWORD)
    client = client_of(other)

    client.post(reset_path(ada), {"password": NEW})

    other.refresh_from_db()
    assert other.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(other.pk)


def test_the_link_and_the_answers_are_never_stored(ada: StaffUser) -> None:
    for path in ("/password-reset", "/password-reset?done", reset_path(ada)):
        assert "no-store" in Client().get(path)["Cache-Control"]


def test_from_the_sign_in_to_a_new_password_and_in(ada: StaffUser) -> None:
    client = Client()
    assert 'href="/password-reset"' in client.get("/sign-in").content.decode()
    assert EMAIL in client.get(reset_path(ada)).content.decode()

    client.post(reset_path(ada), {"password": NEW})

    signed_in = client.post("/sign-in", {"email": EMAIL, "password": NEW})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")


@pytest.mark.parametrize("server", [None, "smtp://mail.northlight.example"])
def test_it_says_so_where_mails_stay_on_the_server(server: str | None, settings: Settings) -> None:
    settings.EMAIL_SERVER = server

    page = Client().get("/password-reset?sent").content.decode()

    assert ("This installation sends no mails" in page) == (server is None)
