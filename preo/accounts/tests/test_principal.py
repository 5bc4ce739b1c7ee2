import uuid
from typing import Any

import pytest

from preo.core.access import Grant, Principal, Role
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.organizations.tests.factories import make_organization

OURS, THEIRS = uuid.uuid4(), uuid.uuid4()
THIS_YEAR, LAST_YEAR = uuid.uuid4(), uuid.uuid4()


def staff(*grants: Grant) -> Principal:
    return Principal("staff", uuid.uuid4(), grants)


def test_without_a_grant_there_is_no_role() -> None:
    nobody = staff()
    assert nobody.highest_role() is Role.NONE
    assert nobody.role_in(OURS) is Role.NONE
    assert nobody.role_in(OURS, THIS_YEAR) is Role.NONE


@pytest.mark.safety
def test_a_role_in_one_organization_is_none_in_another() -> None:
    admin = staff(Grant(OURS, None, Role.ADMIN))
    assert admin.role_in(THEIRS) is Role.NONE
    assert admin.role_in(THEIRS, THIS_YEAR) is Role.NONE


@pytest.mark.safety
def test_a_role_in_an_edition_is_none_in_the_organization_and_its_other_editions() -> None:
    admin = staff(Grant(OURS, THIS_YEAR, Role.ADMIN))
    assert admin.role_in(OURS) is Role.NONE
    assert admin.role_in(OURS, LAST_YEAR) is Role.NONE
    assert admin.role_in(OURS, THIS_YEAR) is Role.ADMIN


@pytest.mark.parametrize(
    ("whole", "single", "expected"),
    [
        (Role.STAFF, Role.MANAGER, Role.MANAGER),
        (Role.MANAGER, Role.GUEST, Role.MANAGER),
        (Role.ADMIN, Role.ADMIN, Role.ADMIN),
    ],
)
def test_in_an_edition_the_higher_of_two_roles_counts(
    whole: Role, single: Role, expected: Role
) -> None:
    principal = staff(Grant(OURS, None, whole), Grant(OURS, THIS_YEAR, single))
    assert principal.role_in(OURS, THIS_YEAR) is expected
    assert principal.role_in(OURS, LAST_YEAR) is whole
    assert principal.role_in(OURS) is whole


def test_people_have_every_scope_and_keys_their_own() -> None:
    assert staff().has_scope("orders:write")
    key = Principal("api_key", uuid.uuid4(), (), frozenset({"orders:read"}))
    assert key.has_scope("orders:read")
    assert not key.has_scope("orders:write")


@pytest.mark.django_db
class TestNarrow:
    """Which rows remain: editions stand for rows that belong to an edition."""

    @pytest.fixture
    def rows(self) -> dict[str, Edition]:
        ours, theirs = make_organization(), make_organization()
        return {
            "this": make_edition(organization=ours),
            "last": make_edition(organization=ours),
            "rival": make_edition(organization=theirs),
        }

    def seen(self, rows: dict[str, Edition], grant: Any, least: Role = Role.GUEST) -> set[str]:
        condition = staff(*grant).narrow(least, organization="organization_id", edition="id")
        found = set(Edition.objects.filter(condition).values_list("pk", flat=True))
        return {name for name, row in rows.items() if row.pk in found}

    @pytest.mark.safety
    def test_nothing_without_a_grant(self, rows: dict[str, Edition]) -> None:
        assert self.seen(rows, []) == set()

    @pytest.mark.safety
    def test_nothing_by_a_role_that_is_too_low(self, rows: dict[str, Edition]) -> None:
        grant = Grant(rows["this"].organization_id, None, Role.GUEST)
        assert self.seen(rows, [grant], Role.STAFF) == set()

    @pytest.mark.safety
    def test_an_organization_shows_its_rows_and_no_others(self, rows: dict[str, Edition]) -> None:
        grant = Grant(rows["this"].organization_id, None, Role.GUEST)
        assert self.seen(rows, [grant]) == {"this", "last"}

    @pytest.mark.safety
    def test_an_edition_shows_its_rows_and_no_others(self, rows: dict[str, Edition]) -> None:
        this = rows["this"]
        grant = Grant(this.organization_id, this.pk, Role.ADMIN)
        assert self.seen(rows, [grant]) == {"this"}

    @pytest.mark.safety
    def test_an_edition_shows_no_rows_of_the_whole_organization(
        self, rows: dict[str, Edition]
    ) -> None:
        this = rows["this"]
        principal = staff(Grant(this.organization_id, this.pk, Role.ADMIN))
        condition = principal.narrow(Role.GUEST, organization="organization_id", edition=None)
        assert not Edition.objects.filter(condition).exists()

    def test_grants_add_up_each_with_its_own_role(self, rows: dict[str, Edition]) -> None:
        this, rival = rows["this"], rows["rival"]
        grants = [
            Grant(this.organization_id, None, Role.GUEST),
            Grant(this.organization_id, this.pk, Role.STAFF),
            Grant(rival.organization_id, None, Role.MANAGER),
        ]
        assert self.seen(rows, grants) == {"this", "last", "rival"}
        assert self.seen(rows, grants, Role.STAFF) == {"this", "rival"}
