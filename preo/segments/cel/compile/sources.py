"""Lists as FROM clauses: relations, their filters and maps, literal lists, lists of a row."""

from dataclasses import dataclass, field

from preo.segments.cel import typed
from preo.segments.cel.certainty import can_fail
from preo.segments.cel.compile.literals import TYPE_NAMES
from preo.segments.cel.compile.rows import row_alias
from preo.segments.cel.compile.scope import Bound, Mode, RowAlias, Scope, Value, column
from preo.segments.cel.sql import FALSE, Sql, bind, build, join
from preo.segments.cel.types import Kind


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to each row of a list: where it passes, and where it is dropped.

    Where neither is true it is an error.
    """

    passes: Sql
    drops: Sql


@dataclass(slots=True)
class Source:
    """A list as a FROM clause of its own.

    `keys` are pairs of what ties a row of it to the row outside: the column inside, and what it
    equals outside. `conditions` decide for certain which rows count. Then come the `steps`, in the
    order of the text, from the first that may be an error on: an error in one of them is one of the
    whole list, though a later step would have dropped the row. `broken` is true outside where there
    is no list at all.
    """

    table: Sql
    scope: Scope
    element: Bound
    keys: list[tuple[Sql, Sql]] = field(default_factory=list)
    conditions: list[Sql] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    broken: Sql | None = None

    def bind_variable(self, variable: typed.Variable) -> None:
        """Let the variable stand for the list's element from here on."""
        self.scope.variables[variable.binding] = self.element

    def where(self, *more: Sql) -> Sql:
        """The WHERE clause of a query that stands inside the outer one."""
        ties = [build("{} = {}", inner, outer) for inner, outer in self.keys]
        return _where([*ties, *self.conditions, *more])

    def where_of_all(self, *more: Sql) -> Sql:
        """The WHERE clause of a query by itself, for all rows outside at once."""
        return _where([*self.conditions, *more])

    @property
    def inner_keys(self) -> Sql:
        """The columns inside, with commas."""
        return join(", ", [inner for inner, _ in self.keys])

    @property
    def named_keys(self) -> Sql:
        """The columns inside under the names k0, k1 and so on, with commas."""
        inner = [inner for inner, _ in self.keys]
        return join(", ", [build(f"{{}} AS k{place}", key) for place, key in enumerate(inner)])

    def ties(self, alias: str) -> Sql:
        """That the named keys of a query under this alias equal those outside."""
        outer = [outer for _, outer in self.keys]
        return join(
            " AND ", [build(f"{alias}.k{place} = {{}}", key) for place, key in enumerate(outer)]
        )

    def join_keys(self, scope: Scope, query: str, *parts: Sql) -> str:
        """Join a query of the keys of some rows outside to these; its alias, for `is_joined`.

        The template selects `{}`, the keys by the names k0, k1 and so on, each set of them once.
        """
        alias = scope.query.new_alias("g")
        grouped = build(query, self.named_keys, *parts)
        scope.joins.append(build(f"LEFT JOIN ({{}}) {alias} ON {{}}", grouped, self.ties(alias)))
        return alias


def is_joined(alias: str) -> Sql:
    """True for a row outside that what was joined under this alias knows."""
    return Sql(f"({alias}.k0 IS NOT NULL)")


def _where(parts: list[Sql]) -> Sql:
    return build("WHERE {}", join(" AND ", parts)) if parts else Sql("")


def may_join(source: Source, scope: Scope) -> bool:
    """Whether the rows of a list are better joined once than asked for in the condition.

    In an AND the planner makes joins of EXISTS and IN by itself. Under OR it cannot: it hashes the
    subquery, in one process, and where the hash outgrows its memory it falls back to asking for
    each customer, which was measured to take minutes.
    """
    query = scope.query
    return query.is_choosing and query.mode is Mode.SET and scope.is_top and bool(source.keys)


def open_source(node: typed.Typed, scope: Scope) -> Source:
    """The FROM clause of a list."""
    match node:
        case typed.Relation():
            return _open_relation(node, scope)
        case typed.Filter():
            return _open_filter(node, scope)
        case typed.Map():
            return _open_map(node, scope)
        case typed.ListDisplay():
            return _open_literal(node, scope)
        case typed.Field() if node.field.many:
            return _open_many(node, scope)
    return _open_free_data(node, scope)


