"""Functions of text."""

from collections.abc import Callable, Mapping

from preo.segments.cel import typed
from preo.segments.cel.compile.patterns import pattern_for_postgresql
from preo.segments.cel.compile.scope import Scope, Value
from preo.segments.cel.sql import bind, build
from preo.segments.cel.types import Kind

# None of them reads a pattern, so that % _ and \ mean themselves. Length is in code points, as in
# CEL, since databases are in UTF-8; "C" changes the case of ASCII letters alone.
_TEMPLATES: Mapping[str, tuple[str, Kind]] = {
    "contains": ("(strpos({}, {}) > 0)", Kind.BOOL),
    "startsWith": ("starts_with({}, {})", Kind.BOOL),
    "endsWith": ("starts_with(reverse({}), reverse({}))", Kind.BOOL),
    "lowerAscii": ('lower({} COLLATE "C")', Kind.STRING),
    "upperAscii": ('upper({} COLLATE "C")', Kind.STRING),
    "size": ("length({})::bigint", Kind.INT),
}


def call_text_function(node: typed.Call, scope: Scope) -> Value:
    """contains, startsWith, endsWith, lowerAscii, upperAscii, size, matches."""
    parts = [scope.query.rules.value(argument, scope).sql for argument in node.arguments]
    if node.function == "matches":
        pattern = node.arguments[1]
        assert isinstance(pattern, typed.Constant) and isinstance(pattern.value, str)  # noqa: PT018, S101
        bound = bind(pattern_for_postgresql(pattern.value), "text")
        return Value(build("({} ~ {})", parts[0], bound), Kind.BOOL)
    template, kind = _TEMPLATES[node.function]
    return Value(build(template, *parts), kind)


TEXT_FUNCTIONS: Mapping[str, Callable[[typed.Call, Scope], Value]] = dict.fromkeys(
    [*_TEMPLATES, "matches"], call_text_function
)
