"""The functions that CEL has by itself, and `days`."""

from collections.abc import Callable, Mapping

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.conversions import to_double, to_int, to_string
from preo.segments.cel.check.fitting import fit
from preo.segments.cel.check.moments import (
    EXAMPLE_MOMENT,
    check_zone,
    days_constant,
    duration_constant,
    moment_constant,
)
from preo.segments.cel.check.patterns import check_pattern
from preo.segments.cel.check.rows import is_single
from preo.segments.cel.check.words import describe, source_words
from preo.segments.cel.typed import Call, Constant, Typed
from preo.segments.cel.types import BOOL, DURATION, INT, STRING, Kind

Check = Callable[[Context, tree.Call], Typed]

TESTS_OF_TEXT = ("contains", "startsWith", "endsWith")
CHANGES_OF_TEXT = ("lowerAscii", "upperAscii")
OF_MOMENTS = (
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
)
OF_CLOCKS = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")


def values(context: Context, node: tree.Call, wanted: int, form: str) -> list[Typed] | None:
    """Target and arguments checked; None where they have mistakes or are too many or few."""
    written = [*([node.target] if node.target is not None else []), *node.arguments]
    if len(written) != wanted:
        context.refuse(
            "wrong_arguments",
            f"`{node.function}` does not have the right number of values between its brackets.",
            node.span,
            f"Write `{form}`.",
        )
        return None
    parts = [context.visit(each) for each in written]
    if any(is_unknown(part) for part in parts):
        return None
    singles = [is_single(context, *each) for each in zip(written, parts, strict=True)]
    return parts if all(singles) else None


def _text(context: Context, node: tree.Call, written: tree.Expression, part: Typed) -> Typed | None:
    """The part as a text; where it is none, that is reported."""
    fitted = fit(written, part, STRING)
    if fitted is not None:
        return fitted
    hint = ""
    if part.type.kind is Kind.ID:
        hint = "An id can be compared with `==`, `!=` and `in` only."
    elif isinstance(part, Constant) and part.type.kind in (Kind.INT, Kind.DOUBLE):
        hint = f'A text goes in quotes: "{part.value}".'
    context.refuse(
        "wrong_argument",
        f"`{node.function}` needs a text here; this is {describe(part.type)}.",
        part.span,
        hint,
    )
    return None


def _texts(context: Context, node: tree.Call, wanted: int, form: str) -> tuple[Typed, ...] | None:
    parts = values(context, node, wanted, form)
    if parts is None:
        return None
    written = [*([node.target] if node.target is not None else []), *node.arguments]
    found = [_text(context, node, *each) for each in zip(written, parts, strict=True)]
    texts = tuple(each for each in found if each is not None)
    return texts if len(texts) == len(found) else None


def _form(node: tree.Call, inside: str) -> str:
    name = source_words(node.target) if node.target is not None else ""
    return f"{name or '...'}.{node.function}({inside})"


def test_of_text(context: Context, node: tree.Call) -> Typed:
    """`text.contains("part")` and its like."""
    texts = _texts(context, node, 2, _form(node, '"..."'))
    return Call(node.span, BOOL, node.function, texts) if texts else unknown(node.span)


def change_of_text(context: Context, node: tree.Call) -> Typed:
    """`text.lowerAscii()`."""
    texts = _texts(context, node, 1, _form(node, ""))
    return Call(node.span, STRING, node.function, texts) if texts else unknown(node.span)


def matches(context: Context, node: tree.Call) -> Typed:
    """`text.matches("pattern")`, the pattern written there and one that is safe."""
    texts = _texts(context, node, 2, _form(node, '"..."'))
    if not texts:
        return unknown(node.span)
    pattern = texts[1]
    if not isinstance(pattern, Constant):
        return context.refuse(
            "bad_pattern",
            "The pattern of `matches` must be written there, in quotes.",
            pattern.span,
        )
    if not check_pattern(context, pattern):
        return unknown(node.span)
    return Call(node.span, BOOL, "matches", texts)


