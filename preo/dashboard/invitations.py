"""Following the mailed link of an invitation. Looking changes nothing; only a form accepts."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.accounts.links import LinkError
from preo.accounts.models import Invitation, Membership, RoleWord, StaffUser
from preo.accounts.service.invitations import (
    MAX_NAME,
    accept_as_new_person,
    accept_invitation,
    find_invitation,
    has_account,
)
from preo.core.errors import DomainError
from preo.dashboard.doors import check_length, let_in, render_door, typed
from preo.dashboard.menu import first_url


@require_http_methods(["GET", "HEAD", "POST"])
def show_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to what as which role, and the one way in which this visitor can accept it.

    The invited person when signed in: a button. Anybody else who is signed in: the way out. A
    stranger: the sign-in where the address has an account, else a form for a name and a password.
    """
    if request.method == "POST" and "sign_out" in request.POST:
        # Another person's session would be in the way; this leads back to the same link.
        logout(request)
        return HttpResponseRedirect(request.path)
    try:
        invitation = find_invitation(token=token, now=timezone.now())
        if request.method == "POST":
            return _accept(request, invitation, token)
    except LinkError as refusal:
        return render_door(request, "dashboard/invitation/gone.html", {}, refusal)
    return _page(request, invitation)


def _accept(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    now, staff = timezone.now(), request.user
    try:
        if isinstance(staff, StaffUser):
            membership = accept_invitation(token=token, staff=staff, now=now)
        else:
            password = request.POST.get("password", "")
            check_length(password)
            membership = accept_as_new_person(
                token=token, full_name=typed(request, "full_name"), password=password, now=now
            )
            let_in(request, membership.staff)
    except LinkError:
        raise
    except DomainError as refusal:
        return _page(request, invitation, refusal)
    return HttpResponseRedirect(_first_page(invitation, membership))


def _page(
    request: HttpRequest, invitation: Invitation, refusal: DomainError | None = None
) -> HttpResponse:
    staff = request.user if isinstance(request.user, StaffUser) else None
    context = {
        "invitation": invitation,
        "inviter": _inviter(invitation),
        "role": RoleWord(invitation.role).label,
        "staff": staff,
        "is_invited": staff is not None and staff.email == invitation.email,
        "has_account": has_account(invitation),
        "full_name": typed(request, "full_name")[:MAX_NAME],
        "max_name": MAX_NAME,
    }
    return render_door(request, "dashboard/invitation/page.html", context, refusal)


def _inviter(invitation: Invitation) -> str:
    """The person or the key that invites; nothing for the system itself."""
    if invitation.by_staff is not None:
        return invitation.by_staff.full_name
    return invitation.by_key.name if invitation.by_key is not None else ""


def _first_page(invitation: Invitation, membership: Membership) -> str:
    """The first area of the place that the role opens, else wherever the person can go."""
    edition = invitation.edition.slug if invitation.edition else None
    role = RoleWord(membership.role).role
    return first_url(role, invitation.organization.slug, edition) or reverse("dashboard:home")
