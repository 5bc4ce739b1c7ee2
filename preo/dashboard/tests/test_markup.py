"""What the pages may not hold: scripts and styles in line, things from elsewhere, others' markup."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client

from preo.accounts.models import RoleWord
from preo.catalog.tests.factories import make_product
from preo.customers.tests.factories import make_customer
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.pages import DATA, OPEN, OPERATORS, POSTED, Scene, make_scene, names
from preo.editions.tests.factories import make_edition
from preo.orders.models import TransactionStatus
from preo.orders.tests.factories import make_order, make_transaction

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
_ADDRESSES = ("src", "href", "action", "hx-get", "formaction")
_PAGES = [name for name in names() if name not in POSTED | DATA | OPERATORS | {"home"}]
_SWAPS = ["switch", "find", "edition_find", "orders", "edition_orders"]


@dataclass
class Findings(HTMLParser):
    """Reads a page and notes what may not be there."""

    bad: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = dict(attrs)
        if tag in {"style", "iframe", "object", "embed", "base"}:
            self.bad.append(tag)
        self._script = tag == "script"
        if self._script and not words.get("src"):
            self.bad.append("script without src")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on", "hx-vals", "hx-vars")):
                self.bad.append(f"{name} of {tag}")
            if name in _ADDRESSES and not _is_own(value or ""):
                self.bad.append(f"{name}={value}")
        if words.get("id"):
            self.ids.append(str(words["id"]))

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.bad.append("script in line")
        self._script = False


def _is_own(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "mailto" or (not parts.scheme and not parts.netloc)


def read(html: str) -> Findings:
    findings = Findings()
    findings.feed(html)
    return findings


@pytest.fixture
def evil() -> Scene:
    """Names that mean harm wherever a name can stand."""
    edition = make_edition(name=EVIL[:200])
    edition.organization.name = EVIL
    edition.organization.save()
    customer = make_customer(organization=edition.organization, first_name=EVIL, last_name=EVIL)
    product = make_product(edition=edition, name=EVIL)
    order = make_order(
        edition=edition,
        customer=customer,
        products=[product],
        order_number=EVIL[:16],
        coupon_code=EVIL[:64],
        service=EVIL[:64],
        external_id=EVIL,
        metadata={EVIL: EVIL, "nested": {EVIL: [EVIL]}},
    )
    make_transaction(order=order, status=TransactionStatus.FAILED, message=EVIL)
    customer.first_name = f"Now {EVIL}"
    customer.save()
    return Scene(edition, order)


@pytest.fixture
def browser(evil: Scene) -> Client:
    return client_of(
        make_member(
            organization=evil.edition.organization, role=RoleWord.ADMIN, full_name=f"Ada {EVIL}"
        )
    )


def test_the_reading_itself_finds_what_is_planted() -> None:
    planted = (
        "<script>x</script><style></style><p style='a'></p><a onclick='x'></a>"
        "<a hx-on:click='x'></a><img src='https://cdn.example/x.png'><a href='//x.example'></a>"
    )

    assert len(read(planted).bad) == 8


@pytest.mark.parametrize("name", _PAGES)
def test_a_page_has_nothing_in_line_and_nothing_from_elsewhere(
    name: str, evil: Scene, browser: Client
) -> None:
    client = Client() if name in OPEN else browser
    response = client.get(evil.url(name), {"search": EVIL, "next": EVIL}, follow=True)
    page = response.content.decode()
    found = read(page)

    assert response.status_code == 200
    assert found.bad == []
    assert len(found.ids) == len(set(found.ids))
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("name", _SWAPS)
def test_a_swapped_part_has_nothing_in_line_and_nothing_from_elsewhere(
    name: str, evil: Scene, browser: Client
) -> None:
    for search in ("", EVIL[:16], EVIL):
        response = browser.get(
            evil.url(name), {"search": search, "from": EVIL}, headers={"HX-Request": "true"}
        )
        assert response.status_code == 200
        assert read(response.content.decode()).bad == []


@pytest.mark.parametrize("path", ["/no/such/page", "/o/nobody/orders"])
def test_an_error_page_has_nothing_in_line_either(path: str, browser: Client) -> None:
    assert read(browser.get(path).content.decode()).bad == []


def test_every_page_is_served_under_the_strict_policy() -> None:
    scene = make_scene()
    client = client_of(make_member(organization=scene.edition.organization))
    allowed = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }

    for name in _PAGES:
        policy = client.get(scene.url(name), follow=True)["Content-Security-Policy"]
        parts = (part.strip().partition(" ") for part in policy.split(";"))
        assert {name: value for name, _, value in parts} == allowed


@pytest.mark.parametrize(
    ("cookie", "attribute"),
    [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), (EVIL, ""), ("system", "")],
)
def test_the_theme_is_written_by_the_server_before_the_first_paint(
    cookie: str, attribute: str
) -> None:
    client = Client()
    client.cookies["preo_theme"] = cookie

    page = client.get("/sign-in").content.decode()

    assert f'<html lang="en"{attribute}>' in page


def test_without_scripts_a_form_keeps_the_theme() -> None:
    client = Client()

    response = client.post("/theme", {"theme": "dark", "next": "/sign-in"})

    assert response["Location"] == "/sign-in"
    assert client.cookies["preo_theme"].value == "dark"
    assert client.cookies["preo_theme"]["samesite"] == "Lax"
    client.post("/theme", {"theme": "system", "next": "https://evil.example"})
    assert client.cookies["preo_theme"].value == ""
