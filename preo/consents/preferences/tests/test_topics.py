"""What stands on a customer's page: which consents, in which language, in which words."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from preo.catalog.tests.factories import make_product, make_vendor
from preo.consents.models import ConsentType
from preo.consents.preferences.tests.scene import preference_path, unsubscribe_path
from preo.consents.preferences.words import Words, words_in
from preo.consents.tests.factories import make_answer, make_consent
from preo.core.languages import Language
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import OrderStatus
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ words }}"


@pytest.fixture
def edition() -> Edition:
    return make_edition(full_name="Northlight 2026")


@pytest.fixture
def customer(edition: Edition) -> Customer:
    return make_customer(organization=edition.organization)


def page_of(customer: Customer, query: str = "") -> str:
    answer = Client().get(preference_path(customer) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.safety
def test_consents_that_do_not_concern_the_customer_are_not_shown(
    edition: Edition, customer: Customer
) -> None:
    organization, vendor = edition.organization, make_vendor(organization=edition.organization)
    product, cancelled = make_product(edition=edition), make_product(edition=edition, vendor=vendor)
    make_order(
        edition=edition, customer=customer, products=[cancelled], status=OrderStatus.CANCELLED
    )
    make_order(edition=edition, products=[product, cancelled])
    draft = make_edition(organization=organization, is_draft=True)
    archived = make_edition(organization=organization, is_archived=True)
    hidden: dict[str, dict[str, Any]] = {
        "hidden rival": {},
        "hidden draft": {"organization": organization, "published": False},
        "hidden disabled": {"organization": organization, "enabled": False},
        "hidden vendor": {"vendor": vendor},
        "hidden product": {"products": [product]},
        "hidden edition": {"edition": draft},
        "hidden archive": {"edition": archived, "type": ConsentType.TERMS},
    }
    for title, about in hidden.items():
        consent = make_consent(title=title, **about)
        if "rival" in title:
            make_answer(consent=consent)

    page = page_of(customer)

    assert "hidden" not in page.replace('type="hidden"', "")
    assert "There is nothing to choose here at present." in page


def test_each_consent_stands_under_what_it_is_about(edition: Edition, customer: Customer) -> None:
    vendor = make_vendor(organization=edition.organization, name="The Bar")
    bought = make_product(edition=edition, name="Camping", vendor=vendor)
    make_order(edition=edition, customer=customer, products=[bought])
    other = make_vendor(organization=edition.organization, name="The Grill")
    archived = make_edition(
        organization=edition.organization, full_name="Northlight 2019", is_archived=True
    )
    make_consent(products=[bought, make_product(edition=edition, name="Tent")], title="p")
    make_consent(vendor=vendor, title="v")
    make_answer(customer=customer, consent=make_consent(vendor=other, title="answered"))
    make_answer(customer=customer, consent=make_consent(edition=archived, title="old"))
    make_consent(edition=edition, title="e")
    make_consent(organization=edition.organization, title="o")

    page = page_of(customer)

    in_order = [
        "News and offers", ">o</label>", "Northlight 2019", ">old</label>", "Northlight 2026",
        ">e</label>", "The Bar", ">v</label>", "The Grill", ">answered</label>", "Camping, Tent",
        ">p</label>", "Save my choices", "Unsubscribe from everything",
    ]  # fmt: skip
    places = [page.index(words) for words in in_order]
    assert places == sorted(places)


def test_answers_and_dates_stand_beside_each(edition: Edition, customer: Customer) -> None:
    organization = edition.organization
    for title, accepted, day in (("yes", True, 5), ("no", False, 6)):
        for kind in (ConsentType.MARKETING, ConsentType.TERMS):
            consent = make_consent(organization=organization, title=title, type=kind)
            make_answer(
                customer=customer,
                consent=consent,
                accepted=accepted,
                answered=datetime(2026, 2, day, 12, tzinfo=UTC),
            )
    make_consent(organization=organization, title="never")
    make_consent(
        organization=organization,
        type=ConsentType.NOTICE,
        document_url={"en": "https://northlight.example/rules?a=1&b=2"},
    )

    page = page_of(customer)

    assert page.count('type="checkbox"') == 3
    assert page.count(" checked>") == 1
    for words in (
        "You said yes on 5 February 2026.",
        "You said no on 6 February 2026.",
        "You have not answered yet.",
        "Published on 5 January 2026. You accepted this on 5 February 2026.",
        "Published on 5 January 2026. You did not accept this on 6 February 2026.",
        'href="https://northlight.example/rules?a=1&amp;b=2" rel="noopener noreferrer nofollow"',
    ):
        assert words in page


@pytest.mark.parametrize("language", Language)
def test_the_page_is_in_the_customers_language(language: Language, edition: Edition) -> None:
    customer = make_customer(organization=edition.organization, language=language)
    texts = {word: f"Text in {word}" for word in Language.values}
    consent = make_consent(organization=edition.organization, consent_text=texts)
    make_answer(customer=customer, consent=consent)
    words = words_in(language)

    page = page_of(customer)

    assert f'<html lang="{words.tag}">' in page
    assert f"Text in {language}</p>" in page
    assert words.on(words.yes_since, datetime(2026, 2, 1, tzinfo=UTC)) in page
    other = "da" if language != "da" else "pl"
    assert f"Text in {other}</p>" in page_of(customer, f"?language={other}")
    assert page == page_of(customer, "?language=xx")
    button = Client().get(unsubscribe_path(customer)).content.decode()
    assert words.unsubscribe_lead.format(name=edition.organization.name) in button


def test_where_there_is_no_text_in_the_language_it_says_which_it_is(edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(default_language="nl")
    customer = make_customer(organization=edition.organization, language="da")
    make_consent(edition=edition, consent_text={"en": "English", "nl": "Nederlands"})
    make_consent(organization=edition.organization, consent_text={"se": "Svenska"})

    page = page_of(customer)

    assert 'lang="nl">Nederlands</p>' in page
    assert 'lang="sv">Svenska</p>' in page
    assert " se none" in page


@pytest.mark.safety
def test_titles_texts_and_names_are_text_and_keep_their_lines(edition: Edition) -> None:
    organization = edition.organization
    organization.name = EVIL
    organization.save()
    vendor = make_vendor(organization=organization, name=EVIL)
    customer = make_customer(organization=organization)
    make_order(
        edition=edition, customer=customer, products=[make_product(edition=edition, vendor=vendor)]
    )
    for kind in ConsentType:
        make_consent(
            vendor=vendor,
            title=EVIL,
            type=kind,
            consent_text={"en": f"One\n{EVIL}\nthree"},
            document_url={"en": f"https://x/{EVIL}"},
        )

    for page in (
        page_of(customer, f"?done={EVIL}&language={EVIL}"),
        page_of(customer, "?done=withdrawn"),
        Client().get(unsubscribe_path(customer)).content.decode(),
    ):
        assert "<script" not in page
        assert "<img" not in page
        assert "onerror=alert(1)&gt;{{ words }}" in page
    assert "One\n&lt;script&gt;" in page_of(customer)


@pytest.mark.parametrize("language", Language)
def test_every_word_is_there_in_every_language(language: Language) -> None:
    words, english = words_in(language), words_in(Language.EN)

    assert len(set(words.months)) == 12
    for item in fields(Words):
        if item.name in {"months", "tag"}:
            continue
        text, original = getattr(words, item.name), getattr(english, item.name)
        assert text.strip()
        assert text != original or language == Language.EN or item.name == "day", item.name
        for place in ("{name}", "{day}", "{number}", "{month}", "{year}"):
            assert text.count(place) == original.count(place), item.name


def test_the_number_of_queries_does_not_grow_with_the_consents(
    customer: Customer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        make_consent(organization=customer.organization, title=f"{number}")
    with django_assert_num_queries(5):
        page_of(customer)
    for number in range(30):
        consent = make_consent(organization=customer.organization, title=f"{number}")
        make_answer(customer=customer, consent=consent)
    with django_assert_num_queries(5):
        page_of(customer)
