"""A page's form becomes a body of the API: one set of rules for both, and errors at their fields.

A page declares what is shown, the API's own serializer decides what is right::

    GROUPS = (
        Group("Name and price", (Text("name", "Name"), Money("price", "Price", unit="EUR"))),
        Group("Texts", (Translated("description", "Description", long=True),)),
    )

    @require_http_methods(["GET", "HEAD", "POST"])
    def edit_product(request: HttpRequest, place: Place, product_id: str) -> HttpResponse:
        product = product_asked(place, product_id)               # scope of the API, else Http404
        form = BodyForm(
            ProductUpdateSerializer,
            GROUPS,
            present=ProductDetailSerializer(product).data,         # the API's answer: a change
            local=Local(zone=edition.timezone, languages=edition.enabled_languages),
        )

        def save(body: dict[str, Any]) -> str:
            service.update_product(..., changes=body, by=place.visitor.principal, now=timezone.now())
            messages.success(request, "The product is saved.")
            return reverse(...)                                   # where the browser goes next

        return save_form(request, form, save) or render_form(
            request, place, "dashboard/catalog/product.html", {"trail": ...}, form, area=AREA
        )

A form that creates has no `present`: it takes `initial` (values in the API's form to begin with)
and `fixed` (members of the body that the page itself says, such as `edition_id`)::

    form = BodyForm(ProductCreateSerializer, GROUPS, initial={"type": "single"},
                    fixed={"edition_id": edition.api_id})

Where the answer names a member otherwise than the body does, put it beside it:
``present=answer | {"category_ids": [...]}``. The template is one line::

    {% include "dashboard/parts/form.html" with submit="Save" cancel_url=list_url %}

What `save` raises of `DomainError` is shown: errors with a pointer at their field, all of them in
a box above, with the error's own status (400, 409, 403, 429) and everything that was typed. What
is blank becomes null where the serializer takes null, empty text where it takes that, and is left
out of a body that creates where the field has a default; else it is an error of the field.
A `Rows` field brings its own buttons to add, remove and move rows, which work without scripts.
A form with a `present` that names `modified` is refused with 409 once, where somebody else saved
since it was opened; sent again it overwrites. More than 2,000 inputs in a form are refused by
Django (`DATA_UPLOAD_MAX_NUMBER_FIELDS`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from json import loads
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from rest_framework import serializers

from preo.core.bodies import checked_body
from preo.core.errors import ConflictError, DomainError, FieldError, InvalidError, NotFoundError
from preo.core.json import dump
from preo.dashboard.body_bound import BoundField, Mistake, words_of
from preo.dashboard.body_fields import UNSAID, Local, Rows, Text
from preo.dashboard.doors import words_of as words_of_refusal
from preo.dashboard.frame import render_page
from preo.dashboard.places import Place

ROWS_BUTTON = "_rows"
"""The name of the buttons that change a list's rows: `add:variants`, `remove:variants:2`, `up:...`."""
MODIFIED = "_modified"
"""The name of the hidden input that tells which state of the row was looked at."""
CHANGED_MEANWHILE = (
    "Somebody saved this while you were typing. Nothing is saved yet: look at what is there now, "
    "or save again to put yours in its place."
)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: Sequence[Text]
    note: str = ""


@dataclass(frozen=True, slots=True)
class BoundGroup:
    title: str
    note: str
    fields: Sequence[BoundField]


