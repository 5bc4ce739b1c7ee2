"""Lists by the row plan are, byte for byte, what the serializer would have written."""

import datetime as dt
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework import serializers

from conftest import Cast
from preo.core.fields import AnyJSONField, IdField, MoneyField, NumberField
from preo.core.ids import uuid7
from preo.core.json import dump
from preo.core.row_plan import plan_for
from preo.core.tests.site import Edition, Product, Vendor, make_product

pytestmark = pytest.mark.django_db

Organization: Any = apps.get_model("organizations.Organization")
Variant: Any = apps.get_model("catalog.Variant")


class OrganizationSerializer(serializers.ModelSerializer[Any]):
    id = IdField(Organization, read_only=True)

    class Meta:
        model = Organization
        fields = ("slug", "id", "name")


class EditionSerializer(serializers.ModelSerializer[Any]):
    id = IdField(Edition, read_only=True)
    organization = OrganizationSerializer(read_only=True)

    class Meta:
        model = Edition
        fields = ("id", "organization", "full_name", "start_date", "is_draft", "currency")


class VendorSerializer(serializers.ModelSerializer[Any]):
    id = IdField(Vendor, read_only=True)

    class Meta:
        model = Vendor
        fields = ("id", "name", "code")


class EverySerializer(serializers.ModelSerializer[Any]):
    """Every kind of field that a plan knows."""

    id = IdField(Product, read_only=True)
    seller = VendorSerializer(source="vendor", read_only=True, allow_null=True)
    vendor_id = IdField(Vendor, read_only=True, allow_null=True)
    edition = EditionSerializer(read_only=True)
    title = serializers.CharField(source="name", read_only=True)
    edition_starts = serializers.DateTimeField(
        source="edition.start_date", read_only=True, allow_null=True
    )
    edition_id = IdField(Edition, read_only=True)
    price = MoneyField(read_only=True)
    deposit = MoneyField(read_only=True)
    has_vendor = serializers.BooleanField(read_only=True)

    class Meta:
        model = Product
        fields = (
            "title", "id", "seller", "vendor_id", "edition", "edition_starts", "edition_id",
            "name", "code", "type", "price", "deposit", "uses", "is_draft", "is_unlimited_use",
            "has_vendor", "created", "modified",
        )  # fmt: skip


class VariantSerializer(serializers.ModelSerializer[Any]):
    """An amount that may be missing."""

    price = MoneyField(read_only=True, allow_null=True)

    class Meta:
        model = Variant
        fields = ("name", "price", "position")


class FreeSerializer(serializers.ModelSerializer[Any]):
    """Columns of free JSON."""

    metadata = AnyJSONField(read_only=True)

    class Meta:
        model = Product
        fields = ("name", "metadata", "description")


def both_ways(serializer: type[Any], queryset: QuerySet[Any]) -> tuple[bytes, bytes]:
    plan = plan_for(serializer)
    assert plan is not None
    ordered = queryset.order_by("id")
    return dump(plan.rows(ordered)), dump(serializer(ordered, many=True).data)


def every_product() -> QuerySet[Any]:
    found: QuerySet[Any] = Product.objects.annotate(
        has_vendor=ExpressionWrapper(Q(vendor__isnull=False), output_field=BooleanField())
    )
    return found


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
times = st.datetimes(
    dt.datetime(1, 1, 2),  # noqa: DTZ001 - the zone is given beside it
    dt.datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)
amounts = st.integers(0, 2**63 - 1)
columns = st.fixed_dictionaries(
    {
        "name": texts,
        "code": st.none() | st.uuids().map(str),
        "type": st.sampled_from(["ticket", "food", "drink", "merchandise", "service", "other"]),
        "price": amounts,
        "deposit": amounts,
        "uses": st.integers(0, 2**31 - 1),
        "is_draft": st.booleans(),
        "is_unlimited_use": st.booleans(),
        "created": times,
        "modified": times,
    }
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(columns, st.integers(0, 2), st.integers(0, 1)), max_size=6),
    st.none() | times,
)
def test_every_kind_of_field_is_written_alike(
    cast: Cast, rows: list[tuple[dict[str, Any], int, int]], starts: dt.datetime | None
) -> None:
    Product.objects.all().delete()
    Edition.objects.filter(pk=cast.edition.pk).update(start_date=starts, end_date=None)
    vendors = [
        None,
        Vendor.objects.create(organization=cast.northlight, name="Grill"),
        Vendor.objects.create(organization=cast.northlight, name="Bar", code=str(uuid7())),
    ]
    for values, vendor, edition in rows:
        make_product((cast.edition, cast.other_edition)[edition], vendor=vendors[vendor], **values)

    planned, ordinary = both_ways(EverySerializer, every_product())
    assert planned == ordinary


