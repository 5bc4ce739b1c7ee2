"""Calls: which function is meant, and what is refused by its name."""

from collections.abc import Callable, Mapping

from preo.segments.cel import schema, tree
from preo.segments.cel.check.aggregates import AGGREGATES, check_aggregate
from preo.segments.cel.check.builtins import CHANGES_OF_TEXT, FUNCTIONS, METHODS
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.definitions import expand_function
from preo.segments.cel.check.fitting import fit
from preo.segments.cel.check.names import known_names
from preo.segments.cel.check.origins import check_value, constants
from preo.segments.cel.check.rows import is_single
from preo.segments.cel.check.words import describe, did_you_mean, nearest, source_words
from preo.segments.cel.typed import Typed, Variable
from preo.segments.cel.types import Kind

MACROS = frozenset({"exists", "all", "exists_one", "filter", "map"})

# What CEL has, or its extensions, and conditions do not. Named, so that nobody searches in vain.
_UNSUPPORTED = {
    "type": "`type()`",
    "dyn": "`dyn()`",
    "bytes": "bytes (`bytes()`)",
    "uint": "unsigned numbers (`uint()`)",
    "bool": "`bool()`",
    "transformList": "the macro `transformList`",
    "transformMap": "the macro `transformMap`",
    "transformMapEntry": "the macro `transformMapEntry`",
    "existsOne": "the macro `existsOne` with two variables",
    "orValue": "an optional value (`orValue`)",
    "or": "an optional value (`or`)",
    "hasValue": "an optional value (`hasValue`)",
    "value": "an optional value (`value`)",
    "optMap": "an optional value (`optMap`)",
    "optFlatMap": "an optional value (`optFlatMap`)",
    **dict.fromkeys(
        ("split", "join", "replace", "substring", "trim", "charAt", "indexOf", "lastIndexOf"),
        "the function of texts `{}`",
    ),
    **dict.fromkeys(("format", "reverse", "quote"), "the function of texts `{}`"),
    **dict.fromkeys(
        ("flatten", "sort", "sortBy", "slice", "distinct", "first", "last"),
        "the function of lists `{}`",
    ),
    **dict.fromkeys(("ip", "cidr", "isIP", "isCIDR"), "the function of network addresses `{}`"),
}
_NAMESPACES = {
    "math": "functions of `math.`",
    "optional": "optional values (`optional.`)",
    "strings": "functions of `strings.`",
    "base64": "`base64.`",
    "cel": "`cel.bind` and its like",
    "lists": "functions of `lists.`",
    "sets": "functions of `sets.`",
    "proto": "functions of `proto.`",
    "google": "messages (`google.`)",
    "net": "functions of `net.`",
    "regex": "functions of `regex.`",
}
# How other languages and people call them.
_SYNONYMS = {
    "len": "size",
    "length": "size",
    "count": "size",
    "any": "exists",
    "some": "exists",
    "where": "filter",
    "every": "all",
    "average": "avg",
    "mean": "avg",
    "total": "sum",
    "maximum": "max",
    "minimum": "min",
    "lower": "lowerAscii",
    "tolower": "lowerAscii",
    "tolowercase": "lowerAscii",
    "upper": "upperAscii",
    "toupper": "upperAscii",
    "touppercase": "upperAscii",
    "includes": "contains",
    "date": "timestamp",
    "datetime": "timestamp",
    "day": "days",
    "year": "getFullYear",
    "month": "getMonth",
    "getyear": "getFullYear",
    "getday": "getDate",
    "today": "now",
}
Check = Callable[[Context, tree.Call], Typed]


def check_call(context: Context, node: tree.Call) -> Typed:
    """A call of anything but a macro."""
    special = _special(context, node)
    if special is not None:
        return special
    if node.function in AGGREGATES and (node.target is not None or node.function == "size"):
        return check_aggregate(context, node)
    known: Mapping[str, Check] = FUNCTIONS if node.target is None else METHODS
    check = known.get(node.function)
    if check is not None:
        return check(context, node)
    return _unknown_function(context, node)


def _special(context: Context, node: tree.Call) -> Typed | None:
    """What is decided by the names alone."""
    defined = context.schema.functions.get(node.function)
    if defined is not None and node.target is None:
        return _defined(context, node, defined)
    if node.function in MACROS:
        return _misused_macro(context, node)
    if isinstance(node.target, tree.Name) and node.target.name not in known_names(context):
        feature = _NAMESPACES.get(node.target.name)
        if feature is not None:
            return _unsupported(context, node, feature)
    feature = _UNSUPPORTED.get(node.function)
    if feature is not None and not _is_field(context, node):
        return _unsupported(context, node, feature)
    return None


def _is_field(context: Context, node: tree.Call) -> bool:
    """Whether somebody put brackets behind a field of a row."""
    if not isinstance(node.target, tree.Name):
        return False
    bound = context.scope.get(node.target.name)
    if isinstance(bound, Variable) and bound.type.kind is Kind.ROW:
        return node.function in context.entity(bound.type.entity).fields
    return node.target.name == "user" and node.function in context.schema.user.fields


