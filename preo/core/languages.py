"""Languages and texts that are kept in several of them."""

from collections.abc import Mapping

from django.db import models


class Language(models.TextChoices):
    EN = "en", "English"
    DA = "da", "Dansk"
    SE = "se", "Svenska"
    NL = "nl", "Nederlands"
    PL = "pl", "Polski"


def translated(text: Mapping[str, str], *languages: str) -> str:
    """The text in the first of these languages that has one, else in any, else empty."""
    for language in languages:
        if text.get(language):
            return text[language]
    return next((value for value in text.values() if value), "")
