"""Segments in a real browser: conditions typed, mended, counted, saved and exported; rows and text."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Request, Route, expect

from preo.catalog.models import Product
from preo.core.languages import Language
from preo.customers.models import Customer
from preo.dashboard.tests.desk import PATIENCE, Desk
from preo.dashboard.tests.segment_desk import LIST, at, choose, work, write
from preo.segments.models import Member, Segment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)


def test_a_condition_is_written_mended_counted_saved_and_exported(
    desk: Desk, buyers: list[Customer]
) -> None:
    page = at(desk)
    write_and_mend(page)
    expect(page.locator(".audience-number")).to_have_text("1")
    expect(page.locator("#audience")).to_contain_text("Mia Blom")

    page.get_by_role("textbox", name="Name").fill("Mias")
    page.get_by_role("button", name="Save and calculate").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mias")
    expect(page.locator("#standing")).to_contain_text("Waiting")
    work()
    expect(page.locator("#standing")).to_contain_text("Ready")
    expect(page.get_by_role("table", name="Members")).to_contain_text("Mia Blom")

    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    stored = Customer.objects.filter(pk__in=Member.objects.values("customer_id"))
    assert [row["id"] for row in rows] == [each.api_id for each in stored] == [buyers[0].api_id]
    assert rows[0]["email"] == buyers[0].email
    assert Segment.objects.get().condition == (
        'user.orders_count >= 1\n&& user.first_name == "Mia"'
    )


def write_and_mend(page: Page) -> None:
    """Two mistakes, each marked and told; one is mended by its button, the other by hand."""
    write(page, 'user.orders_cont >= 1\n&& user.first_name = "Mia"')

    problems = page.locator("#condition-problems li")
    expect(problems).to_have_count(2)
    expect(problems.first).to_contain_text("Line 1, column 6")
    expect(problems.first).to_contain_text("Did you mean")
    expect(problems.last).to_contain_text("Line 2, column 20")
    expect(problems.last).to_contain_text("==")
    marked = page.locator(".cm-lintRange-error")
    expect(marked).to_have_text(["orders_cont", "="])
    expect(page.locator("#audience")).to_contain_text("Mend the condition")

    problems.first.get_by_role("button", name="Write orders_count").click()
    expect(problems).to_have_count(1)
    problems.first.get_by_role("button").first.click()
    page.keyboard.insert_text("==")
    expect(problems).to_have_count(0)
    expect(marked).to_have_count(0)


def test_rows_write_the_text_and_read_it_back(desk: Desk, buyers: list[Customer]) -> None:
    page = at(desk)
    text = page.get_by_role("textbox", name="Condition")
    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_label("What is asked")).to_be_focused()
    page.get_by_label("Product: Which").select_option("Weekend pass")
    product = Product.objects.get(name="Weekend pass")
    expect(text).to_contain_text(f'p.product == "{product.api_id}"')
    expect(page.locator(".cel-name")).to_have_text("Weekend pass")
    expect(page.locator(".audience-number")).to_have_text("1")

    page.get_by_role("button", name="Add a row").click()
    page.get_by_label("What is asked").last.select_option("Number of orders")
    page.get_by_label("Number of orders: How many").fill("1000")
    expect(text).to_contain_text("&& user.orders_count >= 1000")
    expect(page.locator(".audience-number")).to_have_text("0")
    expect(page.get_by_role("status").filter(has_text="0 can be reached")).to_be_attached()
    page.get_by_label("All or any of the rows").select_option("any")
    expect(text).to_contain_text("|| user.orders_count >= 1000")
    expect(page.locator(".audience-number")).to_have_text("1")

    page.get_by_role("button", name="Remove the row Product").click()
    expect(page.get_by_label("What is asked")).to_be_focused()
    write(page, "\n&& user.has_email")
    expect(page.get_by_label("What is asked")).to_have_count(2)
    expect(page.get_by_label("Contact: Which")).to_have_value("has_email")
    write(page, "\n&& user.orders_count > orders.size()")
    expect(page.get_by_text("The text below says more than rows can show.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a row")).to_be_disabled()


def test_names_and_values_are_offered_and_chosen_by_keys(
    desk: Desk, buyers: list[Customer]
) -> None:
    page = at(desk)
    options = page.get_by_role("listbox").get_by_role("option")
    page.get_by_role("textbox", name="Condition").click()
    page.keyboard.type("user.lang")
    expect(options.first).to_contain_text("language")
    choose(page)
    page.keyboard.type(" == ")
    expect(options).to_have_count(len(Language))
    page.keyboard.type('"da')
    expect(options).to_have_count(1)
    choose(page)
    page.keyboard.type(" && orders.exi")
    expect(options.first).to_contain_text("exists")
    choose(page)
    page.keyboard.press("Tab")
    page.keyboard.type('o.edition == "26')
    expect(options).to_have_count(1)
    expect(options.first).to_contain_text("Northlight 2026")
    choose(page)

    expect(page.get_by_role("textbox", name="Condition")).to_have_text(
        'user.language == "da" && orders.exists(o, o.edition == "2026")'
    )
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Condition")).not_to_be_focused()


def test_why_somebody_is_not_in_it_is_told_in_the_words_of_the_rows(
    desk: Desk, buyers: list[Customer]
) -> None:
    page = at(desk)
    write(page, 'user.orders_count >= 2 && user.language == "da"')
    expect(page.locator(".audience-number")).to_have_text("0")
    page.get_by_label("Find a person").fill("jon")
    page.get_by_role("button", name="Jon Blom").click()

    why = page.locator("#why")
    expect(why).to_contain_text("Not in it")
    expect(why.locator(".part-yes", has_text="Number of orders: at least 2")).to_have_count(1)
    expect(why.locator(".part-no", has_text="Language: is Dansk")).to_have_count(1)
    expect(why.locator(".part-no", has_text="marketing consent is yes")).to_have_count(1)

    page.get_by_label("Transactional").check()
    write(page, ' || user.first_name == "Jon"')
    expect(why).to_contain_text("The condition holds and the person can be reached.")


def test_a_recipe_is_taken_and_another_added(desk: Desk, buyers: list[Customer]) -> None:
    page = at(desk)
    text = page.get_by_role("textbox", name="Condition")
    page.get_by_role("button", name="Recipes").click()
    page.get_by_label("Find a recipe").fill("regulars")
    page.get_by_role("button", name="Take it: Regulars").click()
    expect(text).to_have_text("user.orders_count >= 3")
    expect(page.get_by_label("Number of orders: How many")).to_have_value("3")
    page.get_by_role("button", name="Recipes").click()
    page.get_by_role("button", name="Add with “and”: Lapsed: no order for a year").click()

    expect(text).to_contain_text("&& (user.last_order < now - days(365))")
    expect(page.get_by_label("What is asked")).to_have_count(2)
    expect(page.locator("#condition-problems li")).to_have_count(0)


def test_every_row_reads_back_what_it_wrote(desk: Desk, buyers: list[Customer]) -> None:
    """In the modules themselves, over all kinds and operators; the server then finds no mistake."""
    page = at(desk)
    found = page.evaluate(
        """async () => {
            const base = "/static/dashboard/js/segments/";
            const { KINDS } = await import(base + "kinds.js");
            const { readRows, writeRows } = await import(base + "rows.js");
            const values = {choice: "x", amount: "12.50", whole: "3", text: 'a"b\\\\c', date: "2026-02-03"};
            const rows = KINDS.flatMap((kind) => kind.operators.map((operator) => ({
                kind: kind.key, operator: operator.key,
                value: kind.value.isName ? "has_phone" : values[kind.value.type],
            })));
            const same = [true, false].map((every) => {
                const text = writeRows({ every, rows });
                return JSON.stringify(readRows(text)) === JSON.stringify({ every, rows });
            });
            const unread = ["true", "user.has_email // x", "user.has_email && user.has_phone || true",
                "user.orders_count >= 2.5", 'user.email.endsWith("a\\\\n")', 'user.language == "d'];
            return {
                same, count: rows.length, texts: rows.map((row) => writeRows({ every: true, rows: [row] })),
                unread: unread.map(readRows),
                loose: readRows("((user.has_email)&&(user.orders_count>=2))"),
            };
        }"""
    )

    assert found["same"] == [True, True]
    assert found["count"] > 30
    assert found["unread"] == [None] * 6
    assert [row["kind"] for row in found["loose"]["rows"]] == ["reach", "orders"]
    token = page.locator("#segment-form [name=csrfmiddlewaretoken]").input_value()
    for text in found["texts"]:
        answer = page.request.post(
            f"{LIST}/check", form={"condition": text, "csrfmiddlewaretoken": token}
        ).json()
        codes = {each["code"] for each in answer["problems"] if each["severity"] == "error"}
        assert codes <= {"unknown_value", "wrong_id"}, text


def test_places_are_right_behind_an_emoji_and_blanks_stay_blanks(
    desk: Desk, buyers: list[Customer]
) -> None:
    page = at(desk)
    write(page, 'user.first_name == "😀😀" &&\u00a0user.emial == "x"')

    expect(page.locator(".cm-lintRange-error")).to_have_text(["emial"])
    expect(page.locator("#condition-problems li")).to_contain_text("column 33")
    assert "\u00a0" not in page.locator("#field-condition").input_value()


def test_typing_over_what_is_chosen_breaks_no_policy(desk: Desk, buyers: list[Customer]) -> None:
    page = at(desk)
    text = page.get_by_role("textbox", name="Condition")
    write(page, 'user.language == "da"')
    expect(page.locator(".cel-root")).to_have_text("user")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("user.has_email")
    expect(text).to_have_text("user.has_email")
    page.keyboard.press("Control+a")
    page.keyboard.type("(")
    expect(text).to_have_text("(user.has_email)")
    page.keyboard.type("x")
    expect(text).to_have_text("(x)")

    assert desk.complaints == []


def test_only_the_answer_to_the_last_question_is_shown(desk: Desk, buyers: list[Customer]) -> None:
    page = at(desk)
    held: list[Route] = []
    dropped: list[Request] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    def note(request: Request) -> None:
        dropped.append(request)

    page.on("requestfailed", note)
    page.route("**/segments/preview", hold_the_first)
    write(page, 'user.first_name == "nobody"')
    expect(page.locator("#audience[data-state=counting]")).to_contain_text("Counting")
    write(page, ' || user.first_name == "Mia"')
    expect(page.locator(".audience-number")).to_have_text("1")

    assert [request.url for request in dropped] == [held[0].request.url]
    expect(page.locator("#audience")).to_have_attribute("data-state", "ready")
    # htmx notes what it dropped itself.
    assert [text for text in desk.complaints if not text.startswith("htmx:")] == []
    desk.complaints.clear()


def test_where_no_answer_comes_no_old_number_is_left(desk: Desk, buyers: list[Customer]) -> None:
    page = at(desk)
    write(page, "true")
    expect(page.locator(".audience-number")).to_have_text("1")
    page.route("**/segments/preview", lambda route: route.abort())
    write(page, " && user.has_email")

    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    expect(page.locator(".audience-number")).to_be_hidden()
    # Chromium and htmx both note the connection that was cut.
    assert len(desk.complaints) == 3
    desk.complaints.clear()


def test_leaving_with_a_condition_that_is_not_saved_asks_first(
    desk: Desk, buyers: list[Customer]
) -> None:
    page = at(desk)
    write(page, "user.has_email")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile(f"{LIST}$"))

    assert asked == ["beforeunload"]


def test_without_scripts_a_condition_is_checked_counted_and_saved(
    desk: Desk, buyers: list[Customer]
) -> None:
    page = at(desk, scripts=False)
    page.get_by_role("textbox", name="Name").fill("Mias")
    page.get_by_role("textbox", name="Condition").fill('user.first_nam == "Mia"')
    page.get_by_role("button", name="Check and count").click()
    expect(page.locator("#audience")).to_contain_text("Line 1, column 6")
    page.get_by_role("textbox", name="Condition").fill('user.first_name == "Mia"')
    page.get_by_role("button", name="Check and count").click()
    expect(page.locator(".audience-number")).to_have_text("1")
    page.get_by_role("button", name="Save and calculate").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mias")
    work()
    page.reload()
    page.get_by_label("Find a person").fill("jon")
    page.get_by_label("Find a person").press("Enter")
    page.get_by_role("link", name="Jon Blom").click()
    expect(page.locator("#why")).to_contain_text("Not in it")
