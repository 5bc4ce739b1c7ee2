"""The API reference comes from our own files alone."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/docs", "/reference"])
def test_a_reference_page_asks_nothing_from_outside(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    page = response.content.decode()
    assert "http://" not in page
    assert "https://" not in page
    assert "<script>" not in page
    for address in re.findall(r'(?:src|href)="/static/([^"]+)"', page):
        assert finders.find(address), address
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "default-src 'none'" in policy


def test_other_pages_keep_the_strict_policy() -> None:
    assert "unsafe-inline" not in Client().get("/sign-in")["Content-Security-Policy"]


def test_the_document_is_served_as_it_is_committed() -> None:
    served = Client().get("/openapi.yaml")
    assert served.status_code == 200
    assert b"listOrders" in served.content


@pytest.mark.parametrize("code", ["role_too_low", "invalid", "currency_fixed", "unexpected"])
def test_a_problems_type_leads_to_its_meaning(code: str) -> None:
    response = Client().get(f"/problems/{code}")
    assert response.status_code == 200
    assert code in response.content.decode()


def test_a_problem_that_there_is_not_leads_nowhere() -> None:
    assert Client().get("/problems/nonsense").status_code == 404
