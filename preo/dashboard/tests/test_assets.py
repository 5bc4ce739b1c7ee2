"""The committed style and the committed editor are what their sources give."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "preo" / "dashboard" / "static" / "dashboard" / "dist"
SCRIPTS = ROOT / "assets" / "js"
NODE = shutil.which("node")


@pytest.mark.safety
def test_building_the_style_again_changes_nothing(tmp_path: Path) -> None:
    build = [sys.executable, str(ROOT / "assets" / "build"), str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True)  # noqa: S603 - our own script

    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in COMMITTED.glob("*.css")}
    assert built == kept, "run assets/build and commit what it writes"


@pytest.mark.safety
def test_the_editor_was_built_of_the_sources_that_are_here() -> None:
    names = ["build.mjs", "cel.js", "editor.js", "package-lock.json", "package.json"]
    sources = b"".join((SCRIPTS / name).read_bytes() for name in names)
    first = (COMMITTED / "editor.js").read_text().split("\n", 1)[0]

    assert hashlib.sha256(sources).hexdigest() in first, "run make assets with node"


@pytest.mark.safety
@pytest.mark.skipif(
    NODE is None or not (SCRIPTS / "node_modules").exists(),
    reason="outside data: node and the packages of assets/js (npm ci)",
)
def test_building_the_editor_again_changes_nothing(tmp_path: Path) -> None:
    build = [str(NODE), str(SCRIPTS / "build.mjs"), str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True)  # noqa: S603 - our own script

    assert (tmp_path / "editor.js").read_bytes() == (COMMITTED / "editor.js").read_bytes()


def test_the_editors_packages_are_pinned_and_name_no_registry() -> None:
    lock = (SCRIPTS / "package-lock.json").read_text()

    assert "resolved" not in lock
    assert "http" not in lock
    assert re.findall(r'"[\^~><=*]', (SCRIPTS / "package.json").read_text()) == []


def test_the_editor_keeps_the_licences_of_what_it_holds() -> None:
    text = (COMMITTED / "editor.js").read_text()

    for word in ("@codemirror/view", "@lezer/common", "style-mod", "MIT", "Haverbeke"):
        assert word in text.split("*/")[0]


def test_no_source_reaches_elsewhere() -> None:
    static = ROOT / "preo" / "dashboard" / "static"
    for path in [*static.rglob("*.css"), *static.rglob("*.js")]:
        text = path.read_text()
        for word in ("//cdn", "@import", "url(http", "fonts.g", "eval(", "innerHTML"):
            assert word not in text, f"{path.name} holds {word}"
