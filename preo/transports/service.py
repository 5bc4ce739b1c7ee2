"""Sending one e-mail by what the settings name: an SMTP server, else the local inbox."""

import datetime as dt

from django.conf import settings

from preo.transports.mail import EmailToSend, Outcome, find_mistake
from preo.transports.models import InboxMessage
from preo.transports.smtp import deliver


def send_email(*, message: EmailToSend, now: dt.datetime) -> Outcome:
    """Send one mail and say what became of it; see `Outcome`. What is refused is never raised.

    Takes up to minutes where a server is slow: a caller holds no transaction meanwhile, and one
    that must not send twice writes down that it begins, and afterwards how it ended.
    """
    mistake = find_mistake(message)
    if mistake:
        return Outcome("refused", mistake)
    if settings.EMAIL_SERVER is None:
        _keep(message, now)
        return Outcome("sent", "Kept in the local inbox.")
    return deliver(message, server=settings.EMAIL_SERVER, now=now)


def purge_inbox(*, now: dt.datetime) -> int:
    """Remove mails of the local inbox past their time; returns how many."""
    return InboxMessage.objects.filter(created__lte=now - settings.KEEP_INBOX).delete()[0]


def _keep(message: EmailToSend, now: dt.datetime) -> None:
    InboxMessage.objects.create(
        sender_name=message.sender_name,
        sender_address=message.sender_address,
        to=message.to,
        subject=message.subject,
        text=message.text,
        html=message.html,
        headers=dict(message.headers),
        message_id=message.message_id,
        created=now,
        modified=now,
    )
