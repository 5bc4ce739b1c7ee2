"""Visits to the customers' pages: which lead nowhere, and that none changes anything."""

import http
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from preo.consents.models import ConsentAnswer
from preo.consents.preferences.links import Purpose, make_token
from preo.consents.preferences.pages import MAX_BODY
from preo.consents.preferences.tests.scene import (
    FORM,
    ONE_CLICK,
    preference_path,
    shown,
    strict_client,
    unsubscribe_path,
    written,
)
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer

pytestmark = pytest.mark.django_db

PATHS = [preference_path, unsubscribe_path]


@pytest.fixture
def customer() -> Customer:
    return make_answer().customer


def erase(customer: Customer) -> None:
    empty = {"email": None, "phone_number": None, "first_name": "", "last_name": ""}
    Customer.objects.filter(pk=customer.pk).update(erased_at=timezone.now(), **empty)


def merge(customer: Customer, into: Customer) -> None:
    empty = {"email": None, "phone_number": None, "first_name": "", "last_name": ""}
    Customer.objects.filter(pk=customer.pk).update(merged_into=into, **empty)


@pytest.mark.safety
@pytest.mark.parametrize("purpose", Purpose)
def test_a_wrong_link_and_one_of_an_erased_customer_look_exactly_alike(
    purpose: Purpose, customer: Customer
) -> None:
    erased = make_customer(organization=customer.organization)
    into_erased = make_customer(organization=customer.organization)
    token = make_token(purpose, customer.pk)
    erase(erased)
    merge(into_erased, erased)
    tokens = [
        f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        make_token(next(other for other in Purpose if other != purpose), customer.pk),
        make_token(purpose, uuid.uuid4()),
        make_token(purpose, erased.pk),
        make_token(purpose, into_erased.pk),
        "x",
        "%00",
        "é" * 5_000,
    ]
    before = written()

    answers = [
        (answer.status_code, answer.content, set(answer.headers))
        for wrong in tokens
        for answer in (
            strict_client().get(f"/{purpose}/{wrong}"),
            strict_client().post(f"/{purpose}/{wrong}", ONE_CLICK, content_type=FORM),
            strict_client().post(f"/{purpose}/{wrong}", {"withdraw_all": "all"}),
        )
    ]

    assert len({(status, page) for status, page, _ in answers}) == 1
    assert answers[0][0] == 404
    assert b"does not lead anywhere" in answers[0][1]
    assert len({frozenset(names) for *_, names in answers}) == 1
    assert written() == before


def test_the_page_that_leads_nowhere_is_in_the_browsers_language() -> None:
    for tags, tag, words in (
        ("fr, da-DK;q=0.8, en;q=0.5", "da", "Linket fører ingen steder hen"),
        ("sv", "sv", "Länken leder ingenstans"),
        ("se, ;;;, *", "en", "This link does not lead anywhere"),
    ):
        page = Client(headers={"Accept-Language": tags}).get("/preferences/x").content.decode()
        assert f'<html lang="{tag}">' in page
        assert words in page


@pytest.mark.safety
@pytest.mark.parametrize("path", PATHS)
def test_nothing_but_a_post_changes_anything_however_often_it_comes(
    path: Any, customer: Customer
) -> None:
    """Mail scanners follow every link, with whatever method and body."""
    before = written()
    consent = make_consent(organization=customer.organization)
    words = f"List-Unsubscribe=One-Click&unsubscribe=all&withdraw_all=all&accept={consent.api_id}"
    client = strict_client()

    for method in [*http.HTTPMethod, "PROPFIND", "REPORT"]:
        if method == "POST":
            continue
        for _ in range(5):
            answer = client.generic(
                str(method), f"{path(customer)}?{words}", words, content_type=FORM
            )
            assert answer.status_code == (200 if method in {"GET", "HEAD"} else 405)
    for _ in range(100):
        assert client.get(path(customer)).status_code == 200
    override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    client.get(f"{path(customer)}?_method=POST&{words}", headers=override)

    assert written() == before


@pytest.mark.safety
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_page_is_kept_nowhere_found_by_nobody_and_tells_no_other_page_its_address(
    path: Any, method: str, customer: Customer
) -> None:
    answer = strict_client().generic(method, path(customer), "unsubscribe=all", content_type=FORM)

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["X-Frame-Options"] == "DENY"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "data:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_the_pages_hold_nothing_of_the_person_but_the_answers(customer: Customer) -> None:
    for path in PATHS:
        page = strict_client().get(path(customer)).content.decode()
        for value in (customer.email, customer.first_name, customer.last_name, customer.api_id):
            assert value
            assert value not in page


@pytest.mark.safety
@pytest.mark.parametrize("path", PATHS)
def test_a_large_body_is_refused_unread(path: Any, customer: Customer) -> None:
    before = written()

    for body in (f"{ONE_CLICK}&x={'y' * MAX_BODY}", f"withdraw_all=1&x={'y' * MAX_BODY}"):
        answer = strict_client().post(path(customer), body, content_type=FORM)
        assert answer.status_code == 413
    for length in ("9" * 12, "-1", "1e3"):
        answer = strict_client().post(
            path(customer), ONE_CLICK, content_type=FORM, CONTENT_LENGTH=length
        )
        assert answer.status_code == 413

    assert written() == before


@pytest.mark.safety
def test_the_link_of_a_merged_customer_leads_to_the_one_that_is_kept(customer: Customer) -> None:
    first, second = (make_customer(organization=customer.organization) for _ in range(2))
    merge(first, second)
    merge(second, customer)
    consent = make_consent(organization=customer.organization, title="Later news")

    page = strict_client().get(preference_path(first)).content.decode()
    assert page == strict_client().get(preference_path(customer)).content.decode()
    strict_client().post(
        preference_path(first), {"shown": shown(consent, "none"), "accept": consent.api_id}
    )
    assert "Later news" in page
    assert ConsentAnswer.objects.get(consent=consent).customer == customer
