"""Measuring how web pages are read, on collections in the two formats that are known."""

import gzip
import json

import pytest
from pages import BODY, SAMPLES

from footnote.eval.benchmarks.extraction import main, measure, pages, people, shingle_counts

SAMPLE = SAMPLES[0]


def snippets(folder, **item):
    (folder / "eval").mkdir()
    (folder / "eval" / "a.html").write_bytes(SAMPLE.data)
    (folder / "evaldata.json").write_text(json.dumps({"https://bay.example/": {"file": "a.html", **item}}))
    return folder


def test_snippets_titles_dates_and_authors(tmp_path, capsys):
    item = {"with": [BODY[0][:40], BODY[4][-40:], "not there"], "without": ["cookies", BODY[1][:30]],
            "title": SAMPLE.title, "date": "2020-05-22", "author": "Mira Olsen; Ben Ray"}  # fmt: skip
    tally, _ = measure([*pages(snippets(tmp_path, **item))])
    assert (tally.snippets["found"], tally.snippets["wanted"], tally.snippets["false"]) == (2, 3, 1)
    assert tally.f1() == pytest.approx(2 / 3)
    assert [tally.fields[f"{name}s right"] for name in ("title", "date", "author")] == [1, 0, 1]
    assert main([str(tmp_path)]) == 0
    assert "titles 1/1  dates 0/1  authors 1/1" in capsys.readouterr().out


def test_whole_bodies(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html.gz").write_bytes(gzip.compress(SAMPLE.data))
    (tmp_path / "ground-truth.json").write_text(json.dumps({"a": {"articleBody": "\n".join(BODY)}}))
    tally, _ = measure([*pages(tmp_path)])
    assert tally.f1() > 0.95


def test_counts_of_shingles_and_names():
    assert shingle_counts("one two three four five", "one two three four") == (0.5, 0.0, 0.5)
    assert people("A B und C D") == people(["C D", "A B"])


def test_a_folder_that_is_no_collection(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "there is no evaldata.json" in capsys.readouterr().err
