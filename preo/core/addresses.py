"""Addresses: of e-mail, and of the one who asks."""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.conf import settings

MAX_EMAIL = 254
"""Characters of an e-mail address (RFC 5321 section 4.5.3.1.3, without the angle brackets)."""
_MAX_LOCAL_PART = 64

_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?"
)
_UNQUOTED = frozenset('()<>[]:;@\\,"')


def normalise_email(text: str) -> str:
    """The form in which e-mail addresses are kept and compared: NFC and lower case.

    What is no address comes back normalised all the same; `is_email` tells.
    """
    # Lowering can take letters apart, hence the second composition.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).lower())


def is_email(text: str) -> bool:
    """Whether this can be an address: a plain local part, in any script, at a domain.

    Quoted local parts and domains that are numbers are refused: nobody has them, attackers do.
    """
    local, at, domain = text.rpartition("@")
    if not at or len(text) > MAX_EMAIL or not 1 <= len(local) <= _MAX_LOCAL_PART:
        return False
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    # Blanks, invisible and unassigned characters: of the last no two programs agree on the case.
    if any(unicodedata.category(letter)[0] in "CZ" for letter in text):
        return False
    return _UNQUOTED.isdisjoint(local) and _DOMAIN.fullmatch(domain) is not None


def client_address(meta: Mapping[str, Any]) -> str:
    """The network address of the one who asks, from the META of a request; empty if unknown.

    Of `X-Forwarded-For` only the last entry counts, and only where a proxy of ours writes it:
    whatever stands before it was sent by the client.
    """
    if settings.BEHIND_PROXY:
        forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(meta.get("REMOTE_ADDR", ""))


def network_of(address: str) -> str:
    """What one household or server has: an IPv4 address, the first 64 bits of an IPv6 address.

    `unknown` for what is no address.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ipaddress.IPv6Network((parsed.packed[:8] + bytes(8), 64)))
        parsed = parsed.ipv4_mapped
    return str(parsed)
