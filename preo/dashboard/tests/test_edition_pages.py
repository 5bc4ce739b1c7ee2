"""Editions on pages: the API's rules at their fields, and nothing changed that nobody touched."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from preo.accounts.models import RoleWord
from preo.activity.models import Activity
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.forms import Sent, read_form
from preo.editions.models import Edition, FeeRule, MerchantAccount
from preo.editions.tests.factories import make_edition, make_event
from preo.orders.tests.factories import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


@pytest.fixture
def edition() -> Edition:
    """One with a value in every field, as only the API writes some of them."""
    event = make_event(name="Northlight")
    edition = make_edition(
        event=event,
        slug="2026",
        start_date=dt.datetime(2026, 10, 25, 0, 30, 5, 123_456, tzinfo=dt.UTC),
        end_date=dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC),
    )
    organization = edition.organization
    Edition.objects.filter(pk=edition.pk).update(
        enabled_languages=["en", "da"],
        meta_title={"en": "Light", "pl": "Światło"},
        meta_description={"da": "To linjer\nher"},
        metadata={"keep": [1, {"deep": None}], "gone": "ø", "deep": {"a": 1, "b": 0.1}},
        merchant_id={"id": "x"},
        default_price_tax_rate="8.875",
        tax_type="sales",
        email_sender_name="Light <crew>",
        fee_rule=FeeRule.objects.create(organization=organization, name="Buyer pays"),
        merchant_account=MerchantAccount.objects.create(
            organization=organization, name="Cardway", type="cardway"
        ),
    )
    edition.refresh_from_db()
    return edition


@pytest.fixture
def path(edition: Edition) -> str:
    return f"/o/{edition.organization.slug}/e/2026/settings"


@pytest.fixture
def manager(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.MANAGER))


def shown(client: Client, path: str) -> Sent:
    return read_form(client.get(path)).sent


def send(client: Client, path: str, **changes: Any) -> Any:
    return client.post(path, shown(client, path) | changes)


def columns(edition: Edition) -> dict[str, Any]:
    return dict(Edition.objects.filter(pk=edition.pk).values().get())


# --- who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [RoleWord.GUEST, RoleWord.STAFF])
def test_below_the_managers_one_may_look_but_not_change(
    role: RoleWord, edition: Edition, path: str, manager: Client
) -> None:
    client = client_of(make_member(organization=edition.organization, role=role))
    form = shown(manager, path)
    before = columns(edition)

    page = client.get(path)
    response = client.post(path, form | {"name": "Mine"})

    assert page.status_code == 200
    assert "<fieldset disabled" in page.content.decode()
    assert ">Save<" not in page.content.decode()
    assert response.status_code == 403
    assert columns(edition) == before


def test_the_manager_of_one_edition_changes_that_one_alone_and_makes_none(
    edition: Edition, path: str
) -> None:
    other = make_edition(organization=edition.organization, slug="2027")
    client = client_of(make_member(edition=edition, role=RoleWord.MANAGER))

    assert send(client, path, name="Renamed").status_code == 302
    assert client.get(path.replace("2026", "2027")).status_code == 404
    assert client.post(path.replace("2026", "2027"), {"name": "X"}).status_code == 404
    new = f"/o/{edition.organization.slug}/editions/new"
    assert client.get(new).status_code == 403
    assert client.post(new, {"name": "X"}).status_code == 403
    listed = client.get(f"/o/{edition.organization.slug}/editions").content.decode()
    assert "Northlight Renamed" in listed
    assert f"/e/{other.slug}/settings" not in listed
    assert "editions/new" not in listed


# --- what is refused -------------------------------------------------------------------------


def test_another_currency_is_refused_at_its_field_once_there_are_orders(
    edition: Edition, path: str, manager: Client
) -> None:
    make_order(edition=edition)
    before = columns(edition)

    response = send(manager, path, currency="dkk", name="Also new")

    form = read_form(response)
    assert response.status_code == 409
    assert form.mistakes == {
        "currency": "The currency cannot change any more: there are orders in it."
    }
    assert (form.sent["currency"], form.sent["name"]) == (["dkk"], ["Also new"])
    assert columns(edition) == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Fill this in."),
        ("timezone", "Mars/Base", "Give a time zone of the IANA list, such as Europe/Copenhagen."),
        ("end_date", "2020-01-01T00:00", "The end is before the start."),
        ("end_date", "2026-03-29T02:30", "The clocks are put forward then"),
        (
            "default_language",
            "nl",
            "The default language must be one of the enabled languages.",
        ),
        ("enabled_languages", [], "Choose one at least."),
        ("default_price_tax_rate", "101", "Ensure this value is less than or equal to 100."),
        ("default_price_tax_rate", "", "A valid number is required."),
        ("email_reply_to", "nobody", "Enter a valid email address."),
        ("fee_rule_id", "fee_00000000000000000000000000", "There is no fee rule with this id."),
        ("merchant_id", "[1]", "Give an object."),
        ("metadata", '{"a": 1, "a": 2}', "This is no JSON"),
        ("metadata", '{"a": "' + "x" * 40_000 + '"}', "may have at most 32 KB"),
        ("meta_title.en", "x" * 2001, "no more than 2000 characters"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_saved(
    edition: Edition, path: str, manager: Client, field: str, value: Any, words: str
) -> None:
    before = columns(edition)

    response = send(manager, path, **{field: value, "email_sender_name": "Kept"})

    form = read_form(response)
    place = field if field != "meta_title.en" else "meta_title-text"
    assert response.status_code == 400
    assert words in form.mistakes[place]
    assert form.sent["email_sender_name"] == ["Kept"]
    assert columns(edition) == before


def test_what_belongs_to_another_organization_cannot_be_chosen(
    edition: Edition, path: str, manager: Client
) -> None:
    rival = make_edition()
    foreign = FeeRule.objects.create(organization=rival.organization, name="Rival's rule")

    response = send(manager, path, fee_rule_id=foreign.api_id)

    assert read_form(response).mistakes == {"fee_rule_id": "There is no fee rule with this id."}
    assert "Rival" not in manager.get(path).content.decode()


# --- what is saved ---------------------------------------------------------------------------


def test_a_form_sent_as_it_stands_changes_nothing(
    edition: Edition, path: str, manager: Client
) -> None:
    before = columns(edition)

    response = manager.post(path, shown(manager, path))

    assert response.status_code == 302
    assert columns(edition) == before
    assert not Activity.objects.exists()


def test_every_field_of_the_api_can_be_changed(
    edition: Edition, path: str, manager: Client
) -> None:
    response = send(
        manager,
        path,
        name="2027",
        start_date="2027-06-04T12:00",
        end_date="",
        timezone="America/New_York",
        default_country_code="+1",
        enabled_languages=["nl", "en"],
        default_language="nl",
        currency="usd",
        tax_type="vat",
        default_price_tax_rate="25,5",
        default_deposit_tax_rate="1",
        default_packaging_deposit_tax_rate="2.125",
        fee_rule_id="",
        merchant_account_id="",
        merchant_account_extra_parameters='{"a": 1}',
        merchant_id="",
        email_sender_name="",
        email_sender_address="hello@northlight.example",
        email_reply_to="desk@northlight.example",
        sms_sender_name="Store",
        metadata='{"keep": 1, "deep": {"a": 2}}',
        is_archived="on",
        **{"meta_title.en": "New", "meta_title.pl": "", "meta_description.da": "En\r\nto"},
    )

    row = columns(edition)
    assert response.status_code == 302
    assert "The settings are saved." in manager.get(path).content.decode()
    changed = {
        "name": "2027", "full_name": "Northlight 2027", "end_date": None,
        "timezone": "America/New_York", "default_country_code": "+1",
        "enabled_languages": ["nl", "en"], "default_language": "nl", "currency": "usd",
        "tax_type": "vat", "fee_rule_id": None, "merchant_account_id": None,
        "merchant_account_extra_parameters": {"a": 1}, "merchant_id": {}, "email_sender_name": "",
        "email_sender_address": "hello@northlight.example",
        "email_reply_to": "desk@northlight.example", "sms_sender_name": "Store",
        "metadata": {"keep": 1, "deep": {"a": 2}}, "is_archived": True,
        "meta_title": {"en": "New"}, "meta_description": {"da": "En\nto"},
        "start_date": dt.datetime(2027, 6, 4, 16, 0, tzinfo=dt.UTC),
    }  # fmt: skip
    assert {name: row[name] for name in changed} == changed
    rates = [row[f"default_{name}_tax_rate"] for name in ("price", "deposit", "packaging_deposit")]
    assert [float(rate) for rate in rates] == [25.5, 1, 2.125]


def test_another_time_zone_keeps_what_the_clock_shows(
    edition: Edition, path: str, manager: Client
) -> None:
    begin = shown(manager, path)["start_date"]

    send(manager, path, timezone="America/New_York")

    assert shown(manager, path)["start_date"] == begin == ["2026-10-25T02:30:05"]


def test_a_draft_is_published_once(edition: Edition, path: str, manager: Client) -> None:
    Edition.objects.update(is_draft=True)
    form = shown(manager, path)
    assert form["is_draft"] == ["on"]

    del form["is_draft"]
    manager.post(path, form)

    edition.refresh_from_db()
    assert not edition.is_draft
    assert edition.published_at is not None
    assert Activity.objects.filter(type="edition.published").count() == 1


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(
    edition: Edition, path: str, manager: Client
) -> None:
    stale = shown(manager, path)
    send(manager, path, name="Theirs")

    response = manager.post(path, stale | {"name": "Mine"})

    assert response.status_code == 409
    assert "Somebody saved this while you were typing." in response.content.decode()
    assert columns(edition)["name"] == "Theirs"
    manager.post(path, read_form(response).sent)
    assert columns(edition)["name"] == "Mine"


# --- the list, and making one ----------------------------------------------------------------


def test_a_new_edition_needs_a_name_and_an_event_of_ones_own(
    edition: Edition, manager: Client
) -> None:
    new = f"/o/{edition.organization.slug}/editions/new"
    rival = make_event(name="Rival's own")

    nothing = send(manager, new)
    foreign = send(manager, new, name="2030", event_id=rival.api_id)

    assert nothing.status_code == foreign.status_code == 400
    assert read_form(nothing).mistakes == {"name": "Fill this in.", "event_id": "Choose one."}
    assert read_form(foreign).mistakes == {"event_id": "There is no event with this id."}
    assert "Rival's own" not in manager.get(new).content.decode()
    assert Edition.objects.count() == 1


def test_a_new_edition_begins_as_a_draft_with_the_ways_of_the_latest(
    edition: Edition, manager: Client
) -> None:
    new = f"/o/{edition.organization.slug}/editions/new"
    event = edition.event
    assert event is not None

    response = send(manager, new, name="2030", event_id=event.api_id, start_date="2030-06-04T12:00")

    made = Edition.objects.get(name="2030")
    assert response["Location"] == f"/o/{edition.organization.slug}/e/northlight-2030/settings"
    assert made.is_draft
    assert (made.full_name, made.timezone) == ("Northlight 2030", "Europe/Copenhagen")
    assert (made.tax_type, made.enabled_languages) == ("sales", ["en", "da"])
    assert made.start_date == dt.datetime(2030, 6, 4, 10, 0, tzinfo=dt.UTC)
    assert "is made, as a draft" in manager.get(response["Location"]).content.decode()


def test_without_an_event_the_form_says_where_to_make_one(edition: Edition) -> None:
    lonely = make_edition()
    client = client_of(make_member(organization=lonely.organization, role=RoleWord.MANAGER))

    page = client.get(f"/o/{lonely.organization.slug}/editions/new").content.decode()

    assert "There is none yet: first make one, under Events." in page


def test_the_list_tells_states_apart_and_can_be_narrowed(edition: Edition, manager: Client) -> None:
    organization = edition.organization
    make_edition(organization=organization, full_name="Sketch", is_draft=True)
    make_edition(organization=organization, full_name="Old one", is_archived=True)
    path = f"/o/{organization.slug}/editions"

    everything = manager.get(path).content.decode()
    drafts = manager.get(f"{path}?is_draft=true").content.decode()

    for words in ("Sketch", "Old one", ">Draft</span>", ">Archived</span>", ">Published</span>"):
        assert words in everything
    assert "Sketch" in drafts
    assert "Old one" not in drafts
