"""Signing in and out by the pages."""

import pytest
from django.test import Client
from pytest_django import Settings

from preo.accounts.models import StaffUser
from preo.accounts.tests.factories import PASSWORD, make_membership, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

WRONG = "The e-mail address or the password is wrong."


@pytest.fixture
def ada() -> StaffUser:
    staff = make_staff(email="ada@northlight.example", password=PASSWORD)
    make_membership(staff=staff)
    return staff


def sent(client: Client, email: str, password: str, **more: str) -> tuple[int, str, str]:
    response = client.post("/sign-in", {"email": email, "password": password, **more})
    return response.status_code, response.headers.get("Location", ""), response.content.decode()


def without_email(page: str, email: str) -> str:
    # The token of a form differs each time.
    return page.replace(email, "").split("csrfmiddlewaretoken")[0]


def test_a_wrong_password_and_an_unknown_address_are_told_alike(ada: StaffUser) -> None:
    wrong = sent(Client(), "ada@northlight.example", "not hers")
    unknown = sent(Client(), "nobody@northlight.example", "not hers")

    assert wrong[0] == unknown[0] == 401
    assert WRONG in wrong[2]
    assert without_email(wrong[2], "ada@northlight.example") == without_email(
        unknown[2], "nobody@northlight.example"
    )


def test_a_deactivated_person_is_told_the_same(ada: StaffUser) -> None:
    StaffUser.objects.update(is_active=False)

    status, _, page = sent(Client(), "ada@northlight.example", PASSWORD)

    assert status == 401
    assert WRONG in page


def test_too_many_tries_are_told_with_the_time_to_wait(ada: StaffUser, settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 2
    client = Client()
    for _ in range(2):
        assert sent(client, "ada@northlight.example", "not hers")[0] == 401

    response = client.post("/sign-in", {"email": "ada@northlight.example", "password": PASSWORD})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Too many tries. Wait 15 minutes, then try again." in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "orders",
        "",
    ],
)
def test_only_an_address_of_our_own_is_gone_back_to(ada: StaffUser, address: str) -> None:
    status, location, _ = sent(Client(), "ada@northlight.example", PASSWORD, next=address)

    assert (status, location) == (302, "/")


def test_a_form_from_elsewhere_is_refused_and_says_how_to_go_on(ada: StaffUser) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/sign-in", {"email": "ada@northlight.example", "password": PASSWORD})

    assert response.status_code == 403
    assert "Please try once more" in response.content.decode()
    assert response["X-Request-Id"] in response.content.decode()


def test_a_session_that_was_planted_before_is_worth_nothing_after(ada: StaffUser) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    sent(client, "ada@northlight.example", PASSWORD)

    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_signing_in_leads_back_to_where_one_was(ada: StaffUser) -> None:
    client = Client()

    status, location, _ = sent(
        client, " ADA@Northlight.example ", PASSWORD, next="/switch?search=a"
    )

    assert (status, location) == (302, "/switch?search=a")
    assert client.get("/sign-in")["Location"] == "/"


def test_signing_out_ends_the_session_and_twice_is_no_error(ada: StaffUser) -> None:
    client = Client()
    sent(client, "ada@northlight.example", PASSWORD)

    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/switch").status_code == 302
    assert client.post("/sign-out")["Location"] == "/sign-in"


def test_a_new_password_ends_the_sessions_of_the_old_one(ada: StaffUser) -> None:
    client = Client()
    sent(client, "ada@northlight.example", PASSWORD)
    assert client.get("/switch").status_code == 200

    ada.refresh_from_db()
    ada.set_password("another horse")
    ada.save(update_fields=["password"])

    assert client.get("/switch").status_code == 302
