"""The list of segments and the page of one: members, progress, what can be done and what comes of it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.customers.tests.factories import make_customer
from preo.dashboard.segments import row
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.tests.factories import make_order
from preo.segments.models import Segment, SegmentStatus
from preo.segments.tests.calculating import calculate
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.MANAGER))


def url(name: str, edition: Edition, *words: str) -> str:
    return reverse(f"dashboard:{name}", args=[edition.organization.slug, *words])


def rows_in(page: str) -> list[str]:
    return re.findall(r'<tr data-row>.*?<a [^>]*href="[^"]*/(seg_\w+)"', page, re.DOTALL)


# --- refusals ---


def test_a_segment_that_another_is_made_of_is_not_deleted(
    edition: Edition, browser: Client
) -> None:
    segment = make_segment(edition=edition, name="Regulars")
    make_segment(edition=edition, name="Lapsed regulars", names=(segment,))

    response = browser.post(url("delete_segment", edition, segment.api_id))

    assert response.status_code == 409
    assert "Lapsed regulars" in response.content.decode()
    assert Segment.objects.filter(pk=segment.pk).exists()


def test_looking_at_the_question_deletes_nothing(edition: Edition, browser: Client) -> None:
    segment = make_segment(edition=edition)

    response = browser.get(url("delete_segment", edition, segment.api_id))

    assert response.status_code == 200
    assert Segment.objects.filter(pk=segment.pk).exists()


def test_a_segment_without_a_condition_is_not_calculated(edition: Edition, browser: Client) -> None:
    segment = make_segment(edition=edition, condition="")

    response = browser.post(url("recalculate_segment", edition, segment.api_id), follow=True)

    assert "The segment has no condition yet." in response.content.decode()
    segment.refresh_from_db()
    assert segment.status == SegmentStatus.DRAFT


@pytest.mark.safety
def test_of_two_organizations_of_one_person_each_lists_its_own(edition: Edition) -> None:
    other = make_edition()
    mine, theirs = make_segment(edition=edition), make_segment(edition=other)
    staff = make_member(organization=edition.organization)
    make_membership(staff=staff, organization=other.organization, role=RoleWord.STAFF)
    client = client_of(staff)

    assert rows_in(client.get(url("segments", edition)).content.decode()) == [mine.api_id]
    assert rows_in(client.get(url("segments", other)).content.decode()) == [theirs.api_id]
    assert client.get(url("segment", edition, theirs.api_id)).status_code == 404


@pytest.mark.safety
def test_who_has_one_edition_finds_the_segments_of_that_one(edition: Edition) -> None:
    mine = make_segment(edition=edition)
    make_segment(edition=make_edition(organization=edition.organization))
    make_segment(organization=edition.organization)
    client = client_of(make_member(edition=edition))

    assert rows_in(client.get(url("segments", edition)).content.decode()) == [mine.api_id]


@pytest.mark.safety
def test_why_is_not_told_of_a_person_whom_the_visitor_may_not_see(edition: Edition) -> None:
    segment = make_segment(edition=edition)
    seen = make_order(edition=edition).customer
    client = client_of(make_member(edition=edition))
    address = url("segment", edition, segment.api_id)

    for hidden in (make_customer(organization=edition.organization), make_customer()):
        assert client.get(address, {"user_id": hidden.api_id}).status_code == 404
    assert client.get(address, {"user_id": seen.api_id}).status_code == 200


# --- the list ---


def test_an_edition_lists_its_own_segments(edition: Edition, browser: Client) -> None:
    mine = make_segment(edition=edition)
    general = make_segment(organization=edition.organization)

    everywhere = browser.get(url("segments", edition)).content.decode()
    there = browser.get(
        reverse("dashboard:edition_segments", args=[edition.organization.slug, edition.slug])
    ).content.decode()

    assert set(rows_in(everywhere)) == {mine.api_id, general.api_id}
    assert rows_in(there) == [mine.api_id]


def test_a_row_asks_again_only_while_its_segment_is_being_calculated(
    edition: Edition, browser: Client
) -> None:
    segment = make_segment(edition=edition, status=SegmentStatus.PENDING)
    cells = url("segment_cells", edition, segment.api_id)

    waiting = browser.get(cells).content.decode()
    Segment.objects.update(status=SegmentStatus.COMPLETED)
    done = browser.get(cells).content.decode()

    assert f'hx-get="{cells}"' in waiting
    assert "Waiting" in waiting
    assert "hx-get" not in done
    assert "Ready" in done


@pytest.mark.parametrize("status", SegmentStatus.values)
def test_each_state_is_a_word(status: str, edition: Edition, browser: Client) -> None:
    message = "It took too long." if status == "failed" else ""
    make_segment(edition=edition, status=status, error_message=message)

    page = browser.get(url("segments", edition)).content.decode()

    words = {
        "draft": "Draft",
        "pending": "Waiting",
        "processing": "Calculating",
        "completed": "Ready",
        "failed": "Failed",
    }
    assert f'">{words[status]}</span>' in page


def test_the_queries_of_the_list_do_not_grow_with_it(edition: Edition, browser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url("segments", edition)).status_code == 200
        return len(caught)

    make_segment(edition=edition)
    few = queries()
    for _ in range(6):
        make_segment(edition=make_edition(organization=edition.organization))

    assert queries() == few


# --- one segment ---


def test_the_page_shows_members_and_how_the_calculation_went(
    edition: Edition, browser: Client
) -> None:
    for number in range(3):
        make_order(
            edition=edition,
            customer=make_customer(organization=edition.organization, first_name=f"Buyer{number}"),
        )
    segment = calculate(make_segment(edition=edition, name="Buyers"))
    address = url("segment", edition, segment.api_id)

    page = browser.get(address).content.decode()
    searched = browser.get(address, {"search": "buyer1"}).content.decode()

    assert all(f"Buyer{number}" in page for number in range(3))
    assert "3 came in, 0 left" in page
    assert 'hx-trigger="load delay' not in page
    assert "Buyer1" in searched
    assert "Buyer2" not in searched


def test_very_many_members_stand_in_the_order_of_their_ids(
    edition: Edition, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Zoe", "Ada", "Mia")
    people = [make_customer(organization=edition.organization, first_name=name) for name in names]
    segment = make_segment(edition=edition, members=tuple(people))
    address = url("segment", edition, segment.api_id)

    def shown() -> list[str]:
        page = browser.get(address).content.decode()
        return sorted(names, key=lambda name: page.index(f"{name} Holm"))

    assert shown() == ["Ada", "Mia", "Zoe"]
    monkeypatch.setattr(row, "SORTED", 2)
    assert shown() == [name for _, name in sorted((each.pk, each.first_name) for each in people)]


def test_while_it_is_calculated_the_page_asks_again_and_can_stop_it(
    edition: Edition, browser: Client
) -> None:
    segment = make_segment(edition=edition)
    browser.post(url("recalculate_segment", edition, segment.api_id))

    page = browser.get(url("segment", edition, segment.api_id)).content.decode()
    browser.post(url("reset_segment", edition, segment.api_id))

    assert 'hx-select="#standing"' in page
    segment.refresh_from_db()
    assert segment.status == SegmentStatus.DRAFT


def test_a_failure_says_why(edition: Edition, browser: Client) -> None:
    segment = make_segment(
        edition=edition, status=SegmentStatus.FAILED, error_message="It took too <long>."
    )

    page = browser.get(url("segment", edition, segment.api_id)).content.decode()

    assert "It took too &lt;long&gt;." in page


def test_without_scripts_a_person_is_found_and_explained(edition: Edition, browser: Client) -> None:
    customer = make_order(edition=edition).customer
    segment = make_segment(edition=edition, condition="user.has_phone && user.has_email")
    address = url("segment", edition, segment.api_id)

    people = browser.get(address, {"person": customer.last_name}).content.decode()
    why = browser.get(address, {"user_id": customer.api_id}).content.decode()

    assert f'href="?user_id={customer.api_id}"' in people
    assert "Not in it" in why
    assert 'data-cel="user.has_phone"' in why


def test_the_export_is_the_file_of_the_api(edition: Edition, browser: Client) -> None:
    customers = [make_order(edition=edition).customer for _ in range(3)]
    segment = calculate(make_segment(edition=edition, name="Buyers of the 2026 pass"))

    response = browser.get(url("export_segment", edition, segment.api_id))

    lines = response.getvalue().decode().splitlines()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="buyers-of-the-2026-pass.csv"' in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    assert lines[0].startswith("id,name,email")
    assert {line.split(",")[0] for line in lines[1:]} == {each.api_id for each in customers}


def test_a_segment_is_deleted_after_the_question(edition: Edition, browser: Client) -> None:
    segment = make_segment(edition=edition, name="Early birds")

    response = browser.post(url("delete_segment", edition, segment.api_id), follow=True)

    assert "Early birds is deleted." in response.content.decode()
    assert not Segment.objects.exists()
