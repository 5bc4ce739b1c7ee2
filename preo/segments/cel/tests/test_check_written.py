"""What is worked out of written texts: moments, lengths of time, zones, patterns, conversions."""

from datetime import UTC, datetime, timedelta

import pytest

from preo.segments.cel import typed
from preo.segments.cel.tests.check_reading import accepted, checked_value, mistakes, value


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ('timestamp("2026-07-01T00:00:00Z")', datetime(2026, 7, 1, tzinfo=UTC)),
        ('timestamp("2026-07-01T01:30:00+02:00")', datetime(2026, 6, 30, 23, 30, tzinfo=UTC)),
        ('timestamp("2026-07-01T00:00:00.000001Z")', datetime(2026, 7, 1, 0, 0, 0, 1, tzinfo=UTC)),
        ('duration("36h")', timedelta(hours=36)),
        ('duration("-1h30m1.5s")', -timedelta(hours=1, minutes=30, seconds=1.5)),
        ('duration("1500us")', timedelta(microseconds=1500)),
        ("days(30)", timedelta(days=30)),
        ("days(-1)", timedelta(days=-1)),
        ("int(2.9)", 2),
        ("int(-2.9)", -2),
        ('int("-12")', -12),
        ('double("1.5")', 1.5),
        ("double(3)", 3.0),
        ("string(12)", "12"),
        ("string(true)", "true"),
    ],
)
def test_what_is_written_is_worked_out_at_once(text: str, constant: object) -> None:
    found = value(text)
    assert isinstance(found, typed.Constant)
    assert found.value == constant


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (
            'timestamp("2026-07-01")',
            "bad_timestamp",
            'Write `timestamp("2026-07-01T00:00:00Z")`; `Z` is UTC, or write `+02:00`.',
        ),
        (
            'timestamp("2026-07-01T12:30:00")',
            "bad_timestamp",
            'Write `timestamp("2026-07-01T12:30:00Z")`; `Z` is UTC, or write `+02:00`.',
        ),
        (
            'timestamp("2026-07-01 12:30:00Z")',
            "bad_timestamp",
            'Write `timestamp("2026-07-01T12:30:00Z")`.',
        ),
        (
            'timestamp("2026-02-30T00:00:00Z")',
            "bad_timestamp",
            'Write it as `timestamp("2026-07-01T00:00:00Z")`; `Z` is UTC, or write `+02:00`.',
        ),
        ('duration("30d")', "bad_duration", "For days write `days(30)`."),
        (
            'duration("soon")',
            "bad_duration",
            'Write hours, minutes and seconds, for example `duration("36h")`, `duration("1h30m")`.',
        ),
        ("days(9000000)", "bad_duration", ""),
        (
            'now.getHours("Europe/Stokholm")',
            "bad_time_zone",
            'Did you mean "Europe/Stockholm"?',
        ),
        (
            'now.getHours("+25:00")',
            "bad_time_zone",
            'Write for example "Europe/Stockholm" or "+02:00".',
        ),
        (
            "now.getHours(user.first_name)",
            "bad_time_zone",
            'For example `"Europe/Stockholm"` or `"+02:00"`.',
        ),
    ],
)
def test_times_that_do_not_exist_are_refused(text: str, code: str, hint: str) -> None:
    found = checked_value(text).problems
    assert [(problem.code, problem.hint) for problem in found] == [(code, hint)]


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2026-07-01T00:00:00.0000001Z",
        "2026-07-01T24:00:00Z",
        "2026-07-01T00:00:60Z",
        "2026-07-01T00:00:00+99:99",
        "٢٠٢٦-07-01T00:00:00Z",
        "",
    ],
)
def test_moments_out_of_the_calendar_are_refused(text: str) -> None:
    found = checked_value(f'timestamp("{text}")').problems
    assert [problem.code for problem in found] == ["bad_timestamp"]


@pytest.mark.parametrize("text", ["", "1", "h", "1h ", "1x", "--1s", "1ns", "9" * 200 + "s"])
def test_lengths_that_are_none_are_refused(text: str) -> None:
    found = checked_value(f'duration("{text}")').problems
    assert [problem.code for problem in found] == ["bad_duration"]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a)\\\\1",
        "(?=a)",
        "(?i)a",
        "(?P<n>a)",
        "\\\\pL",
        "\\\\bword",
        "\\\\Qa",
        "a**",
        "*a",
        "^*",
        "a{2,1}",
        "a{,3}",
        "a{256}",
        "(a{100}){100}",
        "(a",
        "a)",
        "[a",
        "[]a]",
        "[[:alpha:]]",
        "[z-a]",
        "[\\\\d-z]",
        "[\\\\D]",
        "a\\\\",
        "a" * 201,
        "(" * 30 + ")" * 30,
    ],
)
def test_patterns_that_are_not_safe_are_refused(pattern: str) -> None:
    assert [code for code, _ in mistakes(f'user.first_name.matches("{pattern}")')] == [
        "bad_pattern"
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^a.*b$",
        "a|b|",
        "(?:ab)+?c",
        "[a-z0-9_.-]+@[^@]+",
        "\\\\d{2,4}",
        "[\\\\w]",
        "å+",
        "\\\\.\\\\*",
    ],
)
def test_simple_patterns_are_allowed(pattern: str) -> None:
    accepted(f'user.first_name.matches("{pattern}") || matches(user.first_name, "{pattern}")')


def test_a_pattern_must_be_written() -> None:
    assert mistakes("user.first_name.matches(user.language)") == [("bad_pattern", "user.language")]
