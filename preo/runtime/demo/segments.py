"""Segments to begin with. The worker calculates them as soon as it runs."""

from datetime import datetime, timedelta

from preo.runtime.demo.dice import id_of
from preo.runtime.demo.plan import OrganizationPlan
from preo.segments.models import CommunicationChannel, CommunicationType, Segment
from preo.segments.service.calculations import demand

_BOUGHT = 'o.status in ["confirmed", "completed"]'


def write_segments(plan: OrganizationPlan, *, now: datetime) -> None:
    """Three that fit any organization, and where it has several editions one that compares two."""
    first, *others = plan.editions
    marketing = {
        "communication_type": CommunicationType.MARKETING,
        "communication_channel": CommunicationChannel.EMAIL,
    }
    _write(
        plan,
        "Regulars",
        "Three orders or more: ask them first.",
        "user.orders_count >= 3",
        now=now,
        **marketing,
    )
    _write(
        plan,
        "Big spenders",
        "More than 2,000 in all, less what was refunded.",
        "user.total_spent > 2000",
        now=now,
        **marketing,
    )
    _write(
        plan,
        "Have a phone, but no e-mail address",
        "For news by text message, such as a gate that has changed.",
        "user.has_phone && !user.has_email",
        now=now,
        communication_type=CommunicationType.TRANSACTIONAL,
        communication_channel=CommunicationChannel.SMS,
    )
    if others:
        _write(
            plan,
            "Came last time, not yet this time",
            "An order for the edition before, none for the present one.",
            f'orders.exists(o, o.edition == "{first.slug}" && {_BOUGHT})\n'
            f'&& !orders.exists(o, o.edition == "{others[0].slug}" && {_BOUGHT})',
            now=now,
            **marketing,
        )


def _write(
    plan: OrganizationPlan,
    name: str,
    description: str,
    condition: str,
    *,
    now: datetime,
    **how: str,
) -> None:
    made = plan.founded_at + timedelta(days=30)
    segment = Segment.objects.create(
        pk=id_of(made, f"segment {plan.slug} {name}"),
        organization_id=plan.id,
        name=name,
        description=description,
        condition=condition,
        created=made,
        modified=made,
        **how,
    )
    demand(segment, now=now)
