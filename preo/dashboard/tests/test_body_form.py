"""A form of a page becomes a body of the API, and the API's errors come back at its fields."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from rest_framework import serializers

from preo.core.errors import ConflictError, DomainError, FieldError, InvalidError
from preo.core.fields import AnyJSONField, MoneyField, TextField, TranslatedInField
from preo.core.languages import Language
from preo.dashboard.body_fields import (
    Boxes,
    Check,
    Hidden,
    Json,
    Local,
    Moment,
    Money,
    Number,
    Rows,
    Select,
    Text,
    Translated,
)
from preo.dashboard.body_form import CHANGED_MEANWHILE, BodyForm, Group

COPENHAGEN = Local("Europe/Copenhagen", ("en", "da"))


class PartSerializer(serializers.Serializer[Any]):
    id = TextField(required=False)
    name = TextField(max_length=20)
    price = MoneyField(required=False, allow_null=True)


class ThingSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=20)
    code = TextField(required=False, allow_null=True)
    sender = TextField(required=False, allow_null=True, allow_blank=True)
    price = MoneyField(required=False)
    uses = serializers.IntegerField(required=False, min_value=1)
    language = serializers.ChoiceField(Language.choices, required=False)
    languages = serializers.ListField(
        child=serializers.ChoiceField(Language.choices), required=False, min_length=1
    )
    is_draft = serializers.BooleanField(required=False)
    begins = serializers.DateTimeField(required=False, allow_null=True)
    title = TranslatedInField(required=False)
    metadata = AnyJSONField(required=False)
    parts = serializers.ListSerializer[Any](child=PartSerializer(), required=False)


PARTS = Rows(
    "parts", "Parts", row="Part",
    columns=(Hidden("id"), Text("name", "Name"), Money("price", "Price")),
)  # fmt: skip
KINDS = {
    kind.name: kind
    for kind in (
        Text("name", "Name"), Text("code", "Code"), Text("sender", "Sender"),
        Money("price", "Price"), Number("uses", "Uses"), Select("language", "Language"),
        Boxes("languages", "Languages"), Check("is_draft", "Draft"), Moment("begins", "Begins"),
        Translated("title", "Title"), Json("metadata", "Metadata", merged=True), PARTS,
    )
}  # fmt: skip


def make_form(*names: str, **options: Any) -> BodyForm:
    groups = (Group("All", tuple(KINDS[name] for name in names)),)
    return BodyForm(ThingSerializer, groups, local=COPENHAGEN, **options)


def posted(**values: str | list[str]) -> QueryDict:
    post = QueryDict(mutable=True)
    for name, value in values.items():
        post.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
    return post


def changed(name: str, present: Any, post: QueryDict) -> Any:
    """What a form of one field makes of it when a row is changed."""
    form = make_form(name, present={name: present})
    form.read(post)
    return form.body()[name]


def refused(form: BodyForm, post: QueryDict) -> list[tuple[str, str]]:
    """Where the form's box leads, and what it says there."""
    form.read(post)
    with pytest.raises(DomainError) as caught:
        form.body()
    form.refuse(caught.value)
    return [(mistake.id, mistake.text) for mistake in form.mistakes]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("name", " ", "Fill this in."),
        ("name", "x" * 21, "Ensure this field has no more than 20 characters."),
        ("price", "", "Give an amount as a number, such as 12.50."),
        ("price", "1e5", "Give an amount as a number, such as 12.50."),
        ("price", "1,234", "An amount has at most two decimals."),
        ("price", "-1", "The amount may not be negative."),
        ("uses", "0", "Ensure this value is greater than or equal to 1."),
        ("uses", "1.5", "A valid integer is required."),
        ("language", "", "Choose one."),
        ("language", "xx", '"xx" is not a valid choice.'),
        ("begins", "yesterday", "This is no day with a time."),
        ("begins", "0001-01-01T00:00", "This is no day with a time."),
    ],
)
def test_what_the_api_refuses_is_refused_at_the_field(name: str, text: str, said: str) -> None:
    form = make_form(name, present={name: None})

    assert refused(form, posted(**{name: text})) == [(f"field-{name}", said)]
    assert form.groups[0].fields[0].typed == text
    assert form.status == 400


