"""The local inbox: mails that stayed on this server, because no mail server is set.

For the platform's operator alone (`is_superuser`). Not for the admins of organizations: a mail
belongs to none, and it holds the PIN or the link of one person, by which whoever reads it is that
person, in every organization. The demo is no exception: nothing keeps people from being invited
into it, and its admin would be all of them. With a mail server the page is not there, so that the
operator cannot be anybody either.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from preo.dashboard.frame import render_placeless
from preo.dashboard.menu import inbox_url
from preo.dashboard.places import Visitor
from preo.transports.models import InboxMessage

PAGE_SIZE = 50
_DIGITS = 6
"""Digits of a page's number that are read."""


@require_safe
def show_inbox(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Mails, newest first, as text: an HTML part is never shown, whoever wrote it.

    Raises Http404 for all others, and where mails leave: the page is then not there.
    """
    address = inbox_url(visitor.staff)
    if not address:
        raise Http404
    page = _page_number(request.GET.get("page", ""))
    start = (page - 1) * PAGE_SIZE
    # Bodies in HTML may be long, and are not shown.
    rows = InboxMessage.objects.defer("html", "headers").order_by("-created", "-id")
    found = list(rows[start : start + PAGE_SIZE + 1])
    context = {
        "mails": found[:PAGE_SIZE],
        "keep_days": settings.KEEP_INBOX.days,
        "page": page,
        "newer_url": f"{address}?page={page - 1}" if page > 1 else "",
        "older_url": f"{address}?page={page + 1}" if len(found) > PAGE_SIZE else "",
    }
    return render_placeless(request, visitor, "dashboard/inbox.html", context)


def _page_number(text: str) -> int:
    """The number of a page; the first for what is none."""
    plain = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return max(1, int(text)) if plain else 1
