"""Every page of the dashboard with an address that leads to it, for the tests that visit them all."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import URLPattern, reverse
from django.utils import timezone

from preo.accounts.models import StaffUser
from preo.accounts.service.invitations import link_of
from preo.accounts.service.resets import send_password_reset
from preo.accounts.tests.factories import (
    make_invitation,
    make_key,
    make_membership,
    make_staff,
)
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_vendor,
)
from preo.consents.tests.factories import make_consent
from preo.core.access import Role
from preo.core.models import Row
from preo.customers.tests.factories import make_suppression
from preo.dashboard.urls import urlpatterns
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition, make_event
from preo.imports.models import ImportStage
from preo.imports.tests.factories import make_import
from preo.orders.models import Order
from preo.orders.tests.factories import make_order
from preo.segments.tests.factories import make_segment
from preo.transports.models import InboxMessage

OPEN = {
    "sign_in", "ask_code", "enter_code", "sign_out", "theme", "invitation", "ask_reset",
    "choose_password",
}  # fmt: skip
"""Pages that need no sign-in."""
POSTED = {
    "sign_out", "theme", "remove_member", "send_invitation_again", "revoke_invitation",
    "revoke_api_key", "recalculate_segment", "reset_segment", "check_segment", "preview_segment",
    "people_segment", "read_import", "start_import", "map_import", "cancel_import",
    "switch_consent", "lift_suppression", "export_customer", "retry_import", "start_undo",
}  # fmt: skip
"""Addresses that only take forms."""
DATA = {"export_segment", "context_segment", "failed_import_rows"}
"""Addresses that answer with a file or with JSON, not with a page."""
OPERATORS = {"inbox"}
"""Pages that only the platform's operator finds."""
PLACELESS = OPEN | OPERATORS | {"home", "switch"}
"""Pages that belong to no organization."""


ROWS: dict[str, Callable[[Edition], Row]] = {
    "category": lambda edition: make_category(edition=edition),
    "event": lambda edition: make_event(organization=edition.organization),
    "location": lambda edition: make_location(edition=edition),
    "product": lambda edition: make_product(edition=edition),
    **dict.fromkeys(
        (
            "segment",
            "segment_cells",
            "edit_segment",
            "recalculate_segment",
            "reset_segment",
            "export_segment",
        ),
        lambda edition: make_segment(edition=edition),
    ),
    **dict.fromkeys(
        (
            "import",
            "read_import",
            "map_import",
            "cancel_import",
            "import_products",
            "preview_import",
            "start_import",
            "failed_import_rows",
            "retry_import",
            "undo_import",
            "start_undo",
        ),
        lambda edition: make_import(
            edition=edition, source="shop", stage=ImportStage.NEEDS_PRODUCT_MAPPING
        ),
    ),
    **dict.fromkeys(
        ("consent", "publish_consent", "switch_consent"),
        lambda edition: make_consent(edition=edition, published=False),
    ),
    **dict.fromkeys(
        (
            "customer",
            "edit_customer",
            "answer_consent",
            "export_customer",
            "merge_customer",
            "erase_customer",
        ),
        lambda edition: make_order(edition=edition).customer,
    ),
    "lift_suppression": lambda edition: make_suppression(organization=edition.organization),
    "vendor": lambda edition: make_vendor(organization=edition.organization),
    "member": lambda edition: make_membership(organization=edition.organization),
    "remove_member": lambda edition: make_membership(organization=edition.organization),
    "send_invitation_again": lambda edition: make_invitation(organization=edition.organization),
    "revoke_invitation": lambda edition: make_invitation(organization=edition.organization),
    "revoke_api_key": lambda edition: make_key(organization=edition.organization)[0],
}
"""How to make the row of a page that shows one, or of the page that deletes it."""


@dataclass(frozen=True)
class Scene:
    """An edition with an order, and the addresses of every page there."""

    edition: Edition
    order: Order

    def url(self, name: str) -> str:
        """The address of a page of this edition, its organization or its order."""
        if name == "invitation":
            return urlsplit(link_of(make_invitation(edition=self.edition))).path
        if name == "choose_password":
            return reset_path(make_staff())
        words: list[str] = []
        if name not in PLACELESS:
            words.append(self.edition.organization.slug)
        if name.startswith("edition_"):
            words.append(self.edition.slug)
        if name == "order":
            words.append(self.order.api_id)
        if name.removeprefix("delete_") in ROWS:
            words.append(ROWS[name.removeprefix("delete_")](self.edition).api_id)
        return reverse(f"dashboard:{name}", args=words)


def reset_path(staff: StaffUser, now: dt.datetime | None = None) -> str:
    """Where the link of a mail for a new password leads."""
    send_password_reset(staff_id=staff.pk, now=now or timezone.now())
    found = re.search(r"/password-reset/\S+", InboxMessage.objects.latest("created").text)
    assert found
    return found[0]


def make_scene(edition: Edition | None = None) -> Scene:
    """An edition (a new one of a new organization where none is given) with one order."""
    edition = edition or make_edition()
    return Scene(edition, make_order(edition=edition))


def least_roles() -> dict[str, Role | None]:
    """The least role of each page, as its address declares it; None without a place."""
    return {_name(pattern): getattr(pattern.callback, "least", None) for pattern in urlpatterns}


def names() -> list[str]:
    """The names of all pages."""
    return list(least_roles())


def placed_names() -> list[str]:
    """The names of the pages of an organization or an edition."""
    return [name for name, least in least_roles().items() if least is not None]


def _name(pattern: URLPattern) -> str:
    assert pattern.name, "every page has a name"
    return pattern.name
