"""For whom a condition holds, as the builder shows it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from preo.core.access import Principal
from preo.core.errors import InvalidError
from preo.dashboard.segments.drafts import problems_of, read_draft
from preo.dashboard.segments.people import ShownPerson
from preo.segments.audience import audience_of
from preo.segments.models import CommunicationChannel, CommunicationType, Segment
from preo.segments.preview import Preview, PreviewTooSlowError, preview

_NO_ADDRESS = {
    CommunicationChannel.ANY: "Without any address",
    CommunicationChannel.EMAIL: "Without an e-mail address",
    CommunicationChannel.SMS: "Without a valid phone number",
    CommunicationChannel.PASS_PUSH: "Without an active wallet pass",
}


@dataclass(frozen=True, slots=True)
class Step:
    """How many are lost for one reason."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ShownAudience:
    """The numbers, or why there are none: mistakes, or a count that was ended."""

    matched: int = 0
    reachable: int = 0
    steps: Sequence[Step] = ()
    sample: Sequence[ShownPerson] = ()
    problems: Sequence[dict[str, Any]] = ()
    ended: str = ""

    @property
    def reachable_part(self) -> str:
        """Of the bar, in percent."""
        return _percent(self.reachable, self.matched)

    @property
    def lost_part(self) -> str:
        return _percent(self.matched - self.reachable, self.matched)


def count_audience(draft: Segment, *, by: Principal, now: dt.datetime) -> ShownAudience:
    """Count for a segment that need not be saved; it comes with organization and edition."""
    try:
        found = preview(audience_of(draft), read_draft(draft, by=by), now=now)
    except InvalidError as refusal:
        return ShownAudience(problems=problems_of(refusal))
    except PreviewTooSlowError as refusal:
        return ShownAudience(
            ended=f"This condition takes long to count. {refusal.detail} It can be saved all the "
            "same: a calculation has more time, and its number then stands on the segment's page."
        )
    return _shown(draft, found)


def _shown(draft: Segment, found: Preview) -> ShownAudience:
    steps = [Step(_NO_ADDRESS[CommunicationChannel(draft.communication_channel)], found.no_address)]
    if draft.communication_type == CommunicationType.MARKETING:
        steps.append(Step("Without consent", found.no_consent))
    if draft.communication_channel != CommunicationChannel.PASS_PUSH:
        steps.append(Step("Unsubscribed, bounced or blocked", found.suppressed))
    sample = [ShownPerson(each.id, each.name, each.email or "") for each in found.sample]
    return ShownAudience(found.size, found.reachable, steps, sample)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "0"
