"""Signing in with a PIN that is mailed, by the same service as the API's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.accounts.service.pins import (
    DIGITS,
    LIFE,
    MAX_TRIES,
    PER_DAY,
    PER_HOUR,
    ask_pin,
    sign_in_with_pin,
)
from preo.core.addresses import client_address
from preo.core.errors import DomainError
from preo.dashboard.doors import MAX_EMAIL, check_email, let_in, render_door, typed
from preo.dashboard.sign_in import next_address


@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """The form for an e-mail address, and the form for the PIN that is the same for every address.

    The address goes on in that form and not in the session: a stranger gets none.
    """
    if request.method != "POST":
        return _page(request, "ask")
    email = typed(request, "email")
    try:
        check_email(email)
        ask_pin(email=email, address=client_address(request.META), now=timezone.now())
    except DomainError as refusal:
        return _page(request, "ask", refusal)
    return _page(request, "enter")


@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """The form for e-mail address and PIN, also for whoever has a PIN already."""
    if request.method != "POST":
        return _page(request, "enter")
    try:
        staff = sign_in_with_pin(
            email=typed(request, "email"),
            pin=typed(request, "pin"),
            address=client_address(request.META),
            now=timezone.now(),
        )
    except DomainError as refusal:
        return _page(request, "enter", refusal)
    let_in(request, staff)
    return HttpResponseRedirect(next_address(request))


def _page(request: HttpRequest, name: str, refusal: DomainError | None = None) -> HttpResponse:
    context = {
        "next": next_address(request),
        "email": typed(request, "email")[:MAX_EMAIL],
        "asked": request.method == "POST" and name == "enter" and "pin" not in request.POST,
        "digits": DIGITS,
        "minutes": LIFE.seconds // 60,
        "tries": MAX_TRIES,
        "per_hour": PER_HOUR,
        "per_day": PER_DAY,
        "stays_here": settings.EMAIL_SERVER is None,
    }
    return render_door(request, f"dashboard/pin/{name}.html", context, refusal)
