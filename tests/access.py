"""What tests across the slices are driven by: who may do what, and a row and a body to try it with.

Add a line for each new operation. The tables then see to it that the operation is refused below
its role, that it needs a sign-in and its scope, and that another organization's row is told apart
from an absent one by nothing at all.
"""

from collections.abc import Callable
from typing import Any

from conftest import Cast
from preo.accounts.tests.factories import make_invitation, make_key, make_membership
from preo.catalog.models import Vendor
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_vendor,
)
from preo.consents.tests.factories import make_consent
from preo.customers.tests.factories import make_suppression
from preo.editions.models import Edition, Event
from preo.editions.tests.factories import make_event
from preo.imports.tests.factories import make_import
from preo.imports.tests.runs import make_checked, make_failed
from preo.imports.tests.staged import make_mapped
from preo.orders.tests.factories import make_order
from preo.segments.tests.factories import make_segment

PUBLIC = "public"
SIGNED_IN = "none"

ACCESS: dict[tuple[str, str], str] = {
    ("GET", "api-keys"): "admin",
    ("POST", "api-keys"): "admin",
    ("DELETE", "api-keys/{id}"): "admin",
    ("GET", "auth/user"): SIGNED_IN,
    ("POST", "auth/token"): PUBLIC,
    ("POST", "auth/token/refresh"): PUBLIC,
    ("POST", "auth/token/revoke"): PUBLIC,
    ("POST", "auth/pin"): PUBLIC,
    ("POST", "auth/pin/verify"): PUBLIC,
    ("GET", "categories"): "staff",
    ("POST", "categories"): "manager",
    ("GET", "categories/{id}"): "staff",
    ("PATCH", "categories/{id}"): "manager",
    ("DELETE", "categories/{id}"): "manager",
    ("GET", "consents"): "staff",
    ("POST", "consents"): "manager",
    ("GET", "consents/{id}"): "staff",
    ("PATCH", "consents/{id}"): "manager",
    ("DELETE", "consents/{id}"): "manager",
    ("GET", "data-imports"): "staff",
    ("POST", "data-imports"): "staff",
    ("POST", "data-imports/external-orders"): "staff",
    ("GET", "data-imports/{id}"): "staff",
    ("PATCH", "data-imports/{id}"): "staff",
    ("POST", "data-imports/{id}/cancel"): "staff",
    ("GET", "data-imports/{id}/column-mappings"): "staff",
    ("PATCH", "data-imports/{id}/column-mappings"): "staff",
    ("POST", "data-imports/{id}/validate-column-mappings"): "staff",
    ("POST", "data-imports/{id}/process-column-mappings"): "staff",
    ("GET", "data-imports/{id}/product-mappings"): "staff",
    ("PATCH", "data-imports/{id}/product-mappings"): "staff",
    ("GET", "data-imports/{id}/preview-orders"): "staff",
    ("POST", "data-imports/{id}/start"): "staff",
    ("POST", "data-imports/{id}/retry"): "staff",
    ("GET", "data-imports/{id}/undo"): "staff",
    ("POST", "data-imports/{id}/undo"): "manager",
    ("GET", "data-imports/{id}/error-report"): "staff",
    ("GET", "editions"): "guest",
    ("POST", "editions"): "manager",
    ("GET", "editions/_meta"): "staff",
    ("GET", "editions/{id}"): "guest",
    ("PATCH", "editions/{id}"): "manager",
    ("GET", "events"): "guest",
    ("POST", "events"): "manager",
    ("GET", "events/{id}"): "guest",
    ("PATCH", "events/{id}"): "manager",
    ("GET", "invitations"): "admin",
    ("DELETE", "invitations/{id}"): "admin",
    ("GET", "locations"): "staff",
    ("POST", "locations"): "manager",
    ("GET", "locations/{id}"): "staff",
    ("PATCH", "locations/{id}"): "manager",
    ("DELETE", "locations/{id}"): "manager",
    ("GET", "members"): "admin",
    ("POST", "members"): "admin",
    ("PATCH", "members/{id}"): "admin",
    ("DELETE", "members/{id}"): "admin",
    ("GET", "orders"): "staff",
    ("GET", "orders/{id}"): "staff",
    ("GET", "organizations"): "guest",
    ("GET", "organizations/{id}"): "guest",
    ("PATCH", "organizations/{id}"): "admin",
    ("GET", "products"): "staff",
    ("POST", "products"): "manager",
    ("GET", "products/{id}"): "staff",
    ("PATCH", "products/{id}"): "manager",
    ("DELETE", "products/{id}"): "manager",
    ("GET", "segments"): "staff",
    ("POST", "segments"): "manager",
    ("GET", "segments/cel-context"): "staff",
    ("POST", "segments/preview"): "staff",
    ("POST", "segments/validate-cel"): "staff",
    ("GET", "segments/{id}"): "staff",
    ("PATCH", "segments/{id}"): "manager",
    ("DELETE", "segments/{id}"): "manager",
    ("GET", "segments/{id}/explain"): "staff",
    ("GET", "segments/{id}/export"): "staff",
    ("POST", "segments/{id}/recalculate"): "manager",
    ("POST", "segments/{id}/reset"): "manager",
    ("GET", "segments/{id}/users"): "staff",
    ("GET", "suppressions"): "staff",
    ("POST", "suppressions"): "staff",
    ("DELETE", "suppressions/{id}"): "manager",
    ("GET", "users"): "staff",
    ("GET", "users/{id}"): "staff",
    ("PATCH", "users/{id}"): "staff",
    ("GET", "users/{id}/consents"): "staff",
    ("POST", "users/{id}/consents"): "staff",
    ("POST", "users/merge"): "manager",
    ("POST", "users/{id}/erase"): "manager",
    ("GET", "users/{id}/export"): "manager",
    ("GET", "users/{id}/timeline"): "staff",
    ("GET", "vendors"): "staff",
    ("POST", "vendors"): "manager",
    ("GET", "vendors/{id}"): "staff",
    ("PATCH", "vendors/{id}"): "manager",
    ("DELETE", "vendors/{id}"): "manager",
}

