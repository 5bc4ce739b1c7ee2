"""Google's own CEL runtime as an oracle that knows nothing of ours: `cel-expr-python`.

It is asked about every condition that has none of our extensions. Where we deviate on purpose the
text is translated before it sees it; `DEVIATIONS` lists all of that. Values come as a plain
map without types, in which a time has to be a text, hence the function `at`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from preo.segments.cel import tree

try:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_strings
except ImportError:  # the development environment has it on Linux with x86-64 only
    cel = None
IS_THERE = cel is not None

DEVIATIONS = {
    "money": "Money is exact with us and a double there: arithmetic with it is left to the reference.",
    "promotion": "An int literal beside a double is written as a double.",
    "free": "A number of free data is a double beside any other: left to the reference.",
    "aggregates": "sum, min, max, avg, days and spent are ours: left to the reference.",
    "has": "has(row.field) means that a nullable field is not null: written as `!= null`.",
    "times": "A time inside a row is written at(row.field), for a map cannot hold one there.",
    "infinity": "We know no infinity and no NaN: what would be one is an error with us.",
    "microseconds": "Times finer than a microsecond are cut off by us; none are asked about.",
}
"""What we mean otherwise than CEL does, and what is done about it before the oracle is asked."""

TIMES = frozenset({"created", "date_joined", "last_seen", "first_order", "last_order", "answered"})
MONEY = frozenset({"amount", "price", "deposit", "total_spent"})
OURS = frozenset({"sum", "min", "max", "avg", "days", "spent"})
RELATIONS = ("orders", "purchases", "consents", "segments")
GAVE_UP = "Iteration budget exceeded"
"""What the runtime says of many loops in each other: that is no answer."""
FREE = "item"
"""What the generator calls a loop variable over free data, of which no field is ours."""


class UntranslatableError(Exception):
    """The condition says something that CEL does not know: the reference alone answers."""


def plain(value: Any) -> Any:
    """A value as the runtime takes it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value


def value_of(text: str) -> Any:
    """The value of an expression that names nothing; raises RuntimeError for an error."""
    value = cel.NewEnv(variables={}).compile(text, disable_check=True).eval(data={})
    if value.type().name() == "ERROR":
        raise RuntimeError(value.plain_value())
    return value.plain_value()


class Oracle:
    """The runtime with our names declared."""

    def __init__(self) -> None:
        kinds = cel.Type
        at = cel.FunctionDecl(
            "at",
            [
                cel.Overload(
                    "at_text", kinds.TIMESTAMP, [kinds.STRING], impl=datetime.fromisoformat
                ),
                cel.Overload("at_null", kinds.NULL, [kinds.NULL], impl=lambda nothing: nothing),
            ],
        )
        names = {"user": kinds.DYN, "now": kinds.TIMESTAMP}
        names |= {name: kinds.List(kinds.DYN) for name in RELATIONS}
        self._environment = cel.NewEnv(
            variables=names, functions=[at], extensions=[ext_strings.ExtStrings()]
        )

    def known(self, names: Mapping[str, Any]) -> Any:
        """One customer's facts, made ready once for many conditions."""
        data = {name: value if name == "now" else plain(value) for name, value in names.items()}
        return self._environment.Activation(data)

    def compile(self, node: tree.Expression) -> Callable[[Any], bool | None]:
        """A function from what is known of a customer to true, false, or None for an error."""
        expression = self._environment.compile(translate(node), disable_check=True)

        def ask(known: Any) -> bool | None:
            value = expression.eval(known).plain_value()
            return value if isinstance(value, bool) else None

        return ask


def translate(node: tree.Expression) -> str:
    """The condition in the words of the oracle; raises UntranslatableError for what is only ours."""
    return _TRANSLATE[type(node)](node)


def _literal(node: tree.Literal) -> str:
    return f"({node.text})"


def _name(node: tree.Name) -> str:
    return node.name


def _is_row(node: tree.Expression) -> bool:
    return isinstance(node, tree.Name) and node.name not in (*RELATIONS, "now", FREE)


