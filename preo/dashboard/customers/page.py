"""What the page of one customer shows beside the customer: money, consents with proof, timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from preo.consents.models import ConsentAnswer
from preo.core.access import Principal, Role
from preo.core.listing import Page
from preo.customers.models import Customer, ExternalId, Suppression
from preo.customers.person import TimelineEntry, TimelineSource
from preo.dashboard.asked_views import asked_view
from preo.dashboard.listing_parts import Pager, read_page_number
from preo.dashboard.metadata import shown_metadata
from preo.dashboard.places import Place
from preo.orders.models import Order
from preo.people.api.answers import UserConsentViewSet
from preo.people.parts import find_person
from preo.people.queries import Facts, facts_of
from preo.people.timeline import count_entries, read_entries, timeline_sources
from preo.segments.models import Member, Segment

ENTRIES = 25
"""Of the timeline on a page."""
LATEST_ORDERS = 5
MOST_ANSWERS = 50
MOST_SEGMENTS = 20
_TONES = {"order": "good", "refund": "back"}
_PAGES = {"order": "order", "refund": "order", "import": "import"}
"""Kinds of entries that lead to a page, and its name."""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of the timeline with where it leads."""

    entry: TimelineEntry
    url: str
    tone: str


class CustomerPage:
    """Each part is read when the template asks for it, and once."""

    def __init__(self, customer: Customer, place: Place, parameters: QueryDict, *, path: str):
        self.customer = customer
        self._place = place
        self._path = path
        self._asked_page = read_page_number(parameters)

    @property
    def _by(self) -> Principal:
        return self._place.visitor.principal

    @property
    def is_whole(self) -> bool:
        """Whether the visitor's role is in the whole organization, not in an edition alone."""
        return self._place.whole_role >= Role.STAFF

    @property
    def is_manager(self) -> bool:
        return self._place.whole_role >= Role.MANAGER

    @cached_property
    def facts(self) -> Facts:
        return facts_of(self.customer, by=self._by)

    @cached_property
    def orders(self) -> Sequence[Order]:
        """The latest ones."""
        seen = self._by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
        orders = Order.objects.filter(
            seen, organization=self.customer.organization_id, customer=self.customer
        )
        return list(orders.select_related("edition").order_by("-created", "-id")[:LATEST_ORDERS])

    @cached_property
    def answers(self) -> Sequence[ConsentAnswer]:
        """What was answered to consents, the latest first, with its proof."""
        view = asked_view(self._place, UserConsentViewSet, "list")
        view.kwargs = {"id": self.customer.api_id}
        answers = view.filtered(view.get_queryset())
        return list(answers.order_by("-answered", "-id")[:MOST_ANSWERS])

    @cached_property
    def suppressions(self) -> Sequence[Suppression]:
        """Why nothing is sent to the person's present addresses."""
        if not self.is_whole:
            return []
        hashes = [each for each in (self.customer.email_hash, self.customer.phone_hash) if each]
        return list(
            Suppression.objects.filter(
                organization=self.customer.organization_id, address_hash__in=hashes
            ).order_by("channel")
        )

    @cached_property
    def external_ids(self) -> Sequence[ExternalId]:
        return list(self.customer.external_ids.order_by("service", "external_id"))

    @cached_property
    def segments(self) -> QuerySet[Segment]:
        """In which the person is, by their last calculation."""
        mine = Member.objects.filter(customer=self.customer).values("segment_id")
        seen = self._by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
        here = Q(organization=self.customer.organization_id, pk__in=mine)
        return Segment.objects.filter(seen, here).order_by("name")[:MOST_SEGMENTS]

    @property
    def metadata(self) -> list[tuple[str, str]]:
        return shown_metadata(self.customer.metadata)

    # --- timeline ---

    @cached_property
    def _sources(self) -> list[TimelineSource]:
        return timeline_sources(find_person(self.customer), by=self._by)

    @cached_property
    def pager(self) -> Pager:
        count = count_entries(self._sources)
        return Pager(count, self._asked_page, ENTRIES, self._url)

    @cached_property
    def timeline(self) -> list[ShownEntry]:
        page = Page(self.pager.page, ENTRIES)
        return [self._shown(entry) for entry in read_entries(self._sources, page)]

    def _shown(self, entry: TimelineEntry) -> ShownEntry:
        key = entry.details["order_id"] if entry.kind == "refund" else entry.id
        url = ""
        if name := _PAGES.get(entry.kind):
            url = reverse(f"dashboard:{name}", args=[self._place.organization.slug, key])
        return ShownEntry(entry, url, _TONES.get(entry.kind, "plain"))

    def _url(self, **changes: object) -> str:
        page = changes.get("page", 1)
        return f"{self._path}?{urlencode({'page': str(page)})}#timeline"
