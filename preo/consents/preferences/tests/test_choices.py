"""A customer changes answers on the page, without any script: what is written, and what is not."""

from typing import Any
from urllib.parse import urlencode

import pytest

from preo.accounts.tests.threads import hold_row, run_together
from preo.activity.models import Activity, ActorKind
from preo.consents.models import Consent, ConsentAnswer, ConsentType, Method
from preo.consents.preferences.pages import MAX_BODY
from preo.consents.preferences.tests.forms import filled_in
from preo.consents.preferences.tests.scene import (
    click_once,
    current,
    preference_path,
    shown,
    strict_client,
    written,
)
from preo.consents.service.answers import hash_text
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db

TEXTS = {"en": "Write to me.\nOften.", "da": "Skriv til mig, søde."}


@pytest.fixture
def northlight() -> Organization:
    return make_organization()


@pytest.fixture
def customer(northlight: Organization) -> Customer:
    return make_customer(organization=northlight)


@pytest.fixture
def news(northlight: Organization) -> Consent:
    """Accepted in the tests that say so."""
    return make_consent(organization=northlight, title="news", consent_text=TEXTS)


def page_of(customer: Customer, query: str = "") -> str:
    return str(strict_client().get(preference_path(customer) + query).content.decode())


def post(customer: Customer, form: Any, query: str = "") -> Any:
    return strict_client().post(preference_path(customer) + query, form)


@pytest.mark.safety
def test_what_is_not_to_choose_here_is_left_out(customer: Customer, news: Consent) -> None:
    organization = customer.organization
    others = [
        make_consent(title="of a rival"),
        make_consent(organization=organization, type=ConsentType.TERMS, title="terms"),
        make_consent(organization=organization, published=False, title="draft"),
        make_consent(organization=organization, enabled=False, title="disabled"),
        make_consent(organization=organization, consent_text={"da": "Ja"}, title="no such text"),
    ]
    before = written()

    answer = post(
        customer,
        {
            "shown": [
                *(shown(consent, "none") for consent in others),
                f"{customer.api_id} en none",
                "cns_00000000000000000000000000 en none",
                f"{news.api_id} xx none",
                f"{news.api_id} en",
                f"{news.api_id}  en none",
                "\0",
                "",
            ],
            "accept": [consent.api_id for consent in [*others, news]],
        },
    )

    assert answer.status_code == 302
    assert written() == before


@pytest.mark.safety
def test_a_box_that_nobody_touched_writes_nothing(customer: Customer, news: Consent) -> None:
    make_answer(customer=customer, consent=news)
    make_consent(organization=customer.organization, title="never asked")
    before = written()

    post(customer, filled_in(page_of(customer)))

    assert written() == before


@pytest.mark.safety
def test_a_page_left_open_does_not_say_yes_again_for_who_took_it_back(
    customer: Customer, news: Consent
) -> None:
    make_answer(customer=customer, consent=news)
    stale = filled_in(page_of(customer))
    click_once(customer)
    before = written()

    post(customer, stale)

    assert current(customer) == {"news": False}
    assert written() == before


def test_a_ticked_box_is_a_yes_with_the_very_text_that_was_shown(
    customer: Customer, news: Consent
) -> None:
    form = filled_in(page_of(customer, "?language=da"), tick=[news])

    answer = post(customer, form, "?language=da")

    kept = ConsentAnswer.objects.get()
    assert (kept.accepted, kept.method, kept.language) == (True, Method.PREFERENCE_PAGE, "da")
    assert bytes(kept.text_hash or b"") == hash_text(TEXTS["da"])
    assert (kept.ip_address, kept.user_agent) == ("127.0.0.1", "Test/1")
    assert (kept.actor_kind, kept.actor_id) == (ActorKind.CUSTOMER, customer.pk)
    assert answer["Location"] == f"{preference_path(customer)}?done=saved&language=da"
    assert "Dine valg er gemt." in strict_client().get(answer["Location"]).content.decode()
    accepted = Activity.objects.get(type="consent.accepted")
    assert (accepted.object_id, accepted.actor_kind) == (customer.pk, ActorKind.CUSTOMER)


def test_a_box_whose_tick_was_taken_away_is_a_no(customer: Customer, news: Consent) -> None:
    make_answer(customer=customer, consent=news)

    post(customer, filled_in(page_of(customer), untick=[news]))

    assert current(customer) == {"news": False}
    assert ConsentAnswer.objects.get(accepted=False).language == "en"
    assert Activity.objects.filter(type="consent.withdrawn").count() == 1


@pytest.mark.safety
def test_a_no_counts_even_where_the_consent_was_disabled_meanwhile(
    customer: Customer, news: Consent
) -> None:
    make_answer(customer=customer, consent=news)
    form = filled_in(page_of(customer), untick=[news])
    Consent.objects.update(enabled=False)

    post(customer, form)

    assert current(customer) == {"news": False}


def test_the_language_of_the_page_stays_the_proofs_when_the_customers_changes(
    customer: Customer, news: Consent
) -> None:
    form = filled_in(page_of(customer), tick=[news])
    Customer.objects.update(language="da")

    post(customer, form)

    assert ConsentAnswer.objects.get().language == "en"


@pytest.mark.safety
def test_one_button_takes_all_back_whatever_is_ticked(customer: Customer, news: Consent) -> None:
    make_answer(customer=customer, consent=news)
    hidden = make_consent(organization=customer.organization, enabled=False, title="hidden")
    make_answer(customer=customer, consent=hidden)
    make_consent(organization=customer.organization, title="never asked")
    form = filled_in(page_of(customer), tick=[news]) | {"withdraw_all": "all"}

    answer = post(customer, form)

    assert current(customer) == {"news": False, "hidden": False, "never asked": False}
    kept = ConsentAnswer.objects.filter(method=Method.PREFERENCE_PAGE)
    assert set(kept.values_list("consent__title", "language")) == {
        ("news", "en"),
        ("never asked", "en"),
        ("hidden", None),
    }
    assert "You are unsubscribed." in strict_client().get(answer["Location"]).content.decode()
    before = written()
    post(customer, form)
    assert written() == before


@pytest.mark.safety
def test_a_form_of_any_origin_is_taken_for_the_token_alone_counts(
    customer: Customer, news: Consent
) -> None:
    make_answer(customer=customer, consent=news)
    for headers in (
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example", "Referer": "https://elsewhere.example/"},
        {"Cookie": f"preo_session={'a' * 32}; csrftoken={'b' * 32}"},
    ):
        answer = strict_client().post(
            preference_path(customer), {"withdraw_all": "all"}, headers=headers
        )
        assert answer.status_code == 302
        assert not answer.cookies

    assert current(customer) == {"news": False}


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_is_written(customer: Customer, news: Consent) -> None:
    make_answer(customer=customer, consent=news)

    def click() -> int:
        return int(click_once(customer).status_code)

    assert run_together(6, click, held=hold_row(customer)) == [204] * 6
    assert ConsentAnswer.objects.filter(accepted=False).count() == 1
    assert Activity.objects.filter(type="consent.withdrawn").count() == 1


def test_a_form_of_some_hundred_consents_is_not_too_large(customer: Customer) -> None:
    organization = customer.organization
    for number in range(50):
        make_consent(organization=organization, title=f"{number}", consent_text=TEXTS)
    form = filled_in(page_of(customer), tick=list(Consent.objects.all()))

    answer = strict_client().post(preference_path(customer), form)

    assert answer.status_code == 302
    assert len(current(customer)) == 50
    assert len(urlencode(form, doseq=True)) * 10 < MAX_BODY
