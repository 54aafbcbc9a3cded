"""The page on linkage says what is: every test that it names exists, every code of a refusal stands in it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "linkage.md").read_text("utf-8")
SOURCES = [*(ROOT / "src" / "firstprint" / "linkage").glob("*.py"), *(ROOT / "src/firstprint/venues").glob("*/*.py")]


def test_every_test_of_the_failure_catalogue_exists() -> None:
    """A row of the table names the test that shows it."""
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    written = {
        name
        for path in ROOT.glob("tests/linkage/test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert len(named) > 40
    assert named <= written


def test_every_code_of_a_refusal_is_explained() -> None:
    """A code that a reader gives is one that the page explains."""
    codes = {code for path in SOURCES for code in re.findall(r'Refused\(\s*"([a-z_]+)"', path.read_text("utf-8"))}
    assert len(codes) > 20
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_the_scores_have_a_place() -> None:
    """`make score` writes between two lines of the page."""
    lines = PAGE.splitlines()
    assert lines.index("<!-- scores -->") < lines.index("<!-- end of scores -->")