WHOLE_ORGANIZATION = {
    # Operations that an edition's role does not reach, whatever it is.
    ("PATCH", "events/{id}"),
    ("PATCH", "organizations/{id}"),
    ("DELETE", "suppressions/{id}"),
    ("PATCH", "users/{id}"),
    ("POST", "users/{id}/consents"),
    ("POST", "users/{id}/erase"),
    ("GET", "users/{id}/export"),
    ("PATCH", "vendors/{id}"),
    ("DELETE", "vendors/{id}"),
}

SHARED_BY_EDITIONS = {
    # Operations whose row is the same for all editions of an organization.
    ("GET", "organizations/{id}"),
}


def make_event_of(edition: Edition) -> Event:
    edition.event = make_event(organization=edition.organization)
    edition.save()
    return edition.event


def make_vendor_at(edition: Edition) -> Vendor:
    vendor = make_vendor(organization=edition.organization)
    make_product(edition=edition, vendor=vendor)
    return vendor


ROWS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    # For each route with an id: the prefix, and a row of a given edition.
    "api-keys/{id}": ("key", lambda edition: make_key(edition=edition)[0]),
    "categories/{id}": ("cat", lambda edition: make_category(edition=edition)),
    "consents/{id}": ("cns", lambda edition: make_consent(edition=edition, published=False)),
    "data-imports/{id}": ("imp", lambda edition: make_import(edition=edition)),
    "data-imports/{id}/cancel": ("imp", lambda edition: make_import(edition=edition)),
    "data-imports/{id}/column-mappings": ("imp", lambda edition: make_mapped(edition=edition)),
    "data-imports/{id}/validate-column-mappings": (
        "imp",
        lambda edition: make_mapped(edition=edition),
    ),
    "data-imports/{id}/process-column-mappings": (
        "imp",
        lambda edition: make_mapped(edition=edition),
    ),
    "data-imports/{id}/product-mappings": ("imp", lambda edition: make_checked(edition=edition)),
    "data-imports/{id}/preview-orders": ("imp", lambda edition: make_checked(edition=edition)),
    "data-imports/{id}/start": ("imp", lambda edition: make_checked(edition=edition)),
    "data-imports/{id}/retry": (
        "imp",
        lambda edition: make_import(edition=edition, stage="failed"),
    ),
    "data-imports/{id}/undo": (
        "imp",
        lambda edition: make_import(edition=edition, stage="completed"),
    ),
    "data-imports/{id}/error-report": ("imp", lambda edition: make_failed(edition=edition)),
    "editions/{id}": ("edt", lambda edition: edition),
    "events/{id}": ("evt", make_event_of),
    "invitations/{id}": ("inv", lambda edition: make_invitation(edition=edition)),
    "locations/{id}": ("loc", lambda edition: make_location(edition=edition)),
    "members/{id}": ("mbr", lambda edition: make_membership(edition=edition)),
    "orders/{id}": ("ord", lambda edition: make_order(edition=edition)),
    "organizations/{id}": ("org", lambda edition: edition.organization),
    "products/{id}": ("prd", lambda edition: make_product(edition=edition)),
    "segments/{id}": ("seg", lambda edition: make_segment(edition=edition)),
    "segments/{id}/explain": ("seg", lambda edition: make_segment(edition=edition)),
    "segments/{id}/export": ("seg", lambda edition: make_segment(edition=edition)),
    "segments/{id}/recalculate": ("seg", lambda edition: make_segment(edition=edition)),
    "segments/{id}/reset": ("seg", lambda edition: make_segment(edition=edition)),
    "segments/{id}/users": ("seg", lambda edition: make_segment(edition=edition)),
    "suppressions/{id}": (
        "sup",
        lambda edition: make_suppression(organization=edition.organization),
    ),
    "users/{id}": ("usr", lambda edition: make_order(edition=edition).customer),
    "users/{id}/consents": ("usr", lambda edition: make_order(edition=edition).customer),
    "users/{id}/erase": ("usr", lambda edition: make_order(edition=edition).customer),
    "users/{id}/export": ("usr", lambda edition: make_order(edition=edition).customer),
    "users/{id}/timeline": ("usr", lambda edition: make_order(edition=edition).customer),
    "vendors/{id}": ("vnd", make_vendor_at),
}

