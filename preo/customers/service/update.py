"""Changing customers."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import IntegrityError, transaction

from preo.activity.service import record
from preo.core.access import Principal
from preo.core.errors import ConflictError, FieldError, NotFoundError
from preo.core.metadata import merge_metadata
from preo.customers.models import Customer
from preo.customers.outside.making import EMAIL_ONCE
from preo.customers.service.earlier import keep_earlier_addresses

_ADDRESSES = ("email", "phone_number")


class EmailTakenError(ConflictError):
    """An e-mail address says who a customer of an organization is, so it belongs to one alone.

    `held_by` is the id of the customer who has it. Should both be one person, merge the two.
    """

    code = "email_taken"
    title = "Another customer has this e-mail address."


@transaction.atomic
def update_customer(
    *,
    customer_id: uuid.UUID,
    organization_id: uuid.UUID,
    changes: Mapping[str, Any],
    by: Principal | None,
    now: dt.datetime,
) -> Customer:
    """Change what `changes` names, by columns; `metadata` is merged, a language of None is the
    organization's own.

    Addresses come normalised. Neither consents nor suppressions move: the ones are the person's,
    the others the address's; an address that is taken away is kept to be erased with the person.
    Raises NotFoundError for one who is not there, was erased or merged into another,
    EmailTakenError, and InvalidError for metadata that is too large.
    """
    rows = Customer.objects.present().select_for_update(of=("self",), no_key=True)
    found = rows.filter(organization=organization_id, pk=customer_id)
    customer = found.select_related("organization").first()
    if customer is None:
        raise NotFoundError
    wanted = _as_columns(customer, changes)
    changed = [name for name, value in wanted.items() if getattr(customer, name) != value]
    if not changed:
        return customer
    left = [getattr(customer, name) for name in _ADDRESSES if name in changed]
    for name in changed:
        setattr(customer, name, wanted[name])
    customer.modified = now
    _save(customer, changed)
    keep_earlier_addresses(customer, left)
    record(
        type="user.updated",
        organization_id=organization_id,
        object_id=customer.pk,
        changed=sorted(changed),
        by=by,
    )
    return customer


def _as_columns(customer: Customer, changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = dict(changes)
    if "metadata" in wanted:
        wanted["metadata"] = merge_metadata(customer.metadata, wanted["metadata"])
    if "language" in wanted and wanted["language"] is None:
        wanted["language"] = customer.organization.default_language
    return wanted


def _save(customer: Customer, changed: list[str]) -> None:
    """Raise EmailTakenError where the database finds another customer with the address.

    Nobody looks first whether it is free: only the constraint knows of those who write now.
    """
    try:
        with transaction.atomic():
            customer.save(force_update=True, update_fields=[*changed, "modified"])
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, psycopg.Error) or cause.diag.constraint_name != EMAIL_ONCE:
            raise
        raise _email_taken(customer) from error
    # What PostgreSQL makes of other columns: the full name, the hashes, the text to search.
    customer.refresh_from_db()


def _email_taken(customer: Customer) -> EmailTakenError:
    same = Customer.objects.filter(organization=customer.organization_id, email=customer.email)
    holder = same.first()
    whose = f"That is the address of {holder.api_id}." if holder else ""
    return EmailTakenError(
        errors=[FieldError("/email", EmailTakenError.code, whose or EmailTakenError.title)],
        extra={"held_by": holder.api_id if holder else None},
    )
