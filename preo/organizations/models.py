from typing import ClassVar

from django.db import models

from preo.core.languages import Language
from preo.core.models import Row, one_of
from preo.core.money import Currency


class Organization(Row):
    """A tenant: one who runs events. Its slug stands in the dashboard's addresses."""

    id_prefix: ClassVar[str] = "org"

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=63, unique=True)
    currency = models.CharField(max_length=3, choices=Currency.choices, default=Currency.EUR)
    default_language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)

    avatar: ClassVar[None] = None
    """No pictures yet."""

    class Meta:
        constraints = [
            one_of("organization_currency", "currency", Currency),
            one_of("organization_language", "default_language", Language),
        ]

    def __str__(self) -> str:
        return self.name
