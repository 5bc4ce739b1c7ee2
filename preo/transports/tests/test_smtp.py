import datetime as dt
import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from preo.transports.mail import EmailToSend, Outcome
from preo.transports.service import send_email
from preo.transports.smtp import SmtpServer, parse_server
from preo.transports.tests.server import DROP, SILENCE, SmtpStandIn, smtp_stand_in

NOW = dt.datetime(2026, 6, 24, 18, 0, tzinfo=dt.UTC)
STAGES = ["greeting", "HELO", "MAIL", "RCPT", "DATA"]


def a_mail(**changes: Any) -> EmailToSend:
    given: dict[str, Any] = {
        "sender_name": "Northlight",
        "sender_address": "no-reply@northlight.example",
        "to": "ada@northlight.example",
        "subject": "Your PIN",
        "text": "It is 123456.\n",
        "message_id": "one@northlight.example",
    }
    return EmailToSend(**given | changes)


def send(stand_in: SmtpStandIn, settings: Any, **changes: Any) -> Outcome:
    settings.EMAIL_SERVER = stand_in.server
    return send_email(message=a_mail(**changes), now=NOW)


def at(stage: str, answer: str) -> dict[str, str]:
    """This answer at this stage; to EHLO too where HELO, which a client tries next, gets it."""
    return dict.fromkeys(["EHLO", "HELO"] if stage == "HELO" else [stage], answer)


def read(stand_in: SmtpStandIn) -> EmailMessage:
    """The mail as its reader gets it: without the dots that SMTP adds."""
    body = stand_in.bodies[0].replace(b"\r\n..", b"\r\n.").replace(b"\r\n", b"\n")
    message = message_from_bytes(body, policy=default)
    assert isinstance(message, EmailMessage)
    return message


# --- what is not sent -----------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_a_refusal_for_good_is_said_as_such(stage: str, settings: Any) -> None:
    with smtp_stand_in(at(stage, "550 no such mailbox")) as stand_in:
        outcome = send(stand_in, settings)
    assert outcome.result == "refused"
    # Before the mail is named it is the server that has a problem, not the mail.
    assert outcome.temporary == (stage in {"greeting", "HELO"})
    assert outcome.detail == "550 no such mailbox"
    assert stand_in.bodies == []


@pytest.mark.parametrize("stage", [*STAGES, "body"])
def test_a_refusal_for_now_is_said_as_such(stage: str, settings: Any) -> None:
    with smtp_stand_in(at(stage, "451 come back later")) as stand_in:
        outcome = send(stand_in, settings)
    assert (outcome.result, outcome.temporary) == ("refused", True)


def test_a_mail_refused_after_its_text_was_not_sent(settings: Any) -> None:
    with smtp_stand_in(body="554 spam") as stand_in:
        assert send(stand_in, settings) == Outcome("refused", "554 spam")


@pytest.mark.parametrize("stage", STAGES)
def test_a_connection_lost_before_the_text_is_a_refusal_for_now(stage: str, settings: Any) -> None:
    with smtp_stand_in(at(stage, DROP)) as stand_in:
        outcome = send(stand_in, settings)
    assert (outcome.result, outcome.temporary) == ("refused", True)


@pytest.mark.parametrize("stage", ["greeting", "RCPT"])
def test_silence_before_the_text_is_a_refusal_for_now(stage: str, settings: Any) -> None:
    with smtp_stand_in(at(stage, SILENCE), timeout=0.2) as stand_in:
        outcome = send(stand_in, settings)
    assert (outcome.result, outcome.temporary) == ("refused", True)


