"""The conversation suite that ships is sound, and follow-ups are measured as it says."""

from pathlib import Path

import pytest
from articles import write_jsonl
from evidence import WordOverlap

from footnote.corpus.article import Article
from footnote.corpus.errors import SuiteError
from footnote.eval.benchmarks.follow_ups import (
    CONVERSATIONS,
    Expected,
    listing,
    load_conversations,
    main,
    outcomes,
    report,
)
from footnote.eval.suite import load_suite
from footnote.qa.interpret.follow_up import Standalone

GOLD = Path(__file__).resolve().parents[3] / "eval" / "gold"
TEXT = "The Grace 1 was seized off Gibraltar on July 4. The Grace 1 was released in August."
TURN = {
    "question": "When was the Grace 1 seized?",
    "standalone": {"same": True},
    "answerable": True,
    "evidence": [{"article_id": "a", "quote": "The Grace 1 was seized off Gibraltar on July 4."}],
}
LATER = {
    "question": "When was it released?",
    "standalone": {"must": ["Grace 1"], "must_not": ["it"]},
    "answerable": True,
    "evidence": [{"article_id": "a", "quote": "The Grace 1 was released in August."}],
}


@pytest.fixture(scope="module")
def shipped():
    return load_conversations(CONVERSATIONS, load_suite(GOLD).texts)


def test_every_quote_is_in_its_article_and_the_suite_is_large_enough(shipped):
    assert len(shipped) >= 12
    assert sum(len(conversation.turns) for conversation in shipped) >= 40
    turns = [turn for c in shipped for turn in c.turns]
    assert sum(turn.expected.same for turn in turns) >= 16
    assert sum(not turn.expected.same for turn in turns) >= 40
    assert all(turn.question.evidence for c in shipped for turn in c.turns if turn.question.answerable)


def test_all_of_it_is_development_data(shipped):
    assert {conversation.half for conversation in shipped} == {"dev"}


def test_the_first_turn_stands_alone_and_evidence_is_whole_sentences(shipped):
    assert all(conversation.turns[0].expected.same for conversation in shipped)
    quotes = [item.quote for c in shipped for turn in c.turns for item in turn.question.evidence]
    assert all(quote.endswith((".", '."')) for quote in quotes)


@pytest.mark.parametrize(
    ("expected", "text", "met"),
    [
        (Expected(must=("Kadhimi",)), "How old is Mustapha al-Kadhimi's son?", True),
        (Expected(must=("Abe", "Tehran|Iran")), "Who did Abe meet in Iran?", True),
        (Expected(must=("Abe", "Tehran|Iran")), "Who did Abe meet there?", False),
        (Expected(must=("Abe",), must_not=("he",)), "Who did Abe say he met?", False),
        (Expected(must=("Guard",), must_not=("he",)), "Who are the Guards, Hemmati?", True),
        (Expected(same=True), "Who?", True),
        (Expected(same=True), "Who else?", False),
    ],
)
def test_what_a_rewrite_must_hold(expected, text, met):
    assert expected.met_by(Standalone(text), "Who?") is met


def test_turns_are_asked_with_and_without_their_conversation(tmp_path):
    path = write_jsonl(tmp_path / "c.jsonl", [{"id": "c", "half": "dev", "turns": [TURN, LATER]}])
    subject = WordOverlap(min_confidence=0.4)
    list(subject.add([Article("a", TEXT)]))
    first, second = outcomes(subject, load_conversations(path, {"a": TEXT}))
    assert (first.right, first.rewrite.carried, first.carried) == (True, (), first.bare)
    assert second.rewrite.text == "When was the Grace 1 released?"
    assert (second.right, second.carried.f1, second.carried.answered) == (True, 1.0, True)
    table = report([first, second])
    assert "| dev | 2 | 1 of 1 | 1 of 1 | 1.000" in table
    assert "ok    1.00" in listing([second])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"half": "dev", "turns": [TURN]}, "“id”"),
        ({"id": "c", "half": "dev", "turns": []}, "“turns” is empty"),
        ({"id": "c", "half": "dev", "turns": [{**TURN, "standalone": {}}]}, "asks for nothing"),
        ({"id": "c", "half": "dev", "turns": [{**TURN, "standalone": "x"}]}, "must be an object"),
        (
            {"id": "c", "half": "dev", "turns": [{**TURN, "evidence": [{"article_id": "a", "quote": "No."}]}]},
            "is not in",
        ),
    ],
)
def test_a_broken_line_is_named(tmp_path, row, message):
    path = write_jsonl(tmp_path / "c.jsonl", [row])
    with pytest.raises(SuiteError, match=message) as caught:
        load_conversations(path, {"a": TEXT})
    assert f"{path}:1" in str(caught.value)


def test_an_id_is_used_once_and_an_empty_file_is_an_error(tmp_path):
    row = {"id": "c", "half": "dev", "turns": [TURN]}
    with pytest.raises(SuiteError, match="already used"):
        load_conversations(write_jsonl(tmp_path / "c.jsonl", [row, row]), {"a": TEXT})
    with pytest.raises(SuiteError, match="holds nothing"):
        load_conversations(write_jsonl(tmp_path / "d.jsonl", []), {"a": TEXT})


@pytest.mark.slow
def test_the_shipped_conversations_run_and_rewrites_hold(capsys, loaded_once):
    assert main(["--half", "dev"]) == 0
    cells = [cell.strip() for cell in capsys.readouterr().out.splitlines()[-1].split("|")]
    rewritten, left = (int(cell.split(" of ")[0]) / int(cell.split(" of ")[1]) for cell in cells[3:5])
    assert rewritten >= 0.8
    assert left == 1
