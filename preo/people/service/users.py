"""Changing a customer as staff and integrations do."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from preo.consents.service.refusals import keep_refusals
from preo.core.access import Principal
from preo.core.errors import FieldError, InvalidError, NotFoundError
from preo.core.phones import read_phone
from preo.customers.models import Customer
from preo.customers.service.update import update_customer
from preo.people.queries import country_code_of


@transaction.atomic
def update_user(
    *, user_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Customer:
    """Change what `changes` names; a phone number may be written as in the customer's country.

    Raises NotFoundError for one who is not there, InvalidError, EmailTakenError.
    """
    customer = Customer.objects.present().filter(pk=user_id).first()
    if customer is None:
        raise NotFoundError
    wanted = dict(changes)
    written = wanted.get("phone_number")
    # A number that is not changed need not be one that can be called: an old file had it so.
    if written is not None and written != customer.phone_number:
        wanted["phone_number"] = _read(written, customer)
    changed = update_customer(
        customer_id=customer.pk,
        organization_id=customer.organization_id,
        changes=wanted,
        by=by,
        now=now,
    )
    _keep_refusals(customer, changed, now)
    return changed


def _keep_refusals(before: Customer, after: Customer, now: dt.datetime) -> None:
    """With an address that is left the person's noes stay, against an older yes that comes with it."""
    emails = [before.email] if before.email and before.email != after.email else []
    number = before.phone_number
    phones = [number] if number and number != after.phone_number else []
    if emails or phones:
        keep_refusals(customer=after, emails=emails, phones=phones, now=now)


def _read(written: str, customer: Customer) -> str:
    number = read_phone(written, country_code_of(customer))
    if number is None:
        detail = "This is no phone number that can be called. Give it as in +4520123456."
        raise InvalidError(errors=[FieldError("/phone_number", "invalid", detail)])
    return number
