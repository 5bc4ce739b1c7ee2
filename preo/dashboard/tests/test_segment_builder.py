"""The page on which segments are made and changed: who may, what is refused at which field, what is kept."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from preo.accounts.models import RoleWord
from preo.consents.tests.factories import make_consent
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.forms import Form, Sent
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.segments.models import Segment, SegmentStatus
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


def filled(**changes: str) -> dict[str, str]:
    """What a browser sends of an empty builder, but for the changes."""
    return {
        "name": "Regulars",
        "description": "",
        "edition_id": "",
        "condition": "user.orders_count >= 3",
        "communication_type": "marketing",
        "communication_channel": "email",
        "consent_id": "",
        "_modified": "",
    } | changes


def form_in(response: Any) -> Sent:
    """What a browser would send of the builder as it stands."""
    form = Form(form_id="segment-form")
    form.feed(response.content.decode())
    return form.sent


def made(response: Any) -> Segment:
    assert response.status_code == 302, response.content.decode()
    return Segment.objects.get()


# --- refusals ---


def test_who_may_only_look_finds_no_builder_and_no_way_to_it(edition: Edition) -> None:
    segment = make_segment(edition=edition)
    client = client_of(make_member(organization=edition.organization, role=RoleWord.STAFF))

    assert client.get(url("new_segment", edition)).status_code == 403
    assert client.get(url("edit_segment", edition, segment.api_id)).status_code == 403
    assert client.post(url("new_segment", edition), filled()).status_code == 403
    page = client.get(url("segment", edition, segment.api_id)).content.decode()
    listed = client.get(url("segments", edition)).content.decode()
    own = (f"{segment.api_id}/{word}" for word in ("edit", "delete", "recalculate", "reset"))
    for way in (*own, "segments/new"):
        assert way not in page
        assert way not in listed


def test_a_manager_of_one_edition_makes_no_segment_of_everybody(edition: Edition) -> None:
    client = client_of(make_member(edition=edition, role=RoleWord.MANAGER))

    offered = client.get(url("new_segment", edition))
    refused = client.post(url("new_segment", edition), filled())
    other = make_edition(organization=edition.organization)
    elsewhere = client.post(url("new_segment", edition), filled(edition_id=other.api_id))

    assert form_in(offered)["edition_id"] == [edition.api_id]
    assert "Everybody at" not in offered.content.decode()
    assert refused.status_code == 403
    assert "role manager in the whole organization" in refused.content.decode()
    assert elsewhere.status_code == 400
    assert not Segment.objects.exists()
    here = made(client.post(url("new_segment", edition), filled(edition_id=edition.api_id)))
    assert here.edition == edition


def test_a_manager_of_one_edition_finds_no_builder_for_anothers_segment(edition: Edition) -> None:
    other = make_segment(edition=make_edition(organization=edition.organization))
    everybodys = make_segment(organization=edition.organization)
    client = client_of(make_member(edition=edition, role=RoleWord.MANAGER))

    for segment in (other, everybodys):
        for name in ("segment", "edit_segment", "delete_segment", "segment_cells"):
            assert client.get(url(name, edition, segment.api_id)).status_code == 404


def test_a_rivals_segment_is_not_found_under_the_own_organization(
    edition: Edition, browser: Client
) -> None:
    rival = make_segment()

    for name in ("segment", "edit_segment", "delete_segment", "segment_cells", "export_segment"):
        assert browser.get(url(name, edition, rival.api_id)).status_code == 404
    for name in ("recalculate_segment", "reset_segment", "delete_segment", "edit_segment"):
        assert browser.post(url(name, edition, rival.api_id), filled()).status_code == 404
    assert Segment.objects.get().status == SegmentStatus.DRAFT


def test_mistakes_of_a_condition_are_told_by_line_and_nothing_is_saved(
    edition: Edition, browser: Client
) -> None:
    text = 'user.total_spen > 5 &&\r\nuser.language == "dk"'
    response = browser.post(url("new_segment", edition), filled(condition=text))

    page = response.content.decode()
    assert response.status_code == 400
    assert not Segment.objects.exists()
    assert "Line 1, column 6" in page
    assert "Line 2, column 18" in page
    assert "user.total_spent" in page
    assert "user.total_spen &gt; 5 &amp;&amp;\nuser.language" in page


@pytest.mark.parametrize("name", ["", " "])
def test_a_segment_needs_a_name(name: str, edition: Edition, browser: Client) -> None:
    response = browser.post(url("new_segment", edition), filled(name=name))

    assert response.status_code == 400
    assert "Fill this in." in response.content.decode()
    assert not Segment.objects.exists()


@pytest.mark.parametrize("field", ["edition_id", "consent_id"])
def test_what_belongs_to_a_rival_cannot_be_named(
    field: str, edition: Edition, browser: Client
) -> None:
    foreign = {"edition_id": make_edition(), "consent_id": make_consent()}[field]

    response = browser.post(url("new_segment", edition), filled(**{field: foreign.api_id}))

    assert response.status_code == 400
    assert not Segment.objects.exists()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(
    edition: Edition, browser: Client
) -> None:
    segment = make_segment(edition=edition, name="Before")
    address = url("edit_segment", edition, segment.api_id)
    sent = form_in(browser.get(address))
    Segment.objects.update(name="Theirs")

    response = browser.post(address, sent | {"name": ["Mine"]})

    assert response.status_code == 409
    assert Segment.objects.get().name == "Theirs"


# --- saving ---


def test_a_new_segment_is_saved_and_its_calculation_asked_for(
    edition: Edition, browser: Client
) -> None:
    segment = made(browser.post(url("new_segment", edition), filled()))

    assert segment.organization == edition.organization
    assert segment.edition is None
    assert segment.condition == "user.orders_count >= 3"
    assert segment.status == SegmentStatus.PENDING
    assert (segment.communication_type, segment.communication_channel) == ("marketing", "email")


def test_in_an_edition_the_builder_begins_with_that_edition(
    edition: Edition, browser: Client
) -> None:
    address = reverse(
        "dashboard:edition_new_segment", args=[edition.organization.slug, edition.slug]
    )

    sent = form_in(browser.get(address))

    assert sent["edition_id"] == [edition.api_id]
    assert sent["communication_type"] == ["marketing"]


def test_a_blank_that_a_browser_made_unbreakable_is_saved_as_a_blank(
    edition: Edition, browser: Client
) -> None:
    text = "user.orders_count\N{NO-BREAK SPACE}>=\N{NO-BREAK SPACE}3\r\n&&\N{NO-BREAK SPACE}user.has_email"

    segment = made(browser.post(url("new_segment", edition), filled(condition=text)))

    assert segment.condition == "user.orders_count >= 3\n&& user.has_email"


def test_a_form_sent_as_it_stands_changes_nothing(edition: Edition, browser: Client) -> None:
    segment = make_segment(
        edition=edition,
        name="Early birds",
        description="For\nthe spring.",
        condition='user.language == "da"\n  && user.has_email // those\n',
        communication_type="marketing",
        communication_channel="sms",
        consent=make_consent(organization=edition.organization),
    )
    before = Segment.objects.values().get()
    address = url("edit_segment", edition, segment.api_id)
    sent = form_in(browser.get(address))

    response = browser.post(address, sent)

    assert response.status_code == 302
    assert Segment.objects.values().get() == before


def test_a_changed_condition_is_calculated_anew(edition: Edition, browser: Client) -> None:
    segment = make_segment(edition=edition)
    address = url("edit_segment", edition, segment.api_id)
    sent = form_in(browser.get(address))

    browser.post(address, sent | {"condition": ["user.has_phone"]})

    segment.refresh_from_db()
    assert segment.condition == "user.has_phone"
    assert segment.status == SegmentStatus.PENDING


def test_without_scripts_a_button_counts_and_saves_nothing(
    edition: Edition, browser: Client
) -> None:
    right = browser.post(url("new_segment", edition), filled(_count="1", condition="true"))
    wrong = browser.post(url("new_segment", edition), filled(_count="1", condition="user.emial"))

    assert right.status_code == wrong.status_code == 200
    assert "The condition holds for" in right.content.decode()
    assert "The condition has 1 mistake" in wrong.content.decode()
    assert "Regulars" in wrong.content.decode()
    assert not Segment.objects.exists()


# --- the policy ---


def test_the_builder_alone_allows_the_editors_style_by_a_nonce_of_its_own(
    edition: Edition, browser: Client
) -> None:
    def style_of(response: Any) -> str:
        parts = response["Content-Security-Policy"].split(";")
        return str(next(part.strip() for part in parts if "style-src" in part))

    first, second = (browser.get(url("new_segment", edition)) for _ in range(2))

    nonce = style_of(first).removeprefix("style-src 'self' 'nonce-").removesuffix("'")
    assert len(nonce) > 20
    assert f'nonce="{nonce}"' in first.content.decode()
    assert style_of(first) != style_of(second)
    assert "nonce" not in style_of(browser.get(url("segments", edition)))
    script = first["Content-Security-Policy"].split("script-src")[1].split(";")[0]
    assert script.strip() == "'self'"
