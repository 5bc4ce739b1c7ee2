import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from preo.activity.models import ActorKind
from preo.catalog.models import Product, Vendor
from preo.core.languages import Language
from preo.core.models import Row, one_of
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.organizations.models import Organization


class ConsentType(models.TextChoices):
    TERMS = "terms", "Terms"
    MARKETING = "marketing", "Marketing"
    NOTICE = "notice", "Notice"


class Scope(models.TextChoices):
    ORGANIZATION = "organization", "Organization"
    EDITION = "edition", "Edition"
    VENDOR = "vendor", "Vendor"
    PRODUCT = "product", "Product"


class Method(models.TextChoices):
    """How an answer came to us."""

    CHECKOUT = "checkout", "Checkout"
    IMPORT = "import", "Import"
    API = "api", "API"
    STAFF = "staff", "Staff"
    PREFERENCE_PAGE = "preference_page", "Preference page"
    ONE_CLICK = "one_click", "One click in a mail"
    MERGE = "merge", "Two customers became one"


class Consent(Row):
    """What customers are asked to agree to, or told.

    Of a published one texts and scope stand for ever: answers are proof of just these. A trigger
    refuses every UPDATE of it but of `enabled` and `order`.
    """

    id_prefix: ClassVar[str] = "cns"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+")
    products = models.ManyToManyField(Product, related_name="+")
    scope = models.CharField(max_length=12, choices=Scope.choices, default=Scope.ORGANIZATION)
    """The narrowest of what is set. A vendor's or a product's may be of one edition besides."""
    title = models.CharField(max_length=250)
    type = models.CharField(max_length=9, choices=ConsentType.choices, default=ConsentType.TERMS)
    enabled = models.BooleanField(default=True)
    published = models.BooleanField(default=False)
    published_date = models.DateTimeField(null=True)
    required = models.BooleanField(default=False)
    consent_text = models.JSONField(default=dict)
    document_url = models.JSONField(default=dict)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # That a product's consent, and no other, has products is for the doctor.
                name="consent_scope_is_what_is_set",
                condition=Q(scope=Scope.ORGANIZATION, edition__isnull=True, vendor__isnull=True)
                | Q(scope=Scope.EDITION, edition__isnull=False, vendor__isnull=True)
                | Q(scope=Scope.VENDOR, vendor__isnull=False)
                | Q(scope=Scope.PRODUCT, vendor__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_published_has_date_and_text",
                condition=Q(published=False, published_date__isnull=True)
                | (Q(published=True, published_date__isnull=False) & ~Q(consent_text={})),
            ),
            models.CheckConstraint(
                # Agreement that is a condition of buying is not given freely (GDPR article 7(4)).
                name="consent_marketing_is_voluntary",
                condition=~Q(type=ConsentType.MARKETING, required=True),
            ),
            models.CheckConstraint(name="consent_has_title", condition=~Q(title="")),
            one_of("consent_type", "type", ConsentType),
        ]
        indexes = [models.Index(fields=["organization", "order", "id"], name="consent_in_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def product_ids(self) -> list[uuid.UUID]:
        """Of the products, in their order where they were fetched in it."""
        return [product.pk for product in self.products.all()]


class ConsentAnswer(Row):
    """What a customer answered once: proof, to which rows are only added.

    Triggers refuse DELETE, and every UPDATE but one that empties the address and the user agent.
    The same triggers keep `CurrentAnswer`, and refuse a customer or a consent of another
    organization. `created` is when it was written here, `answered` when the person said it.
    """

    id_prefix: ClassVar[str] = "cna"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    """False for a refusal, and for taking back what was accepted."""
    answered = models.DateTimeField()
    method = models.CharField(max_length=15, choices=Method.choices)
    text_hash = models.BinaryField(null=True)
    """SHA-256 of the very text that was shown, in UTF-8; None where none was, as in an import."""
    language = models.CharField(max_length=2, choices=Language.choices, null=True)  # noqa: DJ001 - of the text
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=400, null=True)  # noqa: DJ001 - absent, not empty
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    """Who wrote it, which with an import or on the phone is not the customer."""
    actor_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # One from the future would outweigh what the customer says until then.
                name="answer_not_before_it_was_given",
                condition=Q(answered__lte=F("created")),
            ),
            models.CheckConstraint(
                name="answer_text_hash_is_whole", condition=Exact(Length("text_hash"), 32)
            ),
            models.CheckConstraint(
                name="answer_text_has_a_language",
                condition=Q(text_hash__isnull=True, language__isnull=True)
                | Q(text_hash__isnull=False, language__isnull=False),
            ),
            models.CheckConstraint(
                name="answer_actor_is_named",
                condition=Q(actor_kind=ActorKind.SYSTEM, actor_id__isnull=True)
                | (~Q(actor_kind=ActorKind.SYSTEM) & Q(actor_id__isnull=False)),
            ),
            one_of("answer_method", "method", Method),
            one_of("answer_language", "language", Language),
            one_of("answer_actor_kind", "actor_kind", ActorKind),
        ]
        indexes = [
            models.Index(
                fields=["organization", "customer", "-answered", "-id"], name="answer_by_customer"
            ),
            # Rows are only added, so the table stands in this order already: a few bytes a page.
            BrinIndex(fields=["created"], name="answer_by_created", autosummarize=True),
        ]

    def __str__(self) -> str:
        return self.api_id


class AddressRefusal(Row):
    """A no to a consent by somebody who is not known by this address any more: erased, or changed.

    It keeps the older yes of a file of tomorrow from counting for whoever comes with the address.
    Nothing else hangs on it: a newer yes counts, and what is no marketing is sent.
    """

    id_prefix: ClassVar[str] = "cnr"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+")
    address_hash = models.UUIDField()
    """As customers' `email_hash` and `phone_hash`."""
    answered = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address_hash", "consent"], name="address_refusal_once")
        ]

    def __str__(self) -> str:
        return self.api_id


class CurrentAnswer(models.Model):
    """A customer's latest answer to a consent: the one answered last, then the higher id.

    Written by the trigger on answers alone. It is small and has all that a query of a million
    customers asks in one index, where the history of answers would have to be sorted first.
    """

    answer = models.OneToOneField(ConsentAnswer, models.PROTECT, primary_key=True, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    accepted = models.BooleanField()
    answered = models.DateTimeField()

    class Meta:
        constraints = [
            # Led by the consent, which belongs to one organization: who said yes to it is read
            # from the index alone.
            models.UniqueConstraint(
                fields=["consent", "customer"],
                include=["accepted", "answered"],
                name="current_answer_once",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "customer"], name="current_answer_by_customer")
        ]

    def __str__(self) -> str:
        return str(self.answer_id)


class ConsentDay(models.Model):
    """The hash of what an organization's customers answered on one day (UTC), as it was written.

    Each day from the first answer on has one, and each holds the one before: see `day_hashes.py`.
    Triggers refuse UPDATE and DELETE.
    """

    pk = models.CompositePrimaryKey("organization", "date")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    date = models.DateField()
    answers = models.PositiveIntegerField()
    hash = models.BinaryField()
    closed = models.DateTimeField()
    """When it was reckoned."""

    class Meta:
        constraints = [
            models.CheckConstraint(name="day_hash_is_whole", condition=Exact(Length("hash"), 32))
        ]

    def __str__(self) -> str:
        return str(self.date)
