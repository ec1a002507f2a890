"""What a library's size does to answers: the real engine, a tiny suite, and passages on other things."""

import json

import pytest

from footnote.eval.benchmarks import sizes
from footnote.eval.benchmarks.distractors import distractors, read_articles
from footnote.eval.engine import ONE, THREE
from footnote.eval.suite import load_suite

ARTICLE = {
    "id": "bridge",
    "title": "The bridge at Orrin",
    "published": "2021-05-04",
    "text": "The town of Orrin opened its new bridge on Tuesday. The bridge cost four million euros, the mayor said. "
    "It is 120 metres long and carries trams as well as cars.",
}
QUESTIONS = [
    ("cost", "How much did the bridge cost?", "The bridge cost four million euros, the mayor said."),
    ("moon", "Which chemist discovered the element hafnium?", ""),
]
FILLER = "The {0} council met on day {1} and spoke of roads, schools and the price of bread in the {0} market."


def passage(name, town, title="", extra=()):
    return {"id": name, "title": title, "sentences": [FILLER.format(town, n) for n in range(9)] + list(extra)}


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    rows = [
        {
            "id": name,
            "question": asked,
            "answerable": bool(quote),
            "evidence": [{"article_id": "bridge", "quote": quote}] if quote else [],
        }
        for name, asked, quote in QUESTIONS
    ]
    (folder / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


@pytest.fixture
def passages(tmp_path):
    rows = [
        passage("p1", "Vell", "Vell"),
        passage("p2", "Vell", "Vell", ["A second passage of one title adds what it says."]),
        passage("news:7:0:0", "Harn"),
        passage("p4", "Copy", "Copied", [ARTICLE["text"]]),
        passage("p5", "Same", ARTICLE["title"]),
        passage("p6", "Nowhere"),
        {"id": "p7", "title": "Short", "sentences": ["Too little to be an article."]},
    ]
    folder = tmp_path / "passages"
    folder.mkdir()
    (folder / "some.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_passages_of_one_title_or_document_make_an_article(passages):
    found = {article.title or article.id: article.text for article in read_articles([passages])}
    assert list(found) == ["Vell", "some-1", "Copied", ARTICLE["title"]]
    assert found["Vell"].count("day 3") == 1
    assert found["Vell"].endswith("A second passage of one title adds what it says.")
    assert "\n\n" in found["Vell"]


def test_what_shares_words_or_a_title_with_the_suite_is_left_out_and_the_rest_is_dated(suite, passages):
    found = distractors([passages], load_suite(suite))
    assert sorted(article.title for article in found) == ["", "Vell"]
    assert {article.published for article in found} == {"2021-05-04"}


@pytest.mark.usefixtures("loaded_once")
def test_sizes_are_measured_beside_the_simplest_answerers_and_libraries_built_once(suite, passages, tmp_path, capsys):
    words = [suite, "--distractors", passages, "--sizes", "0,2", "--libraries", tmp_path / "libraries", "--json"]
    words += ["--min-confidence", "0"]
    assert sizes.main([str(word) for word in words]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["answerer"], row["articles"]) for row in rows] == [
        (name, size) for size in (1, 3) for name in ("footnote", THREE, ONE)
    ]
    for row in rows:
        assert row["results"]["right_first"]["value"] == row["results"]["article_recall@1"]["value"] == 1.0
        assert row["results"]["auroc"]["value"] == 1.0
        assert row["violations"] == 0
    assert rows[4]["results"]["draft_precision"]["value"] == pytest.approx(1 / 3)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("libraries/*/built")}
    assert len(before) == 2
    assert sizes.main([*map(str, words[:-3]), "--min-confidence", "0"]) == 0
    table = capsys.readouterr().out
    assert table.splitlines()[0].startswith("| articles | answerer | article recall@1 | right sentence first |")
    assert len(table.splitlines()) == 2 + 6 + 2
    assert table.splitlines()[-1].startswith("footnote: models fitted on: squad_train_recovered, ")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("libraries/*/built")} == before


def test_too_few_articles_are_said_before_anything_is_run(suite, passages, tmp_path, capsys):
    words = [suite, "--distractors", passages, "--libraries", tmp_path / "libraries"]
    assert sizes.main([str(word) for word in words]) == 2
    assert "there are 2 articles to add" in capsys.readouterr().err
    assert not (tmp_path / "libraries").exists()
