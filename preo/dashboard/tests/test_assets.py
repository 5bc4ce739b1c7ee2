"""The committed style is what its sources give."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "preo" / "dashboard" / "static" / "dashboard" / "dist"


@pytest.mark.safety
def test_building_the_style_again_changes_nothing(tmp_path: Path) -> None:
    build = [sys.executable, str(ROOT / "assets" / "build"), str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True)  # noqa: S603 - our own script

    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in COMMITTED.iterdir()}
    assert built == kept, "run assets/build and commit what it writes"


def test_no_source_reaches_elsewhere() -> None:
    static = ROOT / "preo" / "dashboard" / "static"
    for path in [*static.rglob("*.css"), *static.rglob("*.js")]:
        text = path.read_text()
        for word in ("//cdn", "@import", "url(http", "fonts.g", "eval(", "innerHTML"):
            assert word not in text, f"{path.name} holds {word}"
