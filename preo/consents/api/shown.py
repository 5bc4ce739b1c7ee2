"""How consents are shown."""

from rest_framework import serializers

from preo.catalog.models import Product, Vendor
from preo.consents.models import Consent
from preo.core.fields import IdField, TranslatedField
from preo.editions.models import Edition
from preo.organizations.models import Organization

HELP = {
    "enabled": {"help_text": "Shown to new users."},
    "published": {
        "help_text": "Applies to new and existing users; a published consent can no longer be "
        "edited."
    },
    "required": {"help_text": "New and existing users must accept it."},
    "scope": {"help_text": "The narrowest of edition, vendor and products that are set."},
    "order": {"help_text": "Where it stands in the organization; a new one is put last."},
}


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """What customers are asked to agree to, or told."""

    id = IdField(Consent, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition_id = IdField(Edition, read_only=True, allow_null=True)
    vendor_org_id = IdField(Vendor, source="vendor_id", read_only=True, allow_null=True)
    product_ids = serializers.ListField(child=IdField(Product), read_only=True)
    consent_text = TranslatedField(read_only=True)
    document_url = TranslatedField(read_only=True)

    class Meta:
        model = Consent
        fields = [
            "id", "organization_id", "title", "type", "scope", "enabled", "published",
            "published_date", "required", "edition_id", "vendor_org_id", "product_ids",
            "consent_text", "document_url", "order", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields
        extra_kwargs = HELP
