"""Organizations for tests: every value may be given, none must be."""

import itertools

from preo.core.languages import Language
from preo.core.money import Currency
from preo.organizations.models import Organization

_numbers = itertools.count(1)


def make_organization(
    *,
    name: str = "Northlight",
    slug: str | None = None,
    currency: str = Currency.EUR,
    default_language: str = Language.EN,
) -> Organization:
    return Organization.objects.create(
        name=name,
        slug=slug or f"organization-{next(_numbers)}",
        currency=currency,
        default_language=default_language,
    )
