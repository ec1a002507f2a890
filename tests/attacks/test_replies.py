"""What a language model's reply may try: addresses in disguise, and never beginning or never ending."""

import threading
import time
from contextlib import closing, contextmanager
from types import SimpleNamespace

import pytest
from articles import found
from llm_server import llm_server

import footnote.page.chat.conversations
import footnote.qa.interpret.rewrite
from footnote.corpus.settings import Settings
from footnote.index.passages import PassageIndex
from footnote.page.chat.asking import Asking
from footnote.page.chat.transcript import conversation
from footnote.page.desk.offered_questions import Offering
from footnote.qa.events import FinalAnswer, Growing, Writing
from footnote.qa.interpret.turns import Turn
from footnote.qa.llm.endpoint import Endpoint, EndpointError, ReplyLimits
from footnote.qa.llm.parse import parsed
from footnote.qa.pipeline import MEANWHILE, Pipeline
from footnote.qa.rank.model_folder import open_model
from footnote.qa.rank.reader import ReaderInput as Read
from footnote.qa.retriever import PassageRetriever, ScopedQuery

QUAY = (
    "The port of Vardo opened its second quay on Tuesday, Mayor Ingrid Solheim said. The quay cost 42 million kroner"
    " and took three years to build."
)
QUESTION = "How much did the second quay in Vardo cost?"
LIMITS = ReplyLimits(connect=5.0, silence=1.0, total=3.0)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "&#104;ttps://evil.example/x",
        "&#x68;&#x74;&#x74;&#x70;&#x73;&#x3a;&#x2f;&#x2f;evil.example/x",
        "https&colon;//evil.example/x",
        "https:&sol;&sol;evil.example/x",
        "&#119;ww.evil.example",
        "java&#115;cript:alert(1)",
        "mail&#116;o:me@evil.example",
        "ht**tps**://evil.example/x",
        "ht`tps`://evil.example/x",
        "ht\u200btps://evil.example/x",
        "ht&#8203;tps://evil.example/x",
        "w<b>ww.evil.example</b>",
        "[see](&#104;ttps://evil.example/x)",
        "<a href='&#104;ttps://evil.example/x'>see</a>",
    ],
)
def test_no_address_is_left_of_a_reply_however_it_is_written(address):
    for reply in (f"The harbour closed, see {address} today. [1]", f"{address} says that the harbour closed. [1]"):
        for pieces in ([reply], list(reply)):
            (found,) = parsed(pieces)
            assert "evil" not in found.text
            assert "alert" not in found.text
            assert "harbour closed" in found.text
            assert found.numbers == (1,)


@pytest.mark.parametrize("behaviour", ["silent", "endless_nothing", "silent_after_a_word"])
@pytest.mark.slow
def test_a_reply_that_does_not_come_ends_at_the_limit(behaviour):
    with llm_server(behaviour) as (url, _):
        endpoint = Endpoint(url, "tiny", limits=LIMITS)
        try:
            with pytest.raises(EndpointError):  # the client library is imported at the first call
                list(endpoint.stream("rules", "question"))
            began = time.monotonic()
            with pytest.raises(EndpointError, match="took too long"):
                list(endpoint.stream("rules", "question"))
            assert time.monotonic() - began < LIMITS.silence + 1.5
        finally:
            endpoint.close()


def test_a_model_on_a_laptop_has_time_to_read():
    assert ReplyLimits().silence >= 120
    assert ReplyLimits().total >= ReplyLimits().silence + 60


@pytest.fixture(scope="module")
def index(tmp_path_factory, encoder):
    opened = PassageIndex(Settings(tmp_path_factory.mktemp("replies") / "home"), encoder)
    list(opened.add([found("quay", QUAY, title="Second quay in Vardo", published="2021-06-08")]))
    open_model().reader.read("warm", [Read("", ("warm",))])
    yield opened
    opened.close()


@contextmanager
def asked(index, behaviour="reply", limits=LIMITS, **fields):
    """An engine over the library, as the page wants it, with a language model that behaves so; ``seen`` by that."""
    with llm_server(behaviour, **fields) as (url, script), closing(Endpoint(url, "tiny", limits=limits)) as model:
        engine = Pipeline(index, PassageRetriever(index), open_model(), 0.05, model=model)
        yield SimpleNamespace(library=index.library, events=engine.events, seen=script.seen)


BEHAVIOURS = ["silent", "endless_nothing", "silent_after_a_word"]
EARLIER = Turn("What opened in Vardo?", "What opened in Vardo?", ("The port of Vardo opened its second quay.",))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("history", [(), (EARLIER,)], ids=["first", "follow-up"])
def test_the_articles_own_answer_is_there_at_once_and_stays(index, behaviour, history):
    question = "How much did it cost?" if history else QUESTION
    with asked(index, behaviour) as engine:
        began, shown = time.monotonic(), 0.0
        for event in engine.events(ScopedQuery(question, history=history)):
            if isinstance(event, Growing):
                assert not shown, "a model that says nothing grows nothing"
                shown = time.monotonic() - began
                assert event.answer.notices == (MEANWHILE,)
                assert "42 million" in event.answer.text
        assert isinstance(event, FinalAnswer)
        took = time.monotonic() - began
    assert event.answer.answerer == "extractive"
    assert "42 million" in event.answer.text
    assert "took too long" in event.answer.notices[0]
    assert 0 < shown < took - LIMITS.silence + 0.3, "it was there before the model had its time"
    assert took < (1 + len(history)) * (LIMITS.silence + 1.5) + 1


def test_a_follow_up_does_not_wait_long_for_what_it_means(index, monkeypatch):
    monkeypatch.setattr(footnote.qa.interpret.rewrite, "REWRITE_SECONDS", 0.5)
    with asked(index, "silent", ReplyLimits(silence=20.0, total=40.0)) as engine:
        began = time.monotonic()
        for event in engine.events(ScopedQuery("How much did it cost?", history=(EARLIER,))):
            if isinstance(event, Writing):
                break
        assert time.monotonic() - began < 5
        assert len(engine.seen) == 1, "the rewriting was asked for, and left"


def test_the_page_shows_it_until_the_model_has_written(index):
    with asked(index, limits=ReplyLimits(), text="The quay cost 42 million kroner [2]. ") as engine:
        turn, shown = footnote.page.chat.conversations.ShownTurn(QUESTION), []
        for progress in Asking(engine, Offering(engine)).progress(turn, (), lambda: False):
            turn = progress.change(turn)
            shown.append(str(conversation([turn])))
    waiting = [html for html in shown if MEANWHILE.replace("'", "&#x27;") in html]
    assert waiting
    assert all('aria-busy="true"' in html and "42 million" in html for html in waiting)
    assert "until the language model" not in shown[-1]
    assert turn.answer.answerer == "llm:tiny"


def test_stopping_a_silent_model_leaves_the_articles_answer(index):
    with asked(index, "silent", ReplyLimits()) as engine:
        stop = threading.Event()
        for event in engine.events(ScopedQuery(QUESTION), stop.is_set):
            if isinstance(event, Growing):
                stop.set()
    assert event.answer.status == "answered"
    assert event.answer.notices[0].startswith("Stopped")
