"""What the OpenAPI document needs beyond what drf-spectacular finds by itself."""

from typing import Any

import django_filters
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type, get_doc
from drf_spectacular.utils import OpenApiParameter

from preo.core import listing
from preo.core.fields import MoneyField

Json = dict[str, Any]

PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457: the body of every 4xx and 5xx, as application/problem+json.",
    "properties": {
        "type": {"type": "string", "description": "Stable; its page says what to do."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "The last word of `type`."},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "Holds the request's id."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
    },
    "required": ["type", "title", "status"],
}
PROBLEM_ERROR: Json = {
    "type": "object",
    "properties": {
        "pointer": {
            "type": "string",
            "description": "JSON pointer into the body, or the name of a query parameter.",
        },
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
    "required": ["pointer", "code", "detail"],
}
_ANSWERS = {
    "400": "The request has mistakes; `errors` names each place.",
    "401": "Not signed in, or the token is no longer good.",
    "403": "The role or the API key's scopes do not allow this.",
    "404": "There is no such row, or the caller may not know of it.",
    "409": "The present state does not allow this.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "Too many tries; `Retry-After` says when to come back.",
    "default": "Any other problem.",
}
_SAID_BY = {"create": "make", "partial_update": "change", "destroy": "remove"}


class Schema(AutoSchema):
    """Parameters that the base viewset reads: lists' paging and ordering, and Idempotency-Key."""

    view: Any  # always a ResourceViewSet: nothing else stands below /v1

    def get_override_parameters(self) -> list[Any]:
        view = self.view
        found: list[Any] = list(super().get_override_parameters())
        if getattr(view, "action", None) == "list":
            found += [
                OpenApiParameter("page", {"type": "integer", "minimum": 1}, description="From 1."),
                OpenApiParameter(
                    "page_size",
                    {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": listing.MAX_PAGE_SIZE,
                        "default": listing.DEFAULT_PAGE_SIZE,
                    },
                    description="Rows on a page.",
                ),
                _ordering(view),
            ]
        if self.method == "POST" and view.action not in view.secret_actions:
            found.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "maxLength": 255},
                    OpenApiParameter.HEADER,
                    description="Repeating the request under one key gives one effect; 24 hours.",
                )
            )
        return found

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_request_serializer(self) -> Any:
        return self.view.bodies.get(self.view.action) or super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        """One row where the base viewset answers with one."""
        view = self.view
        one = view.answer_class or view.serializer_class
        answers = {
            "retrieve": one,
            "create": {201: one},
            "partial_update": one,
            "destroy": {204: None},
        }
        return answers.get(view.action) or super().get_response_serializers()

    def get_description(self) -> str:  # type: ignore[override] # drf-spectacular's own has no arguments
        """Of the method by which the viewset says what an action does."""
        said = getattr(self.view, _SAID_BY.get(self.view.action, ""), None)
        return str(get_doc(said)) if said else super().get_description()

    def get_filter_backends(self) -> list[Any]:
        return []

    def _get_filter_parameters(self) -> list[Json]:
        view = self.view
        if getattr(view, "action", None) != "list" or view.filterset_class is None:
            return []
        return [
            _filter_parameter(name, field)
            for name, field in view.filterset_class.base_filters.items()
        ]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return getattr(self.view, "action", None) == "list"

    def _get_paginator(self) -> Any:
        return Envelope()


class MoneySchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """An amount as a JSON number: not negative unless the field is declared as signed."""

    target_class = MoneyField

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Json:
        schema: Json = {"type": "number", "format": "double"}
        return schema if self.target.signed else schema | {"minimum": 0}


class Envelope:
    """Tells drf-spectacular the shape of lists (`core/listing.py` makes it)."""

    page_size = listing.DEFAULT_PAGE_SIZE

    def get_schema_operation_parameters(self, view: Any) -> list[Json]:
        return []

    def get_paginated_response_schema(self, schema: Json) -> Json:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "properties": {
                "count": {"type": "integer", "description": "Of all pages, exact."},
                "next": link,
                "previous": link,
                "results": schema,
            },
            "required": ["count", "next", "previous", "results"],
        }


def _ordering(view: Any) -> OpenApiParameter:
    names = [text for name in view.orderings for text in (name, f"-{name}")]
    return OpenApiParameter(
        "ordering",
        {"type": "array", "items": {"type": "string", "enum": names}},
        description="Columns between commas, or the parameter repeated; a minus turns one round.",
        style="form",
        explode=False,
    )


def _filter_parameter(name: str, found: django_filters.Filter) -> Json:
    schema: Json = {"type": "string"}
    if isinstance(found, django_filters.BooleanFilter):
        schema = {"type": "boolean"}
    elif isinstance(found, django_filters.IsoDateTimeFilter):
        schema = {"type": "string", "format": "date-time"}
    elif isinstance(found, django_filters.ChoiceFilter):
        schema = {"type": "string", "enum": [value for value, _ in found.extra["choices"]]}
    return build_parameter_type(
        name=name,
        schema=schema,
        location=OpenApiParameter.QUERY,
        description=found.extra.get("help_text"),
    )


def only_the_api(endpoints: list[Any]) -> list[Any]:
    """Leave out pages, probes and the document itself."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/v1/")]


def add_problems(result: Json, **_: Any) -> Json:
    """Give each operation its problem answers."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= {"Problem": PROBLEM, "ProblemError": PROBLEM_ERROR}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        f"Problem{status.title()}": {"description": text, "content": content}
        for status, text in _ANSWERS.items()
    }
    for path, item in result["paths"].items():
        for operation in item.values():
            answers = operation["responses"]
            for answer in answers.values():
                answer["description"] = answer.get("description") or operation["summary"]
            for status in sorted(_statuses(path, operation)):
                answers.setdefault(
                    status, {"$ref": f"#/components/responses/Problem{status.title()}"}
                )
    return result


def _statuses(path: str, operation: Json) -> set[str]:
    found = {"400", "401", "429", "default"}
    if operation.get("security"):
        found.add("403")
    if "{" in path:
        found.add("404")
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ())):
        found |= {"409", "422"}
    return found
