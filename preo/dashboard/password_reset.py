"""A new password by a mailed link. Nothing here tells whether an address has an account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.accounts.links import LinkError
from preo.accounts.models import StaffUser
from preo.accounts.service.resets import (
    PER_HOUR,
    ask_password_reset,
    find_reset,
    reset_password,
)
from preo.core.addresses import client_address
from preo.core.errors import DomainError
from preo.dashboard.doors import MAX_EMAIL, check_email, check_length, render_door, typed


@require_http_methods(["GET", "HEAD", "POST"])
def ask_reset(request: HttpRequest) -> HttpResponse:
    """The form for an e-mail address, and the answer that is the same whoever asks for whom."""
    if request.method != "POST":
        return _ask_page(request)
    email = typed(request, "email")
    try:
        check_email(email)
        ask_password_reset(email=email, address=client_address(request.META), now=timezone.now())
    except DomainError as refusal:
        return _ask_page(request, refusal)
    return HttpResponseRedirect(f"{reverse('dashboard:ask_reset')}?sent")


@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """The form for a new password. Looking at it does not use the link up; setting one does.

    Nobody is signed in by it: whoever has set a password can type it.
    """
    now = timezone.now()
    try:
        staff = find_reset(token=token, now=now)
        if request.method != "POST":
            return _choose_page(request, staff)
        return _set(request, staff, token)
    except LinkError as refusal:
        return render_door(request, "dashboard/password_reset/gone.html", {}, refusal)


def _set(request: HttpRequest, staff: StaffUser, token: str) -> HttpResponse:
    password = request.POST.get("password", "")
    try:
        check_length(password)
        reset_password(token=token, password=password, now=timezone.now())
    except LinkError:
        raise
    except DomainError as refusal:
        return _choose_page(request, staff, refusal)
    return HttpResponseRedirect(f"{reverse('dashboard:ask_reset')}?done")


def _ask_page(request: HttpRequest, refusal: DomainError | None = None) -> HttpResponse:
    if request.method != "POST" and "done" in request.GET:
        return render_door(request, "dashboard/password_reset/done.html", {})
    context = {
        "sent": request.method != "POST" and "sent" in request.GET,
        "email": typed(request, "email")[:MAX_EMAIL],
        "per_hour": PER_HOUR,
        "stays_here": settings.EMAIL_SERVER is None,
    }
    return render_door(request, "dashboard/password_reset/ask.html", context, refusal)


def _choose_page(
    request: HttpRequest, staff: StaffUser, refusal: DomainError | None = None
) -> HttpResponse:
    return render_door(
        request, "dashboard/password_reset/choose.html", {"email": staff.email}, refusal
    )
