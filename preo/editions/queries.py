import datetime as dt
import uuid

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from preo.core.access import Principal, Role
from preo.editions.models import DateStatus, Edition, Event


def editions_at(
    now: dt.datetime, queryset: "QuerySet[Edition] | None" = None
) -> "QuerySet[Edition]":
    """Editions with `status` by their dates, reckoned in SQL so that it filters and counts.

    An open side has no bound: without a start an edition has begun, without an end it goes on.
    """
    rows = Edition.objects.all() if queryset is None else queryset
    return rows.annotate(
        status=Case(
            When(Q(start_date__isnull=True, end_date__isnull=True), then=Value("no_dates")),
            When(Q(start_date__gt=now), then=Value("upcoming")),
            When(Q(end_date__lt=now), then=Value("past")),
            default=Value(DateStatus.CURRENT.value),
            output_field=CharField(),
        )
    )


def readable_events(by: Principal, least: Role) -> "QuerySet[Event]":
    """The organization's events; to who has only an edition's role, the events of that edition."""
    editions = Edition.objects.filter(event=OuterRef("pk"), pk__in=by.edition_ids(least))
    return Event.objects.filter(
        Q(organization__in=by.organization_ids(least)) | Q(Exists(editions))
    )


def newest_country_code(organization_id: uuid.UUID) -> str | None:
    """The default prefix of phone numbers of the edition that was made last, such as `+45`."""
    newest = Edition.objects.filter(organization=organization_id).order_by("-created", "-id")
    return newest.values_list("default_country_code", flat=True).first()
