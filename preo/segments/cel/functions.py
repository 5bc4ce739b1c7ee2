"""What CEL offers by itself, in our own words: for the editor's completion and for the API."""

from dataclasses import dataclass

from preo.segments.cel.schema import Schema
from preo.segments.cel.types import Kind


@dataclass(frozen=True, slots=True)
class FunctionEntry:
    """One function, macro or operator. `syntax` shows its parts by name; `example` is a condition."""

    name: str
    syntax: str
    description: str
    example: str


MACROS = (
    FunctionEntry(
        "exists",
        "list.exists(item, condition)",
        "Whether the condition holds for at least one item of the list.",
        "orders.exists(o, o.amount > 100)",
    ),
    FunctionEntry(
        "all",
        "list.all(item, condition)",
        "Whether the condition holds for every item; for an empty list that is true.",
        'orders.all(o, o.status == "completed")',
    ),
    FunctionEntry(
        "exists_one",
        "list.exists_one(item, condition)",
        "Whether the condition holds for exactly one item.",
        "orders.exists_one(o, o.amount > 100)",
    ),
    FunctionEntry(
        "filter",
        "list.filter(item, condition)",
        "Those items for which the condition holds, as a list.",
        "orders.filter(o, o.amount > 100).size() >= 2",
    ),
    FunctionEntry(
        "map",
        "list.map(item, value)",
        "One value of each item, as a list. With three parts, map(item, condition, value), only"
        " of those items for which the condition holds.",
        "orders.map(o, o.amount).max() > 100",
    ),
    FunctionEntry(
        "has",
        "has(row.field)",
        "Whether a field that may be missing is there.",
        "has(user.email)",
    ),
)

LISTS = (
    FunctionEntry(
        "size",
        "size(list)",
        "How many items a list has, or how many characters a text.",
        "size(orders) >= 3",
    ),
    FunctionEntry(
        "sum",
        "list.sum()",
        "The sum of numbers; 0 for an empty list.",
        "orders.map(o, o.amount).sum() > 500",
    ),
    FunctionEntry(
        "min",
        "list.min()",
        "The least value. Of an empty list there is none: the comparison is not true.",
        'orders.map(o, o.created).min() < timestamp("2025-01-01T00:00:00Z")',
    ),
    FunctionEntry(
        "max",
        "list.max()",
        "The greatest value. Of an empty list there is none: the comparison is not true.",
        "orders.map(o, o.created).max() > now - days(30)",
    ),
    FunctionEntry(
        "avg",
        "list.avg()",
        "The average. Of an empty list there is none: the comparison is not true.",
        "orders.map(o, o.amount).avg() > 80",
    ),
    FunctionEntry(
        "in",
        "value in [a, b]",
        "Whether the value is one of those in the list.",
        'user.first_name in ["Ada", "Grace"]',
    ),
)

TEXTS = (
    FunctionEntry(
        "contains",
        'text.contains("part")',
        "Whether the part stands anywhere in the text. Upper and lower case differ.",
        'user.first_name.contains("ann")',
    ),
    FunctionEntry(
        "startsWith",
        'text.startsWith("part")',
        "Whether the text begins so.",
        'user.first_name.startsWith("An")',
    ),
    FunctionEntry(
        "endsWith",
        'text.endsWith("part")',
        "Whether the text ends so.",
        'user.email.endsWith("@example.com")',
    ),
    FunctionEntry(
        "matches",
        'text.matches("pattern")',
        "Whether the pattern (a simple regular expression) is found anywhere in the text; with ^"
        " and $ around it the whole text must fit.",
        'user.email.matches("@example[.](com|org)$")',
    ),
    FunctionEntry(
        "lowerAscii",
        "text.lowerAscii()",
        "The text with A to Z in lower case; other letters stay as they are.",
        'user.first_name.lowerAscii() == "ada"',
    ),
    FunctionEntry(
        "upperAscii",
        "text.upperAscii()",
        "The text with a to z in upper case; other letters stay as they are.",
        'user.first_name.upperAscii() == "ADA"',
    ),
)

_IN_ZONE = " In UTC, or in the time zone between the brackets."

