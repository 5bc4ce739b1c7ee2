"""The choice of light or dark, for who has no scripts; with them it needs no request."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from preo.dashboard.sign_in import safe_address
from preo.dashboard.templatetags.dashboard import THEME_COOKIE

YEAR = 365 * 24 * 3600


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the scheme for a year, or forget it for the system's."""
    response = HttpResponseRedirect(safe_address(request, request.POST.get("next", "")))
    chosen = request.POST.get("theme")
    if chosen in {"light", "dark"}:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
