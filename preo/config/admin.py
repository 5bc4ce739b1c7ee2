"""The platform operator's back office at `/operator/`.

Operators keep organizations, people, merchant accounts and fee rules. Orders and money are shown
and never changed here. What has a service is written by it.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from preo.accounts.models import ApiKey, Membership, StaffUser
from preo.accounts.service import staff as staff_service
from preo.consents.models import Consent, ConsentAnswer
from preo.core import ids
from preo.core.addresses import is_email, normalise_email
from preo.core.languages import Language
from preo.customers.models import Customer, Suppression
from preo.editions.models import Edition, Event, FeeRule, MerchantAccount
from preo.orders.models import Order, Purchase, Transaction
from preo.organizations.models import Organization


class OperatorSite(admin.AdminSite):
    """Signs in by the dashboard's form, whose tries are limited, not by a second one."""

    site_header = site_title = "Preo operator"
    index_title = "Back office"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("dashboard:home"))
        back = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('dashboard:sign_in')}?{back}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        super().logout(request, extra_context)
        return HttpResponseRedirect(reverse("dashboard:sign_in"))


site = OperatorSite(name="operator")

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
else:  # Django's class takes no parameter at run time
    Admin = admin.ModelAdmin


class KeptRow(Admin):
    """A row that operators write. Nothing is deleted here: what is in use must not vanish."""

    readonly_fields: ClassVar[Any] = ("api_id", "created", "modified")
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ShownRow(KeptRow):
    """A row that operators read."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Organization, site=site)
class OrganizationAdmin(KeptRow):
    list_display = ("name", "slug", "currency", "created")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


class StaffForm(forms.ModelForm):  # type: ignore[type-arg] # takes no parameter at run time
    """A person's address is normalised before anything compares it."""

    phone_number = forms.CharField(max_length=32, required=False, empty_value=None)

    def clean_email(self) -> str:
        email = normalise_email(self.cleaned_data["email"])
        if not is_email(email):
            raise forms.ValidationError("This is no e-mail address.")
        return email


@admin.register(StaffUser, site=site)
class StaffUserAdmin(KeptRow):
    """People. A password is theirs alone: they choose it by a mailed link."""

    list_display = ("full_name", "email", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("full_name", "email")
    fields = (
        "api_id", "email", "full_name", "phone_number", "language", "is_active", "is_superuser",
        "last_login", "created", "modified",
    )  # fmt: skip
    readonly_fields: ClassVar[Any] = (*KeptRow.readonly_fields, "last_login")
    form = StaffForm

    def save_model(self, request: HttpRequest, obj: StaffUser, form: Any, change: bool) -> None:
        now = timezone.now()
        if change:
            super().save_model(request, obj, form, change)
            if "is_active" in form.changed_data and not obj.is_active:
                staff_service.deactivate_staff(staff=obj, now=now)
            return
        made = staff_service.create_staff(
            email=obj.email,
            full_name=obj.full_name,
            password=None,
            language=Language(obj.language),
            phone_number=obj.phone_number,
            is_superuser=obj.is_superuser,
            now=now,
        )
        obj.pk = made.pk
        obj.refresh_from_db()


@admin.register(Membership, site=site)
class MembershipAdmin(KeptRow):
    """Roles. The organization's admins see each of them in their own list of members."""

    list_display = ("staff", "organization", "edition", "role")
    list_filter = ("role",)
    search_fields = ("staff__email", "staff__full_name", "organization__name")
    autocomplete_fields = ("staff", "organization", "edition")
    list_select_related = ("staff", "organization", "edition")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


@admin.register(MerchantAccount, site=site)
class MerchantAccountAdmin(KeptRow):
    list_display = ("name", "organization", "type", "supported_currencies")
    search_fields = ("name", "organization__name")
    autocomplete_fields = ("organization",)
    list_select_related = ("organization",)


@admin.register(FeeRule, site=site)
class FeeRuleAdmin(KeptRow):
    list_display = ("name", "organization")
    search_fields = ("name", "organization__name")
    autocomplete_fields = ("organization",)
    list_select_related = ("organization",)


@admin.register(Event, site=site)
class EventAdmin(ShownRow):
    list_display = ("name", "organization")
    search_fields = ("name",)
    list_select_related = ("organization",)


@admin.register(Edition, site=site)
class EditionAdmin(ShownRow):
    list_display = ("full_name", "organization", "start_date", "is_draft", "is_archived")
    search_fields = ("full_name", "slug")
    list_select_related = ("organization",)


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(ShownRow):
    list_display = ("name", "organization", "role", "prefix", "last_used_at", "revoked_at")
    exclude = ("secret_hash",)
    list_select_related = ("organization",)


class FoundById(ShownRow):
    """A large table: searched by id alone, counted by nobody."""

    search_help_text = "An id with its prefix."
    search_fields = ("=id",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        if not search_term:
            return queryset, False
        key = ids.decode_id(self.model.id_prefix, search_term.strip())
        return (queryset.filter(pk=key) if key else queryset.none()), False


@admin.register(Order, site=site)
class OrderAdmin(FoundById):
    list_display = ("api_id", "order_number", "edition", "status", "amount", "currency", "created")
    list_select_related = ("edition",)
    ordering = ("-id",)


@admin.register(Transaction, site=site)
class TransactionAdmin(FoundById):
    list_display = ("api_id", "kind", "status", "service", "amount", "currency", "created")
    ordering = ("-id",)


@admin.register(Purchase, site=site)
class PurchaseAdmin(FoundById):
    list_display = ("api_id", "product", "status", "quantity", "price_paid", "currency", "created")
    list_select_related = ("product",)
    ordering = ("-id",)


@admin.register(Customer, site=site)
class CustomerAdmin(FoundById):
    list_display = ("api_id", "full_name", "email", "organization", "date_joined")
    list_select_related = ("organization",)
    ordering = ("-id",)


@admin.register(Suppression, site=site)
class SuppressionAdmin(FoundById):
    list_display = ("api_id", "organization", "channel", "address", "reason", "created")
    exclude = ("address_hash",)
    list_select_related = ("organization",)
    ordering = ("-id",)


@admin.register(Consent, site=site)
class ConsentAdmin(ShownRow):
    list_display = ("title", "organization", "type", "scope", "enabled", "published_date")
    search_fields = ("title",)
    list_select_related = ("organization",)


@admin.register(ConsentAnswer, site=site)
class ConsentAnswerAdmin(FoundById):
    list_display = ("api_id", "consent", "accepted", "answered", "method")
    fields = (
        "api_id", "organization", "consent", "customer", "accepted", "answered", "method",
        "language", "ip_address", "user_agent", "actor_kind", "actor_id", "created",
    )  # fmt: skip
    list_select_related = ("consent",)
    ordering = ("-id",)
