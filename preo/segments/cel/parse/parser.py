"""The grammar of CEL: from tokens to a tree, with all mistakes at once.

Each method reads what its name says and gives it back with its span, brackets around it included.
After a mistake it reads on at the next `&&`, `||`, comma, colon or closing bracket.
"""

from preo.segments.cel import limits, tree
from preo.segments.cel.lexer import Kind, Lexer, Token
from preo.segments.cel.parse import macros, mistakes, numbers, words
from preo.segments.cel.parse.cursor import PARTINGS, Cursor, shown
from preo.segments.cel.parse.measure import find_excess
from preo.segments.cel.parse.names import dotted_name, is_message_name
from preo.segments.cel.parse.operators import PRECEDENCE, Operations, Read
from preo.segments.cel.problems import Problem
from preo.segments.cel.spans import Span

RESERVED = frozenset({
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
    "package", "namespace", "return", "var", "void", "while",
})  # fmt: skip
CONSTANTS = {"true": True, "false": False, "null": None}


def parse(text: str) -> tuple[tree.Expression, list[Problem]]:
    """The tree of a text, and what is wrong with it, in the order of the text.

    Where something is wrong the tree holds `Missing`; past a limit it is nothing else. Never
    raises.
    """
    nothing = tree.Missing(Span(0, len(text)))
    if len(text) > limits.MAX_LENGTH:
        return nothing, [limits.too_long(text)]
    parser = Parser(Lexer(text).read())
    try:
        root = parser.read_text(text)
        excess = find_excess(root)
    except LimitReachedError as stop:
        excess = stop.problem
    if excess:
        root = nothing
        parser.problems.append(excess)
    return root, in_order(parser.problems, parser.inner_quote)


def in_order(problems: list[Problem], inner_quote: int) -> list[Problem]:
    """By their place, one for each place."""
    first: dict[int, Problem] = {}
    for problem in problems:
        if problem.code != "unclosed_text" or not 0 < inner_quote <= problem.span.start:
            first.setdefault(problem.span.start, problem)
    return [first[start] for start in sorted(first)][: limits.MAX_PROBLEMS]


