"""The checker's front door: a tree and a schema in, a typed tree or all mistakes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from preo.segments.cel import tree
from preo.segments.cel.check.arithmetic import SIGNS, check_arithmetic, check_minus
from preo.segments.cel.check.calls import check_call
from preo.segments.cel.check.comparisons import check_comparison, check_in
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.literals import (
    check_list,
    check_literal,
    refuse_map,
    refuse_message,
)
from preo.segments.cel.check.logic import CHAINS, check_chain, check_not, check_ternary
from preo.segments.cel.check.macros import check_macro
from preo.segments.cel.check.names import check_name
from preo.segments.cel.check.rows import refuse_list, refuse_row
from preo.segments.cel.check.selects import check_has, check_index, check_select
from preo.segments.cel.problems import Problem
from preo.segments.cel.schema import Schema
from preo.segments.cel.typed import Reference, Typed
from preo.segments.cel.types import Kind


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker found. There is a tree where neither it nor the parser had a problem."""

    tree: Typed | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    references: tuple[Reference, ...] = ()


def check(expression: tree.Expression, schema: Schema) -> Checked:
    """Check an expression of any type, all its mistakes at once, in the order of the text.

    Rows and lists of rows are no result: they have no value of their own.
    """
    context = Context(schema, visit_node)
    found = context.visit(expression)
    _refuse_rows(context, expression, found)
    problems = in_order(context.problems)
    return Checked(
        tree=None if problems or is_unknown(found) else found,
        problems=problems,
        warnings=in_order(context.warnings),
        references=tuple(sorted(context.references, key=lambda each: each.span.start)),
    )


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """As they stand in the text, each once."""
    seen = {(problem.span, problem.code): problem for problem in reversed(problems)}
    return tuple(sorted(seen.values(), key=lambda problem: (problem.span.start, problem.span.end)))


def _refuse_rows(context: Context, expression: tree.Expression, found: Typed) -> None:
    element = found.type.element
    if found.type.kind is Kind.ROW:
        refuse_row(context, expression, found)
    elif element is not None and element.kind is Kind.ROW:
        refuse_list(context, expression, found)


def visit_node(context: Context, node: tree.Expression) -> Typed:
    """The check of one node, by its class."""
    return _CHECKS[type(node)](context, node)


def _unary(context: Context, node: tree.Unary) -> Typed:
    return check_not(context, node) if node.operator == "!" else check_minus(context, node)


def _binary(context: Context, node: tree.Binary) -> Typed:
    if node.operator in CHAINS:
        return check_chain(context, node)
    if node.operator in SIGNS:
        return check_arithmetic(context, node)
    if node.operator == "in":
        return check_in(context, node)
    return check_comparison(context, node)


def _missing(_context: Context, node: tree.Missing) -> Typed:
    return unknown(node.span)


_CHECKS: Mapping[type, Callable[[Context, Any], Typed]] = {
    tree.Literal: check_literal,
    tree.Name: check_name,
    tree.Select: check_select,
    tree.Index: check_index,
    tree.Call: check_call,
    tree.Macro: check_macro,
    tree.Has: check_has,
    tree.ListDisplay: check_list,
    tree.MapDisplay: refuse_map,
    tree.MessageDisplay: refuse_message,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Ternary: check_ternary,
    tree.Missing: _missing,
}
