import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from preo.accounts.models import Membership, RoleWord, StaffUser
from preo.accounts.service.sign_in import sign_in_with_password
from preo.accounts.service.staff import create_staff, grant_role, set_password
from preo.accounts.tests.factories import PASSWORD, make_staff
from preo.activity.models import Activity
from preo.core.access import Grant, Principal, Role
from preo.core.errors import ConflictError, InvalidError, RoleError, WrongCredentialsError
from preo.editions.tests.factories import make_edition
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _validators(settings: Any) -> None:
    validation = "django.contrib.auth.password_validation"
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": f"{validation}.UserAttributeSimilarityValidator"},
        {"NAME": f"{validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        {"NAME": f"{validation}.CommonPasswordValidator"},
    ]


def create(now: dt.datetime, **values: Any) -> StaffUser:
    given = {"email": "ada@northlight.example", "full_name": "Ada Vinter", "password": PASSWORD}
    return create_staff(now=now, **given | values)


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@northlight", "@northlight.example", "a da@northlight.example",
     "ada@north_light.example.", "ada@\u202enorthlight.example", "a" * 65 + "@northlight.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(email: str, now: dt.datetime) -> None:
    with pytest.raises(InvalidError) as refusal:
        create(now, email=email)
    assert [error.pointer for error in refusal.value.errors] == ["/email"]


def test_an_address_that_someone_has_is_refused_in_any_case(now: dt.datetime) -> None:
    create(now)
    with pytest.raises(ConflictError):
        create(now, email="ADA@Northlight.example")
    assert StaffUser.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("short", {"password_too_short"}),
        ("password", {"password_too_short", "password_too_common"}),
        ("northlight", {"password_too_similar"}),
    ],
)
def test_a_weak_password_is_refused_for_new_and_for_old_staff(
    password: str, codes: set[str], now: dt.datetime
) -> None:
    with pytest.raises(InvalidError) as refusal:
        create(now, password=password)
    assert {error.code for error in refusal.value.errors} == codes
    staff = make_staff(email="ada@northlight.example", password=PASSWORD)
    with pytest.raises(InvalidError) as refusal:
        set_password(staff=staff, password=password, now=now)
    assert {(error.pointer, error.code) for error in refusal.value.errors} == {
        ("/password", code) for code in codes
    }
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_a_new_person_can_sign_in_and_may_do_nothing(
    argon2: type[Argon2PasswordHasher], now: dt.datetime
) -> None:
    staff = create(now, email="Zoë@Northlight.example")
    assert staff.email == "zoë@northlight.example"
    assert staff.password.startswith("argon2$")
    who: dict[str, Any] = {"email": staff.email, "password": PASSWORD, "address": "", "now": now}
    assert sign_in_with_password(**who) == staff
    assert not Membership.objects.exists()


def test_a_new_password_replaces_the_old_one(now: dt.datetime) -> None:
    staff = create(now)
    set_password(staff=staff, password="quite another horse", now=now)
    who: dict[str, Any] = {"email": staff.email, "address": "", "now": now}
    with pytest.raises(WrongCredentialsError):
        sign_in_with_password(password=PASSWORD, **who)
    assert sign_in_with_password(password="quite another horse", **who) == staff


@pytest.mark.safety
def test_nobody_gives_a_role_above_their_own() -> None:
    organization, rival = make_organization(), make_organization()
    staff = make_staff()
    for place, role, refusal in (
        (organization, Role.MANAGER, RoleError),
        (rival, Role.ADMIN, InvalidError),
    ):
        by = Principal("staff", staff.pk, (Grant(place.pk, None, role),))
        with pytest.raises(refusal):
            grant_role(staff=staff, organization_id=organization.pk, role=RoleWord.ADMIN, by=by)
    assert not Membership.objects.exists()


@pytest.mark.safety
def test_a_role_in_an_edition_of_another_organization_is_refused() -> None:
    with pytest.raises(InvalidError):
        grant_role(
            staff=make_staff(),
            organization_id=make_organization().pk,
            edition_id=make_edition().pk,
            role=RoleWord.STAFF,
            by=None,
        )


def test_a_role_is_given_once_for_a_place_and_recorded() -> None:
    staff, edition = make_staff(), make_edition()
    for edition_id in (None, edition.pk):
        for role in (RoleWord.STAFF, RoleWord.MANAGER):
            grant_role(
                staff=staff,
                organization_id=edition.organization_id,
                edition_id=edition_id,
                role=role,
                by=None,
            )
    found = Membership.objects.order_by("created").values_list("edition_id", "role")
    assert list(found) == [(None, "manager"), (edition.pk, "manager")]
    happened = Activity.objects.order_by("created", "id").values_list("type", flat=True)
    assert list(happened) == ["member.joined", "member.changed"] * 2
