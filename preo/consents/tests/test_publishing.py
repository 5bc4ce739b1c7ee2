"""A published consent stands: what is needed to publish it, and what may still be changed."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import Consent
from preo.consents.tests.asking import change, conflict, create, mistakes
from preo.consents.tests.factories import make_answer, make_consent
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition

pytestmark = pytest.mark.django_db


def speak(edition: Edition, *languages: str) -> None:
    edition.enabled_languages = list(languages)
    edition.default_language = languages[0]
    edition.save()


@pytest.mark.safety
@pytest.mark.parametrize("answered", [True, False])
def test_of_a_published_consent_nothing_changes_but_whether_it_is_enabled(
    answered: bool, cast: Cast, manager: ApiClient
) -> None:
    product = make_product(edition=cast.edition)
    consent = make_consent(organization=cast.northlight)
    if answered:
        make_answer(consent=consent)
    before = manager.send("GET", f"/v1/consents/{consent.api_id}").json()
    wanted: dict[str, Any] = {
        "title": "Other",
        "type": "terms",
        "published": False,
        "required": True,
        "consent_text": {"en": "Other"},
        "document_url": {"en": "https://example.com/"},
        "edition_id": cast.edition.api_id,
        "vendor_org_id": make_vendor(organization=cast.northlight).api_id,
        "product_ids": [product.api_id],
    }
    for name, value in wanted.items():
        refused = change(manager, consent, **{name: value, "enabled": False})
        assert conflict(refused) == ("consent_published", [f"/{name}"]), name
        assert refused.json()["published"] is True
        assert refused.json()["published_date"] == before["published_date"]
    assert conflict(change(manager, consent, **wanted))[1] == [f"/{name}" for name in wanted]
    assert manager.send("GET", f"/v1/consents/{consent.api_id}").json() == before


def test_it_can_be_switched_off_and_on_and_sent_back_as_it_was(
    cast: Cast, manager: ApiClient
) -> None:
    consent = make_consent(products=[make_product(edition=cast.edition)])
    was = manager.send("GET", f"/v1/consents/{consent.api_id}").json()
    for enabled in (False, True):
        changed = change(manager, consent, **was | {"enabled": enabled})
        assert changed.status_code == 200
        body = changed.json()
        assert body == was | {"enabled": enabled, "modified": body["modified"]}
        was = body


def test_it_can_be_switched_off_though_a_language_came_later(
    cast: Cast, manager: ApiClient
) -> None:
    consent = make_consent(edition=cast.edition)
    speak(cast.edition, "en", "da")
    assert change(manager, consent, enabled=False).status_code == 200


@pytest.mark.parametrize("at_once", [True, False])
def test_to_be_published_it_needs_a_text_in_each_language_of_its_edition(
    at_once: bool, cast: Cast, manager: ApiClient
) -> None:
    speak(cast.edition, "en", "da")
    speak(cast.other_edition, "nl")
    given = {"edition_id": cast.edition.api_id, "consent_text": {"en": "Yes?", "da": " "}}
    if at_once:
        refused = create(manager, cast, **given, published=True)
    else:
        draft = create(manager, cast, **given).json()
        refused = change(manager, draft, published=True)
        assert Consent.objects.get().published_date is None
    assert mistakes(refused) == [("/consent_text/da", "required")]
    assert cast.edition.full_name in refused.json()["errors"][0]["detail"]


def missing(manager: ApiClient, cast: Cast, **named: Any) -> set[str]:
    refused = create(manager, cast, **named, published=True)
    return {pointer.removeprefix("/consent_text/") for pointer, _ in mistakes(refused)}


def test_whose_languages_count_is_a_matter_of_the_scope(cast: Cast, manager: ApiClient) -> None:
    speak(cast.edition, "en", "da")
    speak(cast.other_edition, "nl")
    speak(cast.rival_edition, "pl")
    old = make_edition(organization=cast.northlight, is_archived=True)
    speak(old, "se")
    vendor = make_vendor(organization=cast.northlight)
    here, there = make_product(edition=cast.edition), make_product(edition=cast.other_edition)
    assert missing(manager, cast) == {"en", "da", "nl"}
    assert missing(manager, cast, vendor_org_id=vendor.api_id) == {"en", "da", "nl"}
    assert missing(manager, cast, edition_id=old.api_id) == {"se"}
    assert missing(manager, cast, product_ids=[here.api_id]) == {"en", "da"}
    assert missing(manager, cast, product_ids=[there.api_id]) == {"nl"}


def test_without_an_edition_the_organizations_own_language_will_do(
    cast: Cast, manager: ApiClient
) -> None:
    Edition.objects.filter(organization=cast.northlight).update(is_archived=True)
    cast.northlight.default_language = "pl"
    cast.northlight.save()
    assert missing(manager, cast) == {"pl"}
    assert create(manager, cast, consent_text={"pl": "Tak?"}, published=True).status_code == 201


def test_its_date_is_of_the_first_time_and_it_is_told(cast: Cast, manager: ApiClient) -> None:
    draft = create(manager, cast, consent_text={"en": "Yes?"}, type="marketing").json()
    published = change(manager, draft, published=True).json()
    assert published["published"] is True
    assert published["published_date"] == published["modified"] > draft["modified"]
    again = change(manager, draft, published=True, enabled=False).json()
    assert again["published_date"] == published["published_date"]
    assert Activity.objects.filter(type="consent.published").count() == 1
    create(manager, cast, consent_text={"en": "Yes?"}, published=True)
    assert Activity.objects.filter(type="consent.published").count() == 2
