"""What a header's words and its values say about the columns."""

import uuid
from typing import Any

import pytest

from preo.imports.columns import looks
from preo.imports.columns.headers import WORDS, words_of
from preo.imports.columns.suggesting import suggest

pytestmark = pytest.mark.django_db


def fields(header: str, *rows: str) -> list[str | None]:
    """The fields that are suggested, column by column."""
    return [mapping["field"] for mapping in mappings(header, *rows)]


def mappings(header: str, *rows: str) -> list[dict[str, Any]]:
    cells = [row.split("|") for row in rows]
    columns = [
        {"index": index, "name": name, "samples": [row[index] for row in cells if row[index]]}
        for index, name in enumerate(header.split("|"))
    ]
    return suggest(columns, uuid.UUID(int=1)).mappings


@pytest.mark.parametrize(
    "header",
    [
        "Order ID|Order date|E-mail|First name|Last name|Phone|Product|Quantity|Unit price|Currency",
        "ORDER_ID|order-date|EMAIL|firstName|surname|Phone number:|Product Name|Qty.|Price|currency",
        "Ordre-id|Ordredato|E-mailadresse|Fornavn|Efternavn|Telefon|Vare|Antal|Stykpris|Valuta",
        "Beställnings-ID|Orderdatum|E-post|Förnamn|Efternamn|Mobil|Artikel|Antal|Styckpris|Valuta",
        "Bestelnummer|Besteldatum|E-mailadres|Voornaam|Achternaam|Telefoon|Artikel|Aantal|Stukprijs|Munteenheid",
        "Nr zamówienia|Data zamówienia|Adres e-mail|Imię|Nazwisko|Telefon|Bilet|Ilość|Cena|Waluta",
    ],
    ids=["en", "en in another spelling", "da", "se", "nl", "pl"],
)
def test_headers_are_known_in_five_languages(header: str) -> None:
    row = "A-1|2026-05-31|zoe@example.com|Zoë|Lind|+4520123456|Ticket|2|45.50|EUR"
    assert fields(header, row) == [
        "order_id", "created", "email", "first_name", "last_name", "phone_number", "product",
        "quantity", "unit_price", "currency",
    ]  # fmt: skip


def test_a_word_belongs_to_one_field_only() -> None:
    every = [word for spellings in WORDS.values() for word in spellings]
    assert len(every) == len(set(every))
    assert all(word == words_of(word) for word in every)


def test_numbers_of_eight_digits_are_phone_numbers_where_the_header_says_so() -> None:
    assert fields("Telefon|Dato", "27953298|20260531", "20127431|20260601") == [
        "phone_number",
        "created",
    ]


def test_values_can_contradict_a_headers_words() -> None:
    assert fields("Order ID|Order date|Quantity", "A-1|soon|many") == ["order_id", None, None]


def test_a_few_mistakes_do_not_hide_a_column() -> None:
    rows = [f"A-{place}|{'zoe@example.com' if place == 1 else 'none'}" for place in range(5)]
    assert fields("Order ID|E-mail", *rows) == ["order_id", "email"]


def test_addresses_are_recognised_under_any_header() -> None:
    [_, mapping] = mappings("Order ID|Kontaktweg", "A-1|zoe@example.com", "A-2|bo@example.com")
    assert mapping["field"] == "email"
    assert mapping["confidence"] < 0.6


@pytest.mark.parametrize("values", [["0", "0.2", "0.45"], ["20%", "5 %"], ["0,1", "0,15"]])
def test_a_discount_that_is_a_rate_is_left_out(values: list[str]) -> None:
    assert fields("Order ID|Discount", *(f"A-1|{value}" for value in values))[1] is None
    assert fields("Order ID|Discount", "A-1|5.00", "A-2|12.50")[1] == "discount"


def test_a_lone_number_of_the_order_is_its_id() -> None:
    assert fields("Order number|E-mail", "1001|zoe@example.com")[0] == "order_id"
    assert fields("Order ID|Order number", "x1|1001") == ["order_id", "order_number"]


def test_formats_are_told_only_where_values_leave_no_doubt() -> None:
    dates = [looks.date_format(looks.look_at([date])) for date in ("31/05/2026", "05/31/2026")]
    assert dates == ["dmy", "mdy"]
    assert looks.date_format(looks.look_at(["01/02/2026"])) is None
    assert looks.date_format(looks.look_at(["2026-05-31"])) == "ymd"
    marks = [looks.decimal_format(looks.look_at([amount])) for amount in ("1.234,50", "12.5")]
    assert marks == [",", "."]
    assert looks.decimal_format(looks.look_at(["1,234"])) is None
    assert looks.decimal_format(looks.look_at(["1,234,567"])) == "."
