"""Handing one mail to an SMTP server, and knowing how far it came."""

import datetime as dt
import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from preo.transports.mail import EmailToSend, Outcome, as_bytes, needs_utf8, wire_address

PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT = 20.0
"""Seconds that the server may be silent."""
MAX_DETAIL = 500

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    tls_from_start: bool
    """Else it begins with STARTTLS where the server offers it."""
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT


def parse_server(url: str) -> SmtpServer:
    """The server of an address such as `smtp://user:password@host:587`.

    Raises ValueError, whose words do not repeat the address: it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("Give smtp://user:password@host:587 or smtps://user:password@host:465.")
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        tls_from_start=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def deliver(message: EmailToSend, *, server: SmtpServer, now: dt.datetime) -> Outcome:
    """Hand over a mail that has no mistake. Never raises for what the server or the way does."""
    body = as_bytes(message, now=now)
    try:
        smtp = _connect(server)
    except (smtplib.SMTPException, OSError) as error:
        # Whatever it is, it is not about this mail.
        return Outcome("refused", _words(error), temporary=True)
    try:
        return _envelope(smtp, message) or _body(smtp, body)
    finally:
        # What the server says at the end changes nothing; and it may be silent.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _connect(server: SmtpServer) -> smtplib.SMTP:
    # Without a name of ours smtplib would ask the network for one, which can take minutes.
    name = socket.gethostname() or "localhost"
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.tls_from_start:
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=server.timeout, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=server.timeout)
    try:
        _greet(smtp, server, context)
    except (smtplib.SMTPException, OSError):
        smtp.close()
        raise
    return smtp


def _greet(smtp: smtplib.SMTP, server: SmtpServer, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    protected = server.tls_from_start or server.host in _LOOPBACK
    if not server.tls_from_start and smtp.has_extn("starttls"):
        smtp.starttls(context=context)
        smtp.ehlo()
        protected = True
    if server.user:
        if not protected:
            raise smtplib.SMTPNotSupportedError(
                "The server offers no TLS, and a password is not sent without."
            )
        smtp.login(server.user, server.password)


def _envelope(smtp: smtplib.SMTP, message: EmailToSend) -> Outcome | None:
    """Name sender and recipient and ask to send; None if the server waits for the mail now."""
    options = ("SMTPUTF8",) if needs_utf8(message) else ()
    if options and not smtp.has_extn("smtputf8"):
        return Outcome("refused", "The server takes no addresses with such letters.")
    try:
        code, reply = smtp.mail(wire_address(message.sender_address), options)
        if code == 250:
            code, reply = smtp.rcpt(wire_address(message.to))
        if code in {250, 251}:
            code, reply = smtp.docmd("DATA")
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("refused", _words(error), temporary=True)
    return None if code == 354 else _refusal(code, reply)


def _body(smtp: smtplib.SMTP, body: bytes) -> Outcome:
    """Send the mail itself. From its first byte on silence does not mean that it was not taken."""
    # A line that begins with a dot gets a second one (RFC 5321 section 4.5.2).
    dotted = re.sub(rb"(?m)^\.", b"..", body)
    try:
        smtp.send(dotted.rstrip(b"\r\n") + b"\r\n.\r\n")
        code, reply = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("unclear", _words(error))
    if 200 <= code < 300:
        return Outcome("sent", _clean(reply))
    if 400 <= code < 600:
        return _refusal(code, reply)
    return Outcome("unclear", f"The server answered what is no answer: {_clean(reply)}")


def _refusal(code: int, reply: bytes) -> Outcome:
    return Outcome("refused", f"{code} {_clean(reply)}", temporary=not 500 <= code < 600)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        told = _clean(reply if isinstance(reply, bytes) else reply.encode())
        return f"{error.smtp_code} {told}"
    return _clean(f"{type(error).__name__}: {error}".encode())


def _clean(reply: bytes) -> str:
    """A server's words as they may go into logs and tables."""
    text = reply.decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MAX_DETAIL]
