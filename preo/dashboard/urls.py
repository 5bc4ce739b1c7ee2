"""Every page on one screen: address, view, least role. The API's roles are the pages' roles."""

from django.urls import path

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
from preo.orders.api.views import OrderViewSet

app_name = "dashboard"

ORDERS = OrderViewSet.minimum["list"]
ORDER = OrderViewSet.minimum["retrieve"]

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
]
