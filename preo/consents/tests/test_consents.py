"""Consents over HTTP: what they cannot be, who reads and writes which."""

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.catalog.models import Product
from preo.catalog.tests.asking import editions_manager
from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import Consent
from preo.consents.tests.asking import change, conflict, create, mistakes, titles
from preo.consents.tests.factories import make_answer, make_consent
from preo.core.ids import encode_id, uuid7
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db


# --- what is refused ---


def test_what_a_consent_cannot_be_is_named(cast: Cast, manager: ApiClient) -> None:
    fields: list[tuple[dict[str, Any], str, str]] = [
        ({"title": ""}, "/title", "blank"),
        ({"title": "x" * 251}, "/title", "max_length"),
        ({"organization_id": cast.rival.api_id}, "/organization_id", "unknown_id"),
        ({"type": "wish"}, "/type", "invalid_choice"),
        ({"order": 3}, "/order", "unknown_field"),
        ({"scope": "edition"}, "/scope", "unknown_field"),
        ({"consent_text": {"fr": "Oui"}}, "/consent_text", "unknown_language"),
        ({"consent_text": {"en": "x" * 20_001}}, "/consent_text/en", "max_length"),
        ({"document_url": {"en": "http://example.com/"}}, "/document_url/en", "not_https"),
        ({"document_url": {"da": "javascript:alert(1)"}}, "/document_url/da", "not_https"),
        ({"document_url": {"en": f"https://example.com/{'x' * 2_000}"}}, "/document_url/en", "max_length"),
        ({"type": "marketing", "required": True}, "/required", "marketing_is_voluntary"),
    ]  # fmt: skip
    for given, pointer, code in fields:
        assert (pointer, code) in mistakes(create(manager, cast, **given)), given
    assert not Consent.objects.exists()


@pytest.mark.safety
def test_what_belongs_to_others_cannot_be_named(cast: Cast, manager: ApiClient) -> None:
    theirs = make_product(edition=cast.rival_edition)
    vendor = make_vendor(organization=cast.rival)
    absent = encode_id("prd", uuid7())
    for given, pointer in (
        ({"edition_id": cast.rival_edition.api_id}, "/edition_id"),
        ({"vendor_org_id": vendor.api_id}, "/vendor_org_id"),
        ({"product_ids": [theirs.api_id]}, "/product_ids/0"),
        ({"product_ids": [absent]}, "/product_ids/0"),
    ):
        assert mistakes(create(manager, cast, **given)) == [(pointer, "unknown_id")]
    draft = make_consent(organization=cast.northlight, published=False)
    assert mistakes(change(manager, draft, product_ids=[theirs.api_id])) == [
        ("/product_ids/0", "unknown_id")
    ]
    assert Consent.objects.count() == 1


@pytest.mark.safety
def test_who_works_for_two_organizations_does_not_mix_them(cast: Cast) -> None:
    person = make_staff()
    for organization in (cast.northlight, cast.rival):
        make_membership(staff=person, organization=organization, role=RoleWord.MANAGER)
    client = sign_in(person)
    product = make_product(edition=cast.rival_edition)
    vendor = make_vendor(organization=cast.rival)
    for given, pointer in (
        ({"edition_id": cast.rival_edition.api_id}, "/edition_id"),
        ({"vendor_org_id": vendor.api_id}, "/vendor_org_id"),
        ({"product_ids": [product.api_id]}, "/product_ids/0"),
    ):
        assert mistakes(create(client, cast, **given)) == [(pointer, "unknown_id")]


def test_scopes_that_cannot_be_together_are_refused_in_words(
    cast: Cast, manager: ApiClient
) -> None:
    vendor = make_vendor(organization=cast.northlight)
    here, there = make_product(edition=cast.edition), make_product(edition=cast.other_edition)
    both = create(manager, cast, vendor_org_id=vendor.api_id, product_ids=[here.api_id])
    assert mistakes(both) == [("/vendor_org_id", "impossible_scope")]
    assert "not of both" in both.json()["errors"][0]["detail"]
    mixed = create(manager, cast, product_ids=[here.api_id, there.api_id, here.api_id])
    assert mistakes(mixed) == [("/product_ids/1", "other_edition"), ("/product_ids/2", "repeated")]
    elsewhere = create(manager, cast, edition_id=cast.edition.api_id, product_ids=[there.api_id])
    assert mistakes(elsewhere) == [("/product_ids/0", "other_edition")]
    assert there.edition.full_name in elsewhere.json()["errors"][0]["detail"]
    # A move of the consent is held against the products that it keeps.
    draft = make_consent(products=[here], edition=cast.edition, published=False)
    moved = change(manager, draft, edition_id=cast.other_edition.api_id)
    assert mistakes(moved) == [("/product_ids/0", "other_edition")]