class BodyForm:
    """A form whose values are a body of the API."""

    def __init__(
        self,
        serializer_class: Callable[..., serializers.Serializer[Any]],
        groups: Sequence[Group],
        *,
        present: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        fixed: Mapping[str, Any] | None = None,
        local: Local | None = None,
    ) -> None:
        """With `present`, the API's answer about a row, it is the form of a change."""
        self._serializer_class = serializer_class
        self._groups = groups
        self._present = plain(present) if present is not None else None
        self._fixed = dict(fixed or {})
        self._rules = serializer_class().fields
        self._local = local or Local()
        begin = self._present if self._present is not None else plain(initial or {})
        self._typed = {
            kind.name: kind.show(begin.get(kind.name), self._local) for kind in self._kinds
        }
        self._seen = self.modified
        self.refusal: DomainError | None = None
        self.rows_changed = False

    @property
    def _kinds(self) -> list[Text]:
        return [kind for group in self._groups for kind in group.fields]

    # --- from the browser to the API ---

    def read(self, post: QueryDict) -> None:
        """Take what was posted. A button of a list's rows only changes what is typed."""
        self._typed = {kind.name: kind.read(post, kind.name) for kind in self._kinds}
        self._seen = post.get(MODIFIED, self.modified)
        if ROWS_BUTTON in post:
            self.rows_changed = True
            self._change_rows(post.get(ROWS_BUTTON, ""))
            return
        for kind in self._kinds:
            if isinstance(kind, Rows):
                self._typed[kind.name] = kind.filled(self._typed[kind.name])

    def body(self) -> dict[str, Any]:
        """The body as the API's serializer has checked it. Raises InvalidError, ConflictError."""
        if self.modified and self._seen != self.modified:
            raise ConflictError(CHANGED_MEANWHILE)
        data: dict[str, Any] = dict(self._fixed)
        errors: list[FieldError] = []
        for bound in self._bound:
            before = self._present.get(bound.kind.name) if self._present else None
            value = bound.value(before, errors)
            if value is not UNSAID:
                data[bound.kind.name] = value
        return self._checked(data, errors)

    def _checked(self, data: dict[str, Any], errors: list[FieldError]) -> dict[str, Any]:
        serializer = self._serializer_class(data=data)
        try:
            body = checked_body(
                serializer, present=self._present, partial=self._present is not None
            )
        except InvalidError as refusal:
            # What could not be written is missing in the body: that is told already.
            told = {error.pointer for error in errors}
            errors += [error for error in refusal.errors if error.pointer not in told]
        if errors:
            raise InvalidError(errors=errors)
        return body

    def refuse(self, refusal: DomainError) -> None:
        """Show an error at its fields, and above all of them."""
        self.refusal = refusal
        self.__dict__.pop("_bound", None)

    @property
    def status(self) -> int:
        """Of the answer that shows the form."""
        return self.refusal.status if self.refusal else 200

    def _change_rows(self, button: str) -> None:
        action, _, rest = button.partition(":")
        name, _, number = rest.partition(":")
        kind = next((kind for kind in self._kinds if kind.name == name), None)
        if not isinstance(kind, Rows):
            return
        rows = self._typed[name]
        at = int(number) if number.isascii() and number.isdigit() else len(rows)
        if action == "add":
            rows.append({column.name: column.show(None, self._local) for column in kind.columns})
        elif action == "remove" and at < len(rows):
            del rows[at]
        elif action == "up" and 0 < at < len(rows):
            rows[at - 1], rows[at] = rows[at], rows[at - 1]

    # --- for the templates ---

    @property
    def modified(self) -> str:
        """When the row was last changed; empty for a new one."""
        return str((self._present or {}).get("modified") or "")

    @cached_property
    def _bound(self) -> list[BoundField]:
        return [
            BoundField(
                kind=kind,
                rules=self._rules[kind.name],
                typed=self._typed[kind.name],
                local=self._local,
                creating=self._present is None,
                errors=self.refusal.errors if self.refusal else (),
                name=kind.name,
                pointer=f"/{kind.name}",
            )
            for kind in self._kinds
        ]

    @property
    def groups(self) -> list[BoundGroup]:
        fields = {bound.kind.name: bound for bound in self._bound}
        return [
            BoundGroup(group.title, group.note, [fields[kind.name] for kind in group.fields])
            for group in self._groups
        ]

    @property
    def words(self) -> str:
        """What is said of the whole form."""
        if self.refusal is None:
            return ""
        return self.refusal.detail or words_of_refusal(self.refusal)

    @property
    def mistakes(self) -> list[Mistake]:
        """Every mistake with the way to its field; last those that have none here."""
        told = [mistake for bound in self._bound for mistake in bound.told()]
        known = {kind.name for kind in self._kinds}
        others = [
            Mistake(error.pointer[1:].replace("_", " ").capitalize(), words_of(error))
            for error in (self.refusal.errors if self.refusal else ())
            if error.pointer[1:].partition("/")[0] not in known
        ]
        return [*told, *others]


def save_form(
    request: HttpRequest, form: BodyForm, save: Callable[[dict[str, Any]], str]
) -> HttpResponse | None:
    """Save what was posted and go to where `save` says; None where the form is to be shown.

    `save` is given the checked body. Raises Http404 where the row is gone.
    """
    if request.method != "POST":
        return None
    form.read(request.POST)
    if form.rows_changed:
        return None
    try:
        return HttpResponseRedirect(save(form.body()))
    except NotFoundError:
        raise Http404 from None
    except DomainError as refusal:
        form.refuse(refusal)
        return None


def render_form(
    request: HttpRequest,
    place: Place,
    template: str,
    context: Mapping[str, Any],
    form: BodyForm,
    *,
    area: str,
) -> HttpResponse:
    """The page of a form, with the status of what was refused."""
    response = render_page(request, place, template, {"form": form, **context}, area=area)
    response.status_code = form.status
    if form.refusal is not None and form.refusal.retry_after is not None:
        response["Retry-After"] = str(form.refusal.retry_after)
    return response


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """An answer of the API as its readers get it, with numbers to the last digit."""
    found: dict[str, Any] = loads(dump(value), parse_float=Decimal)
    return found
