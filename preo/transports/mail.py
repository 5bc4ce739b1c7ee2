"""One e-mail to be sent: what is wrong with it, and its form on the wire."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Literal

from preo.core.addresses import is_email

MAX_HEADER = 1_000
"""Characters of a subject, a name or a header."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]{1,100}@[A-Za-z0-9.-]{1,100}")
_OWN_HEADERS = frozenset(
    {"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version"}
)


@dataclass(frozen=True, slots=True)
class EmailToSend:
    sender_name: str
    sender_address: str
    to: str
    """One address: who gets a mail is never told who else does."""
    subject: str
    text: str
    message_id: str
    """Without its angle brackets. The same for each try, so that a mail that came twice shows once."""
    html: str = ""
    """Beside the text, never in its place; empty for none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further ones, such as `List-Unsubscribe`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail.

    `sent`: taken by the server. `refused`: surely not taken. `unclear`: it was handed over and
    the answer was lost, so that sending it again may send it twice.
    """

    result: Literal["sent", "refused", "unclear"]
    detail: str = ""
    temporary: bool = False
    """Of a refusal: the same mail may be taken later."""


def find_mistake(message: EmailToSend) -> str:
    """Why this mail cannot be sent; empty if it can.

    A line break in a header would begin another header, or the body.
    """
    return next(_mistakes(message), "")


def needs_utf8(message: EmailToSend) -> bool:
    """Whether a local part has other letters than ASCII's: then SMTPUTF8 (RFC 6531) is needed."""
    return not all(
        address.rpartition("@")[0].isascii() for address in (message.sender_address, message.to)
    )


def wire_address(address: str) -> str:
    """The address with its domain as the network writes it (IDNA)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def as_bytes(message: EmailToSend, *, now: dt.datetime) -> bytes:
    """The mail on the wire, without the dots of SMTP. Lines are short and of 7 bits, but for
    headers where `needs_utf8`."""
    policy = (SMTPUTF8 if needs_utf8(message) else SMTP).clone(cte_type="7bit")
    mime = EmailMessage(policy=policy)
    mime["From"] = _mailbox(message.sender_address, message.sender_name)
    mime["To"] = _mailbox(message.to)
    mime["Subject"] = message.subject
    mime["Date"] = format_datetime(now)
    mime["Message-ID"] = f"<{message.message_id}>"
    for name, value in message.headers.items():
        mime[name] = value
    mime.set_content(message.text)
    if message.html:
        mime.add_alternative(message.html, subtype="html")
    return mime.as_bytes()


def _mailbox(address: str, name: str = "") -> Address:
    local, _, domain = wire_address(address).rpartition("@")
    return Address(name, local, domain)


def _mistakes(message: EmailToSend) -> Iterator[str]:
    for word, address in (("sender", message.sender_address), ("recipient", message.to)):
        if not is_email(address) or not _has_idna(address):
            yield f"The {word} is no e-mail address."
    if not _MESSAGE_ID.fullmatch(message.message_id):
        yield "The message's id is malformed."
    if not all(map(_is_header_name, message.headers)):
        yield "A header has a name that it cannot have."
    if any(
        map(_breaks_a_header, (message.sender_name, message.subject, *message.headers.values()))
    ):
        yield "A header is too long, or holds a line break or another control character."
    if any(map(_is_no_text, message.text + message.html)):
        yield "The text holds what is no character."


def _is_header_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name.lower() not in _OWN_HEADERS


def _breaks_a_header(value: str) -> bool:
    # Not category Cf: emoji are joined by such letters.
    return len(value) > MAX_HEADER or any(
        unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in value
    )


def _is_no_text(letter: str) -> bool:
    return letter == "\0" or unicodedata.category(letter) == "Cs"


def _has_idna(address: str) -> bool:
    # Python's codec follows the older IDNA, which writes some letters as others (ß as ss): that
    # would be somebody else's domain.
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode("idna") == domain
    except UnicodeError:
        return False