def test_a_server_that_is_not_there_is_a_refusal_for_now(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.EMAIL_SERVER = SmtpServer("127.0.0.1", port, tls_from_start=False)
    outcome = send_email(message=a_mail(), now=NOW)
    assert (outcome.result, outcome.temporary) == ("refused", True)


def test_a_password_is_not_sent_in_the_clear_over_a_network(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preo.transports.smtp._LOOPBACK", set())
    with smtp_stand_in(EHLO="250-here\r\n250 AUTH PLAIN") as stand_in:
        local = stand_in.server
        settings.EMAIL_SERVER = SmtpServer(
            local.host, local.port, tls_from_start=False, user="preo", password="secret"
        )
        outcome = send_email(message=a_mail(), now=NOW)
    assert (outcome.result, outcome.temporary) == ("refused", True)
    assert not any(command.startswith("AUTH") for command in stand_in.commands)


def test_letters_that_the_server_cannot_take_are_refused(settings: Any) -> None:
    with smtp_stand_in() as stand_in:
        outcome = send(stand_in, settings, to="zoë@northlight.example")
    assert (outcome.result, outcome.temporary) == ("refused", False)
    assert not any(command.startswith("MAIL") for command in stand_in.commands)


# --- what nobody can know -------------------------------------------------------------------


@pytest.mark.safety
@pytest.mark.parametrize("answer", [DROP, SILENCE, "nonsense"])
def test_an_answer_lost_after_the_text_is_unclear_and_never_sent(
    answer: str, settings: Any
) -> None:
    with smtp_stand_in(timeout=0.2, body=answer) as stand_in:
        outcome = send(stand_in, settings)
    assert len(stand_in.bodies) == 1
    assert outcome.result == "unclear"


# --- what is sent ---------------------------------------------------------------------------


def test_a_mail_arrives_as_it_was_written(settings: Any) -> None:
    text = "Zoë,\n.\n.. dots\nFrom here on\n" + "long " * 400 + "\n"
    with smtp_stand_in() as stand_in:
        outcome = send(
            stand_in,
            settings,
            subject="Grüße: 👩\u200d💻 " + "and more " * 20,
            sender_name='Northlight, "the" festival',
            text=text,
            html="<p>Zoë</p>",
            headers={"Auto-Submitted": "auto-generated"},
        )
    assert outcome == Outcome("sent", "ok")
    assert stand_in.commands[1].startswith("mail FROM:<no-reply@northlight.example>")
    assert stand_in.commands[2:4] == ["rcpt TO:<ada@northlight.example>", "DATA"]
    raw = stand_in.bodies[0]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = read(stand_in)
    assert message["Subject"] == "Grüße: 👩\u200d💻 " + "and more " * 20
    assert message["From"].addresses[0].display_name == 'Northlight, "the" festival'
    assert message["Message-ID"] == "<one@northlight.example>"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = message.iter_parts()
    assert plain.get_content() == text
    assert html.get_content() == "<p>Zoë</p>\n"


def test_what_the_server_says_at_parting_changes_nothing(settings: Any) -> None:
    for parting in (DROP, SILENCE, "500 no"):
        with smtp_stand_in(timeout=0.2, QUIT=parting) as stand_in:
            assert send(stand_in, settings).result == "sent"


def test_a_domain_in_any_script_goes_out_as_the_network_writes_it(settings: Any) -> None:
    with smtp_stand_in() as stand_in:
        assert send(stand_in, settings, to="zoe@blå.example").result == "sent"
    assert "rcpt TO:<zoe@xn--bl-zia.example>" in stand_in.commands


def test_a_local_part_in_any_script_needs_a_server_that_takes_it(settings: Any) -> None:
    with smtp_stand_in(EHLO="250-here\r\n250 SMTPUTF8") as stand_in:
        assert send(stand_in, settings, to="zoë@northlight.example").result == "sent"
    assert "rcpt TO:<zoë@northlight.example>" in stand_in.commands
    assert b"\r\nTo: zo\xc3\xab@northlight.example\r\n" in stand_in.bodies[0]


# --- the address of a server ----------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["smtp://", "http://mail.example", "mail.example:25", "smtp://mail.example/path",
     "smtp://mail.example:no", "smtp://mail.example:99999", "smtp://u:secret@mail.example?tls=no"],
)  # fmt: skip
def test_what_names_no_server_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        parse_server(url)
    assert "secret" not in str(refusal.value)


def test_a_servers_address_is_read_with_its_usual_port() -> None:
    assert parse_server("smtp://mail.example") == SmtpServer("mail.example", 587, False)
    secret = parse_server("smtps://preo%40x:a%2Fb@mail.example")
    assert secret == SmtpServer("mail.example", 465, True, "preo@x", "a/b")
    assert "a/b" not in repr(secret)
