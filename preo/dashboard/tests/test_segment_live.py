"""What the builder asks while somebody types: mistakes with their places, numbers, people, names."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.catalog.tests.factories import make_category, make_product
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.tests.factories import make_order
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition(name="Northlight 2026", slug="northlight-2026")


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization))


@pytest.fixture
def buyers(edition: Edition) -> list[Customer]:
    """Three who bought and one who did not; one of the three has no address, one no consent."""
    organization = edition.organization
    consent = make_consent(organization=organization)
    named = [
        make_customer(organization=organization, first_name="Mia", last_name="Blom"),
        make_customer(organization=organization, first_name="Jon", last_name="Lie", email=None),
        make_customer(organization=organization, first_name="Åse", last_name="Dahl"),
        make_customer(organization=organization, first_name="Eva", last_name="Quist"),
    ]
    for customer in named[:3]:
        make_order(edition=edition, customer=customer)
    make_answer(customer=named[0], consent=consent)
    make_answer(customer=named[2], consent=consent, accepted=False)
    return named


def url(name: str, edition: Edition) -> str:
    return reverse(f"dashboard:{name}_segment", args=[edition.organization.slug])


def asked(condition: str, **values: str) -> dict[str, str]:
    return {
        "condition": condition,
        "communication_type": "marketing",
        "communication_channel": "email",
        "edition_id": "",
        "consent_id": "",
    } | values


# --- refusals ---


@pytest.mark.safety
@pytest.mark.parametrize("name", ["check", "preview", "people"])
def test_who_is_staff_of_one_edition_asks_nothing_about_everybody(
    name: str, edition: Edition, buyers: list[Customer]
) -> None:
    client = client_of(make_member(edition=edition, role=RoleWord.STAFF))
    other = make_edition(organization=edition.organization)

    for wrong in ("", other.api_id):
        answer = client.post(
            url(name, edition), asked("true", edition_id=wrong, person="Mia", user_id="")
        ).content.decode()
        assert "Mia" not in answer
        assert "can be reached" not in answer
        assert '"valid": true' not in answer
    right = client.post(
        url("preview", edition), asked("true", edition_id=edition.api_id)
    ).content.decode()
    assert "Mia Blom" in right


@pytest.mark.safety
def test_people_are_found_only_as_far_as_the_visitor_may_see_them(
    edition: Edition, buyers: list[Customer]
) -> None:
    client = client_of(make_member(edition=edition, role=RoleWord.STAFF))
    rival = make_customer(first_name="Mia", last_name="Rival")
    here = asked("true", edition_id=edition.api_id)

    found = client.post(url("people", edition), here | {"person": "mia"}).content.decode()
    none = client.post(url("people", edition), here | {"person": "quist"}).content.decode()

    assert "Mia Blom" in found
    assert rival.api_id not in found
    assert "Nobody here is called" in none
    for hidden in (rival.api_id, buyers[3].api_id, "usr_nonsense", "mia"):
        response = client.post(url("people", edition), here | {"user_id": hidden})
        assert response.status_code == 404


@pytest.mark.safety
@pytest.mark.parametrize("name", ["preview", "people"])
def test_a_segment_that_one_may_not_see_cannot_be_asked_about(
    name: str, edition: Edition, buyers: list[Customer]
) -> None:
    hidden = make_segment(edition=make_edition(organization=edition.organization))
    client = client_of(make_member(edition=edition, role=RoleWord.STAFF))
    condition = f'"{hidden.api_id}" in segments || true'

    answer = client.post(
        url(name, edition),
        asked(condition, edition_id=edition.api_id, user_id=buyers[0].api_id),
    ).content.decode()

    assert "can be reached" not in answer
    assert ">In it<" not in answer


@pytest.mark.safety
def test_a_rivals_consent_cannot_be_counted_by(
    edition: Edition, browser: Client, buyers: list[Customer]
) -> None:
    page = browser.post(
        url("preview", edition), asked("true", consent_id=make_consent().api_id)
    ).content.decode()

    assert "can be reached" not in page


@pytest.mark.safety
def test_a_guest_of_an_edition_is_told_no_names_of_it(edition: Edition) -> None:
    staff = make_member(edition=edition)
    other = make_edition(organization=edition.organization)
    make_membership(staff=staff, edition=other, role=RoleWord.GUEST)
    client = client_of(staff)

    for elsewhere in (other.api_id, ""):
        response = client.get(url("context", edition), {"edition_id": elsewhere})
        assert response.status_code == 404
    assert client.get(url("context", edition), {"edition_id": edition.api_id}).status_code == 200


def test_the_context_of_an_edition_that_is_not_ones_own_is_not_found(
    edition: Edition, browser: Client
) -> None:
    for other in (make_edition().api_id, "edt_nonsense", edition.organization.api_id):
        response = browser.get(url("context", edition), {"edition_id": other})
        assert response.status_code == 404


# --- mistakes ---


def test_all_mistakes_are_told_with_their_places_in_characters(
    edition: Edition, browser: Client
) -> None:
    text = 'user.first_name == "😀" && user.emial == "a" && user.langauge == "da"'

    answer = browser.post(url("check", edition), asked(text)).json()

    assert not answer["valid"]
    places = [text[each["start"] : each["end"]] for each in answer["problems"]]
    assert places == ["emial", "langauge"]
    assert [each["severity"] for each in answer["problems"]] == ["error", "error"]
    assert "user.language" in answer["problems"][1]["hint"]


def test_what_is_odd_is_told_and_still_right(edition: Edition, browser: Client) -> None:
    text = 'purchases.exists(p, p.product == "prd_00000000000000000000000000")'

    answer = browser.post(url("check", edition), asked(text)).json()

    assert answer["valid"]
    assert [each["severity"] for each in answer["problems"]] == ["warning"]


def test_blanks_and_line_ends_of_browsers_do_not_move_the_places(
    edition: Edition, browser: Client
) -> None:
    text = "user.has_email\N{NO-BREAK SPACE}&&\r\n\N{NO-BREAK SPACE}user.emial == null"

    answer = browser.post(url("check", edition), asked(text)).json()

    assert [(each["line"], each["column"]) for each in answer["problems"]] == [(2, 7)]


# --- numbers ---


def test_the_numbers_subtract_to_whom_can_be_reached(
    edition: Edition, browser: Client, buyers: list[Customer]
) -> None:
    page = browser.post(url("preview", edition), asked("user.orders_count >= 1")).content.decode()

    words = " ".join(page.replace("&minus;", "-").split())
    for line in (
        'The condition holds for</dt><dd class="amount">3',
        'Without an e-mail address</dt><dd class="amount">-1',
        'Without consent</dt><dd class="amount">-1',
        'Unsubscribed, bounced or blocked</dt><dd class="amount">0',
        'Can be reached</dt><dd class="amount">1',
    ):
        assert line in words
    assert "Mia Blom" in page
    assert "Åse Dahl" not in page


def test_a_count_that_takes_too_long_says_so_and_what_can_be_done(
    edition: Edition, browser: Client, buyers: list[Customer], settings: object
) -> None:
    settings.SEGMENT_PREVIEW_TIMEOUT = dt.timedelta(milliseconds=1)  # type: ignore[attr-defined]
    slow = " && ".join(
        f"orders.filter(o, o.amount > {n}).map(o, o.amount).sum() > {n}" for n in range(30)
    )

    page = browser.post(url("preview", edition), asked(slow)).content.decode()

    assert "takes long to count" in page
    assert "audience-number" not in page


# --- people ---


def test_each_part_of_the_condition_is_answered_for_a_person(
    edition: Edition, browser: Client, buyers: list[Customer]
) -> None:
    condition = 'user.orders_count >= 1 && user.last_name == "Dahl" && user.last_seen < now'

    page = browser.post(
        url("people", edition), asked(condition, user_id=buyers[2].api_id)
    ).content.decode()

    words = " ".join(page.split())
    assert "Åse Dahl" in page
    assert "Not in it" in page
    for part in (
        "part-yes part-in-1",
        "part-unknown part-in-1",
        "The latest answer to a marketing consent is yes.",
    ):
        assert part in words
    assert words.count("part-no") >= 1


def test_a_person_is_found_by_a_few_letters(
    edition: Edition, browser: Client, buyers: list[Customer]
) -> None:
    page = browser.post(url("people", edition), asked("true", person="åse")).content.decode()

    assert "Åse Dahl" in page
    assert buyers[2].api_id in page
    assert "Mia" not in page


# --- names ---


def test_the_context_holds_real_things_by_their_names(edition: Edition, browser: Client) -> None:
    product = make_product(edition=edition, name="Weekend pass")
    category = make_category(edition=edition, name={"en": "Tickets"})
    segment = make_segment(edition=edition, name="Fans")
    elsewhere = make_product(edition=make_edition(organization=edition.organization), name="Tent")
    make_product(name="A rival's")

    everywhere = browser.get(url("context", edition)).json()
    there = browser.get(url("context", edition), {"edition_id": edition.api_id}).json()

    names = everywhere["references"]
    assert {each["label"] for each in names["product"]} == {"Weekend pass", "Tent"}
    assert {each["detail"] for each in names["product"]} == {
        "Northlight 2026",
        elsewhere.edition.full_name,
    }
    assert there["references"]["product"] == [{"value": product.api_id, "label": "Weekend pass"}]
    assert there["references"]["category"] == [{"value": category.api_id, "label": "Tickets"}]
    assert there["references"]["segment"] == [{"value": segment.api_id, "label": "Fans"}]
    assert {"value": "northlight-2026", "label": "Northlight 2026"} in names["edition"]


def test_each_kind_of_reference_that_a_field_has_can_be_chosen_by_name(
    edition: Edition, browser: Client
) -> None:
    context = browser.get(url("context", edition)).json()

    fields = [field for fields in context["entities"].values() for field in fields]
    kinds = {field["reference"] for field in fields if field["reference"]}
    kinds |= {each["value"]["reference"] for each in context["relations"] if each["value"]}
    assert kinds == set(context["references"])
    assert {relation["entity"] for relation in context["relations"]} - {""} <= set(
        context["entities"]
    )
    assert any(entry["is_method"] for entry in context["functions"])
