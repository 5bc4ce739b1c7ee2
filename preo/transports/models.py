from typing import ClassVar

from django.db import models

from preo.core.models import Row


class InboxMessage(Row):
    """An e-mail that stayed on this server, because no SMTP server is set.

    It belongs to no organization: a mail with a PIN goes to a person, who may work for several.
    """

    id_prefix: ClassVar[str] = "inb"

    sender_name = models.TextField()
    sender_address = models.CharField(max_length=254)
    to = models.CharField(max_length=254)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    """Empty for a plain mail. Never to be shown but in a sandbox: anybody may have written it."""
    headers = models.JSONField(default=dict)
    message_id = models.CharField(max_length=254)

    class Meta:
        indexes = [models.Index(fields=["-created", "-id"], name="inbox_newest_first")]

    def __str__(self) -> str:
        return self.subject
