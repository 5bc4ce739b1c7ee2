"""Hints for values that cannot be compared: what was probably meant."""

import re

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown
from preo.segments.cel.check.names import is_constant_word
from preo.segments.cel.check.origins import origin
from preo.segments.cel.check.rows import example_of_list
from preo.segments.cel.check.words import bare_text, source_words
from preo.segments.cel.typed import Constant, ListDisplay, Typed
from preo.segments.cel.types import NUMBERS, Kind

_NUMBER = re.compile(r"[^\d\-]*(-?\d[\d ,.']*)[^\d]*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def improve_unquoted(context: Context, node: tree.Binary, left: Typed, right: Typed) -> None:
    """`o.edition == summer`: an unknown name beside a text was meant as a text."""
    for side, other in ((node.left, right), (node.right, left)):
        text = bare_text(side)
        element = other.type.element or other.type
        if not text or is_constant_word(text) or isinstance(other, Constant | ListDisplay):
            continue
        if is_unknown(other) or element.kind not in (Kind.STRING, Kind.ID):
            continue
        field = origin(context, other)
        if field is not None and field.values and text not in field.values:
            continue
        context.improve(
            _first_name(side).span,
            frozenset({"unknown_name"}),
            f'A text goes in quotes: "{text}".',
        )


def _first_name(node: tree.Expression) -> tree.Expression:
    while isinstance(node, tree.Binary):
        node = node.left
    return node


def hint_for_pair(context: Context, node: tree.Binary, left: Typed, right: Typed) -> str:
    """What to write instead of a comparison that cannot be; empty where one cannot know."""
    sides = ((node.left, left, right), (node.right, right, left))
    for side, part, other in sides:
        hint = _for_constant(part, other) or _for_list(context, node, side, part, other)
        if hint:
            return hint
    for side, part, other in sides:
        hint = _for_kinds(side, part, other)
        if hint:
            return hint
    return ""


def _for_constant(part: Typed, other: Typed) -> str:
    if not isinstance(part, Constant):
        return ""
    if isinstance(part.value, str):
        return _for_text(part.value, other)
    if isinstance(part.value, bool) or part.value is None:
        return ""
    if other.type.kind is Kind.TIMESTAMP and part.type.kind in NUMBERS:
        return 'For a time before now write `now - days(30)`, for a day `timestamp("2026-07-01T00:00:00Z")`.'
    if other.type.kind is Kind.DURATION and part.type.kind in NUMBERS:
        return f"Write `days({part.value})`."
    if other.type.kind in (Kind.STRING, Kind.ID):
        return f'A text goes in quotes: "{part.value}".'
    return _for_yes_no(part, other)


def _for_yes_no(part: Constant, other: Typed) -> str:
    if other.type.kind is Kind.BOOL and part.value in (0, 1):
        return f"Write `{'true' if part.value else 'false'}`."
    return ""


def _for_text(text: str, other: Typed) -> str:
    kind = other.type.kind
    if kind in NUMBERS:
        found = _NUMBER.fullmatch(text.strip())
        if not found:
            return "A number is written without quotes, for example `100`."
        number = found[1].replace(" ", "").replace("'", "").rstrip(",.")
        number = number.replace(",", "" if "." in number or _is_thousands(number) else ".")
        sign = "" if text.strip() == found[1].strip() else " and without a currency"
        return f"A number is written without quotes{sign}: `{number}`."
    if kind is Kind.BOOL and text.casefold() in ("true", "false", "yes", "no"):
        return (
            f"Write `{'true' if text.casefold() in ('true', 'yes') else 'false'}`, without quotes."
        )
    if kind is Kind.TIMESTAMP:
        day = text if _DATE.fullmatch(text) else "2026-07-01"
        moment = text if "T" in text else f"{day}T00:00:00Z"
        return f'Write `timestamp("{moment}")`.'
    if kind is Kind.DURATION:
        return 'Write `days(30)` or `duration("720h")`.'
    return ""


def _is_thousands(number: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,3}(,\d{3})+", number))


def _for_list(
    context: Context, node: tree.Binary, side: tree.Expression, part: Typed, other: Typed
) -> str:
    if part.type.kind is not Kind.LIST:
        return ""
    name = source_words(side) or "..."
    if other.type.kind in NUMBERS:
        return f"For how many write `size({name})`, for example `size({name}) {node.operator} 3`."
    element = part.type.element
    if element is None or element.kind is Kind.ROW or node.operator not in ("==", "!="):
        return f"Write {example_of_list(context, side, part)}."
    if isinstance(other, Constant):
        wanted = f'"{other.value}" in {name}'
        return f"Write `{wanted}`." if node.operator == "==" else f"Write `!({wanted})`."
    return f"Write `{source_words(node.left if side is node.right else node.right) or '...'} in {name}`."


def _for_kinds(side: tree.Expression, part: Typed, other: Typed) -> str:
    name = source_words(side) or "..."
    if part.type.kind is Kind.ID:
        if other.type.kind is Kind.ID and other.type.prefix != part.type.prefix:
            return "These are ids of different sorts of things."
        return "An id can be compared with `==`, `!=` and `in` only, with an id written in quotes."
    if part.type.kind is Kind.DURATION and other.type.kind in NUMBERS:
        return "Write a length of time as `days(30)`."
    if part.type.kind is Kind.TIMESTAMP and other.type.kind is Kind.DURATION:
        return f"Write `now - {name}` for how long ago, or compare with `now - days(30)`."
    if part.type.kind is Kind.TIMESTAMP and other.type.kind in NUMBERS:
        return f"For the year write `{name}.getFullYear()`, for the month `{name}.getMonth()`."
    if part.type.kind is Kind.DYN and other.type.kind is Kind.DYN:
        return "What is in free data is not known here: compare it with a written value."
    if part.type.kind is Kind.BOOL and other.type.kind is Kind.STRING:
        return f"`{name}` is true or false by itself: write `{name}` or `!{name}`."
    return ""


def hint_for_membership(context: Context, node: tree.Binary, haystack: Typed) -> str:
    """What to write where no list of values stands after `in`."""
    name = source_words(node.right)
    if haystack.type.kind is Kind.LIST:
        return f"Write {example_of_list(context, node.right, haystack)}."
    if isinstance(haystack, Constant):
        return f'Write a list in brackets: `in ["{haystack.value}"]`.'
    if haystack.type.kind is Kind.STRING:
        return f"For a part of a text write `{name or '...'}.contains(...)`."
    return "Write a list in brackets: `in [..., ...]`."
