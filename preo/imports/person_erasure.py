"""Taking a person out of files' rows, of what was made of them, and out of the files themselves."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q

from preo.core import jobs
from preo.core.errors import ConflictError
from preo.customers.person import Fate, Person
from preo.imports.files.profiles import LONGEST_SAMPLE
from preo.imports.models import DataImport, ImportStage
from preo.imports.person_rows import bound, find_rows, own_cells

FILE_IS_GONE = (
    "Its file was deleted because somebody in it was erased. What was read of it stays, without "
    "that person; to read it again, bring it anew."
)

_OWN = "SELECT data_import_id, number FROM person_row WHERE is_own"
_OTHERS = "SELECT data_import_id, number FROM person_row WHERE NOT is_own"
_ORDERS = """
    SELECT id FROM orders_order
    WHERE organization_id = %(organization)s AND customer_id = ANY(%(ids)s::uuid[])
"""
_IMPORTS = "SELECT id FROM imports_dataimport WHERE organization_id = %(organization)s"

# Names of ours alone stand in these; what is a person's is bound.
_OF_OWN_ROWS = (
    f"DELETE FROM imports_importline WHERE (data_import_id, number) IN ({_OWN})",  # noqa: S608
    f"DELETE FROM imports_importproblem WHERE (data_import_id, number) IN ({_OWN})",  # noqa: S608
    f"""
    UPDATE imports_importrow SET cells = '{{}}'
    WHERE (data_import_id, number) IN ({_OWN}) AND cells <> '{{}}'
    """,  # noqa: S608
)
_OF_OTHER_ROWS = (
    f"""
    UPDATE imports_importline SET values = (
        SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(values)
        WHERE NOT lower(value::text) LIKE ANY(%(patterns)s::text[])
    )
    WHERE (data_import_id, number) IN ({_OTHERS})
    """,  # noqa: S608
    f"""
    UPDATE imports_importproblem SET value = NULL
    WHERE data_import_id IN ({_IMPORTS}) AND lower(value) LIKE ANY(%(patterns)s::text[])
    """,  # noqa: S608
    f"""
    UPDATE imports_importrow SET cells = ARRAY(
        SELECT CASE WHEN lower(cell) LIKE ANY(%(patterns)s::text[]) THEN '' ELSE cell END
        FROM unnest(cells) WITH ORDINALITY AS had(cell, place) ORDER BY place
    )
    WHERE (data_import_id, number) IN ({_OTHERS})
    """,  # noqa: S608
)
# What was forgotten cannot be restored: an order that is touched is left alone by undo.
_OF_ORDERS = f"""
    WITH forgotten AS (
        UPDATE imports_importedorder SET raw = '[]', before = NULL
        WHERE (raw <> '[]' OR before IS NOT NULL) AND (
            order_id IN ({_ORDERS})
            OR data_import_id IN ({_IMPORTS}) AND (
                lower(raw::text) LIKE ANY(%(patterns)s::text[])
                OR lower(before::text) LIKE ANY(%(patterns)s::text[] || %(id_patterns)s::text[])
            )
        )
        RETURNING order_id, outcome
    )
    UPDATE orders_order SET modified = clock_timestamp()
    WHERE id IN (SELECT order_id FROM forgotten WHERE outcome = 'updated')
"""  # noqa: S608
_OF_PARTS = f"""
    UPDATE imports_importedpart AS part SET filled = (
        SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(part.filled) AS one
        WHERE NOT lower(one::text) LIKE ANY(%(patterns)s::text[] || %(id_patterns)s::text[])
    )
    WHERE data_import_id IN ({_IMPORTS})
      AND lower(filled::text) LIKE ANY(%(patterns)s::text[] || %(id_patterns)s::text[])
"""  # noqa: S608


class ImportBeingReadError(ConflictError):
    """A file of the organization is just being read, and the person may be in it.

    It takes seconds, for a large file minutes; then try again.
    """

    code = "import_being_read"
    title = "A file is being read: try again when it has been."


def erase(person: Person, now: dt.datetime) -> Iterator[Fate]:  # noqa: ARG001 - a part's signature
    """Raises ImportBeingReadError."""
    imports = _lock_imports(person)
    find_rows(person)
    cells = own_cells()
    values = bound(person) | {"id_patterns": [f"%{key}%" for key in person.ids]}
    if person.addresses:
        changed = _run(_OF_OTHER_ROWS, values)
        yield Fate("values of others' rows with an address of theirs", changed, "Emptied.")
    _run(_OF_OWN_ROWS, values)
    yield Fate(
        "rows of files",
        sum(bool(row) for _, _, row in cells),
        "Emptied, with what was read of them: orders that are not in yet will not come in.",
    )
    kept = _run((_OF_ORDERS, _OF_PARTS), values)
    yield Fate(
        "rows kept with orders for undo", kept, "Deleted: undo leaves these orders as they are."
    )
    touched = _touched(person)
    said: dict[uuid.UUID, set[str]] = {}
    for key, _, row in cells:
        said.setdefault(key, set()).update(cell.strip()[:LONGEST_SAMPLE] for cell in row)
    files = [
        _forget_file(one, person, said) for one in imports if one.pk in touched or _unread(one)
    ]
    names = [name for name in files if name]
    if names:
        jobs.defer("people.delete_files", names=names)
    yield Fate("files", len(names), "Deleted: nothing can be taken out of a file.")


def _lock_imports(person: Person) -> list[DataImport]:
    """All imports of the organization, held: no file is read and no row is made meanwhile."""
    imports = list(
        DataImport.objects.select_for_update(no_key=True)
        .filter(organization=person.organization_id)
        .exclude(data_file="", data_file_name=None)
        .order_by("id")
    )
    if any(one.stage == ImportStage.UPLOADED and one.data_file for one in imports):
        raise ImportBeingReadError(retry_after=30)
    return imports


def _unread(data_import: DataImport) -> bool:
    """Nobody knows who is in a file whose reading came to no end."""
    return bool(data_import.data_file) and data_import.row_count is None


def _touched(person: Person) -> set[uuid.UUID]:
    """Imports in whose rows or names the person is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT data_import_id FROM person_row")
        found = {key for (key,) in cursor.fetchall()}
    named = Q()
    for address in person.addresses:
        named |= Q(name__icontains=address) | Q(data_file_name__icontains=address)
    if not named:
        return found
    imports = DataImport.objects.filter(named, organization=person.organization_id)
    return found | set(imports.values_list("pk", flat=True))


def _forget_file(
    data_import: DataImport, person: Person, said: Mapping[uuid.UUID, set[str]]
) -> str:
    """Take the person out of what an import says of its file; the file's name in storage."""
    words = said.get(data_import.pk, set())
    name, data_import.data_file = data_import.data_file, ""
    data_import.columns = [
        {
            **column,
            "samples": [one for one in column["samples"] if not _is_said(one, words, person)],
        }
        for column in data_import.columns
    ]
    for field in ("name", "data_file_name"):
        if _names(getattr(data_import, field) or "", person):
            setattr(data_import, field, "")
    if name and not data_import.error_message:
        data_import.error_message = FILE_IS_GONE
    data_import.save(
        update_fields=["data_file", "columns", "name", "data_file_name", "error_message"]
    )
    return name


def _is_said(sample: str, words: set[str], person: Person) -> bool:
    return sample in words or _names(sample, person)


def _names(text: str, person: Person) -> bool:
    return any(address.lower() in text.lower() for address in person.addresses)


def _run(statements: tuple[str, ...], values: Mapping[str, Any]) -> int:
    """How many rows the statements changed."""
    count = 0
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
            count += cursor.rowcount
    return count
