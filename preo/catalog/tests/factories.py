"""Products and what stands around them, for tests: every value may be given, none must be."""

import itertools

from preo.catalog.models import (
    Category,
    Location,
    Option,
    Product,
    ProductType,
    Variant,
    Vendor,
)
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

_numbers = itertools.count(1)


def make_vendor(
    *,
    organization: Organization | None = None,
    name: str = "Harbour Grill",
    code: str | None = None,
) -> Vendor:
    return Vendor.objects.create(
        organization=organization or make_organization(), name=name, code=code
    )


def make_location(
    *, edition: Edition | None = None, name: str = "East Gate", is_draft: bool = False
) -> Location:
    edition = edition or make_edition()
    return Location.objects.create(
        organization_id=edition.organization_id, edition=edition, name=name, is_draft=is_draft
    )


def make_category(
    *, edition: Edition | None = None, name: dict[str, str] | None = None, position: int = 0
) -> Category:
    edition = edition or make_edition()
    return Category.objects.create(
        organization_id=edition.organization_id,
        edition=edition,
        name={"en": "Tickets"} if name is None else name,
        position=position,
    )


def make_product(
    *,
    edition: Edition | None = None,
    name: str | None = None,
    code: str | None = None,
    type: str = ProductType.TICKET,  # noqa: A002 - the column's name
    vendor: Vendor | None = None,
    location: Location | None = None,
    price: int = 5000,
    deposit: int = 0,
    handling_fee: int = 0,
    uses: int = 1,
    is_unlimited_use: bool = False,
    is_draft: bool = False,
) -> Product:
    """A product of the edition, or of a new one; amounts in minor units."""
    edition = edition or make_edition()
    return Product.objects.create(
        organization_id=edition.organization_id,
        edition=edition,
        name=f"Day ticket {next(_numbers)}" if name is None else name,
        code=code,
        type=type,
        vendor=vendor,
        location=location,
        price=price,
        deposit=deposit,
        handling_fee=handling_fee,
        uses=uses,
        is_unlimited_use=is_unlimited_use,
        is_draft=is_draft,
    )


def make_variant(
    *,
    product: Product | None = None,
    name: str = "Large",
    code: str | None = None,
    price: int | None = None,
) -> Variant:
    """A variant of the product, or of a new one; the price in minor units."""
    product = product or make_product()
    return Variant.objects.create(
        organization_id=product.organization_id,
        product=product,
        name=name,
        code=code,
        price=price,
    )


def make_option(
    *,
    product: Product | None = None,
    name: str = "Camping",
    price_mod: int = 0,
    deposit_mod: int = 0,
) -> Option:
    """An option of the product, or of a new one; amounts in minor units."""
    product = product or make_product()
    return Option.objects.create(
        organization_id=product.organization_id,
        product=product,
        name=name,
        price_mod=price_mod,
        deposit_mod=deposit_mod,
    )
