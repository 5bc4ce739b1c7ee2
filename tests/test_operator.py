"""The operator's back office: who gets in, and what cannot be done there."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import Cast
from preo.accounts.models import RoleWord, StaffUser
from preo.accounts.tests.factories import make_membership, make_staff
from preo.config.admin import ShownRow, site
from preo.consents.tests.factories import make_answer
from preo.customers.models import Channel, SuppressionReason
from preo.customers.service.suppressions import suppress_address
from preo.orders.tests.factories import make_order
from preo.organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_staff(email="operator@preo.example", is_superuser=True))
    return client


def address(model: Any, page: str, *arguments: Any) -> str:
    meta = model._meta
    return reverse(f"operator:{meta.app_label}_{meta.model_name}_{page}", args=arguments)


@pytest.mark.safety
def test_an_admin_of_an_organization_is_no_operator(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, organization=cast.northlight, role=RoleWord.ADMIN)
    client = Client()
    client.force_login(person)
    for path in ("/operator/", address(Organization, "changelist")):
        assert client.get(path).status_code == 302


@pytest.mark.safety
def test_signing_in_goes_through_the_form_whose_tries_are_limited() -> None:
    response = Client().get("/operator/")
    login = Client().get(response["Location"])
    assert login["Location"].startswith("/sign-in?next=%2Foperator%2F")
    posted = Client().post(response["Location"], {"username": "a@example.com", "password": "x"})
    assert posted["Location"].startswith("/sign-in")


@pytest.fixture
def rows(cast: Cast) -> None:
    """One at least of each large table."""
    order = make_order(edition=cast.edition)
    make_answer(customer=order.customer)
    suppress_address(
        organization_id=cast.northlight.pk, channel=Channel.EMAIL, address="a@example.org",
        reason=SuppressionReason.MANUAL, now=order.created,
    )  # fmt: skip


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("model", list(site._registry), ids=lambda model: model.__name__)
def test_every_page_opens(model: Any, operator: Client) -> None:
    response = operator.get(address(model, "changelist"))
    assert response.status_code == 200
    row = model.objects.first()
    if row is not None:
        assert operator.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.safety
@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    "model",
    [model for model, shown in site._registry.items() if isinstance(shown, ShownRow)],
    ids=lambda model: model.__name__,
)
def test_orders_money_and_customers_are_only_shown(model: Any, operator: Client) -> None:
    row = model.objects.first()
    assert operator.get(address(model, "add")).status_code == 403
    if row is not None:
        assert operator.post(address(model, "change", row.pk), {"amount": "1"}).status_code == 403
        assert operator.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_an_operator_makes_an_organization_and_a_person(operator: Client) -> None:
    fields = {"name": "Fjord", "slug": "fjord", "currency": "nok", "default_language": "en"}
    assert operator.post(address(Organization, "add"), fields).status_code == 302
    assert Organization.objects.get(slug="fjord").currency == "nok"
    person = {"email": "Bo@Fjord.Example", "full_name": "Bo", "language": "en", "is_active": "on"}
    assert operator.post(address(StaffUser, "add"), person).status_code == 302
    made = StaffUser.objects.get(email="bo@fjord.example")
    assert not made.has_usable_password()


def test_an_order_is_found_by_its_id(operator: Client, cast: Cast) -> None:
    orders = [make_order(edition=cast.edition) for _ in range(2)]
    path = address(type(orders[0]), "changelist")
    page = operator.get(path, {"q": orders[0].api_id}).content.decode()
    assert orders[0].api_id in page
    assert orders[1].api_id not in page
