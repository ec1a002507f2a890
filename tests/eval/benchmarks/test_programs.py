"""Footnote beside other programs: what is asked, how it is judged, and the report; no program is run here."""

from xml.etree import ElementTree as ET

import pytest

from footnote.corpus.article import Article
from footnote.corpus.errors import SuiteError
from footnote.eval.benchmarks.programs.__main__ import chosen, judged
from footnote.eval.benchmarks.programs.report import Row, bars, report
from footnote.eval.suite import Evidence, GoldSpan, Suite, SuiteQuestion


def asked(name, article_id="bridge", quote="It cost four million euros.", **more):
    evidence = (Evidence(article_id, quote, (GoldSpan(article_id, 0, len(quote)),)),)
    return SuiteQuestion(name, f"What of {name}?", True, evidence=evidence, **more)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([("bridge", "The bridge opened. It cost\nfour million euros. Trams use it.")], (True, True)),
        ([("bread", "x"), ("bridge", "It cost four million euros.")], (False, True)),
        ([("bridge", "cost four million euros")], (True, True)),
        ([("bridge", "The bridge opened.")], (True, False)),
        ([("bridge", "million")], (True, False)),
        ([("bread", "It cost four million euros.")], (False, False)),
        ([], (False, False)),
    ],
)
def test_a_passage_is_right_by_its_article_and_by_the_gold_sentence_in_it(found, wanted):
    assert judged(asked("price"), found) == wanted


def test_only_questions_that_the_chosen_articles_answer_are_asked():
    articles = (Article("bridge", "It cost four million euros."), Article("bread", "Bread is dear."))
    questions = (
        asked("price"),
        asked("bread", "bread", "Bread is dear."),
        asked("later", turns=("And then?",)),
        SuiteQuestion("moon", "Who was on the moon?", False),
    )
    kept, found = chosen([Suite("s", articles, questions, "", {})], 1, 10)
    assert [each["id"] for each in kept] == ["bridge"]
    assert [question.id for question in found] == ["price"]
    with pytest.raises(SuiteError, match="no question"):
        chosen([Suite("s", articles, questions[2:], "", {})], 2, 10)


def row(name, factor, added=True):
    names = ("index", "index_processor", "whole", "question", "question_processor", "start", "memory", "disk")
    figures = dict.fromkeys(names, 10.0 * factor)
    adding = {"add": 4.0 * factor, "add_processor": 2.0 * factor} if added else {"add": None, "add_processor": None}
    return Row(name, {**figures, **adding}, 0.5, 0.25)


def test_the_report_has_ratios_to_the_first_program_and_a_plot_of_each():
    rows = [row("Footnote", 1.0), row("Other <2>", 3.0), row("Answers", 0.5, added=False)]
    text, plots = report(rows, [{"text": "abc"}], [asked("price")], ["gold"], "On a busy machine.")
    assert "1 articles (3 letters) and 1 answerable questions of gold" in text
    assert "On a busy machine." in text
    assert "| indexing | 1.00 | 3.00 | 0.50 |" in text
    assert "| adding an article | 1.00 | 3.00 | – |" in text
    assert "| gold sentence found | 0.250 | 0.250 | 0.250 |" in text
    for name, picture in plots.items():
        assert f"(benchmarks/{name})" in text
        assert "Other <2>" in [each.text for each in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def test_a_plot_of_nothing_is_a_plot():
    assert ET.fromstring(bars("Nothing", {"a": None, "b": 0.0})) is not None
