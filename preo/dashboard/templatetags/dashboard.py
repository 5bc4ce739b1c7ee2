"""How ids, money, times and states are written on pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from preo.accounts.models import RoleWord
from preo.core import money as core_money
from preo.core.languages import translated
from preo.editions.models import Edition

register = template.Library()

# The tone says what a person has to think of: is it done, open, undone or over?
_STATES = {
    "pending": ("wait", "Pending"),
    "confirmed": ("open", "Confirmed"),
    "completed": ("good", "Completed"),
    "cancelled": ("over", "Cancelled"),
    "failed": ("bad", "Refused"),
    "reserved": ("wait", "Reserved"),
    "paid": ("good", "Paid"),
    "ready": ("open", "Ready"),
    "partially_used": ("open", "Partly used"),
    "used": ("over", "Used"),
    "refunded": ("back", "Refunded"),
    "expired": ("over", "Expired"),
    "draft": ("wait", "Draft"),
    "published": ("good", "Published"),
}


THEME_COOKIE = "preo_theme"
_THEMES = (("light", "sun", "Light"), ("dark", "moon", "Dark"), ("system", "monitor", "System"))


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A symbol of icons.html. It only decorates: the word beside it says what it means."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="#icon-{}"/></svg>', css, name
    )


@register.simple_tag
def state(word: str) -> SafeString:
    """The state of an order, a transaction or a purchase."""
    tone, label = _STATES.get(word, ("over", word.replace("_", " ").capitalize()))
    return format_html('<span class="state state-{}">{}</span>', tone, label)


@register.simple_tag
def role_tag(word: str) -> SafeString:
    """A role in an organization or an edition."""
    return format_html('<span class="tag">{}</span>', RoleWord(word).label)


@register.simple_tag
def moment(value: datetime | None, zone: str, among_others: bool = False) -> SafeString:
    """A time in an edition's zone; the title tells the seconds, the offset and the zone.

    Among times of other zones the offset stands beside it, without minutes where it has none.
    """
    if value is None:
        return SafeString("")
    local = value.astimezone(ZoneInfo(zone))
    hours, minutes = f"{local:%z}"[:3], f"{local:%z}"[3:]
    short = hours if minutes == "00" else f"{hours}:{minutes}"
    return format_html(
        '<time datetime="{}" title="{}">{}{}</time>',
        f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"{local.day} {local:%B %Y, %H:%M:%S} {hours}:{minutes} ({zone})",
        f"{local.day} {local:%b %Y, %H:%M}",
        format_html(' <span class="offset">{}</span>', short) if among_others else "",
    )


@register.simple_tag
def copy(value: str, label: str) -> SafeString:
    """A button that copies a value. Without scripts it is not shown."""
    return format_html(
        '<button type="button" class="copy js-only" data-copy="{}" aria-label="Copy the {}" hidden>'
        '<svg class="icon icon-sm icon-idle" aria-hidden="true"><use href="#icon-copy"/></svg>'
        '<svg class="icon icon-sm icon-done" aria-hidden="true"><use href="#icon-check"/></svg>'
        "</button>",
        value,
        label,
    )


@register.simple_tag(takes_context=True)
def theme_buttons(context: template.Context) -> SafeString:
    """Light, dark or as the system has it, the chosen one pressed."""
    chosen = context["request"].COOKIES.get(THEME_COOKIE)
    pressed = chosen if chosen in {"light", "dark"} else "system"
    return format_html_join(
        "",
        '<button name="theme" value="{}" aria-pressed="{}">{}{}</button>',
        (
            (word, "true" if word == pressed else "false", icon(picture, "icon-sm"), label)
            for word, picture, label in _THEMES
        ),
    )


@register.filter
def money(minor: int) -> str:
    """Minor units as `1,234.50`, with a true minus sign; the currency stands beside it."""
    sign, text = ("\N{MINUS SIGN}" if minor < 0 else ""), core_money.to_text(abs(minor))
    whole, cents = text.split(".")
    return f"{sign}{int(whole):,}.{cents}"


@register.filter
def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"


@register.filter
def text_for(text: Mapping[str, str], edition: Edition) -> str:
    """A translated text in the edition's default language, else in any."""
    return translated(text, edition.default_language)


@register.filter
def initials(name: str) -> str:
    """Up to two letters for the round sign beside a person's name."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"
