"""What must be true of all segments, for `preo doctor` and for tests."""

from preo.core.doctor import Finding
from preo.core.rules import Rule, check_rule
from preo.segments.models import Segment

_REMEDY = (
    "Somebody would be written to by an organization that is not theirs. Stop sending, find out "
    "what wrote the members, and recalculate the segments."
)
# No key of the table of members says this, for there are too many to check one by one.
_MEMBERS = Rule(
    "members are the organization's own",
    "The members of a segment are customers of its organization.",
    Segment,
    """
    SELECT DISTINCT segment.id FROM segments_member member
    JOIN segments_segment segment ON segment.id = member.segment_id
    JOIN customers_customer customer ON customer.id = member.customer_id
    WHERE customer.organization_id <> segment.organization_id
    """,
)


def check_segments() -> list[Finding]:
    """A finding for each rule. Reads all members: seconds."""
    return [check_rule(_MEMBERS, _REMEDY)]
