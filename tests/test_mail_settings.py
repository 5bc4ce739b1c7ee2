"""What the environment says of mail: a value that cannot be used stops the start."""

import pytest

from preo.config import environment
from preo.config.environment import SettingError
from preo.transports.smtp import SmtpServer


@pytest.mark.parametrize("url", ["mail.example", "http://u:secret@mail.example", "smtp://"])
def test_what_names_no_server_stops_the_start_without_showing_a_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREO_EMAIL_URL", url)
    with pytest.raises(SettingError) as stopped:
        environment.email_server("PREO_EMAIL_URL")
    assert "PREO_EMAIL_URL" in str(stopped.value)
    assert "secret" not in str(stopped.value)


@pytest.mark.parametrize("text", ["", "Preo", "Preo <no-reply>", "a@b.example, c@d.example"])
def test_a_sender_must_have_an_address_where_there_is_a_server(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREO_EMAIL_SENDER", text)
    with pytest.raises(SettingError, match="PREO_EMAIL_SENDER"):
        environment.mailbox("PREO_EMAIL_SENDER", default=None)


@pytest.mark.parametrize(
    "url", ["preo.example", "ftp://preo.example", "https://", "https://preo.example/?a=b"]
)
def test_links_must_begin_with_an_address_of_the_web(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREO_BASE_URL", url)
    with pytest.raises(SettingError, match="PREO_BASE_URL"):
        environment.base_url("PREO_BASE_URL", default="")


def test_what_can_be_used_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREO_EMAIL_URL", "smtps://mail.example")
    monkeypatch.setenv("PREO_EMAIL_SENDER", "The festival <no-reply@festival.example>")
    monkeypatch.setenv("PREO_BASE_URL", "https://preo.example/staff/")
    assert environment.email_server("PREO_EMAIL_URL") == SmtpServer("mail.example", 465, True)
    sender = environment.mailbox("PREO_EMAIL_SENDER", default=None)
    assert sender == ("The festival", "no-reply@festival.example")
    assert environment.base_url("PREO_BASE_URL", default="") == "https://preo.example/staff"
    monkeypatch.delenv("PREO_EMAIL_URL")
    assert environment.email_server("PREO_EMAIL_URL") is None
