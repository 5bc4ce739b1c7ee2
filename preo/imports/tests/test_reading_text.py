"""CSV in all its dress: encodings, delimiters, quotes, line breaks, headers, numbers, dates."""

import codecs
import csv
import io

import pytest

from preo.imports.files.encodings import ENCODINGS
from preo.imports.tests.files import cells, look, read

NAMES = ["Søren Ærø", "Åse Öberg", "Zoë Müller"]
POLISH = ["Łukasz Żak", "Świętosława Gęś", "Dąbrówka Źrebięć"]


def table(*rows: str, end: str = "\n") -> str:
    return end.join(rows) + end


def people(names: list[str]) -> str:
    return table("order;name", *(f"{place};{name}" for place, name in enumerate(names, 1)))


@pytest.mark.parametrize(
    ("encoding", "names", "found"),
    [
        ("utf-8", NAMES, "utf-8"),
        ("utf-8-sig", NAMES, "utf-8"),
        ("utf-16", NAMES, "utf-16-le"),
        ("utf-16-le", NAMES, "utf-16-le"),
        ("utf-16-be", NAMES, "utf-16-be"),
        ("utf-32", NAMES, "utf-32-le"),
        ("cp1252", NAMES, "windows-1252"),
        ("cp1252", ["Zoë \u2013 5 € “now”"], "windows-1252"),
        ("iso8859-15", [*NAMES, "5 €"], "iso-8859-15"),
        ("cp1250", POLISH, "windows-1250"),
        ("iso8859-2", POLISH, "iso-8859-2"),
        ("cp850", NAMES, "ibm850"),
        ("mac-roman", NAMES, "macintosh"),
    ],
)
def test_names_survive_whatever_the_encoding(encoding: str, names: list[str], found: str) -> None:
    content = people(names).encode(encoding)
    assert look(content).encoding == found
    assert [name for _, name in cells(content)] == names
    assert look(content).header == ["order", "name"]


def test_big_endian_utf_16_with_its_mark_is_read() -> None:
    content = codecs.BOM_UTF16_BE + people(NAMES).encode("utf-16-be")
    assert [name for _, name in cells(content)] == NAMES


def test_an_odd_letter_far_down_still_decides_the_encoding() -> None:
    rows = ["order,name"] + [f"{place},Ann" for place in range(200_000)] + ["1,Søren"]
    assert look(table(*rows).encode("cp1252")).encoding == "windows-1252"
    assert look(table(*rows).encode("utf-8")).encoding == "utf-8"


def test_a_letter_on_the_edge_of_a_piece_is_no_mistake() -> None:
    before = "order,name\n" + "1,xxxxx\n" * 131_070 + "2,xx"
    content = (before + "ø\n2,ø\n").encode()
    assert content[1024**2 - 1] == "ø".encode()[0]
    assert look(content).encoding == "utf-8"


def test_every_encoding_that_can_be_chosen_reads() -> None:
    for encoding in ENCODINGS:
        content = people(["Ann"]).encode(encoding)
        assert cells(content, encoding=encoding) == [["1", "Ann"]], encoding


def test_what_is_chosen_wins_over_what_is_found() -> None:
    content = people(["5 €"]).encode("cp1252")
    assert cells(content, encoding="windows-1250", delimiter=";") == [["1", "5 €"]]
    assert look(content, decimal_separator=",", date_order="mdy").decimal_separator == ","
    assert look(content, decimal_separator=",", date_order="mdy").date_order == "mdy"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_breaks_of_all_systems_are_found(delimiter: str, end: str) -> None:
    rows = [
        delimiter.join(row)
        for row in (["order", "name", "note"], ["1", "Ann", "a, b; c"], ["2", "Bo", ""])
    ]
    rows[1] = rows[1].replace("a, b; c", '"a, b; c | \t"')
    content = table(*rows, end=end).encode()
    assert look(content).delimiter == delimiter
    assert cells(content) == [["1", "Ann", "a, b; c | \t"], ["2", "Bo", ""]]


def test_a_semicolon_wins_over_the_commas_of_decimals() -> None:
    rows = ["order;price;fee", *(f"{place};{place},50;0,{place:02}" for place in range(1, 30))]
    found = look(table(*rows).encode())
    assert (found.delimiter, found.decimal_separator) == (";", ",")


def test_any_other_delimiter_can_be_chosen() -> None:
    assert cells(b"order^name\n1^Ann\n", delimiter="^") == [["1", "Ann"]]


def test_a_line_that_names_the_delimiter_is_believed() -> None:
    content = b"sep=;\norder;a,b\n1;x,y\n"
    found = look(content)
    assert (found.delimiter, found.header_row, found.header) == (";", 2, ["order", "a,b"])
    assert [row.number for row in read(content)] == [3]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quotes_hold_delimiters_line_breaks_and_quotes(end: str) -> None:
    note = f'she said "hi",{end}twice;{end}{end}and left'
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows([["order", "note"], ["1", note], ["2", "x"]])
    rows = read(text.getvalue().encode())
    assert [row.cells for row in rows] == [["1", note], ["2", "x"]]
    assert [row.number for row in rows] == [2, 3]


def test_single_quotes_around_cells_are_quotes_and_within_names_are_not() -> None:
    assert cells(b"'order','name'\n'1','Ann, Bo'\n") == [["1", "Ann, Bo"]]
    assert cells(b"order,name\n1,O'Hara\n2,'Phone\n") == [["1", "O'Hara"], ["2", "'Phone"]]


def test_a_quote_in_the_middle_of_a_cell_is_a_letter() -> None:
    assert cells(b'order,size\n1,5" nail\n2,6\n') == [["1", '5" nail'], ["2", "6"]]


