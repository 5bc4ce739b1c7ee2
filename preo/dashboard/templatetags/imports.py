"""How the stage of an import and the time that it will take are written."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from preo.imports.models import ImportStage

register = template.Library()

_STAGES = {
    ImportStage.UPLOADED: ("open", "Being read"),
    ImportStage.NEEDS_COLUMN_MAPPING: ("wait", "Needs columns"),
    ImportStage.NEEDS_PRODUCT_MAPPING: ("wait", "Needs products"),
    ImportStage.IMPORTING: ("open", "Importing"),
    ImportStage.COMPLETED: ("good", "Completed"),
    ImportStage.FAILED: ("bad", "Failed"),
    ImportStage.CANCELLED: ("over", "Cancelled"),
}


@register.simple_tag
def import_stage(word: str) -> SafeString:
    """Where an import stands, in a word or two."""
    tone, label = _STAGES[ImportStage(word)]
    return format_html('<span class="state state-{}">{}</span>', tone, label)


_OUTCOMES = {"created": "good", "updated": "open", "unchanged": "over", "failed": "bad"}


@register.simple_tag
def outcome(word: str) -> SafeString:
    """What becomes of an order, in a word."""
    return format_html('<span class="state state-{}">{}</span>', _OUTCOMES[word], word.capitalize())


@register.filter
def time_left(seconds: int) -> str:
    """`about 40 seconds`, or `about 3 minutes`."""
    if seconds < 90:
        return "about a second" if seconds == 1 else f"about {seconds} seconds"
    return f"about {-(-seconds // 60)} minutes"