class LimitReachedError(Exception):
    """Reading stops here."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Parser(Cursor):
    """Reads the tokens of one text."""

    def __init__(self, lexer: Lexer) -> None:
        super().__init__(lexer)
        self.depth = 0
        self.operands = 0

    def read_text(self, text: str) -> tree.Expression:
        """The whole text: one expression, and nothing after it."""
        if self.is_at_end():
            if not self.problems:
                message, hint = "The condition is empty.", "Write, for example, user.has_email."
                self.report("empty", message, Span(0, len(text)), hint)
            return tree.Missing(Span(0, len(text)))
        root, _ = self.read_expression()
        while not self.is_at_end():
            mistakes.report_stray(self)
            self.take()
            if self.token.kind is Kind.SYMBOL and self.token.text in PRECEDENCE:
                self.take()
            if not self.is_at_end() and self.token.text not in PARTINGS:
                self.read_expression()
        return root

    def enter(self) -> None:
        """One level deeper; leaving is `depth -= 1`."""
        self.depth += 1
        if self.depth > limits.MAX_DEPTH:
            raise LimitReachedError(limits.too_deep(self.token.span))

    def read_expression(self) -> Read:
        """`condition ? then : otherwise`, or its condition alone."""
        self.enter()
        read = self.read_operation()
        if self.at("?"):
            read = self.read_branches(read)
        self.depth -= 1
        return read

    def read_branches(self, condition: Read) -> Read:
        self.enter()
        question = self.take()
        then = self.read_operation()
        if self.at("?"):
            hint = "Put the inner ? : in round brackets."
            self.report_here("unexpected_text", "A second ? stands here.", self.token.span, hint)
            then = self.read_branches(then)
        if self.accept(":"):
            otherwise = self.read_expression()
        else:
            message = "After ? stand two values with a : between; the second is missing."
            self.report_here("missing_part", message, question.span, "Write x ? y : z.")
            otherwise = mistakes.nothing_here(self)
        self.depth -= 1
        span = condition[1].to(otherwise[1])
        return tree.Ternary(span, condition[0], then[0], otherwise[0]), span

    def read_operation(self) -> Read:
        """Operands with operators between."""
        operations = Operations()
        operations.add_operand(self.read_unary())
        while operator := self.read_operator():
            operations.add_operator(operator)
            operations.add_operand(self.read_unary())
        return operations.result()

    def read_operator(self) -> Token | None:
        """The next operator, after all that has no business there; None where there is no more."""
        while not self.is_at_end():
            if self.token.kind is Kind.SYMBOL:
                if self.token.text in PRECEDENCE:
                    return self.take()
                if self.token.text in PARTINGS:
                    if self.skip_number_comma():
                        continue
                    return None
            word = words.read_operator(self)
            if word:
                return word
            self.skip_junk()
        return None

    def read_unary(self) -> Read:
        """A member with any `!` and `-` before it."""
        signs: list[Token] = []
        while sign := self.accept("!") or self.accept("-") or words.read_not(self):
            signs.append(sign)
        minus = None
        if signs and signs[-1].text == "-" and self.token.kind in (Kind.INT, Kind.FLOAT):
            minus = signs.pop()
        node, span = self.read_member(minus)
        for sign in reversed(signs):
            span = sign.span.to(span)
            node = tree.Unary(span, sign.text, node)
        return node, span

    def read_member(self, minus: Token | None) -> Read:
        """A primary with all `.field`, `.method()` and `[index]` after it."""
        self.operands += 1
        if self.operands > limits.MAX_NODES:
            raise LimitReachedError(limits.too_many_parts(self.token.span))
        read = numbers.read_number(self, minus) if minus else self.read_primary()
        while self.token.kind is Kind.SYMBOL:
            if self.token.text == ".":
                read = self.read_selection(read)
            elif self.token.text == "[":
                read = self.read_index(read)
            elif self.token.text == "{" and is_message_name(read):
                read = self.read_message(read)
            else:
                break
        return read

    def read_selection(self, operand: Read) -> Read:
        point = self.take()
        mistakes.refuse_optional(self, point.start, ".?")
        name = self.token
        start = operand[1].start
        if name.kind is Kind.SYMBOL and name.text in ("in", "true", "false", "null"):
            hint = f"Write it in backquotes: .`{name.text}`."
            self.report_here("reserved_word", f"{shown(name)} is no field's name.", name.span, hint)
        elif name.kind not in (Kind.NAME, Kind.QUOTED_NAME, Kind.BROKEN):
            message = "After the point the name of a field is missing."
            self.report_here("missing_field_name", message, point.span)
            return tree.Missing(Span(start, point.end)), Span(start, point.end)
        self.take()
        if name.kind is Kind.NAME and self.at("("):
            given = self.read_arguments()
            span = Span(start, given.end)
            return macros.finish_method(self, operand[0], name, span, given), span
        span = Span(start, name.end)
        if name.kind in (Kind.SYMBOL, Kind.BROKEN):
            return tree.Missing(span), span
        return tree.Select(span, operand[0], str(name.value), name.span), span

    def read_index(self, operand: Read) -> Read:
        bracket = self.open_bracket(has_items=False)
        mistakes.refuse_optional(self, bracket.start, "[?")
        index = self.read_expression()
        span = Span(operand[1].start, self.close_bracket())
        return tree.Index(span, operand[0], index[0]), span

    def read_arguments(self) -> macros.Arguments:
        """`(a, b)` after a function's name."""
        self.open_bracket(has_items=True)
        given = macros.Arguments([], 0)
        if not self.at(")"):
            given.reads.append(self.read_expression())
            while self.at(","):
                if self.is_number_comma() and given.number_comma is None:
                    given.number_comma = self.previous, self.following()
                self.take()
                given.reads.append(self.read_expression())
        given.end = self.close_bracket()
        return given

    def read_primary(self) -> Read:
        token = self.token
        match token.kind:
            case Kind.STRING | Kind.BYTES:
                self.take()
                return tree.Literal(token.span, token.value, token.text), token.span
            case Kind.INT | Kind.UINT | Kind.FLOAT:
                return numbers.read_number(self, None)
            case Kind.NAME:
                return self.read_name(self.take(), token.start)
            case Kind.BROKEN:
                self.take()
                return tree.Missing(token.span), token.span
            case Kind.QUOTED_NAME:
                return mistakes.refuse_backquotes(self)
            case Kind.SYMBOL if token.text in SYMBOL_PRIMARIES:
                return SYMBOL_PRIMARIES[token.text](self)
            case _:
                return mistakes.report_missing(self)

    def read_constant(self) -> Read:
        token = self.take()
        return tree.Literal(token.span, CONSTANTS[token.text], token.text), token.span

    def read_absolute(self) -> Read:
        """`.name`, `.name()`."""
        point = self.take()
        if self.token.kind is Kind.NAME:
            return self.read_name(self.take(), point.start)
        self.report_here("missing_field_name", "After the point a name is missing.", point.span)
        return tree.Missing(point.span), point.span

    def read_name(self, name: Token, start: int) -> Read:
        if name.text in RESERVED:
            hint = "Write x ? y : z." if name.text in ("if", "else") else ""
            message = f"`{name.text}` is reserved and cannot be used as a name."
            self.report("reserved_word", message, name.span, hint)
            self.reported = self.index
        if self.at("("):
            given = self.read_arguments()
            span = Span(start, given.end)
            return macros.finish_call(self, name, span, given), span
        span = Span(start, name.end)
        if name.text in RESERVED:
            return tree.Missing(span), span
        return tree.Name(span, str(name.value), start != name.start), span

    def read_group(self) -> Read:
        """`(a)`; and `(a, b)`, which is meant as a list."""
        bracket = self.open_bracket(has_items=False)
        if self.at(")"):
            end = self.close_bracket()
            message = "Nothing stands between these brackets."
            self.report("missing_part", message, Span(bracket.start, end))
            return tree.Missing(Span(bracket.start, end)), Span(bracket.start, end)
        inner, _ = self.read_expression()
        if not self.at(","):
            return inner, Span(bracket.start, self.close_bracket())
        items = [inner]
        while self.accept(","):
            items.append(self.read_expression()[0])
        span = Span(bracket.start, self.close_bracket())
        message, hint = "A list stands in square brackets.", 'Write, for example, ["a", "b"].'
        self.report("list_parentheses", message, span, hint)
        return tree.ListDisplay(span, tuple(items)), span

    def read_list(self) -> Read:
        bracket = self.open_bracket(has_items=True)
        items: list[tree.Expression] = []
        if not (self.at(",") and self.following().text == "]"):
            while not self.at("]"):
                mistakes.refuse_optional(self, self.token.start, "[?")
                items.append(self.read_expression()[0])
                if not self.accept(","):
                    break
        else:
            self.take()
        span = Span(bracket.start, self.close_bracket())
        return tree.ListDisplay(span, tuple(items)), span

    def read_map(self) -> Read:
        bracket = self.open_bracket(has_items=True)
        entries: list[tuple[tree.Expression, tree.Expression]] = []
        if self.at(",") and self.following().text == "}":
            self.take()
        while not self.at("}"):
            mistakes.refuse_optional(self, self.token.start, "{?")
            key = self.read_expression()[0]
            entries.append((key, self.read_value()))
            if not self.accept(","):
                break
        span = Span(bracket.start, self.close_bracket())
        return tree.MapDisplay(span, tuple(entries)), span

    def read_value(self) -> tree.Expression:
        """`: value` of a map or a message."""
        if self.accept(":"):
            return self.read_expression()[0]
        message = f"After {shown(self.previous)} a : and a value are missing."
        self.report_here("missing_part", message, self.previous.span)
        return mistakes.nothing_here(self)[0]

    def read_message(self, name: Read) -> Read:
        self.open_bracket(has_items=True)
        fields: list[tuple[str, tree.Expression]] = []
        if self.at(",") and self.following().text == "}":
            self.take()
        while not self.at("}"):
            mistakes.refuse_optional(self, self.token.start, "{?")
            if self.token.kind not in (Kind.NAME, Kind.QUOTED_NAME, Kind.BROKEN):
                message = f"A field's name is missing before {shown(self.token)}."
                self.report_here("missing_field_name", message, self.token.span)
                break
            field = self.take()
            fields.append((str(field.value), self.read_value()))
            if not self.accept(","):
                break
        span = Span(name[1].start, self.close_bracket())
        return tree.MessageDisplay(span, dotted_name(name[0]), tuple(fields)), span


SYMBOL_PRIMARIES = {
    "true": Parser.read_constant,
    "false": Parser.read_constant,
    "null": Parser.read_constant,
    "(": Parser.read_group,
    "[": Parser.read_list,
    "{": Parser.read_map,
    ".": Parser.read_absolute,
}
