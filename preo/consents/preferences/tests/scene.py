"""One customer with the paths of their links, for the tests of the pages."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from preo.activity.models import Activity
from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer
from preo.consents.preferences.links import preference_url, unsubscribe_url
from preo.customers.models import Customer

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


def preference_path(customer: Customer) -> str:
    return urlsplit(preference_url(customer)).path


def unsubscribe_path(customer: Customer) -> str:
    return urlsplit(unsubscribe_url(customer)).path


def strict_client() -> Client:
    """As a browser that has no cookie, before a server that looks for forged forms."""
    return Client(enforce_csrf_checks=True, headers={"User-Agent": "Test/1"})


def click_once(customer: Customer, body: str | bytes = ONE_CLICK, content_type: str = FORM) -> Any:
    """What a mail program sends for its own button."""
    return strict_client().post(unsubscribe_path(customer), body, content_type=content_type)


def shown(consent: Consent, was: str, language: str = "en") -> str:
    """The hidden input of a consent on the page."""
    return f"{consent.api_id} {language} {was}"


def current(customer: Customer) -> dict[str, bool]:
    """The present answers, by the titles of the consents."""
    found = CurrentAnswer.objects.filter(customer=customer).values_list(
        "consent__title", "accepted"
    )
    return dict(found)


def written() -> tuple[int, int]:
    """What every change would add to."""
    return ConsentAnswer.objects.count(), Activity.objects.count()
