"""Making, changing, publishing and deleting consents."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from preo.activity.service import record
from preo.catalog.models import Product
from preo.catalog.service.conflicts import refuse_if_referred
from preo.consents.models import Consent, ConsentAnswer, ConsentType
from preo.consents.service.scopes import languages_of, require_place, scope_errors, scope_of
from preo.core.access import Principal
from preo.core.errors import ConflictError, FieldError, InvalidError, NotFoundError

AFTER_PUBLISHING = {"enabled"}
"""What may still be changed of a published consent."""
SCOPED_BY = {"edition_id", "vendor_id", "product_ids"}
WORDS = {"vendor_id": "vendor_org_id"}
"""What the API calls a field that has another name here."""


class ConsentPublishedError(ConflictError):
    """A published consent stands as it is: what customers answered is proof of just this text.

    `errors` names the fields that would change, `published_date` says since when it stands. Only
    `enabled` may still be switched. For another text make a new consent and disable this one.
    """

    code = "consent_published"
    title = "A published consent cannot be changed any more."


class ConsentAnsweredError(ConflictError):
    """What customers answered is kept as proof, and so is what they were asked.

    Disable the consent instead: nobody new is asked then.
    """

    code = "consent_has_answers"
    title = "The consent cannot be deleted: customers have answered it."


@transaction.atomic
def create_consent(
    *,
    organization_id: uuid.UUID,
    values: Mapping[str, Any],
    by: Principal,
    now: dt.datetime,
) -> Consent:
    """A new consent, the last in order; `values` as the changes of `update_consent`.

    Raises InvalidError, and RoleError where the caller may know the place but not write there.
    """
    edition_id = values.get("edition_id")
    require_place(organization_id=organization_id, edition_id=edition_id, by=by)
    consent = Consent(organization_id=organization_id, created=now, modified=now)
    last = Consent.objects.filter(organization=organization_id).aggregate(last=Max("order"))["last"]
    consent.order = 0 if last is None else last + 1
    product_ids = _apply(consent, values, now=now)
    _check(consent, product_ids, values.keys(), by=by)
    consent.save(force_insert=True)
    _set_products(consent, product_ids)
    _record(consent, "created", by=by)
    if consent.published:
        _record(consent, "published", by=by)
    return consent


@transaction.atomic
def update_consent(
    *, consent_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Consent:
    """Change what `changes` names; texts and lists are replaced whole. `published` publishes.

    To publish there must be a text in each language of the consent's scope. Raises NotFoundError,
    InvalidError, RoleError as `create_consent` does, ConsentPublishedError.
    """
    consent = Consent.objects.select_for_update(no_key=True).filter(pk=consent_id).first()
    if consent is None:
        raise NotFoundError
    changed = _changed(consent, changes)
    if not changed:
        return consent
    if consent.published:
        _refuse_published(consent, changed)
    if "edition_id" in changed:
        edition_id = changes["edition_id"]
        require_place(organization_id=consent.organization_id, edition_id=edition_id, by=by)
    was_published = consent.published
    product_ids = _apply(consent, changes, now=now)
    _check(consent, product_ids, changed, by=by)
    consent.modified = now
    consent.save(force_update=True)
    if "product_ids" in changed:
        _set_products(consent, product_ids)
    _record(consent, "updated", by=by, changed=[WORDS.get(name, name) for name in changed])
    if consent.published and not was_published:
        _record(consent, "published", by=by)
    return consent


@transaction.atomic
def delete_consent(*, consent_id: uuid.UUID, by: Principal) -> None:
    """Delete a consent that nobody answered. One that is published may go, too.

    Raises NotFoundError, ConsentAnsweredError, StillReferredToError where a segment names it.
    """
    # Who answers at the same time holds the row until the answer is there to be seen.
    consent = Consent.objects.select_for_update().filter(pk=consent_id).first()
    if consent is None:
        raise NotFoundError
    if ConsentAnswer.objects.filter(consent=consent).exists():
        raise ConsentAnsweredError(
            extra={"published": consent.published, "enabled": consent.enabled}
        )
    refuse_if_referred([consent])
    _record(consent, "deleted", by=by)
    consent.delete()


def _changed(consent: Consent, changes: Mapping[str, Any]) -> list[str]:
    changed = [
        name
        for name, value in changes.items()
        if name != "product_ids" and getattr(consent, name) != value
    ]
    if "product_ids" in changes and sorted(changes["product_ids"]) != sorted(consent.product_ids):
        changed.append("product_ids")
    return changed


def _refuse_published(consent: Consent, changed: Sequence[str]) -> None:
    refused = [WORDS.get(name, name) for name in changed if name not in AFTER_PUBLISHING]
    if not refused:
        return
    detail = "This stands as it was published; only `enabled` may still be switched."
    raise ConsentPublishedError(
        errors=[FieldError(f"/{name}", ConsentPublishedError.code, detail) for name in refused],
        extra={"published": True, "published_date": consent.published_date},
    )


def _apply(consent: Consent, values: Mapping[str, Any], *, now: dt.datetime) -> list[uuid.UUID]:
    """Set what is given, without saving; the products that the consent is to have."""
    known = [] if consent._state.adding else consent.product_ids
    product_ids = list(values.get("product_ids", known))
    for name, value in values.items():
        if name != "product_ids":
            setattr(consent, name, value)
    consent.scope = scope_of(consent, product_ids)
    if consent.published and consent.published_date is None:
        consent.published_date = now
    return product_ids


def _set_products(consent: Consent, product_ids: Sequence[uuid.UUID]) -> None:
    consent.products.set(Product.objects.filter(pk__in=product_ids))


def _check(
    consent: Consent, product_ids: Sequence[uuid.UUID], changed: Collection[str], *, by: Principal
) -> None:
    """Raises InvalidError with all that is wrong with a consent as it would be."""
    errors: list[FieldError] = []
    if consent.required and consent.type == ConsentType.MARKETING:
        # Agreement that is a condition of buying is not given freely (GDPR article 7(4)).
        detail = "Marketing cannot be required: what has to be accepted is not accepted freely."
        errors.append(FieldError("/required", "marketing_is_voluntary", detail))
    if SCOPED_BY.intersection(changed):
        errors += scope_errors(consent, product_ids, by=by)
    if consent.published and "published" in changed:
        errors += _missing_texts(consent, product_ids)
    if errors:
        raise InvalidError(errors=errors)


def _missing_texts(consent: Consent, product_ids: Sequence[uuid.UUID]) -> Iterator[FieldError]:
    for language, whose in languages_of(consent, product_ids).items():
        if not consent.consent_text.get(language):
            detail = f"To publish it, give a text in {language.label}: {whose} is in that language."
            yield FieldError(f"/consent_text/{language.value}", "required", detail)


def _record(consent: Consent, happened: str, *, by: Principal, changed: Sequence[str] = ()) -> None:
    record(
        type=f"consent.{happened}",
        organization_id=consent.organization_id,
        edition_id=consent.edition_id,
        object_id=consent.pk,
        changed=changed,
        by=by,
    )
