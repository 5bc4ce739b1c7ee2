"""What the doctor says of segments, and that no plan asks a table once for each customer."""

import re

import pytest
from django.db import connection

from conftest import Cast
from preo.consents.tests.factories import make_consent
from preo.customers.tests.factories import make_customer
from preo.orders.checks import check_tenancy
from preo.segments.audience import Audience
from preo.segments.calculation import members_of
from preo.segments.cel.sql import Sql
from preo.segments.checks import check_segments
from preo.segments.conditions import read_for
from preo.segments.models import CommunicationChannel, CommunicationType
from preo.segments.preview import preview_query
from preo.segments.tests.calculating import NOW, calculate
from preo.segments.tests.factories import make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


def red() -> list[str]:
    return [finding.name for finding in (*check_segments(), *check_tenancy()) if not finding.ok]


def test_what_calculations_keep_raises_no_alarm(cast: Cast) -> None:
    make_customer(organization=cast.northlight)
    calculate(make_segment(organization=cast.northlight))
    earlier = make_segment(edition=cast.other_edition)
    make_segment(edition=cast.edition, names=(earlier,))
    make_segment(organization=cast.northlight, consent=make_consent(edition=cast.edition))
    assert red() == []


def test_a_strangers_membership_is_found(cast: Cast) -> None:
    stranger = make_customer(organization=cast.rival)
    make_segment(organization=cast.northlight, members=(stranger,))
    assert red() == ["members are the organization's own"]


def test_a_name_of_another_organizations_segment_is_found(cast: Cast) -> None:
    foreign = make_segment(organization=cast.rival)
    make_segment(organization=cast.northlight, names=(foreign,))
    assert red() == ["segment and names: one organization"]


@pytest.mark.parametrize("communication_type", CommunicationType.values)
@pytest.mark.parametrize("channel", CommunicationChannel.values)
@pytest.mark.parametrize("is_of_edition", [False, True])
def test_other_tables_are_joined_or_hashed_and_never_asked_for_each_customer(
    communication_type: str, channel: str, is_of_edition: bool, cast: Cast
) -> None:
    suppress_many(cast)
    edition = cast.edition if is_of_edition else None
    audience = Audience(cast.northlight, edition, communication_type, channel)
    # Of one address the planner expects one customer, whatever a condition really comes to.
    condition = read_for(
        'user.email == "ada@example.org"', organization=cast.northlight, edition=edition
    )
    for query in (
        members_of(audience, condition, now=NOW),
        preview_query(audience, condition, now=NOW),
    ):
        plan = plan_of(query)
        # An expression names its sub-plan in brackets; alone it would be one that is not hashed.
        assert re.findall(r"(?<!hashed )SubPlan \d+\)", plan) == [], plan


def suppress_many(cast: Cast) -> None:
    """So many that for one customer it would be cheaper to look for that one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_suppression (organization_id, channel, address_hash, reason)"
            " SELECT %(northlight)s, channel, address_hash(%(northlight)s, channel, n::text), 'manual'"
            " FROM generate_series(1, 3000) n, unnest(ARRAY['email', 'sms']) channel",
            {"northlight": cast.northlight.pk},
        )
        cursor.execute("ANALYZE customers_suppression")


def plan_of(query: Sql) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query.text}", query.values)
        return "\n".join(row[0] for row in cursor.fetchall())