def _unsupported(context: Context, node: tree.Call, feature: str) -> Typed:
    return context.refuse(
        "unsupported_feature",
        f"Not supported here: {feature.format(node.function)}.",
        node.function_span,
    )


def _misused_macro(context: Context, node: tree.Call) -> Typed:
    source = node.target or (node.arguments[0] if node.arguments else None)
    name = (source_words(source) if source is not None else "") or "orders"
    letter = name[:1]
    inside = f"{letter}.amount" if node.function == "map" else f"{letter}.status == ..."
    if node.target is not None and len(node.arguments) > 2:
        return context.refuse(
            "unsupported_feature",
            f"`{node.function}` with two variables is not supported here.",
            node.function_span,
            f"Write `{name}.{node.function}({letter}, {inside})`.",
        )
    return context.refuse(
        "wrong_arguments",
        f"`{node.function}` stands behind a list, with a name for the item and what is asked of it.",
        node.function_span,
        f"Write `{name}.{node.function}({letter}, {inside})`.",
    )


def _defined(context: Context, node: tree.Call, function: schema.Function) -> Typed:
    """A function of the schema, its definition put in the place of the call."""
    parts = [context.visit(argument) for argument in node.arguments]
    if len(parts) != len(function.parameters):
        return context.refuse(
            "wrong_arguments",
            f"`{function.name}` needs {_count(len(function.parameters))} between its brackets.",
            node.span,
            f"For example `{function.example}`.",
        )
    arguments = {}
    known = len(context.problems)
    for argument, part, (name, wanted) in zip(
        node.arguments, parts, function.parameters.items(), strict=True
    ):
        if is_unknown(part) or not is_single(context, argument, part):
            return unknown(node.span)
        fitted = fit(argument, part, wanted)
        if fitted is None:
            return context.refuse(
                "wrong_argument",
                f"`{function.name}` needs {describe(wanted)} here; this is {describe(part.type)}.",
                part.span,
                f"For example `{function.example}`.",
            )
        for constant in constants(fitted):
            if function.values.get(name):
                check_value(context, name, function.values[name], constant)
        arguments[name] = fitted
    if len(context.problems) > known:
        return unknown(node.span)
    return expand_function(context, function, arguments, node.span)


def _count(number: int) -> str:
    return "one value" if number == 1 else f"{number} values"


def _unknown_function(context: Context, node: tree.Call) -> Typed:
    target = context.visit(node.target) if node.target is not None else None
    # The loop variable of what was meant as a macro would be one more mistake.
    if _SYNONYMS.get(node.function.casefold()) not in MACROS:
        for argument in node.arguments:
            context.visit(argument)
    if target is not None and is_unknown(target):
        return unknown(node.span)
    owner = ""
    if target is not None and node.target is not None:
        is_row = target.type.kind is Kind.ROW
        owner = f" of {f'`{source_words(node.target)}`' if is_row else describe(target.type)}"
    return context.refuse(
        "unknown_function",
        f"There is no function `{node.function}`{owner}.",
        node.function_span,
        _hint(context, node, target),
    )


def _hint(context: Context, node: tree.Call, target: Typed | None) -> str:
    name = node.function
    if target is None:
        if name in known_names(context):
            return f"`{name}` is written without brackets."
        if name in context.schema.user.fields:
            return f"Write `user.{name}`, without brackets."
    elif target.type.kind is Kind.ROW:
        return _field_hint(context, node, target)
    plain = name.casefold().replace("_", "")
    meant = _SYNONYMS.get(plain) or nearest(
        name, [*FUNCTIONS, *METHODS, *AGGREGATES, *MACROS, *context.schema.functions]
    )
    return _usage(node, meant) if meant else ""


def _field_hint(context: Context, node: tree.Call, target: Typed) -> str:
    row = source_words(node.target) if node.target is not None else ""
    fields = context.fields(context.entity(target.type.entity))
    if node.function in fields:
        return f"`{node.function}` is a field: write `{row}.{node.function}`, without brackets."
    if node.function in context.relations():
        return f"Write `{node.function}`, without `{row}.` and without brackets."
    return did_you_mean(node.function, fields, f"{row}.")


def _usage(node: tree.Call, meant: str) -> str:
    """How the meant function is written with what stands here."""
    first = node.target if node.target is not None else (node.arguments or (None,))[0]
    name = (source_words(first) if first is not None else "") or "..."
    if meant == "now":
        return "Did you mean `now`?"
    if meant == "size":
        return f"Did you mean `size({name})`?"
    if meant in MACROS:
        letter = name[:1] if name != "..." else "x"
        return f"Did you mean `{name}.{meant}({letter}, ...)`?"
    if meant in AGGREGATES:
        return f"Did you mean `{name}.{meant}()`?"
    if meant in METHODS:
        is_bare = meant in CHANGES_OF_TEXT or meant.startswith("get")
        return f"Did you mean `{name}.{meant}({'' if is_bare else '...'})`?"
    return f"Did you mean `{meant}(...)`?"
