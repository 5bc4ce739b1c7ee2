"""The local inbox: who opens it, and that no mail is more than text there."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from preo.accounts.models import RoleWord, StaffUser
from preo.accounts.tests.factories import make_membership, make_staff
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.pages import make_scene
from preo.dashboard.tests.test_markup import EVIL, read
from preo.transports.models import InboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

PIN = "The PIN is 123456"


@pytest.fixture
def operator() -> StaffUser:
    return make_staff(is_superuser=True)


def make_mail(
    *, text: str = PIN, subject: str = "Your PIN", html: str = "", minutes_ago: int = 0
) -> InboxMessage:
    created = timezone.now() - dt.timedelta(minutes=minutes_ago)
    return InboxMessage.objects.create(
        sender_name="Preo",
        sender_address="no-reply@preo.invalid",
        to="ada@northlight.example",
        subject=subject,
        text=text,
        html=html,
        message_id="1@preo.invalid",
        created=created,
        modified=created,
    )


def test_a_stranger_is_sent_to_the_sign_in() -> None:
    make_mail()

    response = Client().get("/inbox")

    assert response.status_code == 302
    assert PIN not in response.content.decode()


@pytest.mark.parametrize("role", RoleWord)
def test_no_role_in_an_organization_opens_it(role: RoleWord) -> None:
    make_mail()
    scene = make_scene()
    client = client_of(make_member(organization=scene.edition.organization, role=role))

    response = client.get("/inbox")

    assert response.status_code == 404
    assert PIN not in response.content.decode()
    assert 'href="/inbox"' not in client.get("/switch").content.decode()


def test_where_a_mail_server_is_set_the_page_is_not_there(
    operator: StaffUser, settings: Settings
) -> None:
    make_mail()
    settings.EMAIL_SERVER = "smtp://mail.northlight.example"
    client = client_of(operator)

    response = client.get("/inbox")

    assert response.status_code == 404
    assert PIN not in response.content.decode()
    assert 'href="/inbox"' not in client.get("/switch").content.decode()


def test_who_is_an_operator_no_longer_is_kept_out_from_the_next_request_on(
    operator: StaffUser,
) -> None:
    client = client_of(operator)
    assert client.get("/inbox").status_code == 200

    StaffUser.objects.update(is_superuser=False)

    assert client.get("/inbox").status_code == 404


def test_an_html_part_is_never_on_the_page(operator: StaffUser) -> None:
    make_mail(text=EVIL, subject=EVIL, html="<b>the part</b><script>alert(1)</script>")
    make_mail(text="", html="<b>the part</b>")

    page = client_of(operator).get("/inbox").content.decode()

    assert read(page).bad == []
    assert "the part" not in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "This mail has no text, and its HTML is not shown." in page


def test_links_in_mails_are_text_too(operator: StaffUser) -> None:
    make_mail(text="Follow https://evil.example/x")

    page = client_of(operator).get("/inbox").content.decode()

    assert "Follow https://evil.example/x" in page
    assert 'href="https://evil.example' not in page


def test_no_copy_of_the_page_is_kept(operator: StaffUser) -> None:
    assert "no-store" in client_of(operator).get("/inbox")["Cache-Control"]


def test_it_takes_no_forms(operator: StaffUser) -> None:
    make_mail()

    assert client_of(operator).post("/inbox").status_code == 405
    assert InboxMessage.objects.count() == 1


# --- what works -----------------------------------------------------------------------------


def test_the_operator_reads_mails_newest_first(operator: StaffUser) -> None:
    for minutes_ago in (5, 0, 9):
        make_mail(subject=f"Mail of {minutes_ago}", minutes_ago=minutes_ago)
    client = client_of(operator)

    page = client.get("/inbox").content.decode()

    assert "Nothing leaves this server: PREO_EMAIL_URL is not set" in page
    places = [page.index(f"Mail of {minutes}") for minutes in (0, 5, 9)]
    assert places == sorted(places)
    assert "ada@northlight.example" in page
    assert PIN in page
    assert 'href="/inbox"' in client.get("/switch").content.decode()


def test_an_operator_who_works_for_an_organization_finds_it_there_too(operator: StaffUser) -> None:
    scene = make_scene()
    make_membership(staff=operator, organization=scene.edition.organization)

    page = client_of(operator).get(scene.url("orders")).content.decode()

    assert 'href="/inbox"' in page


def test_fifty_stand_on_a_page(operator: StaffUser) -> None:
    for minutes_ago in range(51):
        make_mail(subject=f"Mail of {minutes_ago}.", minutes_ago=minutes_ago)
    client = client_of(operator)

    first, second = (client.get(f"/inbox{page}").content.decode() for page in ("", "?page=2"))

    assert first.count("<article") == 50
    assert 'href="/inbox?page=2"' in first
    assert second.count("<article") == 1
    assert "Mail of 50." in second
    assert 'href="/inbox?page=1"' in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 40, "\0", "999999"])
def test_a_page_that_is_not_there_is_no_error(operator: StaffUser, page: str) -> None:
    response = client_of(operator).get("/inbox", {"page": page})

    assert response.status_code == 200
