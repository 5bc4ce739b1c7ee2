"""What a check of the installation found. Knows no Django, which may not be set up yet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One answer of `preo doctor`: `remedy` says what to do and is empty when all is well."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
