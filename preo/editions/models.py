from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from preo.core.languages import Language
from preo.core.models import Row, one_of
from preo.core.money import Currency
from preo.organizations.models import Organization


class CountryCode(models.TextChoices):
    """Default prefixes for phone numbers that come without one."""

    AT = "+43", "Austria"
    BE = "+32", "Belgium"
    DK = "+45", "Denmark"
    FI = "+358", "Finland"
    FR = "+33", "France"
    DE = "+49", "Germany"
    NL = "+31", "Netherlands"
    NO = "+47", "Norway"
    PL = "+48", "Poland"
    SE = "+46", "Sweden"
    CH = "+41", "Switzerland"
    GB = "+44", "United Kingdom"
    US = "+1", "United States and Canada"


class TaxType(models.TextChoices):
    NONE = "none", "No tax"
    VAT = "vat", "VAT, inside prices"
    SALES = "sales", "Sales tax, added to prices"


class SmsSenderName(models.TextChoices):
    UNSET = "Unset", "Not set"
    PREO = "Preo", "Preo"
    STORE = "Store", "Store"


class DateStatus(models.TextChoices):
    UPCOMING = "upcoming", "Upcoming"
    CURRENT = "current", "Current"
    PAST = "past", "Past"
    NO_DATES = "no_dates", "No dates"


class Event(Row):
    """A festival as such, over the years."""

    id_prefix: ClassVar[str] = "evt"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["organization", "name"], name="event_by_organization")]

    def __str__(self) -> str:
        return self.name


class MerchantAccount(Row):
    """An account with a payment provider. Kept by the platform's operator."""

    id_prefix: ClassVar[str] = "mrc"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=32)
    supported_currencies = ArrayField(models.CharField(max_length=3), default=list)

    def __str__(self) -> str:
        return self.name


class FeeRule(Row):
    """How the platform's fees are reckoned. Kept by the platform's operator."""

    id_prefix: ClassVar[str] = "fee"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


def _english() -> list[str]:
    return [Language.EN.value]


class Edition(Row):
    """One year's festival."""

    id_prefix: ClassVar[str] = "edt"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    full_name = models.CharField(max_length=401)
    """The event's name and the edition's. Written with either, so that lists need no join."""
    slug = models.SlugField(max_length=100)
    start_date = models.DateTimeField(null=True)
    end_date = models.DateTimeField(null=True)
    timezone = models.CharField(max_length=64, default="UTC")
    default_country_code = models.CharField(
        max_length=4, choices=CountryCode.choices, default=CountryCode.DK
    )
    is_draft = models.BooleanField(default=True)
    is_archived = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    default_language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)
    enabled_languages = ArrayField(
        models.CharField(max_length=2, choices=Language.choices), default=_english
    )
    tax_type = models.CharField(max_length=5, choices=TaxType.choices, default=TaxType.NONE)
    # Rates are percentages: 25.000 is a quarter.
    default_price_tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    default_deposit_tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    default_packaging_deposit_tax_rate = models.DecimalField(
        max_digits=6, decimal_places=3, default=0
    )
    currency = models.CharField(max_length=3, choices=Currency.choices)
    fee_rule = models.ForeignKey(FeeRule, models.PROTECT, null=True, related_name="+")
    merchant_account = models.ForeignKey(
        MerchantAccount, models.PROTECT, null=True, related_name="+"
    )
    merchant_account_extra_parameters = models.JSONField(default=dict)
    merchant_id = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)
    sms_sender_name = models.CharField(
        max_length=5, choices=SmsSenderName.choices, default=SmsSenderName.UNSET
    )
    email_sender_name = models.CharField(max_length=50, default="")
    email_sender_address = models.CharField(max_length=254, default="")
    email_reply_to = models.CharField(max_length=254, default="")
    meta_title = models.JSONField(default=dict)
    meta_description = models.JSONField(default=dict)

    # Pictures and e-mail messages belong to slices above; until those exist an edition has none.
    meta_image: ClassVar[None] = None
    meta_image_id: ClassVar[None] = None
    transaction_receipt_email_id: ClassVar[None] = None
    refund_confirmation_email_id: ClassVar[None] = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "slug"], name="edition_slug_in_organization"
            ),
            models.CheckConstraint(
                name="edition_start_before_end",
                condition=models.Q(start_date__isnull=True)
                | models.Q(end_date__isnull=True)
                | models.Q(start_date__lte=models.F("end_date")),
            ),
            one_of("edition_currency", "currency", Currency),
            one_of("edition_tax_type", "tax_type", TaxType),
            one_of("edition_default_language", "default_language", Language),
        ]
        indexes = [
            models.Index(fields=["organization", "-created", "-id"], name="edition_newest_first"),
        ]

    def __str__(self) -> str:
        return self.full_name
