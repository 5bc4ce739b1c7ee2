"""SQL that reads one text as a number, a moment or a word.

The functions take SQL expressions that this package made, such as `cleaned.t3`, and return SQL.
Nothing that came with a file or a request is ever part of them: it is bound. What cannot be read
is NULL. The usual spelling of a value is tried first by a plain pattern; the branch for all others
is a subquery, which PostgreSQL enters for those alone.
"""

from typing import Literal

DecimalSeparator = Literal[".", ","]

BLANKS = " \t\r\n\v\f\u00a0\u2007\u202f\ufeff"
"""What is taken off both ends of every cell; Python's and PostgreSQL's own lists differ."""

_USUAL = 22
"""Characters of a number that is read without further ado."""
_MARKS = (
    r"€|\$|£|zł|,-$|\m(eur|usd|gbp|pln|dkk|sek|nok|kr)\M\.?|[[:space:]\u00a0\u2007\u202f''\u2019]"
)
_OFFSET = r"(Z|UTC|GMT|[-+][0-9]{2}(:?[0-9]{2})?)"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?( ?[ap]m)?"
_ISO = rf"^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}([T ]{_CLOCK})?( ?{_OFFSET})?$"
_PARTED = (
    r"^([0-9]{1,4})[-/. ] ?([0-9]{1,2})[-/. ] ?([0-9]{4}|[0-9]{2})"
    rf"(?:[T, ]+((?:kl\.? ?)?{_CLOCK}))?(?: ?({_OFFSET}))?$"
)
_MONTH = rf"^([0-9]{{1,2}}\.? [a-z]{{3,9}}\.?|[a-z]{{3,9}}\.? [0-9]{{1,2}}),? [0-9]{{4}}(,? {_CLOCK})?( ?{_OFFSET})?$"


def without_disguise(text: str) -> str:
    """A cell without what keeps a spreadsheet from reckoning with it: `'+45...` and `="0012"`.

    An apostrophe stays where a word begins with it: 's-Hertogenbosch.
    """
    return rf"""
        CASE WHEN left({text}, 1) IN ('''', '=') THEN
            regexp_replace(regexp_replace({text}, '^''(?=[-+=@0-9])', ''), '^="(.*)"$', '\1')
        ELSE {text} END
    """


def number(text: str, separator: DecimalSeparator) -> str:
    """A numeric. Thousands may be parted, a currency may stand on either side."""
    point, group = (r"\.", ",") if separator == "." else (",", r"\.")
    plain = rf"^[0-9]+({point}[0-9]+)?$"  # without bounds, which would cost twice as much to match
    grouped = rf"^[-+]?[0-9]{{1,3}}({group}[0-9]{{3}})+({point}[0-9]*)?$"
    ungrouped = rf"^[-+]?([0-9]{{1,30}}{point}?[0-9]{{0,30}}|{point}[0-9]{{1,30}})$"
    as_sql = (
        "replace({}, ',', '')" if separator == "." else "replace(replace({}, '.', ''), ',', '.')"
    )
    return f"""
        CASE
            WHEN {text} IS NULL OR length({text}) > 60 THEN NULL
            WHEN length({text}) <= {_USUAL} AND {text} ~ '{plain}' THEN {as_sql.format(text)}::numeric
            ELSE (
                SELECT CASE
                    WHEN bare ~ '{grouped}' OR bare ~ '{ungrouped}' THEN {as_sql.format("bare")}::numeric
                END
                FROM (
                    SELECT regexp_replace(
                        translate(lower({text}), '\u2212\u2013', '--'), '{_MARKS}', '', 'g'
                    ) AS bare OFFSET 0
                ) AS stripped
            )
        END
    """  # noqa: S608 - of our own expressions


def moment(text: str, order: Literal["dmy", "mdy", "ymd"]) -> str:
    """A text that PostgreSQL reads as a timestamp; whether there is such a day is not said yet.

    ISO dates and Excel's day numbers are known whatever the order of the others is.
    """
    return rf"""
        CASE
            WHEN {text} IS NULL OR length({text}) > 60 THEN NULL
            WHEN length({text}) IN (10, 19) AND substr({text}, 5, 1) = '-' AND substr({text}, 8, 1) = '-'
                AND {text} ~ '^[0-9]+-[0-9]+-[0-9]+( [0-9]+:[0-9]+:[0-9]+)?$'
            THEN {text}
            WHEN {text} ~* '{_ISO}' THEN {text}
            WHEN {text} ~ '^[2-7][0-9]{{4}}([.,][0-9]{{1,15}})?$' THEN
                date_trunc('second', timestamp '1899-12-30 00:00:00.5'
                    + replace({text}, ',', '.')::float8 * interval '1 day')::text
            WHEN {text} ~ '^(19|20)[0-9]{{6}}$'
                OR {text} ~* '{_MONTH}' THEN {text}
            ELSE ({_parted(text, order)})
        END
    """


def _parted(text: str, order: Literal["dmy", "mdy", "ymd"]) -> str:
    day, month = ("part[2]", "part[1]") if order == "mdy" else ("part[1]", "part[2]")
    short = "part[3], part[2], part[1]" if order != "ymd" else "part[1], part[2], part[3]"
    if order == "mdy":
        short = "part[3], part[1], part[2]"
    return rf"""
        SELECT CASE
            WHEN part IS NULL OR length(part[1]) = 3 THEN NULL
            WHEN length(part[1]) = 4 THEN
                CASE WHEN length(part[3]) = 2
                THEN concat(part[1], '-', part[2], '-', part[3], rest) END
            WHEN length(part[3]) = 4 THEN concat(part[3], '-', {month}, '-', {day}, rest)
            ELSE (
                SELECT concat(
                    CASE WHEN year >= '70' THEN '19' ELSE '20' END, lpad(year, 2, '0'),
                    '-', month, '-', day, rest
                )
                FROM (VALUES ({short})) AS short(year, month, day)
            )
        END
        FROM (
            SELECT part, coalesce(' ' || regexp_replace(part[4], '^kl\.? ?', ''), '')
                || coalesce(part[8], '') AS rest
            FROM (SELECT regexp_match({text}, '{_PARTED}', 'i') AS part OFFSET 0) AS matched
            OFFSET 0
        ) AS parted
    """  # noqa: S608 - of our own expressions


def timestamp(moment_text: str) -> str:
    """The timestamptz; in the edition's time zone where the text names none.

    NULL for no such day or hour, and for a year that no order is of.
    """
    return rf"""
        CASE
            WHEN {moment_text} IS NULL THEN NULL
            WHEN NOT pg_input_is_valid({moment_text}, 'timestamptz') THEN NULL
            WHEN {moment_text}::timestamp NOT BETWEEN '1970-01-02' AND '2200-01-01' THEN NULL
            WHEN {moment_text} ~* ':[0-9]{{2}}.*{_OFFSET}$' THEN {moment_text}::timestamptz
            ELSE {moment_text}::timestamp AT TIME ZONE %(zone)s
        END
    """


def word(text: str, words: str) -> str:
    """What a word stands for in the bound JSON object of this name."""
    return f"(%({words})s::jsonb ->> lower({text}))"


def utc_text(value: str) -> str:
    """A timestamptz as ISO 8601."""
    return f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
