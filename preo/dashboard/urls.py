"""Every page on one screen: address, view, least role. The API's roles are the pages' roles."""

from django.urls import path

from preo.catalog.api.product_views import ProductViewSet
from preo.core.access import Role
from preo.dashboard import (
    find,
    inbox,
    invitations,
    orders,
    password_reset,
    pin_sign_in,
    sign_in,
    switch,
    theme,
)
from preo.dashboard.access import for_visitor, in_place
from preo.dashboard.catalog import categories, events, locations, products, vendors
from preo.dashboard.consents.urls import urlpatterns as consent_pages
from preo.dashboard.customers.urls import urlpatterns as customer_pages
from preo.dashboard.imports.urls import urlpatterns as import_pages
from preo.dashboard.organization.urls import urlpatterns as organization_pages
from preo.dashboard.segments.urls import urlpatterns as segment_pages
from preo.dashboard.suppressions.urls import urlpatterns as suppression_pages
from preo.editions.api.event_views import EventViewSet
from preo.orders.api.views import OrderViewSet

app_name = "dashboard"

ORDERS = OrderViewSet.minimum["list"]
ORDER = OrderViewSet.minimum["retrieve"]
READ = ProductViewSet.minimum["list"]
WRITE = ProductViewSet.minimum["create"]
READ_EVENTS = EventViewSet.minimum["list"]

urlpatterns = [
    # Open to everybody.
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", pin_sign_in.ask_code, name="ask_code"),
    path("sign-in/code/enter", pin_sign_in.enter_code, name="enter_code"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    # The links of mails (preo/accounts/links.py).
    path("invitations/<str:token>", invitations.show_invitation, name="invitation"),
    path("password-reset", password_reset.ask_reset, name="ask_reset"),
    path("password-reset/<str:token>", password_reset.choose_password, name="choose_password"),
    path("theme", theme.choose_theme, name="theme"),
    # Open to whoever is signed in.
    path("", for_visitor(switch.go_home), name="home"),
    path("switch", for_visitor(switch.list_places), name="switch"),
    path("inbox", for_visitor(inbox.show_inbox), name="inbox"),
    # In an organization `o/...`, or in an edition of it `o/.../e/...`.
    path(
        "o/<slug:organization>/find",
        in_place(find.find, Role.GUEST),
        name="find",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/find",
        in_place(find.find, Role.GUEST),
        name="edition_find",
    ),
    path(
        "o/<slug:organization>/orders",
        in_place(orders.list_orders, ORDERS),
        name="orders",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/orders",
        in_place(orders.list_orders, ORDERS),
        name="edition_orders",
    ),
    path(
        "o/<slug:organization>/orders/<str:order_id>",
        in_place(orders.show_order, ORDER),
        name="order",
    ),
    # The catalogue.
    path("o/<slug:organization>/products", in_place(products.list_products, READ), name="products"),
    path(
        "o/<slug:organization>/e/<slug:edition>/products",
        in_place(products.list_products, READ),
        name="edition_products",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/products/new",
        in_place(products.new_product, WRITE),
        name="edition_new_product",
    ),
    path(
        "o/<slug:organization>/products/<str:product_id>",
        in_place(products.show_product, READ),
        name="product",
    ),
    path(
        "o/<slug:organization>/products/<str:product_id>/delete",
        in_place(products.delete_product, WRITE),
        name="delete_product",
    ),
    path(
        "o/<slug:organization>/categories",
        in_place(categories.list_categories, READ),
        name="categories",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/categories",
        in_place(categories.list_categories, READ),
        name="edition_categories",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/categories/new",
        in_place(categories.new_category, WRITE),
        name="edition_new_category",
    ),
    path(
        "o/<slug:organization>/categories/<str:category_id>",
        in_place(categories.show_category, READ),
        name="category",
    ),
    path(
        "o/<slug:organization>/categories/<str:category_id>/delete",
        in_place(categories.delete_category, WRITE),
        name="delete_category",
    ),
    path(
        "o/<slug:organization>/locations",
        in_place(locations.list_locations, READ),
        name="locations",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/locations",
        in_place(locations.list_locations, READ),
        name="edition_locations",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/locations/new",
        in_place(locations.new_location, WRITE),
        name="edition_new_location",
    ),
    path(
        "o/<slug:organization>/locations/<str:location_id>",
        in_place(locations.show_location, READ),
        name="location",
    ),
    path(
        "o/<slug:organization>/locations/<str:location_id>/delete",
        in_place(locations.delete_location, WRITE),
        name="delete_location",
    ),
    path("o/<slug:organization>/vendors", in_place(vendors.list_vendors, READ), name="vendors"),
    path(
        "o/<slug:organization>/e/<slug:edition>/vendors",
        in_place(vendors.list_vendors, READ),
        name="edition_vendors",
    ),
    path(
        "o/<slug:organization>/vendors/new",
        in_place(vendors.new_vendor, WRITE, whole=True),
        name="new_vendor",
    ),
    path(
        "o/<slug:organization>/vendors/<str:vendor_id>",
        in_place(vendors.show_vendor, READ),
        name="vendor",
    ),
    path(
        "o/<slug:organization>/vendors/<str:vendor_id>/delete",
        in_place(vendors.delete_vendor, WRITE),
        name="delete_vendor",
    ),
    path("o/<slug:organization>/events", in_place(events.list_events, READ_EVENTS), name="events"),
    path(
        "o/<slug:organization>/events/new",
        in_place(events.new_event, WRITE, whole=True),
        name="new_event",
    ),
    path(
        "o/<slug:organization>/events/<str:event_id>",
        in_place(events.show_event, READ_EVENTS),
        name="event",
    ),
    *organization_pages,
    *segment_pages,
    *import_pages,
    *customer_pages,
    *consent_pages,
    *suppression_pages,
]