@pytest.mark.safety
def test_an_editions_manager_writes_the_editions_consents_alone(cast: Cast) -> None:
    client = editions_manager(cast.edition)
    here, there = make_product(edition=cast.edition), make_product(edition=cast.other_edition)
    assert create(client, cast).status_code == 403
    assert create(client, cast, product_ids=[here.api_id]).status_code == 403
    own = {"edition_id": cast.edition.api_id}
    made = create(client, cast, **own, product_ids=[here.api_id])
    assert made.status_code == 201
    assert mistakes(create(client, cast, **own, product_ids=[there.api_id])) == [
        ("/product_ids/0", "unknown_id")
    ]
    assert mistakes(create(client, cast, edition_id=cast.other_edition.api_id)) == [
        ("/edition_id", "unknown_id")
    ]
    assert change(client, made.json(), edition_id=None).status_code == 403
    whole = make_consent(organization=cast.northlight, published=False)
    assert client.send("GET", f"/v1/consents/{whole.api_id}").status_code == 200
    assert change(client, whole, title="Mine").status_code == 404
    assert client.send("DELETE", f"/v1/consents/{whole.api_id}").status_code == 404


@pytest.mark.safety
def test_an_editions_role_reads_what_matters_there(cast: Cast) -> None:
    here, there = (
        make_product(edition=edition, vendor=make_vendor(organization=cast.northlight))
        for edition in (cast.edition, cast.other_edition)
    )
    of: dict[str, Any] = {"organization": cast.northlight}
    make_consent(**of, title="all")
    make_consent(edition=cast.edition, title="edition")
    make_consent(vendor=here.vendor, title="vendor")
    make_consent(products=[here], title="product")
    make_consent(edition=cast.other_edition, title="other edition")
    make_consent(vendor=there.vendor, title="other vendor")
    make_consent(products=[there], title="other product")
    make_consent(edition=cast.other_edition, products=[there], title="both other")
    make_consent(organization=cast.rival, title="rival")
    client = editions_manager(cast.edition)
    assert set(titles(client)) == {"all", "edition", "vendor", "product"}
    hidden = Consent.objects.get(title="other vendor")
    assert client.send("GET", f"/v1/consents/{hidden.api_id}").status_code == 404


@pytest.mark.safety
def test_what_customers_answered_is_not_deleted(cast: Cast, manager: ApiClient) -> None:
    consent = make_answer(consent=make_consent(organization=cast.northlight)).consent
    refused = manager.send("DELETE", f"/v1/consents/{consent.api_id}")
    assert conflict(refused) == ("consent_has_answers", [])
    assert refused.json()["published"] is True
    assert Consent.objects.filter(pk=consent.pk).exists()


def test_what_a_segment_names_is_not_deleted(cast: Cast, manager: ApiClient) -> None:
    consent = make_consent(organization=cast.northlight)
    segment = make_segment(organization=cast.northlight, consent=consent)
    refused = manager.send("DELETE", f"/v1/consents/{consent.api_id}")
    assert conflict(refused) == ("still_referred_to", [])
    assert refused.json()["references"][0]["by"][0]["ids"] == [segment.api_id]


# --- what is kept ---


def test_a_new_consent_stands_last_and_asks_for_nothing_yet(cast: Cast, manager: ApiClient) -> None:
    first, second = (create(manager, cast, title=title).json() for title in "ab")
    assert create(manager, cast, consent_text={"en": "Yes?"}, required=True).status_code == 201
    assert (first["type"], first["scope"], first["enabled"]) == ("terms", "organization", True)
    assert (first["published"], first["published_date"], first["required"]) == (False, None, False)
    assert (first["product_ids"], first["consent_text"], first["document_url"]) == ([], {}, {})
    assert first["order"] < second["order"]
    make_consent(organization=cast.rival)
    assert titles(manager) == ["a", "b", "Newsletter"]
    recorded = Activity.objects.filter(type="consent.created")
    assert recorded.count() == 3
    assert recorded.first().organization == cast.northlight  # type: ignore[union-attr]


