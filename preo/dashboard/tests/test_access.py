"""Who is kept out of which page."""

import re

import pytest
from django.test import Client

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.core.access import Role
from preo.dashboard.menu import AREAS
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.pages import (
    OPEN,
    POSTED,
    least_roles,
    make_scene,
    names,
    placed_names,
)
from preo.editions.tests.factories import make_edition
from preo.orders.tests.factories import make_order
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


def body_without_request_id(content: bytes) -> str:
    return re.sub(r"Request <span.*?</span>", "", content.decode())


@pytest.mark.parametrize("name", [name for name in names() if name not in OPEN])
def test_a_page_sends_a_stranger_to_the_sign_in_and_back(name: str) -> None:
    url = make_scene().url(name)

    response = Client().get(url)

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in")
    assert (url == "/") == ("next=" not in response["Location"])


def test_a_swap_without_a_session_loads_the_sign_in_as_a_whole_page() -> None:
    scene = make_scene()
    url = scene.url("orders")

    response = Client().get(
        f"{url}?search=x",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}?status=pending"},
    )

    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/sign-in?next=%2Fo%2F")
    assert response["HX-Redirect"].endswith("%3Fstatus%3Dpending")
    assert response.content == b""


# Whoever is a member is at least a guest: below that, the place itself does not exist.
@pytest.mark.parametrize("name", [n for n, least in least_roles().items() if least and least > 1])
def test_a_page_is_refused_below_its_role(name: str) -> None:
    scene = make_scene()
    least = least_roles()[name]
    assert least is not None
    below = RoleWord(Role(least - 1).word)
    client = client_of(make_member(organization=scene.edition.organization, role=below))

    response = client.get(scene.url(name))

    assert response.status_code == 403
    assert scene.order.customer_name not in response.content.decode()


@pytest.mark.parametrize("name", placed_names())
def test_a_rival_page_answers_like_one_that_does_not_exist(name: str) -> None:
    scene, rival = make_scene(), make_scene()
    client = client_of(make_member(organization=scene.edition.organization, role=RoleWord.ADMIN))
    url = rival.url(name)
    absent = url.replace(rival.edition.organization.slug, "nobody-at-all")

    foreign, none = client.get(url), client.get(absent)

    assert foreign.status_code == none.status_code == 404
    assert body_without_request_id(foreign.content) == body_without_request_id(none.content)


def test_a_rival_order_is_not_found_under_the_own_organization() -> None:
    scene, rival = make_scene(), make_scene()
    client = client_of(make_member(organization=scene.edition.organization, role=RoleWord.ADMIN))
    url = scene.url("order").replace(scene.order.api_id, rival.order.api_id)

    assert client.get(url).status_code == 404


def test_an_order_is_not_found_under_another_organization_of_the_same_person() -> None:
    one, two = make_scene(), make_scene()
    staff = make_member(organization=one.edition.organization)
    make_membership(staff=staff, organization=two.edition.organization, role=RoleWord.STAFF)
    url = one.url("order").replace(one.order.api_id, two.order.api_id)

    assert client_of(staff).get(url).status_code == 404
    assert client_of(staff).get(two.url("order")).status_code == 200


def test_who_has_one_edition_sees_that_one_alone() -> None:
    mine = make_scene()
    others = make_scene(make_edition(organization=mine.edition.organization))
    client = client_of(make_member(edition=mine.edition))

    listed = client.get(mine.url("orders")).content.decode()

    assert str(mine.order) in listed
    assert str(others.order) not in listed
    assert client.get(mine.url("edition_orders")).status_code == 200
    assert client.get(mine.url("order")).status_code == 200
    assert client.get(others.url("edition_orders")).status_code == 404
    assert client.get(others.url("order")).status_code == 404
    switch = client.get("/switch").content.decode()
    assert mine.url("edition_orders") in switch
    assert others.url("edition_orders") not in switch


