"""Types in plain words, and what was probably meant by a word that is not known."""

import difflib
import re
from collections.abc import Iterable

from preo.segments.cel import tree
from preo.segments.cel.types import Kind, Type

_WORDS = {
    Kind.BOOL: "a yes/no value (true or false)",
    Kind.INT: "a whole number",
    Kind.DOUBLE: "a number",
    Kind.DECIMAL: "an amount",
    Kind.STRING: "a text",
    Kind.ID: "an id",
    Kind.NULL: "null (nothing)",
    Kind.TIMESTAMP: "a date and time",
    Kind.DURATION: "a length of time",
    Kind.DYN: "free data",
    Kind.UNKNOWN: "something unknown",
}


def describe(of: Type) -> str:
    """A type as a person would say it, with its article."""
    if of.kind is Kind.ROW:
        return f"a whole {of.entity}"
    if of.kind is Kind.LIST:
        return "a list"
    if of.kind is Kind.ID and of.prefix:
        return f"an id (`{of.prefix}_...`)"
    return _WORDS[of.kind]


def signature(of: Type) -> str:
    """A type as programs name it: `list(order)`, `string`, `timestamp or null`."""
    if of.kind is Kind.LIST:
        name = f"list({signature(of.element)})" if of.element else "list"
    elif of.kind is Kind.ROW:
        name = of.entity
    else:
        name = of.kind.value
    return f"{name} or null" if of.nullable and of.kind is not Kind.NULL else name


def _plain(word: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word)
    return spaced.casefold().strip("_")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant; empty where none is near.

    Case, camelCase and the plural count as nothing.
    """
    candidates = {_plain(each): each for each in known}
    plain = _plain(word)
    for form in (plain, plain + "s", plain.removesuffix("s"), plain.replace("_", "")):
        if form in candidates:
            return candidates[form]
    longer = [
        each
        for each in candidates
        if len(plain) >= 3 and (each.startswith(plain) or each.endswith(f"_{plain}"))
    ]
    found = longer[:1] or difflib.get_close_matches(plain, candidates, n=1, cutoff=0.7)
    return candidates[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str], prefix: str = "") -> str:
    """A hint with the nearest known word; empty where none is near."""
    found = nearest(word, known)
    return f"Did you mean `{prefix}{found}`?" if found else ""


def listed(values: Iterable[str], limit: int = 12) -> str:
    """Words for a message: `"a"`, `"b"` ..."""
    several = list(values)
    shown = ", ".join(f'"{each}"' for each in several[:limit])
    return shown + (", ..." if len(several) > limit else "")


def named(values: Iterable[str], limit: int = 12) -> str:
    """Names for a message."""
    several = list(values)
    shown = ", ".join(f"`{each}`" for each in several[:limit])
    return shown + (", ..." if len(several) > limit else "")


def bare_text(node: tree.Expression) -> str:
    """What text an unquoted word was meant to be: `summer-2026` is read as a subtraction."""
    if isinstance(node, tree.Name):
        return node.name
    if isinstance(node, tree.Literal) and not isinstance(node.value, str):
        return node.text
    if isinstance(node, tree.Binary) and node.operator == "-":
        left, right = bare_text(node.left), bare_text(node.right)
        return f"{left}-{right}" if left and right else ""
    return ""


def subject(node: tree.Expression, *, begins: bool = False) -> str:
    """A part as a sentence speaks of it: by its name in ticks, else as `this`."""
    name = source_words(node)
    if name:
        return f"`{name}`"
    return "This" if begins else "this"


def source_words(node: tree.Expression) -> str:
    """A name or chain of names as written, for a hint; empty for anything longer."""
    if isinstance(node, tree.Name):
        return node.name
    if isinstance(node, tree.Select):
        operand = source_words(node.operand)
        return f"{operand}.{node.field}" if operand else ""
    return ""
