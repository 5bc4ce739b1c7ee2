"""Files as they are brought: kept, and changed: read again with other settings."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any

from django.db import transaction

from preo.core.access import Principal, Role
from preo.core.errors import FieldError, InvalidError, not_an_id
from preo.editions.models import Edition
from preo.imports.files import store
from preo.imports.files.detection import CHOICES
from preo.imports.files.kinds import Kind, find_kind
from preo.imports.files.problems import UnreadableFileError
from preo.imports.models import DataImport, ImportService, ImportStage
from preo.imports.service.reading import demand_reading
from preo.imports.service.stages import (
    OPEN_STAGES,
    ImportStageError,
    lock_import,
    record_import,
)

LONGEST_FILE_NAME = 255
_GROUPING = "grouping"
"""Chosen like how the file is read, but the file need not be read again for it."""
_CHOSEN = (*CHOICES, _GROUPING)
_OF_TEXT = frozenset({"encoding", "delimiter"})
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@transaction.atomic
def create_import(
    *,
    edition_id: uuid.UUID,
    content: IO[bytes],
    data_file_name: str,
    by: Principal,
    now: dt.datetime,
    **values: Any,
) -> DataImport:
    """Keep a file, and let a job read it. `values` are further columns of the import.

    Raises InvalidError for an edition that the caller may not know of or may not work in, and for
    a file of which the first look says that it holds no rows.
    """
    edition = Edition.objects.filter(pk=edition_id).first()
    if edition is None or by.role_in(edition.organization_id, edition.pk) < Role.STAFF:
        raise InvalidError(errors=[not_an_id("/edition_id", "edition")])
    file_name = plain_name(data_file_name)
    try:
        kind = find_kind(content, file_name)
    except UnreadableFileError as error:
        raise InvalidError(errors=[FieldError("/data_file", error.code, error.message)]) from error
    stored = store.keep(content, edition.organization_id)
    try:
        return _make(edition, kind, stored, {"data_file_name": file_name, **values}, by=by, now=now)
    except BaseException:
        store.delete_file(stored.key)
        raise


def _make(
    edition: Edition,
    kind: Kind,
    stored: store.StoredFile,
    values: Mapping[str, Any],
    *,
    by: Principal,
    now: dt.datetime,
) -> DataImport:
    given = dict(values)
    given["name"] = given.get("name") or PurePath(given["data_file_name"]).stem[:200]
    data_import = DataImport(
        organization_id=edition.organization_id,
        edition=edition,
        service=ImportService.CSV if kind == Kind.CSV else ImportService.EXCEL,
        stage=ImportStage.UPLOADED,
        created_by_id=by.id if by.kind == "staff" else None,
        data_file=stored.key,
        file_size=stored.size,
        file_hash=stored.sha256,
        created=now,
        **given,
    )
    demand_reading(data_import)
    data_import.save(force_insert=True)
    record_import(data_import, "created", by=by)
    return data_import


@transaction.atomic
def update_import(
    *, data_import_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> DataImport:
    """Change name, source, default country, grouping, or how the file is read: then it is read again.

    A setting of how it is read is given up by None; what was found counts again. Raises
    NotFoundError, ImportStageError, and InvalidError for a setting that this kind of file has not.
    """
    data_import = lock_import(data_import_id)
    settings = {name: changes[name] for name in CHOICES if name in changes}
    changed = [
        name
        for name, value in changes.items()
        if value
        != (data_import.reading.get(name) if name in _CHOSEN else getattr(data_import, name))
    ]
    if not changed:
        return data_import
    if changed != ["name"]:
        _check_open(data_import)
    reread = {name: value for name, value in settings.items() if name in changed}
    for name in set(changed) - set(reread) - {_GROUPING}:
        setattr(data_import, name, changes[name])
    if _GROUPING in changed:
        data_import.chosen = _chosen(data_import, {_GROUPING: changes[_GROUPING]})
    if reread:
        _choose(data_import, reread)
    elif changed != ["name"] and data_import.stage == ImportStage.NEEDS_PRODUCT_MAPPING:
        # Lines were read for another country or grouping, products looked up for another source.
        data_import.stage = ImportStage.NEEDS_COLUMN_MAPPING
        data_import.generation += 1
    data_import.modified = now
    data_import.save(force_update=True)
    record_import(data_import, "updated", by=by, changed=sorted(changed))
    return data_import


def plain_name(text: str) -> str:
    """A file's name without folders and without what cannot be shown; its ending is kept."""
    name = PurePath(_UNPRINTABLE.sub(" ", text).replace("\\", "/")).name.strip() or "file"
    ending = PurePath(name).suffix[:20]
    return name if len(name) <= LONGEST_FILE_NAME else name[: LONGEST_FILE_NAME - 20] + ending


def _check_open(data_import: DataImport) -> None:
    """Raises ImportStageError unless nothing is in yet and the file is there."""
    is_unread = data_import.stage == ImportStage.FAILED and data_import.started_at is None
    if not (data_import.stage in OPEN_STAGES or is_unread) or not data_import.data_file:
        raise ImportStageError(extra={"stage": data_import.stage})


def _choose(data_import: DataImport, settings: Mapping[str, Any]) -> None:
    """Raises InvalidError for a setting that this kind of file has not."""
    others = _OF_TEXT if data_import.service == ImportService.EXCEL else {"sheet"}
    errors = [
        FieldError(f"/{name}", "not_of_this_kind", "This kind of file has no such setting.")
        for name, value in settings.items()
        if name in others and value is not None
    ]
    if errors:
        raise InvalidError(errors=errors)
    data_import.chosen = _chosen(data_import, settings)
    demand_reading(data_import)


def _chosen(data_import: DataImport, settings: Mapping[str, Any]) -> dict[str, Any]:
    chosen = {**data_import.chosen, **settings}
    return {name: value for name, value in chosen.items() if value is not None}