def test_rows_are_numbered_as_in_a_spreadsheet_and_empty_ones_left_out() -> None:
    rows = read(b"\nShop export\n\norder,name\n1,Ann\n\n,\n2,Bo\n")
    assert [(row.number, row.cells[0]) for row in rows] == [(5, "1"), (8, "2")]


def test_a_header_can_stand_below_titles_and_can_be_chosen() -> None:
    content = b"Orders of May\nmade 2026-05-31\norder,name,price\n1,Ann,5.00\n2,Bo,6.00\n"
    assert (look(content).header_row, look(content).header) == (3, ["order", "name", "price"])
    assert look(content, header_row=4).header == ["1", "Ann", "5.00"]


def test_without_a_header_columns_are_named_by_their_place() -> None:
    content = b"1,Ann\n2,Bo\n"
    assert look(content, header_row=0).header == ["Column 1", "Column 2"]
    assert [row.number for row in read(content, header_row=0)] == [1, 2]
    assert look(content).confidence["header_row"] < 1


def test_repeated_and_empty_headers_are_told_apart() -> None:
    content = "Name,name, Name \n,,NAME (2),\u00a0Line\u00a0 no\n1,2,3\n".encode()
    found = look(content.replace(b" \n,", b",,"))
    assert found.header == [
        "Name",
        "name (2)",
        "Name (3)",
        "Column 4",
        "Column 5",
        "NAME (2) (2)",
        "Line no",
    ]


def test_short_rows_are_filled_up_and_long_ones_kept() -> None:
    found = cells(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n")
    assert found == [["1", "2", "3"], ["1", "2", ""], ["1", "2", "3", "4"], ["1", "2", "3"]]


def test_a_last_row_without_line_break_is_a_row() -> None:
    assert cells(b"a,b\n1,2\n3,4") == [["1", "2"], ["3", "4"]]


def test_formulas_are_read_as_the_texts_that_they_are() -> None:
    content = b'order,note\n1,=1+1\n2,"=HYPERLINK(""http://x"")"\n3,@SUM(A1)\n'
    assert [note for _, note in cells(content)] == ["=1+1", '=HYPERLINK("http://x")', "@SUM(A1)"]


@pytest.mark.parametrize(
    ("amounts", "separator"),
    [
        (["1.234,50", "12,50"], ","),
        (["1,234.50", "12.50"], "."),
        (["12,5 kr.", "kr. 7,25"], ","),
        (["€12.50", "(3.10)", "-4.25"], "."),
        (["1 234,50 zł", "1\u00a0000,00"], ","),
        (["12,345", "1,50", "2,75"], ","),
    ],
)
def test_decimal_separators_are_found(amounts: list[str], separator: str) -> None:
    rows = [f"{place}\t{amount}" for place, amount in enumerate(amounts)]
    assert look(table("order\tprice", *rows).encode()).decimal_separator == separator


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["01/05/2026", "13/05/2026"], "dmy"),
        (["5/1/2026 0:37", "5/31/2016 0:37"], "mdy"),
        (["2026-05-01T10:00:00Z", "2026-05-02"], "ymd"),
        (["31.12.26"], "dmy"),
        (["01/02/2026"], "dmy"),
    ],
)
def test_the_order_of_dates_is_found(dates: list[str], order: str) -> None:
    rows = [f"{place},{date}" for place, date in enumerate(dates)]
    assert look(table("order,date", *rows).encode()).date_order == order


def test_a_date_that_tells_stands_far_down_and_is_found() -> None:
    rows = ["order,date"] + [f"{place},05/{place % 12 + 1:02}/2026" for place in range(30_000)]
    rows += [f"{place},05/{place % 15 + 14:02}/2026" for place in range(30_000)]
    found = look(table(*rows).encode("utf-16"))
    assert found.date_order == "mdy"
    assert 50_000 < found.estimated_rows < 70_000


def test_quotes_behind_a_backslash_are_of_the_cell_wherever_they_first_stand() -> None:
    plain = [f'A-{place};"Tent {place}";30' for place in range(30_000)]
    late = ['A-x;"12\\" record";5', 'A-y;"a \\"red\\"; tent";6', 'A-z;\\N;"C:\\\\x"']
    rows = cells(table("order;product;price", *plain, *late).encode())
    assert rows[-3:] == [
        ["A-x", '12" record', "5"],
        ["A-y", 'a "red"; tent', "6"],
        ["A-z", "", "C:\\x"],
    ]
    assert look(table("order;product;price", *plain, *late).encode("utf-16")).escape == "\\"


def test_a_backslash_at_the_end_of_a_cell_is_a_letter() -> None:
    rows = cells(table("order;path;price", 'A-1;"C:\\orders\\";5', 'A-2;"5"" \\";6').encode())
    assert rows == [["A-1", "C:\\orders\\", "5"], ["A-2", '5" \\', "6"]]
    rows = cells(table("order;note;price", 'A-1;5\\" pipe;5', "A-2;x;6").encode())
    assert rows[0] == ["A-1", '5\\" pipe', "5"]


def test_a_header_of_which_half_has_no_names_is_the_header_all_the_same() -> None:
    found = look(
        table("Order,Order,,", "1,a@example.com,5,Tent", "2,b@example.com,6,Tent").encode()
    )
    assert (found.header_row, found.header) == (1, ["Order", "Order (2)", "Column 3", "Column 4"])
    titled = table("Sales,of May", "Order,E-mail,Price,Product", "1,a@example.com,5,Tent")
    assert look(titled.encode()).header_row == 2