Named = Callable[[Cast, Product], dict[str, Any]]


@pytest.mark.parametrize(
    ("named", "scope"),
    [
        (lambda cast, product: {}, "organization"),
        (lambda cast, product: {"edition_id": cast.edition.api_id}, "edition"),
        (lambda cast, product: {"vendor_org_id": product.vendor.api_id}, "vendor"),
        (
            lambda cast, product: {
                "vendor_org_id": product.vendor.api_id, "edition_id": cast.edition.api_id
            },
            "vendor",
        ),
        (lambda cast, product: {"product_ids": [product.api_id]}, "product"),
        (
            lambda cast, product: {
                "product_ids": [product.api_id], "edition_id": cast.edition.api_id
            },
            "product",
        ),
    ],
)  # fmt: skip
def test_the_scope_is_the_narrowest_of_what_is_set(
    named: Named, scope: str, cast: Cast, manager: ApiClient
) -> None:
    vendor = make_vendor(organization=cast.northlight)
    product = make_product(edition=cast.edition, vendor=vendor)
    given = named(cast, product)
    made = create(manager, cast, **given).json()
    assert made["scope"] == scope
    assert {name: made[name] for name in given} == given
    # And out again, by what is taken away.
    empty: dict[str, Any] = {name: [] if name == "product_ids" else None for name in given}
    assert change(manager, made, **empty).json()["scope"] == "organization"


def test_what_was_got_can_be_changed_and_sent_back(cast: Cast, manager: ApiClient) -> None:
    product = make_product(edition=cast.edition)
    made = create(manager, cast, product_ids=[product.api_id], consent_text={"en": "Yes?"}).json()
    body = made | {"title": "News", "consent_text": {"da": "Ja?"}}
    changed = change(manager, made, **body).json()
    assert (changed["title"], changed["consent_text"]) == ("News", {"da": "Ja?"})
    assert changed["product_ids"] == [product.api_id]
    updated = Activity.objects.get(type="consent.updated")
    assert updated.changed == ["title", "consent_text"]
    assert change(manager, made, **changed).status_code == 200
    assert Activity.objects.filter(type="consent.updated").count() == 1
    assert mistakes(change(manager, made, **changed | {"order": 9})) == [("/order", "read_only")]


def test_what_nobody_answered_can_be_deleted_even_if_it_is_published(
    cast: Cast, manager: ApiClient
) -> None:
    product = make_product(edition=cast.edition)
    for published in (False, True):
        consent = make_consent(products=[product], published=published)
        assert manager.send("DELETE", f"/v1/consents/{consent.api_id}").status_code == 204
    assert not Consent.objects.exists()
    assert Activity.objects.filter(type="consent.deleted").count() == 2


def test_each_filter_and_each_ordering_of_the_list(cast: Cast, staff: ApiClient) -> None:
    of: dict[str, Any] = {"organization": cast.northlight}
    make_consent(**of, title="b", type="terms")
    make_consent(**of, title="c", enabled=False)
    make_consent(edition=cast.edition, title="a", published=False)
    for query, found in (
        ({"edition_id": cast.edition.api_id}, ["a"]),
        ({"enabled": "false"}, ["c"]),
        ({"published": "false"}, ["a"]),
        ({"scope": "edition"}, ["a"]),
        ({"type": "terms"}, ["b"]),
        ({"organization_id": cast.northlight.api_id, "ordering": "title"}, ["a", "b", "c"]),
        ({"ordering": "-title"}, ["c", "b", "a"]),
        ({"ordering": "-created"}, ["a", "c", "b"]),
        ({"ordering": "modified"}, ["b", "c", "a"]),
    ):
        assert titles(staff, **query) == found, query
    Consent.objects.filter(title="b").update(order=7)
    assert titles(staff)[-1] == titles(staff, ordering="-order")[0] == "b"
