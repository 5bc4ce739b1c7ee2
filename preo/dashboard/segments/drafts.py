"""What stands in the builder's form, as a segment that is not saved."""

from typing import Any

from django.http import QueryDict

from preo.core.access import Principal, Role
from preo.core.bodies import checked_body
from preo.core.errors import DomainError
from preo.dashboard.places import Place
from preo.segments.api.conditions import ConditionViewSet
from preo.segments.conditions import Condition, read_for
from preo.segments.models import Segment
from preo.segments.service.naming import named_segments
from preo.segments.service.places import place_for
from preo.segments.service.segments import check_consent

LEAST = ConditionViewSet.minimum["preview"] or Role.ADMIN
"""The role that the API asks for the same."""
FIELDS = ("edition_id", "consent_id", "communication_type", "communication_channel")


def plain_text(typed: str) -> str:
    """A condition as it was meant: lines end with LF, and no browser makes a blank other than it was.

    Each character stays where it stands, but for the CR that forms send with each LF.
    """
    return typed.replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


def draft_segment(post: QueryDict, place: Place) -> Segment:
    """The segment that the form describes, with its organization and its edition, not saved.

    Raises InvalidError for what is not known here, RoleError below the role that the API asks for.
    """
    body: dict[str, Any] = {
        "organization_id": place.organization.api_id,
        "condition": plain_text(post.get("condition", "")),
    }
    body |= {name: post[name] for name in FIELDS if post.get(name)}
    values = checked_body(ConditionViewSet.bodies["preview"](data=body))
    organization, edition = place_for(
        organization_id=values.pop("organization_id"),
        edition_id=values.pop("edition_id", None),
        least=LEAST,
        by=place.visitor.principal,
    )
    draft = Segment(organization=organization, edition=edition, **values)
    check_consent(draft.consent_id, organization=organization, edition=edition)
    return draft


def read_draft(draft: Segment, *, by: Principal) -> Condition:
    """Its condition. Raises InvalidError with all mistakes, also for segments that `by` may not see."""
    condition = read_for(draft.condition, organization=draft.organization, edition=draft.edition)
    named_segments(condition, organization=draft.organization, by=by)
    return condition


NOWHERE = {"hint": "", "line": 1, "column": 1, "start": 0, "end": 0}
"""The place of a mistake that is not in the condition."""


def problems_of(refusal: DomainError) -> list[dict[str, Any]]:
    """The mistakes of a condition with their places; of other mistakes their words alone."""
    told: list[dict[str, Any]] = refusal.extra.get("errors", [])
    return told or [{**NOWHERE, "message": error.detail} for error in refusal.errors]
