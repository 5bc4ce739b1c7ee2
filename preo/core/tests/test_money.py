"""Money: whole minor units inside, two decimals outside, and never a float between them."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from preo.core import money
from preo.core.fields import MoneyField
from preo.core.json import dump

minor_units = st.integers(-money.MAX_MINOR, money.MAX_MINOR)


def refusal(field: MoneyField, value: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        field.run_validation(value)
    codes: Any = refused.value.get_codes()
    assert len(codes) == 1
    return str(codes[0])


@pytest.mark.parametrize("value", ["12.50", "", "abc", True, False, [], {}, [1], 12.5])
def test_what_is_no_number_of_the_parser_is_no_amount(value: Any) -> None:
    assert refusal(MoneyField(), value) == "not_a_number"


@pytest.mark.parametrize("text", ["0.001", "12.505", "-1.999", "1E-3", "1e-30", "0.0000001"])
def test_more_than_two_decimals_are_refused_in_a_request(text: str) -> None:
    assert refusal(MoneyField(signed=True), Decimal(text)) == "too_many_decimals"


@pytest.mark.parametrize(
    "value", [Decimal("1e14"), Decimal("10000000000000.01"), 10**29, Decimal("1e30"), -(10**29)]
)
def test_an_amount_beyond_the_largest_is_refused(value: Any) -> None:
    assert refusal(MoneyField(signed=True), value) == "out_of_range"


def test_a_negative_amount_is_refused_unless_the_field_is_signed() -> None:
    assert refusal(MoneyField(), Decimal("-0.01")) == "negative"
    assert MoneyField(signed=True).run_validation(Decimal("-0.01")) == -1


@pytest.mark.parametrize(
    ("value", "minor"),
    [
        (0, 0), (12, 1200), (Decimal("12.5"), 1250), (Decimal("12.50"), 1250),
        (Decimal("12.5000000"), 1250), (Decimal("1.25e1"), 1250), (Decimal("0.29"), 29),
        (Decimal("-0"), 0), (Decimal("1E+3"), 100_000), (Decimal("1e13"), money.MAX_MINOR),
    ],
)  # fmt: skip
def test_an_amount_is_read_exactly(value: Any, minor: int) -> None:
    read = MoneyField().run_validation(value)
    assert read == minor
    assert type(read) is int


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (0, "0.00"), (1, "0.01"), (-1, "-0.01"), (-5, "-0.05"), (99, "0.99"), (-99, "-0.99"),
        (100, "1.00"), (-100, "-1.00"), (-101, "-1.01"), (-199, "-1.99"), (1250, "12.50"),
        (9_007_199_254_740_993, "90071992547409.93"), (2**63 - 1, "92233720368547758.07"),
        (-(2**63), "-92233720368547758.08"),
    ],
)  # fmt: skip
def test_an_amount_is_written_with_two_decimals(minor: int, text: str) -> None:
    assert money.to_text(minor) == text
    assert dump({"amount": money.to_json(minor)}) == b'{"amount":' + text.encode() + b"}"
    assert money.to_major(minor) == Decimal(text)
    assert MoneyField().to_representation(minor) is not None


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("0.004", 0), ("0.005", 1), ("0.015", 2), ("1.005", 101), ("2.675", 268), ("-0.005", -1),
        ("-0.004", 0), ("-1.005", -101), ("0.00499999999999999999999999999999999", 0),
        ("1.004999999999999999999999999999", 100), ("-1.004999999999999999999999999999", -100),
        ("1.0050000000000000000000000000000001", 101), ("1e3", 100_000), ("12.5", 1250),
        ("9" * 28 + ".994", int("9" * 30)), ("1" * 40 + ".005", int("1" * 40 + "01")),
    ],
)  # fmt: skip
def test_more_decimals_of_a_file_are_rounded_half_up_and_once(text: str, minor: int) -> None:
    assert money.from_major(Decimal(text)) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "eur", "0.00 €"), (5, "usd", "0.05 $"), (-5, "gbp", "-0.05 £"),
        (123_450, "eur", "1,234.50 €"), (-123_450, "pln", "-1,234.50 zł"),
        (100_000_000_000, "dkk", "1,000,000,000.00 DKK"), (100, "jpy", "1.00 JPY"),
    ],
)  # fmt: skip
def test_an_amount_for_people_has_thousands_and_its_currency(
    minor: int, currency: str, text: str
) -> None:
    assert money.formatted(minor, currency) == text


def test_every_currency_has_a_mark() -> None:
    marks = {money.formatted(100, currency).partition(" ")[2] for currency in money.Currency}
    assert len(marks) == len(money.Currency)
    assert "" not in marks


@given(minor_units)
def test_an_amount_survives_the_way_out_and_in(minor: int) -> None:
    sent = dump(MoneyField().to_representation(minor))
    assert MoneyField(signed=True).run_validation(Decimal(sent.decode())) == minor
    assert money.from_major(money.to_major(minor)) == minor
    assert Decimal(money.to_text(minor)) == money.to_major(minor)


@given(st.lists(minor_units, max_size=50))
def test_sums_are_the_same_in_minor_and_in_major_units(amounts: list[int]) -> None:
    written = [Decimal(money.to_text(amount)) for amount in amounts]
    assert money.from_major(sum(written, Decimal(0))) == sum(amounts)


@given(minor_units)
def test_no_float_stands_between(minor: int) -> None:
    assert type(money.to_major(minor)) is Decimal
    assert type(money.from_major(money.to_major(minor))) is int
    # What a client with floats reads is the nearest one to the exact number, not a second guess.
    assert orjson.loads(dump(money.to_json(minor))) == float(Decimal(minor) / 100)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9
    )
)
def test_rounding_moves_an_amount_by_half_a_unit_at_most(major: Decimal) -> None:
    difference = abs(Decimal(money.from_major(major)) - major * 100)
    assert difference <= Decimal("0.5")
