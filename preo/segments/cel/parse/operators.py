"""Operands and operators of one level, put together by precedence."""

from dataclasses import dataclass, field

from preo.segments.cel import tree
from preo.segments.cel.lexer import Token
from preo.segments.cel.spans import Span

Read = tuple[tree.Expression, Span]
"""What was read, and where, with the brackets around it."""

PRECEDENCE = {
    "||": 0, "&&": 1,
    "==": 2, "!=": 2, "<": 2, "<=": 2, ">": 2, ">=": 2, "in": 2,
    "+": 3, "-": 3, "*": 4, "/": 4, "%": 4,
}  # fmt: skip


def join(left: Read, operator: str, operator_span: Span, right: Read) -> Read:
    """One Binary of both, which reaches over the brackets of its sides."""
    span = left[1].to(right[1])
    return tree.Binary(span, operator, operator_span, left[0], right[0]), span


def balance(operator: str, spans: list[Span], terms: list[Read]) -> Read:
    """A chain of `&&` or `||` as a tree of low height: in which order is the same to them."""
    if len(terms) == 1:
        return terms[0]
    half = (len(terms) + 1) // 2
    left = balance(operator, spans[: half - 1], terms[:half])
    right = balance(operator, spans[half:], terms[half:])
    return join(left, operator, spans[half - 1], right)


@dataclass(slots=True)
class Operations:
    """What was read so far between two brackets."""

    operands: list[Read] = field(default_factory=list)
    operators: list[Token] = field(default_factory=list)
    conjuncts: list[Read] = field(default_factory=list)
    and_spans: list[Span] = field(default_factory=list)
    disjuncts: list[Read] = field(default_factory=list)
    or_spans: list[Span] = field(default_factory=list)

    def add_operand(self, operand: Read) -> None:
        self.operands.append(operand)

    def add_operator(self, operator: Token) -> None:
        self.join_tighter(PRECEDENCE[operator.text])
        if operator.text == "&&":
            self.conjuncts.append(self.operands.pop())
            self.and_spans.append(operator.span)
        elif operator.text == "||":
            self.end_conjunction()
            self.or_spans.append(operator.span)
        else:
            self.operators.append(operator)

    def join_tighter(self, precedence: int) -> None:
        """Join from the left all that binds at least as tight."""
        while self.operators and PRECEDENCE[self.operators[-1].text] >= precedence:
            operator = self.operators.pop()
            right, left = self.operands.pop(), self.operands.pop()
            self.operands.append(join(left, operator.text, operator.span, right))

    def end_conjunction(self) -> None:
        self.conjuncts.append(self.operands.pop())
        self.disjuncts.append(balance("&&", self.and_spans, self.conjuncts))
        self.conjuncts, self.and_spans = [], []

    def result(self) -> Read:
        self.join_tighter(0)
        self.end_conjunction()
        return balance("||", self.or_spans, self.disjuncts)