TIMES = (
    FunctionEntry(
        "timestamp",
        'timestamp("2026-07-01T00:00:00Z")',
        "A moment: date, time and its zone (Z for UTC, or an offset such as +02:00).",
        'user.date_joined >= timestamp("2026-07-01T00:00:00+02:00")',
    ),
    FunctionEntry(
        "duration",
        'duration("36h")',
        "A length of time in hours, minutes and seconds.",
        'user.date_joined > now - duration("36h")',
    ),
    FunctionEntry(
        "days",
        "days(number)",
        "So many days of 24 hours.",
        "user.date_joined > now - days(30)",
    ),
    FunctionEntry(
        "getFullYear",
        "moment.getFullYear(zone)",
        "The year." + _IN_ZONE,
        "user.date_joined.getFullYear() == 2026",
    ),
    FunctionEntry(
        "getMonth",
        "moment.getMonth(zone)",
        "The month, counted from 0: January is 0, December 11." + _IN_ZONE,
        'orders.exists(o, o.created.getMonth("Europe/Copenhagen") == 11)',
    ),
    FunctionEntry(
        "getDate",
        "moment.getDate(zone)",
        "The day of the month, counted from 1." + _IN_ZONE,
        "user.date_joined.getDate() == 1",
    ),
    FunctionEntry(
        "getDayOfMonth",
        "moment.getDayOfMonth(zone)",
        "The day of the month, counted from 0; getDate counts from 1." + _IN_ZONE,
        "user.date_joined.getDayOfMonth() == 0",
    ),
    FunctionEntry(
        "getDayOfWeek",
        "moment.getDayOfWeek(zone)",
        "The day of the week: Sunday is 0, Saturday 6." + _IN_ZONE,
        'orders.exists(o, o.created.getDayOfWeek("Europe/Copenhagen") in [0, 6])',
    ),
    FunctionEntry(
        "getDayOfYear",
        "moment.getDayOfYear(zone)",
        "The day of the year, counted from 0." + _IN_ZONE,
        "user.date_joined.getDayOfYear() < 31",
    ),
    FunctionEntry(
        "getHours",
        "moment.getHours(zone)",
        "The hour, 0 to 23; of a length of time all its hours." + _IN_ZONE,
        'orders.exists(o, o.created.getHours("Europe/Copenhagen") < 6)',
    ),
    FunctionEntry(
        "getMinutes",
        "moment.getMinutes(zone)",
        "The minute, 0 to 59; of a length of time all its minutes." + _IN_ZONE,
        "user.date_joined.getMinutes() == 0",
    ),
    FunctionEntry(
        "getSeconds",
        "moment.getSeconds(zone)",
        "The second, 0 to 59; of a length of time all its seconds." + _IN_ZONE,
        "(now - user.date_joined).getSeconds() < 3600",
    ),
    FunctionEntry(
        "getMilliseconds",
        "moment.getMilliseconds(zone)",
        "The thousandths of the second, 0 to 999." + _IN_ZONE,
        "user.date_joined.getMilliseconds() == 0",
    ),
)

CONVERSIONS = (
    FunctionEntry(
        "int",
        "int(value)",
        "A whole number: of a number its part before the point.",
        "int(orders.map(o, o.amount).sum()) % 2 == 0",
    ),
    FunctionEntry(
        "double",
        "double(value)",
        "A number with decimals, for reckoning with whole numbers beside such.",
        "double(size(orders)) / 2.0 > 1.5",
    ),
    FunctionEntry(
        "string",
        "string(value)",
        "A whole number or a yes/no as a text.",
        'string(size(orders)).endsWith("0")',
    ),
)

FUNCTIONS = (*MACROS, *LISTS, *TEXTS, *TIMES, *CONVERSIONS)


def functions_of(schema: Schema) -> tuple[FunctionEntry, ...]:
    """All that can be called: the schema's own functions first.

    The example of a function that gives a yes/no stands by itself; others are compared in theirs.
    """
    own = tuple(
        FunctionEntry(
            function.name,
            f"{function.name}({', '.join(function.parameters)})",
            function.description,
            function.example
            if function.type.kind is Kind.BOOL or " " in function.example
            else f"{function.example} > 100",
        )
        for function in schema.functions.values()
    )
    return own + FUNCTIONS