def test_a_guest_of_the_organization_who_is_staff_of_one_edition_sees_orders_of_it_alone() -> None:
    mine = make_scene()
    others = make_scene(make_edition(organization=mine.edition.organization))
    staff = make_member(organization=mine.edition.organization, role=RoleWord.GUEST)
    make_membership(staff=staff, edition=mine.edition, role=RoleWord.STAFF)
    client = client_of(staff)

    listed = client.get(mine.url("orders")).content.decode()

    assert str(mine.order) in listed
    assert str(others.order) not in listed
    assert client.get(others.url("edition_orders")).status_code == 403
    assert client.get(others.url("order")).status_code == 404


def test_quick_search_finds_no_order_for_a_guest() -> None:
    scene = make_scene()
    client = client_of(make_member(organization=scene.edition.organization, role=RoleWord.GUEST))

    response = client.get(
        scene.url("find"), {"search": str(scene.order)}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 200
    assert str(scene.order) not in response.content.decode()


def test_a_person_who_was_deactivated_is_signed_out_everywhere() -> None:
    scene = make_scene()
    staff = make_member(organization=scene.edition.organization)
    client = client_of(staff)
    assert client.get(scene.url("orders")).status_code == 200

    staff.is_active = False
    staff.save(update_fields=["is_active"])

    assert client.get(scene.url("orders")).status_code == 302


def test_a_membership_that_ends_ends_with_the_next_request() -> None:
    scene = make_scene()
    staff = make_member(organization=scene.edition.organization)
    client = client_of(staff)
    assert client.get(scene.url("orders")).status_code == 200

    staff.memberships.all().delete()

    assert client.get(scene.url("orders")).status_code == 404


@pytest.mark.parametrize("name", sorted(POSTED))
def test_what_changes_something_takes_only_forms_of_our_own(name: str) -> None:
    scene = make_scene()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(organization=scene.edition.organization, role=RoleWord.ADMIN))

    assert client.get(scene.url(name)).status_code == 405
    assert client.post(scene.url(name)).status_code == 403


@pytest.mark.parametrize("name", placed_names())
def test_no_page_takes_a_form_that_is_not_our_own(name: str) -> None:
    scene = make_scene()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(organization=scene.edition.organization, role=RoleWord.ADMIN))

    response = client.post(scene.url(name))

    assert response.status_code == 403
    assert "The page was too old to be sent" in response.content.decode()


def test_pages_with_personal_data_are_never_stored() -> None:
    scene = make_scene()
    client = client_of(make_member(organization=scene.edition.organization))

    response = client.get(scene.url("order"))

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_the_menu_asks_for_the_role_of_the_page_it_leads_to() -> None:
    least = least_roles()
    for area in AREAS:
        found = [least[area.name]] if area.of_organization else []
        found += [least[f"edition_{area.name}"]] if area.of_edition else []
        assert set(found) == {area.least}


def test_a_guest_is_led_to_what_the_role_reads_and_to_nothing_else() -> None:
    organization = make_organization(name="Quiet Valley")
    make_edition(organization=organization)
    client = client_of(make_member(organization=organization, role=RoleWord.GUEST))

    response = client.get("/", follow=True)

    ways = set(re.findall(r'href="(/o/[^"?]*)', response.content.decode()))
    assert response.status_code == 200
    assert f"/o/{organization.slug}/events" in ways
    assert [url for url in ways if client.get(url).status_code == 403] == []
    assert not any(url.endswith(("/orders", "/products", "/new")) for url in ways)


def test_who_belongs_nowhere_is_told_whom_to_ask() -> None:
    scene = make_scene()
    staff = make_member(organization=scene.edition.organization)
    staff.memberships.all().delete()

    response = client_of(staff).get("/", follow=True)

    assert "You are not a member of any organization yet" in response.content.decode()


def test_orders_of_one_organization_only_stand_on_its_page() -> None:
    one, two = make_scene(), make_scene()
    staff = make_member(organization=one.edition.organization)
    make_membership(staff=staff, organization=two.edition.organization, role=RoleWord.STAFF)
    make_order(edition=two.edition)

    page = client_of(staff).get(one.url("orders")).content.decode()

    assert str(one.order) in page
    assert str(two.order) not in page
