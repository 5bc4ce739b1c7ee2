"""Writes an organization's editions and what they sell."""

import uuid
from typing import Any

from preo.catalog.models import Category, Location, Option, PassDesign, Product, Variant, Vendor
from preo.editions.models import Edition, Event, FeeRule, MerchantAccount, SmsSenderName
from preo.organizations.models import Organization
from preo.runtime.demo.cards import Offer, deal_cards, lay_out_cards, ways_to_buy
from preo.runtime.demo.dice import id_of
from preo.runtime.demo.goods import CATEGORIES, Good
from preo.runtime.demo.plan import EditionPlan, OrganizationPlan


def write_catalog(plan: OrganizationPlan) -> None:
    """The organization, its event, editions, vendors and products, and the table `demo_card`."""
    made = {"created": plan.founded_at, "modified": plan.founded_at}
    Organization.objects.create(
        id=plan.id, name=plan.name, slug=plan.slug, currency=plan.currency,
        default_language=plan.language, **made,
    )  # fmt: skip
    of: dict[str, Any] = {"organization_id": plan.id} | made
    event = Event.objects.create(id=_id(plan, "event"), name=plan.event, **of)
    fee_rule = FeeRule.objects.create(id=_id(plan, "fees"), name="Buyer pays 2.5 %", **of)
    account = MerchantAccount.objects.create(
        id=_id(plan, "account"), name=f"{plan.name} at Cardway", type="cardway",
        supported_currencies=sorted({edition.currency.value for edition in plan.editions} | {"eur"}),
        **of,
    )  # fmt: skip
    vendors = {
        code: Vendor(id=_id(plan, f"vendor {code}"), name=name, code=code, **of)
        for edition in plan.editions
        for code, name in edition.range.vendors.items()
    }
    Vendor.objects.bulk_create(vendors.values())
    lay_out_cards()
    for place, edition in enumerate(plan.editions):
        _write_edition(plan, edition, event, fee_rule, account)
        deal_cards(place, edition, _write_goods(plan, edition, vendors))


def _id(plan: OrganizationPlan, tag: str) -> uuid.UUID:
    return id_of(plan.founded_at, f"{plan.slug} {tag}")


def _write_edition(
    plan: OrganizationPlan,
    edition: EditionPlan,
    event: Event,
    fee_rule: FeeRule,
    account: MerchantAccount,
) -> None:
    full_name = f"{event.name} {edition.name}"
    languages = [language.value for language in edition.range.languages]
    Edition.objects.create(
        id=edition.id, organization_id=plan.id, event=event, name=edition.name,
        full_name=full_name, slug=edition.slug, start_date=edition.starts_at,
        end_date=edition.ends_at, timezone=edition.zone, default_country_code=edition.country,
        is_draft=False, published_at=edition.sale_opens_at, default_language=plan.language,
        enabled_languages=languages, tax_type=edition.tax_type,
        default_price_tax_rate=edition.tax_rate, currency=edition.currency, fee_rule=fee_rule,
        merchant_account=account, metadata={"demo": {"orders": plan.orders}},
        sms_sender_name=SmsSenderName.STORE, email_sender_name=plan.name,
        email_sender_address=f"hello@{plan.slug}.example",
        email_reply_to=f"support@{plan.slug}.example",
        meta_title={"en": full_name}, meta_description={"en": f"Tickets and more for {full_name}"},
        created=edition.sale_opens_at, modified=edition.sale_opens_at,
    )  # fmt: skip
    PassDesign.objects.create(
        edition_id=edition.id, name=f"Pass of {edition.name}", **_row(plan, edition, "pass")
    )


def _write_goods(
    plan: OrganizationPlan, edition: EditionPlan, vendors: dict[str, Vendor]
) -> list[Offer]:
    """Write the products with all that belongs to them; returns the ways to buy each."""
    sold = edition.range
    used = dict.fromkeys(good.category for good in sold.goods)
    categories = {
        key: Category.objects.create(
            edition_id=edition.id,
            position=position,
            name=CATEGORIES[key],
            **_row(plan, edition, f"category {key}"),
        )
        for position, key in enumerate(used)
    }
    locations = {
        name: Location.objects.create(
            edition_id=edition.id, name=name, **_row(plan, edition, f"location {name}")
        )
        for name in dict.fromkeys(sold.places[key] for key in used)
    }
    offers: list[Offer] = []
    for good in sold.goods:
        location = locations[sold.places[good.category]]
        product = _write_product(plan, edition, good, vendors[good.vendor], location)
        # A link has no id of its own that anyone sees.
        product.categories.add(categories[good.category])
        variants, options = _write_choices(plan, edition, good, product)
        offers += ways_to_buy(good, product, variants, options)
    return offers


def _write_product(
    plan: OrganizationPlan, edition: EditionPlan, good: Good, vendor: Vendor, location: Location
) -> Product:
    return Product.objects.create(
        edition_id=edition.id, vendor=vendor, location=location, type=good.type, name=good.name,
        code=good.code, description={"en": f"{good.name}, by {vendor.name}."},
        price=_price(edition, good.price), deposit=_price(edition, good.deposit),
        handling_fee=_price(edition, good.handling_fee), uses=good.uses,
        is_unlimited_use=good.is_unlimited_use, is_draft=good.is_draft,
        **_row(plan, edition, f"product {good.code}"),
    )  # fmt: skip


def _write_choices(
    plan: OrganizationPlan, edition: EditionPlan, good: Good, product: Product
) -> tuple[list[Variant], list[Option]]:
    variants = [
        Variant(
            product=product,
            name=name,
            code=f"{good.code}-{position}",
            position=position,
            price=_price(edition, good.price + more) if more else None,
            **_row(plan, edition, f"variant {good.code} {name}"),
        )
        for position, (name, more) in enumerate(good.variants)
    ]
    options = [
        Option(
            product=product,
            name=name,
            position=position,
            price_mod=_price(edition, price),
            deposit_mod=_price(edition, deposit),
            **_row(plan, edition, f"option {good.code} {name}"),
        )
        for position, (name, price, deposit) in enumerate(good.options)
    ]
    return Variant.objects.bulk_create(variants), Option.objects.bulk_create(options)


def _row(plan: OrganizationPlan, edition: EditionPlan, tag: str) -> dict[str, Any]:
    """Id, organization and times of a row that came with the edition."""
    at = edition.sale_opens_at
    return {
        "id": id_of(at, f"{edition.key} {tag}"),
        "organization_id": plan.id,
        "created": at,
        "modified": at,
    }


def _price(edition: EditionPlan, minor: int) -> int:
    """A price of the list of goods as this edition asks it, in round amounts."""
    step = edition.price_step
    scaled = minor * edition.price_permille // 1000
    return (scaled + step - 1) // step * step
