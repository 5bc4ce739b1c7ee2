"""Taking in what others send."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from preo.core.access import Principal, Role
from preo.core.errors import InvalidError, not_an_id
from preo.editions.models import Edition
from preo.imports.external_orders import read_external_order
from preo.imports.models import DataImport, ImportService, ImportStage
from preo.orders.outside.shapes import Taken
from preo.orders.outside.take import take_orders


@dataclass(frozen=True, slots=True)
class ImportResult:
    data_import: DataImport
    taken: Taken


@transaction.atomic
def import_external_orders(
    *,
    edition_id: uuid.UUID,
    service: str,
    orders: Sequence[Any],
    create_products: bool,
    by: Principal,
    now: dt.datetime,
) -> ImportResult:
    """Take in orders that another system sold: the good ones are in, each bad one says why.

    `orders` are JSON objects as they came. Raises InvalidError for an edition that the caller may
    not know of or may not work in.
    """
    edition = Edition.objects.filter(pk=edition_id).first()
    if edition is None or by.role_in(edition.organization_id, edition.pk) < Role.STAFF:
        raise InvalidError(errors=[not_an_id("/edition_id", "edition")])
    taken = take_orders(
        edition=edition,
        service=service,
        orders=[read_external_order(order) for order in orders],
        create_products=create_products,
        now=now,
        by=by,
    )
    data_import = DataImport.objects.create(
        organization_id=edition.organization_id,
        edition=edition,
        service=ImportService.EXTERNAL,
        source=service,
        stage=ImportStage.COMPLETED,
        created_by_id=by.id if by.kind == "staff" else None,
        orders_created=taken.created,
        orders_updated=taken.updated,
        orders_unchanged=taken.unchanged,
        orders_failed=taken.failed,
        started_at=now,
        completed_at=now,
    )
    return ImportResult(data_import, taken)
