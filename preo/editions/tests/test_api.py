"""Reading editions."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def names(client: ApiClient, **query: Any) -> list[str]:
    response = client.get("/v1/editions", {"ordering": "name", **query})
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["count"] == len(body["results"])
    return [row["name"] for row in body["results"]]


def test_an_editions_guest_sees_that_edition_alone(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.GUEST)
    assert names(sign_in(person)) == ["2026"]


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (None, None, "no_dates"),
        (1, 2, "upcoming"),
        (1, None, "upcoming"),
        (-2, -1, "past"),
        (None, -1, "past"),
        (-1, 1, "current"),
        (-1, None, "current"),
        (None, 1, "current"),
    ],
)
def test_the_status_follows_the_dates_in_lists_filters_and_details(
    start: int | None, end: int | None, status: str, cast: Cast, guest: ApiClient
) -> None:
    now = timezone.now()
    edition = make_edition(
        organization=cast.northlight,
        name="dated",
        start_date=None if start is None else now + start * DAY,
        end_date=None if end is None else now + end * DAY,
    )
    assert guest.get(f"/v1/editions/{edition.api_id}").json()["status"] == status
    for word in ("upcoming", "current", "past", "no_dates"):
        assert ("dated" in names(guest, status=word)) == (word == status)


def test_each_filter_narrows(cast: Cast, guest: ApiClient) -> None:
    make_edition(organization=cast.northlight, name="draft", is_draft=True)
    make_edition(organization=cast.northlight, name="old", is_archived=True)
    assert names(guest, is_draft="true") == ["draft"]
    assert names(guest, is_archived="true") == ["old"]
    assert names(guest, is_draft="false", is_archived="false") == ["2025", "2026"]
    assert len(names(guest, organization_id=cast.northlight.api_id)) == 4


def test_an_edition_comes_with_all_its_settings(cast: Cast, guest: ApiClient) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(
        meta_title={"en": "Northlight", "da": "Nordlys"}, default_price_tax_rate="25.5"
    )
    body = guest.get(f"/v1/editions/{cast.edition.api_id}").json()
    assert body["full_name"] == "Northlight 2026"
    assert body["event"]["name"] == "Northlight"
    assert body["organization"]["slug"] == "northlight"
    assert body["meta_title"] == {"en": "Northlight", "da": "Nordlys"}
    assert body["default_price_tax_rate"] == 25.5
    assert body["email_sender_name"] == ""
    assert body["merchant_account_id"] is None
