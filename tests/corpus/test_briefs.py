"""The briefs that ship carry the facts of their two source articles, in the project's own words, as news is written."""

import re
from pathlib import Path

import pytest

from footnote.corpus.result import SourcedArticle
from footnote.corpus.sources import read_sources
from footnote.index.embedding.sentences import split_sentences

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT.parent / "shared" / "seeds"
FACTS = re.compile(r"^\| (?P<fact>[^|]+) \| `(?P<brief>[^`]+)` \| (?P<words>[^|]+) \|$", re.MULTILINE)
OPENERS = frozenset("he she it they his her its their this that these those but and so yet then".split()) | {
    *("meanwhile", "instead", "however", "still", "only")
}
"""Pronouns and connectives: a sentence that opens with one is read with the sentence before it."""
OUTLETS = (
    *("New York Times", "The Times", "Defense One", "Amnesty", "Reuters", "Associated Press", "New Yorker"),
    *("Radio Farda", "Wall Street Journal", "Tasnim"),
)


@pytest.fixture(scope="module")
def briefs():
    items = read_sources([str(ROOT / "corpus/articles")])
    return {item.article.id: item.article for item in items if isinstance(item, SourcedArticle)}


def sentences(article):
    return [article.text[one.start : one.end] for one in split_sentences(article.text, article.title)]


def words(text):
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'"))


def runs(text, length=8):
    found = words(text)
    return {" ".join(found[i : i + length]) for i in range(len(found) - length + 1)}


def test_each_fact_of_the_sources_stands_where_the_list_says(briefs):
    facts = list(FACTS.finditer((ROOT / "docs/facts.md").read_text("utf-8")))
    assert len(facts) > 120
    missing = [m["fact"] for m in facts if m["words"] not in " ".join(briefs[m["brief"]].text.split())]
    assert not missing


def test_each_pointer_is_within_one_sentence(briefs):
    for fact in FACTS.finditer((ROOT / "docs/facts.md").read_text("utf-8")):
        held = [" ".join(one.split()) for one in sentences(briefs[fact["brief"]])]
        assert sum(fact["words"] in one for one in held) == 1, fact["fact"]


def test_no_eight_words_in_a_row_are_the_sources(briefs):
    if not SOURCES.is_dir():
        pytest.skip("the two source articles are not beside this checkout")
    theirs = {run for file in SOURCES.glob("*.txt") for run in runs(file.read_text("utf-8"))}
    assert len(theirs) > 2000
    ours = {
        run for brief in briefs.values() for part in re.split(r'"[^"]*"', brief.text) for run in runs(part) & theirs
    }
    assert not ours


def test_sentences_lean_on_the_one_before_as_in_news(briefs):
    opened = [(words(one) or [""])[0] in OPENERS for brief in briefs.values() for one in sentences(brief)]
    assert sum(opened) / len(opened) >= 0.07


def test_no_outlet_is_named_in_more_than_a_third_of_a_briefs_sentences(briefs):
    for brief in briefs.values():
        held = sentences(brief)
        for outlet in OUTLETS:
            assert sum(outlet in one for one in held) <= len(held) / 3, (brief.id, outlet)


def test_a_copy_says_what_it_is_and_the_misprint_is_corrected(briefs):
    copies = [brief for brief in briefs.values() if brief.publisher != "Footnote Briefs"]
    assert len(copies) == 3
    assert all("second printing" in copy.title and "second printing" in copy.publisher for copy in copies)
    first, second = briefs["2019-11-amnesty-106-killed"], briefs["2019-11-amnesty-106-second-printing"]
    assert first.text + "\n\nThis brief was first printed the same day." == second.text
    right, wrong = briefs["2020-04-iran-virus-2898-deaths"], briefs["2020-04-iran-virus-misprint"]
    assert right.text.replace("2,898", "2,989") == wrong.text != right.text
    assert (
        "2,898 deaths from the coronavirus by Tuesday, March 31, not 2,989"
        in briefs["2020-04-correction-iran-virus"].text
    )
