"""A short run of `tests.trials.load`: people at once, no errors. `docs/load.md` has a long one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from load import Tally, changed, told

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_people_who_ask_at_once_are_all_answered():
    call = [sys.executable, "-m", "tests.trials.load", "--chunks", "400", "--people", "12", "--each", "3",
    "--questions", "32",
            "--minutes", "4", "--no-browser"]  # fmt: skip
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"12 people at once, 3 questions each: (\d+) answers, 0 errors", done.stdout)
    assert found, done.stdout
    assert int(found[1]) > 0
    assert "MB before and after each quarter" in done.stdout


def test_what_a_page_shows_is_followed():
    assert changed(None, ["a", 1], growing=True) == ["a", 1]
    assert changed(["ab", 1], [[["append", [], "c"]], []], growing=True) == ["abc", 1]
    assert changed(["ab", 1], ["new", 2], growing=False) == ["new", 2]


def test_what_was_met_is_told():
    line = told(Tally(seconds=[1.0] * 19 + [3.0], errors=["x"], bytes=20 * 2048), 10)
    assert line.startswith("20 answers, 1 errors; median 1.00 s, 95% within 2.90 s, slowest 3.00 s; 2.0 questions")
    assert line.endswith("2 KB each")
    assert told(Tally(errors=["x"]), 10) == "no answers, 1 errors"
