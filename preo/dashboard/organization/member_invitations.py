"""Inviting members: the form, and what can be done with an invitation that is still open."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from preo.accounts.api.members import InvitationViewSet, MemberInviteSerializer
from preo.accounts.models import Invitation, RoleWord
from preo.accounts.service import members
from preo.core.errors import DomainError
from preo.dashboard.asked_views import row_asked
from preo.dashboard.body_fields import Text
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.doors import words_of
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.organization.members import AREA
from preo.dashboard.organization.roles import ROLE, where
from preo.dashboard.places import Place


@require_http_methods(["GET", "HEAD", "POST"])
def invite_member(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of `POST /v1/members`."""
    groups = (
        Group(
            "Who",
            (Text("email", "E-mail address", type="email", wide=True),),
            "A link is mailed to this address. It is good for 7 days, once.",
        ),
        Group("What for", (where(place), ROLE)),
    )
    form = BodyForm(
        MemberInviteSerializer,
        groups,
        initial={"role": RoleWord.STAFF.value},
        fixed={"organization_id": place.organization.api_id},
    )

    def save(body: dict[str, Any]) -> str:
        _invite(place, **body | {"role": RoleWord(body["role"])})
        messages.success(request, f"The invitation to {body['email']} is on its way.")
        return _members_url(place)

    way_back = _members_url(place)
    context = {
        "title": "Invite a member",
        "submit": "Send the invitation",
        "cancel_url": way_back,
        "trail": trail_to(place, Step("Members", way_back), Step("Invite")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/form_page.html", context, form, area=AREA
    )


@require_POST
def send_again(request: HttpRequest, place: Place, invitation_id: str) -> HttpResponse:
    """Invite anew, by which the earlier link ends. A refusal is told above the list."""
    invitation = _asked(place, invitation_id)
    try:
        _invite(
            place,
            organization_id=invitation.organization_id,
            edition_id=invitation.edition_id,
            email=invitation.email,
            role=RoleWord(invitation.role),
        )
    except DomainError as refusal:
        messages.error(request, words_of(refusal) or refusal.title)
    else:
        messages.success(request, f"Another invitation to {invitation.email} is on its way.")
    return HttpResponseRedirect(_members_url(place))


@require_POST
def revoke_invitation(request: HttpRequest, place: Place, invitation_id: str) -> HttpResponse:
    """Withdraw it; its link is then worth nothing."""
    invitation = _asked(place, invitation_id)
    members.revoke_invitation(
        invitation_id=invitation.pk, by=place.visitor.principal, now=timezone.now()
    )
    messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
    return HttpResponseRedirect(_members_url(place))


def _invite(place: Place, **words: Any) -> None:
    members.invite_member(**words, by=place.visitor.principal, now=timezone.now())


def _asked(place: Place, invitation_id: str) -> Invitation:
    return row_asked(place, InvitationViewSet, invitation_id, action="destroy")


def _members_url(place: Place) -> str:
    return reverse("dashboard:members", args=[place.organization.slug])
