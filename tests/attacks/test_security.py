"""The promises that `docs/security.md` and `docs/deploying.md` make name tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)`")


def promises():
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    return text.partition("## Promised")[2].partition("## Not promised")[0].strip().split("\n\n")


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise[:40])
def test_each_promise_names_its_tests(promise):
    assert promise.startswith("**")
    named = NAMED.findall(promise)
    assert named
    for path in named:
        assert "def test_" in (ROOT / path).read_text("utf-8") or path == "tests/trials/kills.py"


@pytest.mark.parametrize("document", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_each_test_that_is_named_is_there(document):
    for path in NAMED.findall(document.read_text("utf-8")):
        assert (ROOT / path).is_file(), path


def test_each_attack_is_named():
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    attacks = {f"tests/attacks/{path.name}" for path in (ROOT / "tests" / "attacks").glob("test_*.py")}
    assert attacks - {"tests/attacks/test_security.py"} <= set(NAMED.findall(text))
