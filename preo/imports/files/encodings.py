"""In which encoding a text is."""

import codecs
from collections import Counter
from typing import IO, Any

from preo.imports.files.kinds import is_wide
from preo.imports.files.problems import UnreadableFileError

UTF_8 = "utf-8"
LEGACY = ("windows-1252", "iso-8859-15", "windows-1250", "iso-8859-2", "ibm850", "macintosh")
"""One byte a character; of two that fit equally well, the one that stands first."""
ENCODINGS = (UTF_8, "utf-16-le", "utf-16-be", *LEGACY, "iso-8859-1")
"""What can be chosen."""

_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHUNK = 1024**2
_ENOUGH = 2_000_000
"""Bytes beyond ASCII after which no more are counted."""
_ASCII = bytes(range(128))
_LETTERS = frozenset("æøåÆØÅäöÄÖéÉüÜßèëïêçàáíóúñôąćęłńśźżĄĆĘŁŃÓŚŹŻ")
"""Of the languages around us."""
_SIGNS = frozenset("€£§°–—‘’“”„…«»·•™®©½¼¾²³¨µ±\u00a0")  # noqa: RUF001
_LETTER, _SIGN, _STRANGE = 3, 1, -3


def find_encoding(stream: IO[bytes] | Any) -> tuple[str, float]:
    """The encoding and how sure that is (0 to 1), by the whole text.

    Raises UnreadableFileError where most of it is UTF-8 and some is not: whichever encoding was
    taken, a part of the names would be spoilt.
    """
    stream.seek(0)
    head = stream.read(4_096)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, 1.0
    if is_wide(head):
        return ("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"), 0.9
    good, bad, tally = _decode_as_utf8(stream)
    if not bad:
        return UTF_8, 1.0
    if good > bad:
        raise UnreadableFileError(
            "mixed_encodings",
            f"The file is UTF-8 except for {bad:,} {'place' if bad == 1 else 'places'}: it was put together"
            " from two files, or damaged. Choose an encoding to read it nevertheless.",
        )
    return _find_legacy(tally)


def _decode_as_utf8(stream: IO[bytes] | Any) -> tuple[int, int, Counter[int]]:
    """How many characters beyond ASCII are UTF-8, how many places are not, and their bytes."""
    decoder = codecs.getincrementaldecoder(UTF_8)("replace")
    good = bad = 0
    tally: Counter[int] = Counter()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(chunk)
        strange = text.count("\ufffd") - chunk.count("\ufffd".encode())
        bad += strange
        good += len(text) - len(text.encode("ascii", "ignore")) - strange
        if tally.total() < _ENOUGH:
            tally.update(chunk.translate(None, _ASCII))
    bad += decoder.decode(b"", final=True).count("\ufffd")
    return good, bad, tally


def _find_legacy(tally: Counter[int]) -> tuple[str, float]:
    scores = {encoding: _score(encoding, tally) for encoding in LEGACY}
    best = max(LEGACY, key=lambda encoding: scores[encoding])
    return best, round(max(0.1, scores[best] / (_LETTER * tally.total())), 2)


def _score(encoding: str, tally: Counter[int]) -> int:
    """How well the letters fit that come out. A byte that is none of the encoding's rules it out."""
    score = 0
    for byte, count in tally.items():
        character = bytes([byte]).decode(encoding, "replace")
        if character == "\ufffd":
            return _STRANGE * tally.total() - 1
        if character in _LETTERS:
            score += _LETTER * count
        elif character in _SIGNS:
            score += _SIGN * count
        elif not character.isalpha():
            score += _STRANGE * count
    return score
