import json
import re

import pytest
from evidence import WordOverlap
from hypothesis import given
from hypothesis import strategies as st
from parsed import Elements

from footnote.corpus.settings import Settings
from footnote.eval.report.loaded import Timings
from footnote.eval.report.page_questions import excerpt
from footnote.eval.report.plots import latency_plot, reliability_plot, risk_plot, round_up
from footnote.eval.report.report import terminal
from footnote.eval.run import run_suite
from footnote.eval.score.catalogue import BY_NAME, DECIDING
from footnote.eval.score.confidence import Bin, Point
from footnote.eval.suite import GoldSpan

EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(2)">\'"&|`'


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suite")
    text = f"The bridge {EVIL} opened in May. It cost a lot."
    article = {"id": f"a{EVIL}", "title": f"Title {EVIL}", "text": text}
    rows = [
        {
            "id": f"q{i}{EVIL}",
            "question": f"When was the bridge opened {EVIL}?",
            "answerable": i < 2,
            "answers": [f"May {EVIL}"] * (i < 2),
            "evidence": [{"article_id": article["id"], "quote": "opened in May."}] * (i < 2),
            "tags": [f"tag {EVIL}", "dates"],
        }
        for i in range(4)
    ]
    (folder / "articles.jsonl").write_text(json.dumps(article) + "\n")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "suite.json").write_text(json.dumps({"name": f"suite {EVIL}"}))
    settings = Settings(home=folder)
    return run_suite(folder, folder / "out", settings, opener=lambda _: WordOverlap(0.3), progress=False, resamples=50)


def test_hostile_text_stays_text(report):
    page = (report.folder / "report.html").read_text(encoding="utf-8")
    elements = Elements(page)
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert not any(name.startswith("on") for _, attrs in elements.found for name in attrs)
    assert EVIL in "".join(elements.text)
    assert tags.count("details") == 4 + 1
    assert any(attrs.get("id") == f"q-q0{EVIL}" for _, attrs in elements.found)


def test_the_page_fetches_nothing(report):
    page = (report.folder / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    outside = [a for _, attrs in Elements(page).found for a in attrs if a in ("src", "href", "action")]
    assert outside == []
    assert not re.search(r"url\(|@import", page)


def test_the_page_shows_all_plots_and_marks_cited_and_gold(report):
    elements = Elements((report.folder / "report.html").read_text(encoding="utf-8"))
    assert [attrs.get("aria-label") for tag, attrs in elements.found if tag == "svg"] == [
        "Risk and coverage",
        "Reliability",
        "Time to answer",
        "Score by tag",
    ]
    marks = {attrs["class"] for tag, attrs in elements.found if tag == "mark"}
    assert "cited gold" in marks


def test_markdown_escapes_what_it_quotes(report):
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    row = next(line for line in text.splitlines() if line.startswith("| tag &lt;"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 5
    assert "models fitted on: not stated" in text
    first, _, rest = text.partition("<details><summary>All other measures</summary>")
    titles = [line.split(" | ")[0].removeprefix("| ") for line in first.splitlines() if line.startswith("| ")]
    assert titles[1:8] == [BY_NAME[name].title for name in DECIDING]
    assert "| citation precision |" in rest


def test_the_terminal_shows_each_measure_once_and_what_decides_first(report):
    first, text = terminal(report).splitlines(), terminal(report, everything=True).splitlines()
    starts = {
        name: f"  {BY_NAME[name].title:<42} {result.value:.3f}" for name, result in report.summary.results.items()
    }
    for name, start in starts.items():
        assert sum(line.startswith(start) for line in text) == 1, name
        assert sum(line.startswith(start) for line in first) == (name in DECIDING), name
    places = [next(n for n, line in enumerate(first) if line.startswith(starts[name])) for name in DECIDING]
    assert places == sorted(places)
    assert any("answered  declined" in line for line in first)
    assert first[-1] == f"  {len(report.summary.results) - 7} other measures: --all"


words = st.text(alphabet="ab .\n", min_size=0, max_size=60)
places = st.lists(st.tuples(st.integers(0, 55), st.integers(1, 9)), max_size=4)


@given(words, places, places, st.integers(0, 12))
def test_an_excerpt_is_the_articles_own_text(text, cited, gold, margin):
    sides = [
        [GoldSpan("a", start, min(len(text), start + length)) for start, length in side if start < len(text)]
        for side in (cited, gold)
    ]
    pieces = excerpt(text, *sides, margin)
    at = 0
    for piece in pieces:
        if piece.gap:
            continue
        at = text.index(piece.text, at) + len(piece.text)
    for name, spans in zip(("cited", "gold"), sides, strict=True):
        marked = sum(len(piece.text) for piece in pieces if getattr(piece, name))
        assert marked == len({i for span in spans for i in range(span.start, span.end)})
    assert bool(pieces) == bool(sides[0] or sides[1])


def test_an_excerpt_by_hand():
    text = "one two three four five six seven"
    pieces = excerpt(text, [GoldSpan("a", 8, 13)], [GoldSpan("a", 11, 18)], margin=5)
    assert [(p.text, p.cited, p.gold, p.gap) for p in pieces] == [
        ("…", False, False, True),
        ("two ", False, False, False),
        ("thr", True, False, False),
        ("ee", True, True, False),
        (" four", False, True, False),
        (" five", False, False, False),
        ("…", False, False, True),
    ]


def test_plots_place_their_points():
    risk = risk_plot([Point(0.9, 0.5, 0.0), Point(0.5, 1.0, 0.5)], 0.5)
    assert 'points="230.0,220.0 406.0,118.0"' in risk
    assert reliability_plot([Bin(0.25, 0.5, 7)]).count("<circle") == 1
    bars = latency_plot(Timings((10.0,) * 9 + (40.0,), 1.0))
    assert bars.count('class="bar"') == 2
    assert [round_up(value) for value in (4, 5, 9, 95, 101)] == [4, 8, 10, 100, 120]
