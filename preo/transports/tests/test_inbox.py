import datetime as dt
from typing import Any

import pytest

from preo.transports.models import InboxMessage
from preo.transports.service import purge_inbox, send_email
from preo.transports.tests.server import smtp_stand_in
from preo.transports.tests.test_smtp import NOW, a_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_server(settings: Any) -> None:
    settings.EMAIL_SERVER = None


WRONG: list[dict[str, Any]] = [
    {"subject": "Hello\r\nBcc: eve@evil.example"},
    {"subject": "Hello\nBcc: eve@evil.example"},
    {"subject": "Hello\rBcc: eve@evil.example"},
    {"subject": "Hello\u2028Bcc: eve@evil.example"},
    {"subject": "x" * 1001},
    {"subject": "\ud800"},
    {"sender_name": "North\r\nlight"},
    {"sender_name": "North\0light"},
    {"sender_address": "no-reply"},
    {"to": "ada@northlight.example\r\nBcc: eve@evil.example"},
    {"to": "ada@northlight.example, eve@evil.example"},
    {"to": "ada@" + "é" * 63 + ".example"},
    {"to": "ada@straße.example"},
    {"to": ""},
    {"message_id": "one@northlight.example>\r\nBcc: eve@evil.example"},
    {"message_id": "one"},
    {"headers": {"X-Note": "a\r\nBcc: eve@evil.example"}},
    {"headers": {"X-Note\r\nBcc": "eve@evil.example"}},
    {"headers": {"Bcc": "eve@evil.example"}},
    {"headers": {"from": "eve@evil.example"}},
    {"headers": {"X Note": "a"}},
    {"text": "a\0b"},
    {"html": "\udfff"},
]


@pytest.mark.safety
@pytest.mark.parametrize("changes", WRONG, ids=repr)
def test_what_could_begin_another_header_is_refused_by_both_ways(
    changes: dict[str, Any], settings: Any
) -> None:
    with smtp_stand_in() as stand_in:
        for server in (None, stand_in.server):
            settings.EMAIL_SERVER = server
            outcome = send_email(message=a_mail(**changes), now=NOW)
            assert (outcome.result, outcome.temporary) == ("refused", False)
    assert stand_in.commands == []
    assert not InboxMessage.objects.exists()


def test_without_a_server_a_mail_stays_in_the_inbox_as_it_is() -> None:
    mail = a_mail(subject="Grüße", html="<p>x</p>", headers={"X-Note": "y"}, to="zoë@a.example")
    assert send_email(message=mail, now=NOW).result == "sent"
    kept = InboxMessage.objects.get()
    for name in ("sender_name", "sender_address", "to", "subject", "text", "html", "message_id"):
        assert getattr(kept, name) == getattr(mail, name)
    assert (kept.headers, kept.created) == ({"X-Note": "y"}, NOW)


def test_mails_are_kept_for_30_days() -> None:
    for days in (29, 30, 31):
        send_email(message=a_mail(), now=NOW - dt.timedelta(days=days))
    assert purge_inbox(now=NOW) == 2
    assert InboxMessage.objects.get().created == NOW - dt.timedelta(days=29)
