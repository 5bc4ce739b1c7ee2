"""For whom a consent is: what may be named together, and in which languages it has to be asked."""

import uuid
from collections.abc import Iterator, Mapping, Sequence

from preo.catalog.models import Product, Vendor
from preo.catalog.queries import readable_vendors
from preo.consents.models import Consent, Scope
from preo.core.access import Principal, Role
from preo.core.errors import FieldError, InvalidError, not_an_id
from preo.core.languages import Language
from preo.editions.models import Edition
from preo.editions.service import edition_to_write_in, require_manager


def require_place(
    *, organization_id: uuid.UUID, edition_id: uuid.UUID | None, by: Principal
) -> Edition | None:
    """The edition, if one is named. Without one the role manager is needed in the organization.

    Raises InvalidError for what the caller may not know of, RoleError where the caller may know of
    it but not write there.
    """
    if edition_id is None:
        require_manager(organization_id=organization_id, by=by)
        return None
    if organization_id not in by.known_organization_ids():
        raise InvalidError(errors=[not_an_id("/organization_id", "organization")])
    if not Edition.objects.filter(pk=edition_id, organization=organization_id).exists():
        raise InvalidError(errors=[not_an_id("/edition_id", "edition")])
    return edition_to_write_in(edition_id=edition_id, by=by)


def scope_of(consent: Consent, product_ids: Sequence[uuid.UUID]) -> Scope:
    """The narrowest of what is set."""
    if product_ids:
        return Scope.PRODUCT
    if consent.vendor_id:
        return Scope.VENDOR
    return Scope.EDITION if consent.edition_id else Scope.ORGANIZATION


def scope_errors(
    consent: Consent, product_ids: Sequence[uuid.UUID], *, by: Principal
) -> Iterator[FieldError]:
    """What cannot be named, and what cannot be named together.

    The vendor and the products are locked, so that none is deleted before the consent is saved.
    """
    if (vendor_id := consent.vendor_id) is not None:
        if product_ids:
            detail = "A consent is of a vendor or of products, not of both: leave one of them out."
            yield FieldError("/vendor_org_id", "impossible_scope", detail)
        if not _lock_vendor(vendor_id, consent.organization_id, by=by):
            yield not_an_id("/vendor_org_id", "vendor")
    yield from _product_errors(consent, product_ids, by=by)


def languages_of(consent: Consent, product_ids: Sequence[uuid.UUID]) -> Mapping[Language, str]:
    """The languages in which the consent is asked, each with whose language it is.

    Those of its edition or of its products' edition; of a consent of the whole organization or of
    a vendor those of all editions that are not archived; without any the organization's own.
    """
    editions = Edition.objects.filter(organization=consent.organization_id)
    if consent.edition_id:
        editions = editions.filter(pk=consent.edition_id)
    elif product_ids:
        sold = Product.objects.filter(pk__in=product_ids)
        editions = editions.filter(pk__in=sold.values("edition_id"))
    else:
        editions = editions.filter(is_archived=False)
    named = editions.order_by("-created", "-id").values_list("enabled_languages", "full_name")
    found = {Language(word): name for languages, name in named for word in languages}
    owner = consent.organization
    return found or {Language(owner.default_language): owner.name}


def _lock_vendor(vendor_id: uuid.UUID, organization_id: uuid.UUID, *, by: Principal) -> bool:
    mine = Vendor.objects.filter(pk=vendor_id, organization=organization_id)
    known = readable_vendors(by, Role.STAFF).filter(pk=vendor_id)
    return mine.select_for_update(no_key=True).first() is not None and known.exists()


def _product_errors(
    consent: Consent, product_ids: Sequence[uuid.UUID], *, by: Principal
) -> Iterator[FieldError]:
    mine = Product.objects.filter(
        by.narrow(Role.STAFF, organization="organization_id", edition="edition_id"),
        organization=consent.organization_id,
        pk__in=product_ids,
    )
    rows = mine.select_for_update(of=("self",), no_key=True).select_related("edition")
    known = {product.pk: product for product in rows.order_by("pk")}
    first = next((known[key].edition_id for key in product_ids if key in known), None)
    for index, key in enumerate(product_ids):
        pointer = f"/product_ids/{index}"
        if key not in known:
            yield not_an_id(pointer, "product")
            continue
        if key in product_ids[:index]:
            yield FieldError(pointer, "repeated", "This id stands twice in the list.")
        if known[key].edition_id != (consent.edition_id or first):
            sold_at = known[key].edition.full_name
            yield FieldError(pointer, "other_edition", _other_edition(consent, sold_at))


def _other_edition(consent: Consent, sold_at: str) -> str:
    if consent.edition_id:
        return f"This product is sold at {sold_at}, which is not the consent's edition."
    return f"This product is sold at {sold_at}: all products of a consent are of one edition."
