"""What the browser tests of segments do over and over: come to the builder, write, choose, calculate."""

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from preo.accounts.tests.factories import PASSWORD
from preo.dashboard.tests.desk import Desk, sign_in
from preo.segments.models import Segment
from preo.segments.service.calculations import calculate_segment

LIST = "/o/northlight/segments"
NEW = f"{LIST}/new"


def at(desk: Desk, path: str = NEW, **window: bool | int) -> Page:
    """Signed in before the page, and its editor ready."""
    page = desk.open(**window)  # type: ignore[arg-type]
    page.goto(path)
    sign_in(page, PASSWORD)
    expect(page).to_have_url(re.compile(re.escape(path)))
    if path == NEW and window.get("scripts", True):
        expect(page.locator("#segment-form[data-ready]")).to_be_attached()
    return page


def write(page: Page, text: str) -> None:
    """Type at the end of the condition, brackets and quotes by hand as well."""
    page.get_by_role("textbox", name="Condition").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def choose(page: Page) -> None:
    """Take the option that is offered. The editor lets Enter be a new line for a blink before that."""
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")


def work() -> None:
    """What the worker would do."""
    for segment in Segment.objects.filter(status="pending"):
        calculate_segment(segment_id=segment.pk, generation=segment.generation, now=timezone.now())
