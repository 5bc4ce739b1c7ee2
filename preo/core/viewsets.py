"""The one base of all API views: least role, rows in scope, strict input, lists, replay."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from orjson import Fragment
from rest_framework import serializers, viewsets
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core import listing
from preo.core.access import Principal, Role
from preo.core.bodies import checked_body
from preo.core.errors import (
    FieldError,
    InvalidError,
    NotFoundError,
    NotSignedInError,
    RoleError,
    ScopeError,
)
from preo.core.http import field_errors
from preo.core.json import AlwaysJSON, dump
from preo.core.models import Row, parse_id
from preo.core.row_plan import plan_for

AnyModel = TypeVar("AnyModel", bound=Row)


class ResourceViewSet(viewsets.GenericViewSet[AnyModel]):
    """What every resource declares, and what then holds for it.

    An action that `minimum` does not name is refused, so a new one cannot be open by oversight.
    """

    tag: ClassVar[str]
    """The heading in the API reference."""
    minimum: ClassVar[Mapping[str, Role | None]]
    """The least role of each action; `PUBLIC` for what needs no sign-in."""
    scope: ClassVar[str | None] = None
    """The word of API key scopes: `<scope>:read` for safe methods, `<scope>:write` for others."""
    organization_column: ClassVar[str] = "organization_id"
    edition_column: ClassVar[str | None] = None
    orderings: ClassVar[Mapping[str, str]] = {}
    default_ordering: ClassVar[Sequence[str]] = ("-created",)
    secret_actions: ClassVar[frozenset[str]] = frozenset()
    """Actions whose answers hold secrets: they are never kept for an Idempotency-Key."""

    bodies: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {}
    """The serializer of the body of `create` and of `partial_update`."""
    answer_class: ClassVar[type[serializers.Serializer[Any]] | None] = None
    """The serializer of one row; without one, that of the list."""

    lookup_url_kwarg = "id"
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch", "put", "delete"]
    action: str
    post: Callable[..., Response]

    # --- who may ---

    @property
    def principal(self) -> Principal:
        return self.request.user  # type: ignore[return-value]

    def check_permissions(self, request: Request) -> None:
        """Raises NotSignedInError, ScopeError or RoleError."""
        if self.action not in self.minimum:
            raise MethodNotAllowed(str(request.method))
        least = self.minimum[self.action]
        if least is None:
            return
        if request.user is None:
            raise NotSignedInError
        principal = self.principal
        request._request.caller = f"{principal.kind}:{principal.id}"  # type: ignore[attr-defined]
        if self.scope:
            word = f"{self.scope}:{'read' if request.method in SAFE_METHODS else 'write'}"
            if not principal.has_scope(word):
                raise ScopeError(f"The scope {word} is needed.")
        if principal.highest_role() < least:
            raise RoleError(f"The role {least.word} is needed.")

    def get_queryset(self) -> QuerySet[AnyModel]:
        """The rows in which the caller holds the action's least role."""
        least = self.minimum[self.action]
        if least is None:
            raise TypeError("A public action reads no rows.")
        return (
            super()
            .get_queryset()
            .filter(
                self.principal.narrow(
                    least, organization=self.organization_column, edition=self.edition_column
                )
            )
        )

    def get_object(self) -> AnyModel:
        """The row of the address. Raises NotFoundError alike for absent, foreign and misspelt."""
        queryset = self.get_queryset()
        key = parse_id(queryset.model, self.kwargs["id"])
        row = queryset.filter(pk=key).first() if key else None
        if row is None:
            raise NotFoundError
        return row

    # --- strict input ---

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        listing.refuse_unknown(request.query_params, self.query_parameters())
        if request.method == "POST" and self.action not in self.secret_actions:
            self._arm_replay(request)

    def query_parameters(self) -> frozenset[str]:
        """Names of the query parameters that the action reads."""
        if self.action != "list":
            return frozenset()
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return listing.PARAMETERS.union(filters)

    def body(
        self,
        serializer_class: Callable[..., Any],
        *,
        present: Mapping[str, Any] | None = None,
        partial: bool = False,
    ) -> dict[str, Any]:
        """The body, checked in shape; see `checked_body`."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        return checked_body(serializer, present=present, partial=partial)

    # --- lists ---

    filterset_class: ClassVar[type[django_filters.FilterSet] | None] = None

    def filtered(self, queryset: QuerySet[AnyModel]) -> QuerySet[AnyModel]:
        """The rows that the query's filters leave. Raises InvalidError naming the parameters."""
        if self.filterset_class is None:
            return queryset
        filters = self.filterset_class(
            data=self.request.query_params, queryset=queryset, request=self.request
        )
        if not filters.is_valid():
            found = field_errors(filters.form.errors.as_data())
            raise InvalidError(
                errors=[FieldError(e.pointer.removeprefix("/"), e.code, e.detail) for e in found]
            )
        found_rows: QuerySet[AnyModel] = filters.qs
        return found_rows

    def list(self, request: Request) -> Response:
        parameters = request.query_params
        page = listing.read_page(parameters)
        order = listing.read_ordering(parameters, self.orderings, self.default_ordering)
        queryset = self.filtered(self.get_queryset()).order_by(*order)
        results = self.represent(listing.take_page(queryset, page))
        count = listing.count_rows(queryset, page, len(results))
        base = request.build_absolute_uri(request.path)
        return Response(
            listing.envelope(
                base=base, parameters=parameters, page=page, count=count, results=results
            )
        )

    def represent(self, rows: QuerySet[AnyModel]) -> Sequence[Any]:
        """Rows as JSON: by the row plan where the serializer has one."""
        serializer_class = self.get_serializer_class()
        plan = plan_for(serializer_class)
        if plan is not None:
            return plan.rows(rows)
        serializer: Any = serializer_class
        context = self.get_serializer_context()
        data: Sequence[Any] = serializer(rows, many=True, context=context).data
        return data

    # --- one row: a viewset says what it does by these, whose docstrings are the operations' ---

    make: Callable[[dict[str, Any], dt.datetime], AnyModel]
    """Makes a row of the checked body of `create`, at this moment."""
    change: Callable[[AnyModel, dict[str, Any], dt.datetime], AnyModel]
    """Changes a row by the checked body of `partial_update`."""
    remove: Callable[[AnyModel, dt.datetime], None]
    """Deletes a row."""

    def shown(self, row: AnyModel) -> Mapping[str, Any]:
        """A row as it is answered."""
        serializer: Any = self.answer_class or self.serializer_class
        data: Mapping[str, Any] = serializer(row).data
        return data

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        return Response(self.shown(self.get_object()))

    def create(self, request: Request) -> Response:
        row = self.make(self.body(self.bodies["create"]), timezone.now())
        return Response(self.shown(row), status=201)

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        row = self.get_object()
        changes = self.body(self.bodies["partial_update"], present=self.shown(row), partial=True)
        return Response(self.shown(self.change(row, changes, timezone.now())))

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        self.remove(self.get_object(), timezone.now())
        return Response(status=204)

    # --- replay ---

    def content(self, request: Request) -> bytes:
        """What of the body says whether two requests ask for the same."""
        body: bytes = request._request.body
        return body

    def _arm_replay(self, request: Request) -> None:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return
        if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
            detail = "Give 1 to 255 printable ASCII characters."
            raise InvalidError(errors=[FieldError("Idempotency-Key", "invalid", detail)])
        principal: Principal | None = request.user  # type: ignore[assignment] # the class is ours
        if principal is None:
            return  # nobody to know again: the key of one stranger must not answer another
        raw = request._request
        text = f"{raw.method}\n{raw.get_full_path()}\n".encode()
        fingerprint = hashlib.sha256(text + self.content(request)).hexdigest()
        handler: Callable[..., Response] = self.post

        def produce() -> tuple[int, bytes]:
            response = handler(request, *self.args, **self.kwargs)
            return response.status_code, b"" if response.data is None else dump(response.data)

        def replay(*_: Any, **__: Any) -> Response:
            answer = import_string(settings.IDEMPOTENCY)(
                caller=f"{principal.kind}:{principal.id}",
                key=key,
                fingerprint=fingerprint,
                now=timezone.now(),
                produce=produce,
            )
            headers = {"Idempotent-Replayed": "true"} if answer.replayed else None
            body = Fragment(answer.body) if answer.body else None
            return Response(body, status=answer.status, headers=headers)

        # DRF looks the handler up after `initial`, on the instance of this one request.
        self.post = replay
