"""How the state of a segment, how it is reached and how long it took are written."""

import datetime as dt

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from preo.segments.models import CommunicationChannel, CommunicationType, Segment, SegmentStatus

register = template.Library()

_STATES = {
    SegmentStatus.DRAFT: ("over", "Draft"),
    SegmentStatus.PENDING: ("wait", "Waiting"),
    SegmentStatus.PROCESSING: ("open", "Calculating"),
    SegmentStatus.COMPLETED: ("good", "Ready"),
    SegmentStatus.FAILED: ("bad", "Failed"),
}


@register.simple_tag
def segment_state(status: str) -> SafeString:
    """Where its calculation stands, in a word."""
    tone, label = _STATES[SegmentStatus(status)]
    return format_html('<span class="state state-{}">{}</span>', tone, label)


@register.filter
def is_under_way(segment: Segment) -> bool:
    """Whether a calculation is due or running."""
    return segment.status in {SegmentStatus.PENDING, SegmentStatus.PROCESSING}


@register.filter
def how_reached(segment: Segment) -> str:
    """`E-mail, marketing`."""
    channel = CommunicationChannel(segment.communication_channel)
    words = "Any channel" if channel == CommunicationChannel.ANY else str(channel.label)
    purpose = str(CommunicationType(segment.communication_type).label).lower()
    return f"{words}, {purpose}"


@register.filter
def coded(text: str) -> SafeString:
    """A sentence about a condition, what stands between grave accents as code."""
    pieces = enumerate(text.split("`"))
    return format_html_join(
        "",
        "{}",
        ((format_html("<code>{}</code>", each) if at % 2 else each,) for at, each in pieces),
    )


@register.filter
def seconds(duration: dt.timedelta) -> str:
    """`0.4 s`, or `3 min 20 s`."""
    total = duration.total_seconds()
    if total < 60:
        return f"{total:.1f} s"
    return f"{int(total) // 60} min {int(total) % 60} s"
