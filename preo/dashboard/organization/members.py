"""Members: who they are, their roles, and how one takes a role away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preo.accounts.api.members import (
    InvitationViewSet,
    MemberSerializer,
    MemberUpdateSerializer,
    MemberViewSet,
)
from preo.accounts.models import Invitation, Membership, RoleWord
from preo.accounts.service import members
from preo.core.errors import DomainError
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.listing_page import Filter, Heading, Listing, Way, list_rows
from preo.dashboard.organization.roles import ROLE, admin_editions
from preo.dashboard.places import Place

AREA = "members"
MEMBERS = Listing(
    viewset=MemberViewSet,
    address="/v1/members",
    area=AREA,
    title="Members",
    one="member",
    many="members",
    headings=(
        Heading("full_name", "Name", "fill"),
        Heading("role", "Role"),
        Heading("where", "Where", "max-md:hidden"),
        Heading("created", "Since", "max-lg:hidden"),
    ),
    row="dashboard/organization/member_row.html",
    hint="",
    none_yet="Whoever accepts an invitation stands here.",
    icon="users",
)
MOST_INVITATIONS = 200
"""Open invitations that are shown."""


@require_safe
def list_members(request: HttpRequest, place: Place) -> HttpResponse:
    """Members by name, under the invitations that are still open."""
    slug = place.organization.slug
    filters = [Filter("role", "Role", "All roles", RoleWord.choices)]
    editions = admin_editions(place)
    if editions:
        filters.append(Filter("edition_id", "Edition", "Organization and editions", editions))
    return list_rows(
        request,
        place,
        MEMBERS,
        filters=filters,
        ways=[Way("Invite a member", reverse("dashboard:invite_member", args=[slug]), "send")],
        template="dashboard/organization/members.html",
        extra={"invitations": _open_invitations(place), "now": timezone.now()},
    )


def _open_invitations(place: Place) -> list[Invitation]:
    view = asked_view(place, InvitationViewSet, "list")
    rows = view.get_queryset().filter(organization=place.organization)
    return list(rows.order_by("-created", "-id")[:MOST_INVITATIONS])


@require_http_methods(["GET", "HEAD", "POST"])
def edit_member(request: HttpRequest, place: Place, member_id: str) -> HttpResponse:
    """The form of `PATCH /v1/members/{id}`."""
    member = row_asked(place, MemberViewSet, member_id, action="partial_update")
    form = _form(member)

    def save(body: dict[str, Any]) -> str:
        changed = members.change_role(
            membership_id=member.pk,
            role=RoleWord(body["role"]),
            by=place.visitor.principal,
            now=timezone.now(),
        )
        role = RoleWord(changed.role).label
        messages.success(request, f"{member.staff.full_name} now has the role {role}.")
        return _after_change(place, member)

    return save_form(request, form, save) or _page(request, place, member, form)


@require_POST
def remove_member(request: HttpRequest, place: Place, member_id: str) -> HttpResponse:
    """Take the role away; a refusal stands on the member's page."""
    member = row_asked(place, MemberViewSet, member_id, action="destroy")
    try:
        members.remove_member(membership_id=member.pk, by=place.visitor.principal)
    except DomainError as refusal:
        form = _form(member)
        form.refuse(refusal)
        return _page(request, place, member, form)
    messages.success(request, f"{member.staff.full_name} is no member any more.")
    return HttpResponseRedirect(_after_change(place, member))


def _form(member: Membership) -> BodyForm:
    groups = (Group("What the person may do", (ROLE,), "It counts from their next click on."),)
    return BodyForm(MemberUpdateSerializer, groups, present=MemberSerializer(member).data)


def _page(request: HttpRequest, place: Place, member: Membership, form: BodyForm) -> HttpResponse:
    slug = place.organization.slug
    way_back = reverse("dashboard:members", args=[slug])
    name = member.staff.full_name
    context = {
        "member": member,
        "is_oneself": member.staff_id == place.visitor.staff.pk,
        "title": name,
        "submit": "Save",
        "cancel_url": way_back,
        "trail": trail_to(place, Step("Members", way_back), Step(name)),
    }
    template = "dashboard/organization/member.html"
    return render_form(request, place, template, context, form, area=AREA)


def _after_change(place: Place, member: Membership) -> str:
    """The list; home for who changed their own role, and may not see the list any more."""
    if member.staff_id == place.visitor.staff.pk:
        return reverse("dashboard:home")
    return reverse("dashboard:members", args=[place.organization.slug])
