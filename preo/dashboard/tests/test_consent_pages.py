"""Consents on pages: written as drafts, published for ever, switched, deleted; refusals first."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import Consent, ConsentType, Scope
from preo.consents.tests.factories import ANSWERED, make_answer, make_consent
from preo.customers.tests.factories import make_customer
from preo.dashboard.tests.catalog_forms import fill, form_of, mistakes_at
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.test_markup import EVIL, read
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db

TEXTS = {"en": "Write to me.\nOften.", "da": "Skriv til mig."}


@pytest.fixture
def edition() -> Edition:
    edition = make_edition()
    edition.enabled_languages = ["en", "da"]
    edition.save()
    return edition


@pytest.fixture
def manager(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.MANAGER))


@pytest.fixture
def draft(edition: Edition) -> Consent:
    return make_consent(edition=edition, published=False, title="Offers", consent_text=TEXTS)


def url_of(consent: Consent, way: str = "") -> str:
    return f"/o/{consent.organization.slug}/consents/{consent.api_id}{way}"


def new_url(edition: Edition, *, whole: bool = False) -> str:
    place = "" if whole else f"/e/{edition.slug}"
    return f"/o/{edition.organization.slug}{place}/consents/new"


def as_written(consent: Consent) -> Any:
    return Consent.objects.filter(pk=consent.pk).values().get()


def publish(client: Client, consent: Consent) -> Any:
    """Press the button of the page as it was shown."""
    page = client.get(url_of(consent, "/publish")).content.decode()
    shown = re.search(r'name="modified" value="([^"]+)"', page)
    return client.post(url_of(consent, "/publish"), {"modified": shown[1] if shown else ""})


WAYS = ["", "/publish", "/switch", "/delete"]


@pytest.mark.safety
@pytest.mark.parametrize("way", WAYS)
def test_staff_look_at_a_consent_and_cannot_change_it(draft: Consent, way: str) -> None:
    client = client_of(make_member(organization=draft.organization))
    before = as_written(draft)

    page = client.get(url_of(draft)).content.decode()
    response = client.post(url_of(draft, way), {"title": "Mine", "enabled": "false"})

    assert "<fieldset disabled" in page
    assert "/publish" not in page
    assert "/delete" not in page
    assert response.status_code == 403
    assert as_written(draft) == before


@pytest.mark.safety
@pytest.mark.parametrize("way", WAYS)
def test_a_rivals_consent_is_not_found_under_the_own_organization(
    edition: Edition, manager: Client, way: str
) -> None:
    theirs = make_consent(published=False, consent_text=TEXTS)
    before = as_written(theirs)
    url = f"/o/{edition.organization.slug}/consents/{theirs.api_id}{way}"

    assert manager.get(url).status_code == (405 if way == "/switch" else 404)
    assert manager.post(url, {"title": "Mine"}).status_code == 404
    assert as_written(theirs) == before


@pytest.mark.safety
@pytest.mark.parametrize("way", ["/publish", "/switch", "/delete"])
def test_a_consent_is_not_found_under_another_organization_of_the_same_person(
    edition: Edition, way: str
) -> None:
    theirs = make_consent(published=False, consent_text=TEXTS)
    staff = make_member(organization=edition.organization, role=RoleWord.MANAGER)
    make_membership(staff=staff, organization=theirs.organization, role=RoleWord.MANAGER)
    client = client_of(staff)
    before = as_written(theirs)

    url = f"/o/{edition.organization.slug}/consents/{theirs.api_id}"
    assert client.get(url).status_code == 404
    assert client.post(f"{url}{way}").status_code == 404
    assert as_written(theirs) == before


@pytest.mark.safety
def test_a_manager_of_one_edition_writes_its_consents_and_counts_nobody(edition: Edition) -> None:
    organization = edition.organization
    whole = make_consent(organization=organization, title="Whole", consent_text=TEXTS)
    make_answer(consent=whole)
    own = make_consent(edition=edition, title="Own")
    make_answer(consent=own)
    other = make_consent(edition=make_edition(organization=organization), title="Elsewhere")
    client = client_of(make_member(edition=edition, role=RoleWord.MANAGER))

    listed = client.get(f"/o/{organization.slug}/consents").content.decode()
    assert ("Whole" in listed, "Own" in listed, "Elsewhere" in listed) == (True, True, False)
    assert '<span class="font-medium">1</span>' not in listed
    assert "Say yes" not in client.get(url_of(own)).content.decode()
    assert client.get(url_of(other)).status_code == 404
    assert client.post(url_of(whole, "/switch"), {"enabled": "false"}).status_code == 404
    assert client.get(new_url(edition, whole=True)).status_code == 403
    made = fill(client, new_url(edition), title="Mine", consent_text__en="Text")
    assert made.status_code == 302
    assert Consent.objects.get(title="Mine").edition == edition


@pytest.mark.safety
@pytest.mark.parametrize("way", ["/publish", "/switch", "/delete"])
def test_what_cannot_be_undone_takes_a_form_of_our_own(draft: Consent, way: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(organization=draft.organization, role=RoleWord.MANAGER))
    before = as_written(draft)

    response = client.post(
        url_of(draft, way), {"modified": draft.modified.isoformat(), "enabled": "false"}
    )

    assert response.status_code == 403
    assert as_written(draft) == before


@pytest.mark.safety
def test_a_draft_without_a_text_in_every_language_says_so_and_is_not_published(
    draft: Consent, manager: Client
) -> None:
    Consent.objects.filter(pk=draft.pk).update(consent_text={"en": "Write to me."})
    draft.refresh_from_db()

    form = manager.get(url_of(draft)).content.decode()
    page = manager.get(url_of(draft, "/publish")).content.decode()
    response = manager.post(url_of(draft, "/publish"), {"modified": draft.modified.isoformat()})

    assert "write the text in Dansk too" in form
    assert "cannot be published yet" in page
    assert "Publish for ever" not in page
    assert response.status_code == 400
    assert "give a text in Dansk" in response.content.decode()
    assert not Consent.objects.get().published


@pytest.mark.safety
def test_what_was_changed_since_it_was_looked_at_is_not_published(
    draft: Consent, manager: Client
) -> None:
    looked_at = draft.modified.isoformat()
    Consent.objects.filter(pk=draft.pk).update(consent_text=TEXTS | {"en": "Sell my data."})

    for modified in (looked_at, "", "now"):
        response = manager.post(url_of(draft, "/publish"), {"modified": modified})
        assert response.status_code == 409
        assert "Sell my data." in response.content.decode()
        assert "Read it again" in response.content.decode()

    assert not Consent.objects.get().published


@pytest.mark.safety
def test_a_form_that_was_opened_before_it_was_published_changes_nothing(
    draft: Consent, manager: Client
) -> None:
    form = form_of(manager.get(url_of(draft)).content.decode())
    publish(manager, draft)
    before = as_written(draft)

    response = manager.post(url_of(draft), {**form, "title": "Another"}, follow=True)

    assert "nothing of it can be changed" in response.content.decode()
    assert as_written(draft) == before


def test_it_is_published_after_a_page_that_shows_all_that_then_stands(
    draft: Consent, manager: Client
) -> None:
    question = manager.get(url_of(draft, "/publish")).content.decode()
    assert not Consent.objects.get().published
    response = publish(manager, draft)
    page = manager.get(response["Location"]).content.decode()

    assert "It then stands for ever" in question
    for text in ("Write to me.\nOften.", "Skriv til mig.", "Marketing", draft.edition):
        assert str(text) in question
        assert str(text) in page
    assert "Offers is published." in page
    assert "<textarea" not in page
    assert Consent.objects.get().published
    assert publish(manager, draft)["Location"] == url_of(draft)


@pytest.mark.safety
def test_titles_texts_and_names_are_text_on_every_page(edition: Edition) -> None:
    staff = make_member(organization=edition.organization, role=RoleWord.MANAGER)
    client = client_of(staff)
    vendor = make_vendor(organization=edition.organization, name=EVIL)
    texts = {"en": EVIL, "da": EVIL}
    stands = make_consent(vendor=vendor, title=EVIL, consent_text=texts)
    draft = make_consent(edition=edition, title=EVIL, consent_text=texts, published=False)

    for url in (
        f"/o/{edition.organization.slug}/consents",
        url_of(stands),
        url_of(stands, "/delete"),
        url_of(draft),
        url_of(draft, "/publish"),
    ):
        page = client.get(url).content.decode()
        assert read(page).bad == []
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "alert(1)&lt;/script&gt;" in page


def test_it_is_switched_off_and_on(edition: Edition, manager: Client) -> None:
    consent = make_consent(edition=edition)

    for enabled, words in (("false", "not asked any more"), ("true", "asked again")):
        response = manager.post(url_of(consent, "/switch"), {"enabled": enabled}, follow=True)
        assert words in response.content.decode()
        assert Consent.objects.get().enabled is (enabled == "true")
        wanted = "Switch off" if enabled == "true" else "Switch on"
        assert wanted in response.content.decode()


def test_a_draft_is_made_of_vendor_or_products_and_changed(
    edition: Edition, manager: Client
) -> None:
    vendor = make_vendor(organization=edition.organization)
    product = make_product(edition=edition, name="Camping")
    make_product(edition=make_edition(organization=edition.organization), name="Elsewhere")
    page = manager.get(new_url(edition)).content.decode()
    assert ("Camping" in page, "Elsewhere" in page) == (True, False)
    assert {name for name in form_of(page) if name.startswith("consent_text.")} == {
        "consent_text.en", "consent_text.da",
    }  # fmt: skip

    both = fill(
        manager, new_url(edition), title="Both", vendor_org_id=vendor.api_id,
        product_ids=[product.api_id],
    )  # fmt: skip
    made = fill(manager, new_url(edition), title="Of it", product_ids=[product.api_id])

    assert both.status_code == 400
    assert mistakes_at(both.content.decode(), "field-vendor_org_id")
    consent = Consent.objects.get()
    assert (consent.scope, consent.type, consent.edition) == (
        Scope.PRODUCT,
        ConsentType.TERMS,
        edition,
    )
    fill(
        manager, made["Location"], type="marketing", product_ids=[], vendor_org_id=vendor.api_id,
        consent_text__da="Ja\r\ntak",
    )  # fmt: skip
    consent.refresh_from_db()
    assert (consent.scope, consent.type) == (Scope.VENDOR, ConsentType.MARKETING)
    assert consent.consent_text == {"da": "Ja\ntak"}
    again = as_written(consent)
    fill(manager, made["Location"])
    assert as_written(consent) == again


def test_marketing_that_is_required_is_refused_at_the_field(
    edition: Edition, manager: Client
) -> None:
    response = fill(
        manager, new_url(edition, whole=True), title="No", type="marketing", required="on"
    )

    assert response.status_code == 400
    assert "Marketing cannot be required" in mistakes_at(
        response.content.decode(), "field-required"
    )
    assert not Consent.objects.exists()


def test_one_with_answers_or_that_a_segment_names_is_kept_and_says_by_what(
    edition: Edition, manager: Client
) -> None:
    answered, named = make_consent(edition=edition), make_consent(edition=edition)
    make_answer(consent=answered)
    make_segment(edition=edition, consent=named)

    for consent, words in ((answered, "1 answer of customers"), (named, "1 segment")):
        for ask, status in ((manager.get, 200), (manager.post, 409)):
            response = ask(url_of(consent, "/delete"))
            assert response.status_code == status
            assert words in response.content.decode()
            assert "Switch it off instead" in response.content.decode()
    assert Consent.objects.count() == 2


def test_one_that_nobody_answered_is_deleted_after_a_question(
    draft: Consent, manager: Client
) -> None:
    assert "gone for good" in manager.get(url_of(draft, "/delete")).content.decode()
    assert Consent.objects.exists()

    response = manager.post(url_of(draft, "/delete"), follow=True)

    assert "Offers is deleted." in response.content.decode()
    assert not Consent.objects.exists()


def test_answers_are_counted_by_the_latest_of_each_customer(
    edition: Edition, manager: Client
) -> None:
    consent = make_consent(organization=edition.organization)
    for said in ([True], [True], [False], [True, False], [False, True], [False, True, False]):
        customer = make_customer(organization=edition.organization)
        for day, accepted in enumerate(said):
            make_answer(
                customer=customer,
                consent=consent,
                accepted=accepted,
                answered=ANSWERED + timedelta(days=day),
            )
    make_answer(consent=make_consent(organization=edition.organization))

    page = manager.get(url_of(consent)).content.decode()
    listed = manager.get(f"/o/{edition.organization.slug}/consents").content.decode()

    numbers = re.findall(r'<dt>([^<]*)</dt><dd class="amount">(\d+)</dd>', page)
    assert numbers == [
        ("Say yes", "3"),
        ("Took their yes back", "2"),
        ("Say no, and never said yes", "1"),
    ]
    assert re.findall(r'<td class="end amount"><span class="font-medium">(\d+)', listed) == [
        "3",
        "1",
    ]


def test_the_list_is_narrowed_by_type_scope_and_state(edition: Edition, manager: Client) -> None:
    organization = edition.organization
    make_consent(organization=organization, type=ConsentType.TERMS, title="Terms of it")
    make_consent(edition=edition, published=False, title="Drafted")
    make_consent(organization=organization, enabled=False, title="Silent")
    titles = {"Terms of it", "Drafted", "Silent"}

    for query, wanted in {
        "": titles,
        "?type=terms": {"Terms of it"},
        "?scope=edition": {"Drafted"},
        "?published=true": {"Terms of it", "Silent"},
        "?enabled=false": {"Silent"},
        "?type=spaceship&scope=x": titles,
    }.items():
        page = manager.get(f"/o/{organization.slug}/consents{query}").content.decode()
        assert {title for title in titles if title in page} == wanted
    narrow = manager.get(f"/o/{organization.slug}/e/{edition.slug}/consents").content.decode()
    assert ("Drafted" in narrow, "Silent" in narrow) == (True, False)
