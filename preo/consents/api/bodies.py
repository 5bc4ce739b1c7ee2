"""What is taken when consents are made and changed."""

from django.core.validators import URLValidator
from rest_framework import serializers

from preo.catalog.models import Product, Vendor
from preo.consents.models import Consent, ConsentType
from preo.core.fields import IdField, TextField, TranslatedInField
from preo.editions.models import Edition
from preo.organizations.models import Organization

MAX_CONSENT_TEXT = 20_000
"""Characters of the text in one language."""
MAX_URL = 2_000
MAX_PRODUCTS = 200

ENABLED = "Shown to new users."
PUBLISHED = "Applies to new and existing users; a published consent can no longer be edited."
REQUIRED = "New and existing users must accept it; not possible for marketing."

is_https = URLValidator(
    schemes=["https"], message="Give an address that begins with https://.", code="not_https"
)


class ConsentUpdateSerializer(serializers.Serializer[Consent]):
    title = TextField(max_length=250)
    type = serializers.ChoiceField(ConsentType.choices, required=False)
    enabled = serializers.BooleanField(required=False, help_text=ENABLED)
    published = serializers.BooleanField(required=False, help_text=PUBLISHED)
    required = serializers.BooleanField(required=False, help_text=REQUIRED)  # type: ignore[assignment] # the contract's word
    consent_text = TranslatedInField(
        required=False,
        child=TextField(max_length=MAX_CONSENT_TEXT, allow_blank=True),
        help_text="Language code to text.",
    )
    document_url = TranslatedInField(
        required=False,
        child=TextField(max_length=MAX_URL, allow_blank=True, validators=[is_https]),
        help_text="Language code to an https address.",
    )
    edition_id = IdField(Edition, required=False, allow_null=True)
    vendor_org_id = IdField(Vendor, source="vendor_id", required=False, allow_null=True)
    product_ids = serializers.ListField(
        child=IdField(Product),
        required=False,
        max_length=MAX_PRODUCTS,
        help_text="Of one edition, and without a vendor besides.",
    )


class ConsentCreateSerializer(ConsentUpdateSerializer):
    organization_id = IdField(Organization)
    type = serializers.ChoiceField(ConsentType.choices, default=ConsentType.TERMS)
    enabled = serializers.BooleanField(default=True, help_text=ENABLED)
    published = serializers.BooleanField(default=False, help_text=PUBLISHED)
    required = serializers.BooleanField(default=False, help_text=REQUIRED)
