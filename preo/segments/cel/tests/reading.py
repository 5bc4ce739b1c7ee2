"""Short forms of trees and problems, and texts made of trees, for the tests."""

from preo.segments.cel import tree
from preo.segments.cel.parse.measure import parts_of
from preo.segments.cel.parse.parser import parse

TOLD = ("value", "name", "is_absolute", "field", "function", "kind", "variable")


def read(text: str) -> tree.Expression:
    """The tree of a text without mistakes."""
    root, problems = parse(text)
    assert problems == [], text
    return root


def codes(text: str) -> list[str]:
    return [problem.code for problem in parse(text)[1]]


def marked(text: str) -> list[tuple[str, str]]:
    """Each problem's code with the piece of the text that it points to."""
    return [(one.code, text[one.span.start : one.span.end]) for one in parse(text)[1]]


def hints(text: str) -> list[str]:
    return [problem.hint for problem in parse(text)[1]]


def written(node: tree.Expression) -> str:
    """A text whose tree this is: brackets around everything that has parts."""
    match node:
        case tree.Literal():
            return f"({node.text})" if node.text.startswith("-") else f" {node.text} "
        case tree.Name():
            return f".{node.name}" if node.is_absolute else node.name
        case tree.Unary():
            return f"({node.operator}({written(node.operand)}))"
        case tree.Binary():
            return f"(({written(node.left)}) {node.operator} ({written(node.right)}))"
        case tree.Ternary():
            parts = (written(part) for part in (node.condition, node.then, node.otherwise))
            return "(({}) ? ({}) : ({}))".format(*parts)
        case tree.Select() | tree.Index() | tree.Has() | tree.Call() | tree.Macro():
            return written_call(node)
        case _:
            return written_display(node)


def written_call(node: tree.Expression) -> str:
    match node:
        case tree.Select():
            return f"({written(node.operand)}).`{node.field}`"
        case tree.Index():
            return f"({written(node.operand)})[{written(node.index)}]"
        case tree.Has():
            return f"has({written(node.operand)})"
        case tree.Call():
            target = f"({written(node.target)})." if node.target else ""
            return f"{target}{node.function}({', '.join(map(written, node.arguments))})"
        case tree.Macro():
            inner = [node.variable, *map(written, [node.condition] if node.condition else [])]
            inner.append(written(node.body))
            return f"({written(node.source)}).{node.kind}({', '.join(inner)})"
        case _:
            raise TypeError(node)


def written_display(node: tree.Expression) -> str:
    match node:
        case tree.ListDisplay():
            return f"[{', '.join(map(written, node.items))}]"
        case tree.MapDisplay():
            entries = (f"({written(key)}): {written(value)}" for key, value in node.entries)
            return f"{{{', '.join(entries)}}}"
        case tree.MessageDisplay():
            fields = (f"`{name}`: {written(value)}" for name, value in node.fields)
            return f"{node.name}{{{', '.join(fields)}}}"
        case _:
            raise TypeError(node)


def shape(node: tree.Expression) -> object:
    """The tree without its spans, to compare; no two different literals are equal."""
    own: list[object] = [type(node).__name__]
    own += [getattr(node, name) for name in TOLD if hasattr(node, name)]
    if isinstance(node, tree.Literal):
        own.append(type(node.value).__name__)
    if isinstance(node, tree.Unary | tree.Binary):
        own.append(node.operator)
    if isinstance(node, tree.MessageDisplay):
        own.append([name for name, _ in node.fields])
    if isinstance(node, tree.Call):
        own.append(node.target is not None)
    return [*own, *(shape(part) for part in all_parts(node))]


def all_parts(node: tree.Expression) -> tuple[tree.Expression, ...]:
    """The parts right below, a loop's body among them."""
    parts = parts_of(node)
    if isinstance(node, tree.Macro):
        parts = (*parts, *([node.condition] if node.condition else []), node.body)
    return parts