def test_a_list_that_needs_one_says_so() -> None:
    form = make_form("languages", present={"languages": ["en"]})

    assert refused(form, posted()) == [("field-languages", "Choose one at least.")]


def test_all_mistakes_are_told_at_once() -> None:
    form = make_form("name", "price", "begins")

    found = refused(form, posted(name="", price="x", begins="never"))

    assert [place for place, _ in found] == ["field-name", "field-price", "field-begins"]


def test_a_time_that_the_clocks_leap_over_is_refused() -> None:
    form = make_form("begins", present={"begins": None})

    found = refused(form, posted(begins="2026-03-29T02:30"))

    assert "Europe/Copenhagen has no such time" in found[0][1]


def test_json_is_read_as_strictly_as_the_apis() -> None:
    for text in ('{"a": 1', '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 5000):
        form = make_form("metadata", present={"metadata": {}})
        assert refused(form, posted(metadata=text))[0][1].startswith("This is no JSON: ")
    form = make_form("metadata", present={"metadata": {}})
    assert refused(form, posted(metadata='{"a": "\\u0000"}')) == [
        ("field-metadata", "The text holds a NUL character.")
    ]


def test_a_mistake_in_a_row_stands_in_its_cell() -> None:
    form = make_form("parts", present={"parts": []})
    post = posted(parts__0__name="Good", parts__3__name="", parts__3__price="abc")

    found = refused(form, post)

    assert found == [
        ("field-parts-1-name", "Fill this in."),
        ("field-parts-1-price", "Give an amount as a number, such as 12.50."),
    ]
    cell = form.groups[0].fields[0].rows[1][2]
    assert cell.typed == "abc"
    assert cell.mistakes
    assert form.groups[0].fields[0].mistakes == []


def test_a_conflict_with_a_pointer_stands_at_its_field_with_its_own_status() -> None:
    form = make_form("name", present={"name": "A"})
    error = FieldError("/name", "taken", "Somebody has this name.")

    form.refuse(ConflictError(errors=[error]))

    assert form.status == 409
    assert form.groups[0].fields[0].mistakes == ["Somebody has this name."]
    assert form.words == ""


def test_an_error_of_no_field_is_still_told() -> None:
    form = make_form("name")

    form.refuse(InvalidError(errors=[FieldError("/organization_id", "x", "No such thing.")]))

    assert [(m.label, m.id, m.text) for m in form.mistakes] == [
        ("Organization id", "", "No such thing.")
    ]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen() -> None:
    present = {"name": "A", "modified": "2026-01-02T00:00:00Z"}
    stale = posted(name="B", _modified="2026-01-01T00:00:00Z")
    form = make_form("name", present=present)

    form.read(stale)
    with pytest.raises(ConflictError, match="Somebody saved this"):
        form.body()

    assert form.modified == "2026-01-02T00:00:00Z"
    form.read(posted(name="B", _modified=form.modified))
    assert form.body() == {"name": "B"}
    assert "Nothing is saved yet" in CHANGED_MEANWHILE


def test_blank_is_what_the_serializer_takes_for_nothing() -> None:
    post = posted(code="", sender="", begins="", metadata="", title__en="")

    assert changed("code", "X", post) is None
    assert changed("sender", "X", post) == ""
    assert changed("begins", "2026-01-01T00:00:00Z", post) is None
    assert changed("title", {"en": "X"}, post) == {}
    assert changed("parts", [{"name": "X"}], post) == []
    assert changed("metadata", {"a": 1}, post) == {"a": None}


def test_a_form_that_creates_leaves_out_what_is_blank_and_has_a_default() -> None:
    form = make_form("name", "code", "price", "language", "languages", fixed={"is_draft": True})
    form.read(posted(name="Thing", code="", price="", language=""))

    assert form.body() == {"name": "Thing", "is_draft": True}


def test_amounts_are_read_with_point_or_comma() -> None:
    for text in ("12.5", "12,5", " 12.50 "):
        assert changed("price", Decimal(1), posted(price=text)) == 1250


def test_amounts_are_shown_to_the_cent_and_numbers_without_idle_noughts() -> None:
    assert Money("p", "P").show(Decimal("12.5"), COPENHAGEN) == "12.50"
    assert Number("p", "P").show(Decimal("25.000"), COPENHAGEN) == "25"
    assert Number("p", "P").show(100, COPENHAGEN) == "100"


def test_times_are_typed_in_the_zone_of_the_form() -> None:
    summer = changed("begins", None, posted(begins="2026-06-04T12:00"))
    winter = changed("begins", None, posted(begins="2026-01-04T12:00"))

    assert (summer.isoformat(), winter.isoformat()) == (
        "2026-06-04T10:00:00+00:00",
        "2026-01-04T11:00:00+00:00",
    )


@pytest.mark.parametrize(
    "present", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-06-04T10:00:07.123456Z"]
)
def test_a_time_that_nobody_touched_stays_as_it_is(present: str) -> None:
    form = make_form("begins", present={"begins": present})
    shown = form.groups[0].fields[0].typed

    found = changed("begins", present, posted(begins=shown))

    assert found.isoformat().replace("+00:00", "Z") == present


def test_texts_in_languages_that_are_switched_off_are_kept() -> None:
    form = make_form("title", present={"title": {"en": "Hi", "pl": "Cześć"}})

    texts = form.groups[0].fields[0].texts

    assert [(text.code, text.text) for text in texts] == [("en", "Hi"), ("da", ""), ("pl", "Cześć")]
    post = posted(title__en="Hello", title__da=" ", title__pl="Cześć", title__xx="?")
    assert changed("title", {"en": "Hi"}, post) == {"en": "Hello", "pl": "Cześć"}


def test_metadata_is_sent_as_the_patch_that_makes_it_so() -> None:
    present = {"keep": 1, "gone": 2, "deep": {"a": 1, "b": 2}}
    text = '{"keep": 1, "deep": {"a": 3}, "new": [1.5]}'

    found = changed("metadata", present, posted(metadata=text))

    assert found == {"gone": None, "keep": 1, "deep": {"b": None, "a": 3}, "new": [1.5]}


def test_a_box_that_is_not_ticked_is_no() -> None:
    assert changed("is_draft", True, posted()) is False
    assert changed("is_draft", False, posted(is_draft="on")) is True


def test_rows_keep_their_ids_and_blank_ones_are_left_out() -> None:
    post = posted(
        parts__0__id="a", parts__0__name="One", parts__0__price="",
        parts__1__id="", parts__1__name="", parts__1__price="",
        parts__12__id="", parts__12__name="Two", parts__12__price="2,50",
    )  # fmt: skip

    assert changed("parts", [], post) == [
        {"id": "a", "name": "One"},
        {"name": "Two", "price": 250},
    ]


@pytest.mark.parametrize(
    ("button", "names"),
    [
        ("add:parts", ["One", "Two", ""]),
        ("remove:parts:0", ["Two"]),
        ("up:parts:1", ["Two", "One"]),
        ("up:parts:0", ["One", "Two"]),
        ("remove:parts:9", ["One", "Two"]),
        ("remove:name:0", ["One", "Two"]),
        ("nonsense", ["One", "Two"]),
    ],
)
def test_buttons_of_rows_change_what_is_typed_and_save_nothing(
    button: str, names: list[str]
) -> None:
    form = make_form("name", "parts", present={"name": "A", "parts": []})

    form.read(posted(name="B", parts__0__name="One", parts__1__name="Two", _rows=button))

    assert form.rows_changed
    assert [row["name"] for row in form.groups[0].fields[1].typed] == names
    assert form.groups[0].fields[0].typed == "B"


def test_a_choice_that_is_gone_is_still_shown() -> None:
    form = make_form("language", present={"language": "xx"})

    options = form.groups[0].fields[0].options

    assert [option.value for option in options if option.chosen] == ["xx"]
