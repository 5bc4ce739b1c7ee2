"""Signing in and out, by the same service as the API's."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from preo.accounts.models import StaffUser
from preo.accounts.service.sign_in import sign_in_with_password
from preo.core.addresses import client_address
from preo.core.errors import DomainError
from preo.dashboard.doors import MAX_EMAIL, let_in, render_door, typed


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and what comes of it."""
    back = next_address(request)
    if request.method == "POST":
        return _try(request, back)
    if isinstance(request.user, StaffUser):
        return HttpResponseRedirect(back)
    return _form(request, back)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. Without one it does nothing, so that a second click is no error."""
    logout(request)
    return HttpResponseRedirect(reverse("dashboard:sign_in"))


def next_address(request: HttpRequest) -> str:
    """Where the visitor came from and goes on to, as form or query say it and as far as it is safe."""
    return safe_address(request, request.POST.get("next") or request.GET.get("next", ""))


def safe_address(request: HttpRequest, address: str) -> str:
    """The address if it is a path of this very server, else the home page."""
    own = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if own else reverse("dashboard:home")


def _try(request: HttpRequest, back: str) -> HttpResponse:
    try:
        staff = sign_in_with_password(
            email=typed(request, "email"),
            password=request.POST.get("password", ""),
            address=client_address(request.META),
            now=timezone.now(),
        )
    except DomainError as refusal:
        return _form(request, back, refusal)
    let_in(request, staff)
    return HttpResponseRedirect(back)


def _form(request: HttpRequest, back: str, refusal: DomainError | None = None) -> HttpResponse:
    """The same words for an unknown address and for a wrong password."""
    context = {"next": back, "email": typed(request, "email")[:MAX_EMAIL]}
    return render_door(request, "dashboard/sign_in.html", context, refusal)
