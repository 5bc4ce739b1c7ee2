"""What the checks of one text share: names in force, and what has been found."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from preo.segments.cel import tree, types
from preo.segments.cel.problems import Problem
from preo.segments.cel.schema import Entity, Field, Relation, Schema
from preo.segments.cel.spans import Span
from preo.segments.cel.typed import Constant, Reference, Typed, Variable

# How far the checks go down: some eight calls a level must stay far from the end of the stack.
# The parser lets less nesting through; what it does not count are long chains of methods.
DEEPEST = 90

Visitor = Callable[["Context", tree.Expression], Typed]


@dataclass
class Context:
    """The state of one check. Each concern's functions get it with the node they check."""

    schema: Schema
    visitor: Visitor
    scope: Mapping[str, Typed] = field(default_factory=dict)
    """Loop variables, and a definition's parameters."""
    is_definition: bool = False
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    """Bindings that were named."""
    origins: dict[int, Field] = field(default_factory=dict)
    """By binding of a loop variable over values: the field whose values they are."""
    bindings: Iterator[int] = field(default_factory=lambda: count(1))
    depth: int = 0

    def visit(self, node: tree.Expression) -> Typed:
        """The node checked, whatever it is."""
        if self.depth >= DEEPEST:
            return self.refuse(
                "too_deep",
                "This is nested too deeply.",
                node.span,
                "Take parts of it into conditions of their own, or leave out brackets.",
            )
        self.depth += 1
        try:
            return self.visitor(self, node)
        finally:
            self.depth -= 1

    def refuse(self, code: str, message: str, span: Span, hint: str = "") -> Constant:
        """Report a mistake; the answer stands in the tree and causes no second one."""
        self.problems.append(Problem(code, message, span, hint))
        return unknown(span)

    def warn(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Report what is allowed, but can hardly be meant."""
        self.warnings.append(Problem(code, message, span, hint))

    def improve(self, span: Span, codes: frozenset[str], hint: str) -> None:
        """Give a better hint to what was reported at a place, now that more is known.

        What was probably meant stays beside it.
        """
        self.problems[:] = [
            replace(problem, hint=f"{problem.hint} {hint}" if _is_guess(problem) else hint)
            if problem.span == span and problem.code in codes
            else problem
            for problem in self.problems
        ]

    @contextmanager
    def naming(self, name: str, variable: Variable) -> Iterator[None]:
        """Within: the loop variable is in force."""
        outer = self.scope
        self.scope = {**outer, name: variable}
        try:
            yield
        finally:
            self.scope = outer

    def entity(self, name: str) -> Entity:
        """The sort of row with this name."""
        return entities(self.schema)[name]

    def relations(self) -> dict[str, Relation]:
        """The relations that may be named here."""
        return {
            name: relation
            for name, relation in self.schema.relations.items()
            if self.is_definition or not relation.is_hidden
        }

    def fields(self, entity: Entity) -> dict[str, Field]:
        """The fields that may be named here."""
        return {
            name: each
            for name, each in entity.fields.items()
            if self.is_definition or not each.is_hidden
        }


def _is_guess(problem: Problem) -> bool:
    return problem.code == "unknown_name" and problem.hint.startswith("Did you mean")


def entities(of: Schema) -> dict[str, Entity]:
    """All sorts of rows, by name."""
    found = {relation.entity.name: relation.entity for relation in of.relations.values()}
    return {**found, of.user.name: of.user}


def unknown(span: Span) -> Constant:
    """What stands for a part with a mistake."""
    return Constant(span, types.UNKNOWN, None)


def is_unknown(node: Typed) -> bool:
    """Whether the part has a mistake that is reported."""
    return node.type.kind is types.Kind.UNKNOWN
