"""How money, times, numbers and names are written."""

import datetime as dt

import pytest

from preo.core.money import MAX_MINOR
from preo.dashboard.templatetags import dashboard as tags


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (123_456_789, "1,234,567.89"),
        (-100_000, "-1,000.00"),
        (MAX_MINOR + 1, "10,000,000,000,000.01"),
    ],
)
def test_money_is_written_to_the_cent(minor: int, text: str) -> None:
    assert tags.money(minor) == text.replace("-", "\N{MINUS SIGN}")


@pytest.mark.parametrize(
    ("zone", "title", "text"),
    [
        ("UTC", "25 October 2026, 00:30:00 +00:00 (UTC)", "25 Oct 2026, 00:30"),
        (
            "Europe/Copenhagen",
            "25 October 2026, 02:30:00 +02:00 (Europe/Copenhagen)",
            "25 Oct 2026, 02:30",
        ),
        (
            "America/St_Johns",
            "24 October 2026, 22:00:00 -02:30 (America/St_Johns)",
            "24 Oct 2026, 22:00",
        ),
    ],
)
def test_a_moment_is_told_in_the_zone_with_its_offset(zone: str, title: str, text: str) -> None:
    moment = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)

    assert tags.moment(moment, zone) == (
        f'<time datetime="2026-10-25T00:30:00Z" title="{title}">{text}</time>'
    )


def test_no_moment_is_nothing() -> None:
    assert tags.moment(None, "UTC") == ""


def test_the_hour_that_comes_twice_in_autumn_is_told_apart_by_its_offset() -> None:
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    second = first + dt.timedelta(hours=1)

    assert "+02:00" in tags.moment(first, "Europe/Copenhagen")
    assert "+01:00" in tags.moment(second, "Europe/Copenhagen")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Vinter", "AV"), ("Åse van der Berg", "ÅB"), ("Plato", "P"), ("", "?"), ("( )", "?")],
)
def test_initials_are_the_first_and_the_last(name: str, letters: str) -> None:
    assert tags.initials(name) == letters


def test_a_state_nobody_foresaw_is_still_a_word() -> None:
    assert ">On hold</span>" in tags.state("on_hold")
