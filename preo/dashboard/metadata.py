"""Metadata as pages show it."""

from collections.abc import Mapping
from typing import Any

from preo.core.json import dump


def shown_metadata(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each key with its value: text as it is, anything else as JSON."""
    return [
        (key, value if isinstance(value, str) else dump(value).decode())
        for key, value in metadata.items()
    ]