def _open_relation(node: typed.Relation, scope: Scope) -> Source:
    relation = node.relation
    alias = scope.query.new_alias("r")
    customer = column(alias, relation.customer)
    inner = scope.inside(customer)
    element: Bound = RowAlias(alias)
    if relation.value:
        shown = relation.entity.fields[relation.value]
        names = shown if shown.stored else None
        element = Value(column(alias, shown.column), shown.type.kind, shown.scale, names)
    return Source(
        Sql(f'"{relation.table}" {alias}'),
        inner,
        element,
        keys=[(customer, scope.customer)],
        conditions=[relation.narrow(alias)],
    )


def _open_filter(node: typed.Filter, scope: Scope) -> Source:
    source = open_source(node.source, scope)
    source.bind_variable(node.variable)
    rules = scope.query.rules
    if source.steps or can_fail(node.predicate):
        passes = rules.holds(node.predicate, source.scope)
        source.steps.append(Step(passes, rules.fails(node.predicate, source.scope)))
    else:
        parts = node.predicate.items if isinstance(node.predicate, typed.And) else (node.predicate,)
        source.conditions += [rules.holds(part, source.scope) for part in parts]
    return source


def _open_map(node: typed.Map, scope: Scope) -> Source:
    source = open_source(node.source, scope)
    source.bind_variable(node.variable)
    source.element = scope.query.rules.value(node.value, source.scope)
    if can_fail(node.value) and not node.value.type.nullable:
        source.steps.append(_known_element(source.element))
    return source


def _known_element(element: Value) -> Step:
    return Step(build("({} IS NOT NULL)", element.sql), FALSE)


def _open_literal(node: typed.ListDisplay, scope: Scope) -> Source:
    alias = scope.query.new_alias("l")
    element = node.type.element
    assert element is not None  # noqa: S101 - a list's type has one
    kind = Kind.NULL if element.kind is Kind.UNKNOWN else element.kind
    values = [scope.query.rules.value(item, scope) for item in node.items]
    type_name = TYPE_NAMES.get(kind, "text")
    if all(isinstance(item, typed.Constant) for item in node.items):
        constants = [item.value for item in node.items if isinstance(item, typed.Constant)]
        table = build(f"unnest({{}}) AS {alias}(v)", bind(constants, f"{type_name}[]"))
    else:
        # Decimals of several scales are brought to one.
        rows = [build(f"({{}}::{type_name})", _at_no_scale(value)) for value in values]
        table = build(f"(VALUES {{}}) AS {alias}(v)", join(", ", rows))
    value = Value(Sql(f"{alias}.v"), kind)
    fails = any(can_fail(item) for item in node.items)
    return Source(table, scope.inside(), value, steps=[_known_element(value)] if fails else [])


def _at_no_scale(value: Value) -> Sql:
    if not value.scale:
        return value.sql
    return build(f"({{}}::numeric * 1e-{value.scale})", value.sql)


def _open_many(node: typed.Field, scope: Scope) -> Source:
    many = node.field.many
    element = node.type.element
    assert many is not None and element is not None  # noqa: PT018, S101 - asked for such only
    alias = scope.query.new_alias("m")
    outer = column(row_alias(node.row, scope), many.ours)
    return Source(
        Sql(f'"{many.table}" {alias}'),
        scope.inside(),
        Value(
            column(alias, many.column), element.kind, 0, node.field if node.field.stored else None
        ),
        keys=[(column(alias, many.key), outer)],
    )


def _open_free_data(node: typed.Typed, scope: Scope) -> Source:
    alias = scope.query.new_alias("d")
    data = scope.query.rules.value(node, scope).sql
    # Of a map a macro goes through the keys.
    template = (
        "jsonb_array_elements(CASE jsonb_typeof({}) WHEN 'array' THEN {} WHEN 'object'"
        " THEN jsonb_path_query_array({}, '$.keyvalue().key') ELSE '[]' END)"
        f" AS {alias}(v)"
    )
    return Source(
        build(template, data, data, data),
        scope.inside(),
        Value(Sql(f"{alias}.v"), Kind.DYN),
        broken=build("((jsonb_typeof({}) IN ('array', 'object')) IS NOT TRUE)", data),
    )
