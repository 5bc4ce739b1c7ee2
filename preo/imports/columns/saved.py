"""Column mappings that were used, kept for the next file with the same header."""

import hashlib
import re
import uuid
from collections.abc import Iterable

from preo.imports.columns.headers import header_key
from preo.imports.models import DataImport, SavedColumns

REASON = "Why it failed"
"""The column that is added behind the others where failed rows are given back as a file."""
_NUMBERED = re.compile(r"Column [0-9]+( \([0-9]+\))?")


def header_hash(names: Iterable[str]) -> bytes:
    """SHA-256 of a header's words: spelling, case and punctuation do not matter, the order does.

    A file of failed rows that comes back has the header of the one that they were in.
    """
    own = [name for name in names if name != REASON]
    return hashlib.sha256(header_key(own).encode("utf-8", "surrogatepass")).digest()


def find_saved(organization_id: uuid.UUID, names: Iterable[str]) -> SavedColumns | None:
    """What was used for this header before."""
    return SavedColumns.objects.filter(
        organization_id=organization_id, header_hash=header_hash(names)
    ).first()


def has_no_header(names: Iterable[str]) -> bool:
    """Whether the columns are only numbered: files of that width are alike in nothing else."""
    return all(_NUMBERED.fullmatch(name) for name in names if name != REASON)


def name_source(names: Iterable[str]) -> str | None:
    """What a system is called that nobody named: by the header of its files. None without a header.

    The order of a file is known again by it in the next file with the same header, and in no other:
    two shops whose files differ are never taken for one.
    """
    own = list(names)
    return None if has_no_header(own) else f"file-{header_hash(own).hex()[:12]}"


def save_columns(data_import: DataImport) -> None:
    """Keep the import's mapping for the next file with this header."""
    SavedColumns.objects.update_or_create(
        organization_id=data_import.organization_id,
        header_hash=header_hash(column["name"] for column in data_import.columns),
        defaults={
            "source": data_import.source,
            "mappings": [
                {name: mapping.get(name) for name in ("column", "field", "format")}
                for mapping in data_import.mappings
            ],
        },
    )
