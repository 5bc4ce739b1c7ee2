"""Writing events and editions."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.text import slugify

from preo.activity.service import record
from preo.core.access import Principal, Role
from preo.core.errors import FieldError, InvalidError, NotFoundError, RoleError, not_an_id
from preo.core.languages import Language
from preo.core.metadata import merge_metadata
from preo.editions.models import CountryCode, Edition, Event, FeeRule, MerchantAccount, TaxType
from preo.organizations.models import Organization

OWNED: dict[str, tuple[type[FeeRule] | type[MerchantAccount], str]] = {
    "fee_rule_id": (FeeRule, "fee rule"),
    "merchant_account_id": (MerchantAccount, "merchant account"),
}
"""Fields that name a row of the same organization."""
NOT_YET = {
    "meta_image_id": "picture",
    "transaction_receipt_email_id": "e-mail message",
    "refund_confirmation_email_id": "e-mail message",
}
"""Fields that name what no slice below makes: only null is right."""
TEXTS = {"email_sender_name", "email_sender_address", "email_reply_to"}
"""Fields that read as empty text and may be written as null."""


def require_manager(*, organization_id: uuid.UUID, by: Principal) -> None:
    """Refuse who may not write what belongs to the whole of an organization that a body names.

    Raises InvalidError for an organization that the caller may not know of, RoleError where the
    caller may know the organization but not write in it.
    """
    if by.role_in(organization_id) >= Role.MANAGER:
        return
    if organization_id in by.known_organization_ids():
        raise RoleError("This needs the role manager in the whole organization.")
    raise InvalidError(errors=[not_an_id("/organization_id", "organization")])


def edition_to_write_in(*, edition_id: uuid.UUID, by: Principal) -> Edition:
    """The edition that a body names.

    Raises InvalidError for an edition that the caller may not know of, RoleError where the caller
    may know the edition but not write in it.
    """
    edition = Edition.objects.filter(pk=edition_id).first()
    role = by.role_in(edition.organization_id, edition.pk) if edition else Role.NONE
    if edition is None or role < Role.GUEST:
        raise InvalidError(errors=[not_an_id("/edition_id", "edition")])
    if role < Role.MANAGER:
        raise RoleError("This needs the role manager in the edition.")
    return edition


@transaction.atomic
def create_event(
    *, organization_id: uuid.UUID, name: str, by: Principal, now: dt.datetime
) -> Event:
    """A new event, without editions yet. Raises what `require_manager` does."""
    require_manager(organization_id=organization_id, by=by)
    event = Event.objects.create(
        organization_id=organization_id, name=name, created=now, modified=now
    )
    record(type="event.created", organization_id=organization_id, object_id=event.pk, by=by)
    return event


@transaction.atomic
def update_event(
    *, event_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Event:
    """Give an event another name; the full names of its editions follow. Raises NotFoundError."""
    event = Event.objects.select_for_update(no_key=True).filter(pk=event_id).first()
    if event is None:
        raise NotFoundError
    name = changes.get("name", event.name)
    if name == event.name:
        return event
    event.name = name
    event.modified = now
    event.save()
    full_name = Concat(Value(f"{name} "), F("name"))
    Edition.objects.filter(event=event).update(full_name=full_name, modified=now)
    record(
        type="event.updated",
        organization_id=event.organization_id,
        object_id=event.pk,
        changed=["name"],
        by=by,
    )
    return event


@transaction.atomic
def create_edition(
    *,
    organization_id: uuid.UUID,
    event_id: uuid.UUID,
    name: str,
    start_date: dt.datetime | None = None,
    end_date: dt.datetime | None = None,
    timezone: str = "UTC",
    default_country_code: str = CountryCode.DK,
    default_language: str = Language.EN,
    enabled_languages: list[str] | None = None,
    tax_type: str = TaxType.NONE,
    by: Principal,
    now: dt.datetime,
) -> Edition:
    """A new draft in the organization's currency.

    Raises InvalidError for an organization or event that the caller may not know of, RoleError
    where the caller may know the organization but not write in it.
    """
    require_manager(organization_id=organization_id, by=by)
    # Locked, or an event that is renamed now would leave the new edition with the old name.
    events = Event.objects.select_for_update(no_key=True).filter(organization=organization_id)
    event = events.filter(pk=event_id).first()
    if event is None:
        raise InvalidError(errors=[not_an_id("/event_id", "event")])
    # The organization's row is the lock under which slugs are found free.
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    edition = Edition(
        organization=organization,
        event=event,
        name=name,
        full_name=f"{event.name} {name}",
        slug=_free_slug(organization_id, f"{event.name} {name}"),
        start_date=start_date,
        end_date=end_date,
        timezone=timezone,
        default_country_code=default_country_code,
        default_language=default_language,
        enabled_languages=enabled_languages or [default_language],
        tax_type=tax_type,
        currency=organization.currency,
        created=now,
        modified=now,
    )
    _check(edition)
    edition.save()
    _record("edition.created", edition, by=by)
    return edition


@transaction.atomic
def update_edition(
    *, edition_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Edition:
    """Change what `changes` names; lists and translated texts are replaced, `metadata` is merged.

    `published_at` is set once, when a draft is first published. Raises InvalidError,
    NotFoundError, and ConflictError where another slice refuses (see `EDITION_PARTS`).
    """
    edition = Edition.objects.select_for_update(of=("self",)).filter(pk=edition_id).first()
    if edition is None:
        raise NotFoundError
    wanted = _as_columns(edition, changes)
    changed = [name for name, value in wanted.items() if getattr(edition, name) != value]
    if not changed:
        return edition
    for path in settings.EDITION_PARTS:
        import_module(path).refuse(edition, {name: wanted[name] for name in changed})
    for name in changed:
        setattr(edition, name, wanted[name])
    _check(edition)
    published = "is_draft" in changed and not edition.is_draft and edition.published_at is None
    if published:
        edition.published_at = now
    if "name" in changed and edition.event is not None:
        edition.full_name = f"{edition.event.name} {edition.name}"
    edition.modified = now
    edition.save()
    _record("edition.updated", edition, by=by, changed=changed)
    if published:
        _record("edition.published", edition, by=by)
    return edition


def _as_columns(edition: Edition, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What each named column is to hold. Raises InvalidError for ids that are nobody's here."""
    errors = list(_unknown_ids(edition, changes))
    if errors:
        raise InvalidError(errors=errors)
    wanted = {name: value for name, value in changes.items() if name not in NOT_YET}
    for name in TEXTS & wanted.keys():
        wanted[name] = wanted[name] or ""
    if "metadata" in wanted:
        wanted["metadata"] = merge_metadata(edition.metadata, wanted["metadata"])
    return wanted


