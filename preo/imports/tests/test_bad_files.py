"""Files that are no tables: each gets its reason, in memory that is bounded."""

import tracemalloc
from typing import Any

import pytest

from preo.imports.files.detection import detect
from preo.imports.files.problems import UnreadableFileError
from preo.imports.tests.files import keep, read

MEGABYTE = 1024**2


def refused(content: bytes, file_name: str = "orders.csv", **chosen: Any) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        read(content, file_name, **chosen)
    assert caught.value.message.endswith((".", "?"))
    return caught.value.code


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\r\n", b"   \t ", b"\xef\xbb\xbf", b"\xff\xfe", b",,\n,,\n"]
)
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refused(content) == "empty_file"


@pytest.mark.parametrize("content", [b"order,name\n", b"order,name", b"order,name\n,\n\n"])
def test_a_header_alone_is_refused(content: bytes) -> None:
    assert refused(content) == "header_only"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x7fELF\x02\x01\x01\0\0\0\0" + bytes(range(256)) * 20, "binary_file"),
        (b"order,name\n1,A\0nn\n" * 100, "binary_file"),
        (b"%PDF-1.7\n" + b"x" * 100, "not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_table"),
        (b"\x1f\x8b\x08" + b"\0" * 100, "not_a_table"),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "not_a_table"),
        (b"\xef\xbb\xbf <html>", "not_a_table"),
        (b'{"orders": [{"id": 1, "email": "a@b.dk"}, {"id": 2}]}', "not_a_table"),
        (b'[{"id": 1, "name": "Ann"},\n{"id": 2, "name": "Bo"}]', "not_a_table"),
        (b"One sentence.\nAnd another one.\n", "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_a_nul_far_down_is_refused() -> None:
    assert refused(b"order,name\n" + b"1,Ann\n" * 20_000 + b"2,\0\n") == "binary_file"


def test_two_encodings_in_one_file_are_refused_until_one_is_chosen() -> None:
    content = "order,name\n1,Åse\n2,Zoë\n3,Søren\n".encode() + "4,Åge\n".encode("cp1252")
    assert refused(content) == "mixed_encodings"
    assert refused(content, encoding="utf-8") == "wrong_encoding"
    assert len(read(content, encoding="windows-1252")) == 4


def test_half_a_letter_at_the_end_of_utf_16_is_refused() -> None:
    assert refused("order,name\n1,Ann\n".encode("utf-16")[:-1]) == "wrong_encoding"


def test_five_thousand_columns_are_refused() -> None:
    row = ",".join(f"c{place}" for place in range(5_000))
    assert refused(f"{row}\n{row}\n".encode()) == "too_many_columns"


def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_row() -> None:
    content = b'order,name\n1,Ann\n2,"Bo\n3,Cy\n4,Di\n'
    with pytest.raises(UnreadableFileError, match="opens in row 3") as caught:
        read(content)
    assert caught.value.code == "quote_not_closed"


@pytest.mark.parametrize(
    "cell",
    [
        b"x" * (10 * MEGABYTE),
        b'"' + b"x" * (10 * MEGABYTE) + b'"',
        b'"' + b"x\n" * (5 * MEGABYTE) + b'"',
        b'"' + b"x\n" * (5 * MEGABYTE),
    ],
    ids=["bare", "quoted", "of many lines", "never closed"],
)
def test_a_cell_of_ten_megabytes_is_refused(cell: bytes) -> None:
    start = b"order,name\n1,Ann\n2,"
    assert refused(start + cell + b"\n3,Bo\n") in {"cell_too_large", "row_too_long"}
    later = start + b"x\n" + b"3,Bo\n" * 100_000
    assert refused(later + b"4," + cell + b"\n") in {"cell_too_large", "row_too_long"}


@pytest.mark.parametrize(
    "content",
    [
        b"a" * 32 * MEGABYTE,
        b"order,name\n1," + b"a" * 32 * MEGABYTE,
        b"order,name\n" + b'"x\n",' * 6 * MEGABYTE,
        b"," * 32 * MEGABYTE,
    ],
    ids=["one word", "one cell", "one row of many lines", "one row of many cells"],
)
def test_no_file_makes_reading_take_memory_like_its_size(content: bytes) -> None:
    key = keep(content)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFileError):
            detect(key, "orders.csv")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 44 * MEGABYTE
