"""A saved answer, checked again later."""

import json
from dataclasses import replace

import pytest

from footnote.corpus.article import Article
from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.qa.audit import verify
from footnote.qa.engine import Engine
from footnote.qa.query_engine import FootnoteQueryEngine

LAMP = Article("lamp", "The lamp was lit in 1902. The keeper left in 1960.", "The lamp")


@pytest.fixture
def engine(tmp_path, encoder):
    opened = Engine.open(Settings(tmp_path, min_confidence=0.0, max_sentences=1), encoder=encoder)
    list(opened.add_many([LAMP]))
    yield opened
    opened.close()


def states(saved: dict, engine: Engine) -> list[str]:
    return [check.state for check in verify(json.dumps(saved), engine.library)]


def test_an_answer_holds_goes_stale_and_outlives_its_article(engine):
    saved = engine.ask("When was the lamp lit?").to_dict()
    assert states(saved, engine) == ["holds"]
    list(engine.add_many([Article("lamp", LAMP.text.replace("1902", "1903"), "The lamp")]))
    assert states(saved, engine) == ["stale"]
    engine.library.withdraw(["lamp"])
    assert states(saved, engine) == ["withdrawn"]


@pytest.mark.parametrize(
    "change",
    [{"quote": "The lamp was lit in 1802."}, {"start": 1}, {"end": 10_000}, {"version": "0" * 64}, {"article_id": "x"},
     {"start": "0"}, {"quote": None}],
)  # fmt: skip
def test_a_tampered_footnote_is_broken(engine, change):
    saved = engine.ask("When was the lamp lit?").to_dict()
    saved["citations"][0].update(change)
    assert states(saved, engine) == ["broken"]


def test_an_abstention_has_nothing_to_check(engine, monkeypatch):
    strict = replace(engine.pipeline, min_confidence=1.0)
    monkeypatch.setattr(engine, "query_engine", FootnoteQueryEngine(strict))
    saved = engine.ask("Who is the mayor?").to_dict()
    assert states(saved, engine) == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "other/1", "citations": []}', '{"citations": 3}', "[" * 99_999]
)
def test_anything_else_is_refused(engine, text):
    with pytest.raises(UsageError, match="not a saved answer"):
        verify(text, engine.library)
