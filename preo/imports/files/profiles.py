"""What stands in each column: a few different values, and how much of it is empty."""

from collections.abc import Mapping, Sequence
from typing import Any

from preo.imports.files.rows import FileRow

SAMPLES = 10
LONGEST_SAMPLE = 200


class Profile:
    """Grows with the rows. `before` is what it gave when an earlier reading was cut off."""

    def __init__(self, header: Sequence[str], before: Sequence[Mapping[str, Any]] = ()) -> None:
        self.header = list(header)
        self.samples: list[list[str]] = [[] for _ in header]
        self.empty = [0] * len(header)
        self.longer = 0
        for place, column in enumerate(before):
            self.samples[place] = list(column["samples"])
            self.empty[place] = column["empty"]

    def add(self, rows: Sequence[FileRow]) -> None:
        """Take in a chunk of rows."""
        width = len(self.header)
        columns = zip(*(row.cells[:width] for row in rows), strict=True)
        for place, cells in enumerate(columns):
            self.empty[place] += cells.count("")
            if len(self.samples[place]) < SAMPLES:
                self._sample(place, cells)
        self.longer += sum(len(row.cells) > width for row in rows)

    def columns(self, rows: int) -> list[dict[str, Any]]:
        """`{index, name, samples, empty, empty_share}` of each, after so many rows in all."""
        return [
            {
                "index": place,
                "name": name,
                "samples": self.samples[place],
                "empty": self.empty[place],
                "empty_share": round(self.empty[place] / rows, 4) if rows else 0.0,
            }
            for place, name in enumerate(self.header)
        ]

    def ragged(self) -> dict[str, int]:
        """How many rows are longer than the header."""
        return {"longer_rows": self.longer}

    def _sample(self, place: int, cells: Sequence[str]) -> None:
        known = self.samples[place]
        for cell in cells:
            text = cell.strip()[:LONGEST_SAMPLE]
            if text and text not in known:
                known.append(text)
                if len(known) == SAMPLES:
                    return
