"""The mails of accounts: plain, short, from templates whose first paragraph is the subject."""

from collections.abc import Mapping

from django.conf import settings
from django.template.loader import select_template

from preo.transports.mail import EmailToSend, wire_address


def compose(
    name: str, *, to: str, language: str, context: Mapping[str, object], key: str
) -> EmailToSend:
    """The mail of a template, in the language if there is a template in it, else in English.

    `key` tells this mail from all others and becomes its Message-ID.
    """
    # Names are given by people: one with an empty line in it would end the subject.
    words = {word: " ".join(str(value).split()) for word, value in context.items()}
    folder = "accounts/mail"
    template = select_template([f"{folder}/{name}.{language}.txt", f"{folder}/{name}.txt"])
    subject, _, text = template.render(words).strip().partition("\n\n")
    sender_name, sender_address = settings.EMAIL_SENDER
    return EmailToSend(
        sender_name=sender_name,
        sender_address=sender_address,
        to=to,
        subject=subject,
        text=f"{text}\n",
        message_id=f"{key}@{wire_address(sender_address).rpartition('@')[2]}",
        # RFC 3834: nobody's absence note is to answer this.
        headers={"Auto-Submitted": "auto-generated"},
    )
