"""Each relation is bent once into another organization, and into another edition, and found."""

from typing import Any

import pytest
from django.db import models

from preo.accounts.models import ApiKey, Membership
from preo.accounts.tests.factories import make_key, make_membership
from preo.catalog.models import (
    Category,
    Location,
    Option,
    PassDesign,
    Product,
    Variant,
    Vendor,
)
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_variant,
    make_vendor,
)
from preo.consents.models import Consent
from preo.consents.tests.factories import make_consent
from preo.core.doctor import Finding
from preo.core.models import Row
from preo.customers.models import Customer, ExternalId, Pass, PassPlatform
from preo.customers.tests.factories import make_customer, make_external_id
from preo.editions.models import Edition, Event, FeeRule, MerchantAccount
from preo.editions.tests.factories import make_edition, make_event
from preo.orders.checks import check_tenancy
from preo.orders.models import (
    Cart,
    CartItem,
    Order,
    Purchase,
    Transaction,
    TransactionKind,
    TransactionStatus,
)
from preo.orders.tests.factories import make_order
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

MADE: tuple[type[Row], ...] = (
    ApiKey,
    Cart,
    CartItem,
    Category,
    Consent,
    Customer,
    Edition,
    Event,
    ExternalId,
    FeeRule,
    Location,
    Membership,
    MerchantAccount,
    Option,
    Order,
    Pass,
    PassDesign,
    Product,
    Purchase,
    Transaction,
    Variant,
    Vendor,
)
"""What `make_tenant` makes rows of. The checks find the tables of later slices by themselves."""


def red(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings if not finding.ok]


def make_tenant(slug: str) -> Organization:
    """An organization with two editions and in each a row of every table."""
    organization = make_organization(slug=slug)
    of: dict[str, Any] = {"organization": organization}
    for name in ("one", "two"):
        edition = make_edition(event=make_event(**of), name=name)
        Edition.objects.filter(pk=edition.pk).update(
            fee_rule=FeeRule.objects.create(name="fees", **of),
            merchant_account=MerchantAccount.objects.create(name="account", type="card", **of),
        )
        location = make_location(edition=edition)
        product = make_product(edition=edition, vendor=make_vendor(**of), location=location)
        product.categories.add(make_category(edition=edition))
        variant = make_variant(product=product)
        Option.objects.create(product=product, name="More", **of)
        customer = make_customer(**of)
        make_customer(email=None, first_name="", last_name="", merged_into=customer, **of)
        make_external_id(customer=customer)
        design = PassDesign.objects.create(edition=edition, name="Blue", **of)
        Pass.objects.create(
            edition=edition, customer=customer, design=design, platform=PassPlatform.APPLE, **of
        )
        order = make_order(edition=edition, customer=customer, products=[product])
        order.purchases.update(variant=variant)
        order.cart.items.update(variant=variant)
        Transaction.objects.create(
            order=order,
            payment=order.completed_transaction,
            kind=TransactionKind.REFUND,
            type=order.type,
            status=TransactionStatus.PENDING,
            service="test",
            amount=-100,
            currency=order.currency,
            **of,
        )
        # A published one cannot be bent.
        make_consent(edition=edition, vendor=product.vendor, published=False)
        make_consent(edition=edition, products=[product], published=False)
        make_membership(edition=edition)
        make_key(edition=edition)
    return organization


Relation = tuple[type[Row], "models.ForeignKey[Any, Any] | models.ManyToManyField[Any, Any]"]


def relations() -> list[Relation]:
    """Each key and each link from one of these tables to another."""
    return [
        (model, field)
        for model in MADE
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model in MADE
    ]


def ends(relation: Relation) -> tuple[Any, Any]:
    return relation[0], relation[1].related_model


def has_column(model: type[models.Model], column: str) -> bool:
    return column in {field.column for field in model._meta.concrete_fields}


def point(row: Row, field: Any, at: Row) -> None:
    if isinstance(field, models.ManyToManyField):
        getattr(row, field.name).set([at])
        return
    if field.unique:
        type(row)._default_manager.filter(**{field.name: at}).delete()
    values: dict[str, Any] = {field.attname: at.pk}
    # A place in an order or a cart is taken once.
    if has_column(type(row), "position"):
        values["position"] = 99
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def test_rows_that_keep_to_their_own_organization_raise_no_alarm() -> None:
    make_tenant("northlight")
    make_tenant("rival")

    assert red(check_tenancy()) == []


@pytest.mark.parametrize(
    ("model", "field"),
    relations(),
    ids=lambda value: getattr(value, "__name__", None) or value.name,
)
def test_a_row_that_points_into_another_organization_or_edition_is_found(
    model: Any, field: Any
) -> None:
    own, other = make_tenant("northlight"), make_tenant("rival")
    target = field.related_model
    name = f"{model._meta.verbose_name} and {field.verbose_name}"
    in_use = {f"{field.name}__isnull": False}
    row = model._default_manager.filter(organization_id=own.pk, **in_use).earliest("created", "id")
    foreign = target._default_manager.filter(organization_id=other.pk).earliest("created", "id")
    with_edition = all(has_column(one, "edition_id") for one in (model, target))

    point(row, field, foreign)

    found = red(check_tenancy())
    assert [one for one in found if one.endswith("organization")] == [f"{name}: one organization"]
    assert (f"{name}: one edition" in found) == with_edition


@pytest.mark.parametrize(
    ("model", "field"),
    [pair for pair in relations() if all(has_column(one, "edition_id") for one in ends(pair))],
    ids=lambda value: getattr(value, "__name__", None) or value.name,
)
def test_a_row_that_points_into_another_edition_of_its_organization_is_found(
    model: Any, field: Any
) -> None:
    own = make_tenant("northlight")
    in_use = {f"{field.name}__isnull": False}
    row = model._default_manager.filter(**in_use).earliest("created", "id")
    others = field.related_model._default_manager.exclude(edition_id=row.edition_id)

    point(row, field, others.earliest("created", "id"))

    assert row.organization_id == own.pk
    name = f"{model._meta.verbose_name} and {field.verbose_name}"
    assert red(check_tenancy()) == [f"{name}: one edition"]


def test_every_relation_of_these_tables_is_checked() -> None:
    names = {f"{model._meta.verbose_name} and {field.verbose_name}" for model, field in relations()}

    assert names <= {finding.name.rpartition(":")[0] for finding in check_tenancy()}
    assert len(names) > 30