def timestamp(context: Context, node: tree.Call) -> Typed:
    """`timestamp("2026-07-01T00:00:00Z")`."""
    parts = values(context, node, 1, EXAMPLE_MOMENT)
    if parts is None:
        return unknown(node.span)
    part = parts[0]
    if part.type.kind is Kind.TIMESTAMP:
        return part
    if isinstance(part, Constant) and part.type.kind is Kind.STRING:
        return moment_constant(context, node, part)
    return context.refuse(
        "wrong_argument",
        "`timestamp` needs a date and time, written in quotes.",
        part.span,
        f"For example `{EXAMPLE_MOMENT}`.",
    )


def duration(context: Context, node: tree.Call) -> Typed:
    """`duration("36h")`."""
    parts = values(context, node, 1, 'duration("36h")')
    if parts is None:
        return unknown(node.span)
    part = parts[0]
    if part.type.kind is Kind.DURATION:
        return part
    if isinstance(part, Constant) and part.type.kind is Kind.STRING:
        return duration_constant(context, node, part)
    return context.refuse(
        "wrong_argument",
        "`duration` needs a length of time, written in quotes.",
        part.span,
        'For example `duration("36h")`; for days `days(30)`.',
    )


def days(context: Context, node: tree.Call) -> Typed:
    """`days(30)`: so many times 24 hours."""
    parts = values(context, node, 1, "days(30)")
    if parts is None:
        return unknown(node.span)
    part = fit(node.arguments[0], parts[0], INT)
    if part is None:
        return context.refuse(
            "wrong_argument",
            f"`days` needs a whole number; this is {describe(parts[0].type)}.",
            parts[0].span,
            "For example `days(30)`.",
        )
    if isinstance(part, Constant) and isinstance(part.value, int):
        return days_constant(context, node.span, part.value)
    return Call(node.span, DURATION, "days", (part,))


def getter(context: Context, node: tree.Call) -> Typed:
    """`moment.getHours()`, `moment.getHours("Europe/Stockholm")`; of a length the clock's four."""
    with_zone = bool(node.arguments)
    parts = values(context, node, 1 + with_zone, _form(node, '"Europe/Stockholm"'))
    if parts is None:
        return unknown(node.span)
    subject = parts[0]
    is_length = subject.type.kind is Kind.DURATION and node.function in OF_CLOCKS
    if subject.type.kind is not Kind.TIMESTAMP and not is_length:
        return context.refuse(
            "wrong_argument",
            f"`{node.function}` is for a date and time; this is {describe(subject.type)}.",
            subject.span,
        )
    if is_length and with_zone:
        return context.refuse(
            "wrong_arguments", "A length of time has no time zone.", parts[1].span
        )
    if with_zone and not check_zone(context, parts[1]):
        return unknown(node.span)
    return Call(node.span, INT, node.function, tuple(parts))


def conversion(
    convert: Callable[[Context, tree.Call, Typed], Typed],
) -> Check:
    """`int(x)`, `double(x)`, `string(x)`."""

    def check(context: Context, node: tree.Call) -> Typed:
        parts = values(context, node, 1, f"{node.function}(...)")
        return unknown(node.span) if parts is None else convert(context, node, parts[0])

    return check


FUNCTIONS: Mapping[str, Check] = {
    "timestamp": timestamp,
    "duration": duration,
    "days": days,
    "matches": matches,
    "int": conversion(to_int),
    "double": conversion(to_double),
    "string": conversion(to_string),
}
METHODS: Mapping[str, Check] = {
    **dict.fromkeys(TESTS_OF_TEXT, test_of_text),
    **dict.fromkeys(CHANGES_OF_TEXT, change_of_text),
    **dict.fromkeys(OF_MOMENTS + OF_CLOCKS, getter),
    "matches": matches,
}