def test_a_missing_nested_row_and_one_shared_by_many_are_written_alike(cast: Cast) -> None:
    vendor = Vendor.objects.create(organization=cast.northlight, name="Grill")
    for shared in (vendor, None, vendor, vendor):
        make_product(cast.edition, vendor=shared)

    planned, ordinary = both_ways(EverySerializer, every_product())
    assert planned == ordinary
    assert (planned.count(b'"seller":null'), planned.count(b'"name":"Grill"')) == (1, 3)


def test_an_amount_that_is_missing_is_written_alike(cast: Cast) -> None:
    product = make_product(cast.edition)
    for price in (None, 0, 1250):
        Variant.objects.create(organization=cast.northlight, product=product, name="S", price=price)
    planned, ordinary = both_ways(VariantSerializer, Variant.objects.all())
    assert planned == ordinary
    assert b"null" in planned


def test_free_json_holds_the_same_values(cast: Cast) -> None:
    """The text is PostgreSQL's own, with its blanks."""
    for metadata in (
        {}, {"a": 1}, {"a": {"b": [1, 2.5, None, True, "łódź\n\"\\/"]}, "": "x"}, [1, 2], 7, "x",
    ):  # fmt: skip
        make_product(cast.edition, metadata=metadata, description={"en": "Tent", "da": "Telt"})
    planned, ordinary = both_ways(FreeSerializer, Product.objects.all())
    assert orjson.loads(planned) == orjson.loads(ordinary)


def test_rows_that_nothing_can_match_are_none(cast: Cast) -> None:
    make_product(cast.edition)
    plan = plan_for(VendorSerializer)
    assert plan is not None
    assert plan.rows(Vendor.objects.none()) == []
    assert plan.rows(Vendor.objects.filter(pk__in=[])) == []


def test_a_page_costs_the_same_queries_however_many_rows_it_has(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    plan = plan_for(EverySerializer)
    assert plan is not None
    for number in range(1, 4):
        vendor = Vendor.objects.create(organization=cast.northlight, name=str(number))
        make_product(cast.edition, vendor=vendor)
        make_product(cast.other_edition)
        with django_assert_num_queries(4):  # products, vendors, editions, organizations
            assert len(plan.rows(every_product())) == number * 2


class Unknown(serializers.CharField):
    def to_representation(self, value: Any) -> str:
        return f"<{value}>"


class ProductMeta:
    model = Product
    fields = ("name", "special")


SPECIAL: dict[str, Any] = {
    "of our own": Unknown(source="name"),
    "decimal": NumberField(source="uses", max_digits=9, decimal_places=2),
    "method": serializers.SerializerMethodField(),
    "whole row": serializers.CharField(source="*"),
    "list": serializers.ListField(source="name"),
    "many": VendorSerializer(source="vendor", many=True),
    "plain serializer": serializers.Serializer(source="vendor"),
    "float": serializers.FloatField(source="uses"),
}
SPECIAL_BUT_PLANNED: dict[str, Any] = {
    "time in another form": serializers.DateTimeField(source="created", format="%Y"),
    "property": serializers.CharField(source="api_id"),
}


def with_special(field: Any) -> type[Any]:
    members = {"special": field, "Meta": ProductMeta, "get_special": lambda self, row: 1}
    return type("SpecialSerializer", (serializers.ModelSerializer,), members)


@pytest.mark.parametrize("name", SPECIAL)
def test_a_serializer_with_another_field_has_no_plan(name: str) -> None:
    assert plan_for(with_special(SPECIAL[name])) is None


@pytest.mark.parametrize("name", SPECIAL_BUT_PLANNED)
def test_a_serializer_whose_field_only_looks_like_a_column_has_no_plan(name: str) -> None:
    assert plan_for(with_special(SPECIAL_BUT_PLANNED[name])) is None


def test_a_serializer_with_a_nested_one_beyond_a_plan_has_none() -> None:
    class Inner(VendorSerializer):
        name = Unknown()

    class Outer(serializers.ModelSerializer[Any]):
        vendor = Inner()

        class Meta:
            model = Product
            fields = ("vendor",)

    assert plan_for(Outer) is None


def test_what_can_only_be_written_is_never_shown(cast: Cast) -> None:
    class WithSecret(serializers.ModelSerializer[Any]):
        code = serializers.CharField(write_only=True)

        class Meta:
            model = Product
            fields = ("name", "code")

    make_product(cast.edition, code="the secret")
    planned, ordinary = both_ways(WithSecret, Product.objects.all())
    assert b"the secret" not in planned
    assert planned == ordinary