def _select(node: tree.Select) -> str:
    text = f"{translate(node.operand)}.{node.field}"
    return f"at({text})" if _is_row(node.operand) and node.field in TIMES else text


def _index(node: tree.Index) -> str:
    return f"{translate(node.operand)}[{translate(node.index)}]"


def _has(node: tree.Has) -> str:
    text = f"{translate(node.operand.operand)}.{node.operand.field}"
    return f"({text} != null)" if _is_row(node.operand.operand) else f"has({text})"


def _call(node: tree.Call) -> str:
    if node.function in OURS:
        raise UntranslatableError(node.function)
    target = f"{translate(node.target)}." if node.target else ""
    return f"{target}{node.function}({', '.join(map(translate, node.arguments))})"


def _macro(node: tree.Macro) -> str:
    parts = [node.condition, node.body] if node.condition else [node.body]
    inner = ", ".join([node.variable, *map(translate, parts)])
    return f"{translate(node.source)}.{node.kind}({inner})"


def _list(node: tree.ListDisplay) -> str:
    return f"[{', '.join(map(translate, node.items))}]"


def _unary(node: tree.Unary) -> str:
    return f"({node.operator}{translate(node.operand)})"


def _binary(node: tree.Binary) -> str:
    if node.operator in "+-*/%" and (_has_money(node.left) or _has_money(node.right)):
        raise UntranslatableError("arithmetic with money")
    if node.operator in "+-*/%" and _has_free_number(node):
        raise UntranslatableError("arithmetic with free data")
    left, right = translate(node.left), translate(node.right)
    if node.operator in "+-*/":
        left, right = (
            _promoted(node.left, left, node.right),
            _promoted(node.right, right, node.left),
        )
    return f"({left} {node.operator} {right})"


def _promoted(node: tree.Expression, text: str, partner: tree.Expression) -> str:
    whole = isinstance(node, tree.Literal) and isinstance(node.value, int)
    return f"double({text})" if whole and _is_double(partner) else text


def _is_double(node: tree.Expression) -> bool:
    """Whether a double for sure, as far as the generator writes them."""
    if isinstance(node, tree.Literal):
        return isinstance(node.value, float)
    if isinstance(node, tree.Binary) and node.operator in "+-*/":
        return _is_double(node.left) or _is_double(node.right)
    return isinstance(node, tree.Call) and node.function == "double"


def _has_free_number(node: tree.Binary) -> bool:
    texts = [
        isinstance(side, tree.Literal) and isinstance(side.value, str) for side in _sides(node)
    ]
    return not any(texts) and any(map(_is_free, _sides(node)))


def _sides(node: tree.Binary) -> tuple[tree.Expression, tree.Expression]:
    return node.left, node.right


def _is_free(node: tree.Expression) -> bool:
    if isinstance(node, tree.Select):
        return node.field == "metadata" or _is_free(node.operand)
    if isinstance(node, tree.Index):
        return _is_free(node.operand)
    return isinstance(node, tree.Name) and node.name == FREE


def _has_money(node: tree.Expression) -> bool:
    if isinstance(node, tree.Select):
        return node.field in MONEY
    if isinstance(node, tree.Binary):
        return _has_money(node.left) or _has_money(node.right)
    return isinstance(node, tree.Unary) and _has_money(node.operand)


def _ternary(node: tree.Ternary) -> str:
    parts = map(translate, (node.condition, node.then, node.otherwise))
    return "({} ? {} : {})".format(*parts)


def _unknown(node: tree.Expression) -> str:
    raise UntranslatableError(type(node).__name__)


_TRANSLATE: dict[type, Callable[[Any], str]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.Select: _select,
    tree.Index: _index,
    tree.Has: _has,
    tree.Call: _call,
    tree.Macro: _macro,
    tree.ListDisplay: _list,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Ternary: _ternary,
    tree.MapDisplay: _unknown,
    tree.MessageDisplay: _unknown,
}