def _unknown_ids(edition: Edition, changes: Mapping[str, Any]) -> Iterator[FieldError]:
    for name, (model, word) in OWNED.items():
        key = changes.get(name)
        mine = model.objects.filter(organization_id=edition.organization_id)
        if key is not None and not mine.filter(pk=key).exists():
            yield not_an_id(f"/{name}", word)
    for name, word in NOT_YET.items():
        if changes.get(name) is not None:
            yield not_an_id(f"/{name}", word)


def _check(edition: Edition) -> None:
    """Raises InvalidError with all that is wrong with an edition as it would be."""
    errors = []
    if edition.timezone not in zoneinfo.available_timezones():
        detail = "Give a time zone of the IANA list, such as Europe/Copenhagen."
        errors.append(FieldError("/timezone", "unknown_time_zone", detail))
    start, end = edition.start_date, edition.end_date
    if start is not None and end is not None and start > end:
        errors.append(FieldError("/end_date", "end_before_start", "The end is before the start."))
    if edition.default_language not in edition.enabled_languages:
        detail = "The default language must be one of the enabled languages."
        errors.append(FieldError("/default_language", "language_not_enabled", detail))
    if len(set(edition.enabled_languages)) != len(edition.enabled_languages):
        detail = "A language stands twice in the list."
        errors.append(FieldError("/enabled_languages", "repeated", detail))
    if errors:
        raise InvalidError(errors=errors)


def _free_slug(organization_id: uuid.UUID, text: str) -> str:
    base = slugify(text)[:90].strip("-") or "edition"
    taken = set(
        Edition.objects.filter(organization_id=organization_id, slug__startswith=base).values_list(
            "slug", flat=True
        )
    )
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)


def _record(
    happened: str, edition: Edition, *, by: Principal, changed: list[str] | None = None
) -> None:
    record(
        type=happened,
        organization_id=edition.organization_id,
        edition_id=edition.pk,
        object_id=edition.pk,
        changed=changed or (),
        by=by,
    )
