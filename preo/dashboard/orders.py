"""The pages of orders."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preo.dashboard.access import is_swap
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.order_list import OrderList
from preo.dashboard.order_page import OrderPage
from preo.dashboard.order_query import read_order_query
from preo.dashboard.order_reads import order_asked
from preo.dashboard.places import Place

AREA = "orders"


@require_safe
def list_orders(request: HttpRequest, place: Place) -> HttpResponse:
    """The table; for htmx only what changes, with the address that belongs to it."""
    query = read_order_query(request.GET)
    listing = OrderList(place, query, path=request.path, now=timezone.now())
    curl = curl_command(request, f"/v1/orders?{listing.api_query}")
    context = {"listing": listing, "curl": curl, "trail": trail_to(place, Step("Orders"))}
    swap = is_swap(request)
    template = "dashboard/orders/swap.html" if swap else "dashboard/orders/list.html"
    response = render_page(request, place, template, context, area=AREA)
    if swap:
        # Typing replaces its own step of the browser's history; a click adds one.
        typed = request.headers.get("HX-Trigger-Name") == "search"
        address = query.url(request.path, page=listing.pager.page)
        response["HX-Replace-Url" if typed else "HX-Push-Url"] = address
    return response


@require_safe
def show_order(request: HttpRequest, place: Place, order_id: str) -> HttpResponse:
    """One order. Its page stands in its edition, whichever way led to it."""
    order = order_asked(place, order_id)
    within = Place(place.visitor, place.organization, order.edition)
    edition_orders = reverse(
        "dashboard:edition_orders", args=[place.organization.slug, order.edition.slug]
    )
    context = {
        "order": order,
        "page": OrderPage(order),
        "curl": curl_command(request, f"/v1/orders/{order.api_id}"),
        "trail": trail_to(
            within, Step("Orders", edition_orders), Step(order.order_number or "Without a number")
        ),
    }
    return render_page(request, within, "dashboard/order/page.html", context, area=AREA)


def curl_command(request: HttpRequest, path: str) -> str:
    """What a person pastes into a shell to ask the API for what the page shows."""
    return f"curl -H \"Authorization: Bearer $PREO_API_KEY\" '{request.build_absolute_uri(path)}'"