OTHER_ROWS: dict[tuple[str, str], Callable[[Any], Any]] = {
    # Where an operation needs a row in another state than its route's.
    ("DELETE", "vendors/{id}"): lambda edition: make_vendor(organization=edition.organization),
}

BODIES: dict[tuple[str, str], Callable[[Any], Any]] = {
    # A body that each writing operation takes, made with the cast.
    ("POST", "api-keys"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "name": "Box office",
        "role": "staff",
        "scopes": ["api-keys:write"],
    },
    ("POST", "categories"): lambda cast: {
        "edition_id": cast.edition.api_id,
        "name": {"en": "Food"},
    },
    ("PATCH", "categories/{id}"): lambda cast: {"name": {"en": "Drinks"}},
    ("POST", "consents"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "title": "Newsletter",
    },
    ("PATCH", "consents/{id}"): lambda cast: {"title": "News"},
    ("POST", "data-imports"): lambda cast: {
        "edition_id": cast.edition.api_id,
        "data_file_base64": "b3JkZXIsZW1haWwKMSxhQGV4YW1wbGUuY29tCg==",
        "data_file_name": "orders.csv",
    },
    ("PATCH", "data-imports/{id}"): lambda cast: {"name": "Spring sale"},
    ("POST", "data-imports/{id}/cancel"): lambda cast: {},
    ("PATCH", "data-imports/{id}/column-mappings"): lambda cast: {
        "mappings": [{"column": 0, "field": "order_id"}]
    },
    ("POST", "data-imports/{id}/validate-column-mappings"): lambda cast: {},
    ("POST", "data-imports/{id}/process-column-mappings"): lambda cast: {},
    ("PATCH", "data-imports/{id}/product-mappings"): lambda cast: {"mappings": []},
    ("POST", "data-imports/{id}/start"): lambda cast: {},
    ("POST", "data-imports/{id}/retry"): lambda cast: {},
    ("POST", "data-imports/{id}/undo"): lambda cast: {"dry_run": False},
    ("POST", "data-imports/external-orders"): lambda cast: {
        "edition_id": cast.edition.api_id,
        "service": "shop",
        "orders": [{}],
    },
    ("POST", "editions"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "event_id": cast.edition.event.api_id,
        "name": "2027",
    },
    ("PATCH", "editions/{id}"): lambda cast: {"name": "2026 again"},
    ("POST", "events"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "name": "Southlight",
    },
    ("PATCH", "events/{id}"): lambda cast: {"name": "Southlight"},
    ("POST", "locations"): lambda cast: {
        "edition_id": cast.edition.api_id,
        "name": "West Gate",
    },
    ("PATCH", "locations/{id}"): lambda cast: {"name": "West Gate"},
    ("POST", "members"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "email": "new@northlight.example",
        "role": "staff",
    },
    ("PATCH", "members/{id}"): lambda cast: {"role": "staff"},
    ("PATCH", "organizations/{id}"): lambda cast: {"name": "Northern light"},
    ("POST", "products"): lambda cast: {
        "edition_id": cast.edition.api_id,
        "name": "Day ticket",
    },
    ("PATCH", "products/{id}"): lambda cast: {"name": "Night ticket"},
    ("POST", "segments"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "name": "Everybody",
        "condition": "true",
    },
    ("PATCH", "segments/{id}"): lambda cast: {"name": "All"},
    ("POST", "segments/preview"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "condition": "true",
    },
    ("POST", "segments/validate-cel"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "condition": "true",
    },
    ("POST", "segments/{id}/recalculate"): lambda cast: {},
    ("POST", "segments/{id}/reset"): lambda cast: {},
    ("POST", "suppressions"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "channel": "email",
        "address": "ada@example.org",
    },
    ("PATCH", "users/{id}"): lambda cast: {"first_name": "Ada"},
    ("POST", "users/{id}/consents"): lambda cast: {
        "consent_id": make_consent(organization=cast.northlight).api_id,
        "accepted": True,
    },
    ("POST", "users/merge"): lambda cast: {
        "kept_id": make_order(edition=cast.edition).customer.api_id,
        "merged_id": make_order(edition=cast.edition).customer.api_id,
    },
    ("POST", "users/{id}/erase"): lambda cast: {"dry_run": False},
    ("POST", "vendors"): lambda cast: {
        "organization_id": cast.northlight.api_id,
        "name": "Bakery",
    },
    ("PATCH", "vendors/{id}"): lambda cast: {"name": "Bakery"},
}

PARAMETERS: dict[str, Callable[[Any], str]] = {
    # The parameters that a route demands.
    "orders": lambda cast: f"?organization_id={cast.northlight.api_id}",
    "segments/cel-context": lambda cast: f"?organization_id={cast.northlight.api_id}",
    "segments/{id}/explain": lambda cast: (
        f"?user_id={make_order(edition=cast.edition).customer.api_id}"
    ),
}

SCOPES = {
    # The first word of a route where it is not the scope's; None: no scope is needed.
    "auth": None,
    "categories": "catalog",
    "events": "editions",
    "invitations": "members",
    "locations": "catalog",
    "products": "catalog",
    "suppressions": "users",
    "vendors": "catalog",
}


def address(route: str, cast: Cast, row_id: str = "") -> str:
    """A route with a row's id, and with the parameters that it demands."""
    query = PARAMETERS[route](cast) if route in PARAMETERS else ""
    return f"/v1/{route.replace('{id}', row_id)}{query}"
