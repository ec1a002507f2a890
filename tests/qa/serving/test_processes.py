"""Answers from processes of their own: the same ones, and whatever becomes of a process."""

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from load import family, serving, shared_out

from footnote.corpus.article import Article
from footnote.corpus.errors import FootnoteError, UsageError
from footnote.corpus.settings import Settings
from footnote.qa.engine import Engine
from footnote.qa.events import FinalAnswer
from footnote.qa.retriever import ScopedQuery
from footnote.qa.serving.processes import METHOD, Processes
from footnote.qa.serving.shared_engine import SharedEngine

BRIDGE = Article(
    "bridge", "The old bridge at Hallgate was closed on 3 May 2021. Engineer Ada Brook found a crack in it."
)
FERRY = Article("ferry", "A ferry has crossed the river at Hallgate since June 2021. Captain Tom Reed steers it.")
QUESTION = "Who found a crack in the bridge at Hallgate?"


def odd(engine):
    """What a process of these tests can be asked for."""
    return {
        "pid": os.getpid,
        "end": lambda: os._exit(3),
        "end_once": lambda path: path.exists() or (path.touch(), os._exit(3)),
        "refuse": refuse,
        "break": lambda: 1 / 0,
        "size": engine.index.size,
    }


def refuse():
    raise UsageError("not this")


def never():
    raise AssertionError("a process should have answered")


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    settings = Settings(tmp_path_factory.mktemp("odd"))
    Engine.open(settings).close()
    made = Processes(settings, 1, odd)
    made.start()
    yield made
    made.close()


@pytest.fixture
def served(tmp_path, encoder):
    engine = SharedEngine.open(Settings(tmp_path), encoder=encoder, processes=2)
    list(engine.add_many([BRIDGE]))
    engine.warm_up()
    yield engine
    engine.close()


def last(events):
    *_, final = events
    assert isinstance(final, FinalAnswer)
    return final


@pytest.mark.slow
def test_it_answers_as_an_engine_does_and_sees_what_is_added(served, monkeypatch):
    here = last(super(SharedEngine, served).events(ScopedQuery(QUESTION)))
    monkeypatch.setattr(Engine, "events", never)
    there = last(served.events(ScopedQuery(QUESTION)))
    assert replace(there.answer, timings_ms=here.answer.timings_ms) == here.answer
    assert (there.selected, there.passages) == (here.selected, here.passages)
    assert there.answer.status == "answered"
    assert [passage.source.article_id for passage in served.search("bridge", 3)] == ["bridge"]

    list(served.add_many([FERRY]))
    steers = [last(served.events(ScopedQuery("Who steers the ferry at Hallgate?"))).answer for _ in range(4)]
    assert {answer.citations[0].source.article_id for answer in steers} == {"ferry"}
    with pytest.raises(UsageError):
        last(served.events(ScopedQuery(" ")))


@pytest.mark.slow
def test_several_are_answered_at_once(served):
    found = []
    askers = [
        threading.Thread(target=lambda: found.append(last(served.events(ScopedQuery(QUESTION))).answer.sentences))
        for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(60)
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.slow
def test_what_goes_wrong_inside_comes_back(processes):
    with pytest.raises(UsageError, match=r"^not this$"):
        processes.call("refuse", otherwise=never)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        processes.call("break", otherwise=never)
    assert processes.call("size", otherwise=never) == 0


def test_a_process_that_ends_is_replaced_and_the_question_asked_again(processes, tmp_path, caplog):
    before = processes.call("pid", otherwise=never)
    assert processes.call("end_once", tmp_path / "ended", otherwise=never) is True
    after = processes.call("pid", otherwise=never)
    assert after != before
    assert "has ended (3)" in caplog.text


def test_one_that_is_killed_while_it_waits_is_replaced(processes):
    before = processes.call("pid", otherwise=never)
    os.kill(before, signal.SIGKILL)
    assert processes.call("pid", otherwise=never) != before


def test_a_question_that_ends_two_processes_is_not_asked_again(processes):
    with pytest.raises(FootnoteError, match="could not be made"):
        processes.call("end", otherwise=never)
    assert processes.call("size", otherwise=never) == 0


def test_signals_for_the_server_do_not_end_a_process(processes):
    pid = processes.call("pid", otherwise=never)
    os.kill(pid, signal.SIGINT)
    os.kill(pid, signal.SIGTERM)
    time.sleep(0.2)
    assert processes.call("pid", otherwise=never) == pid


@pytest.mark.slow
def test_where_none_can_be_started_answers_are_made_here(tmp_path, caplog):
    made = Processes(Settings(tmp_path, model=str(tmp_path / "no-model")), 1, odd)
    made.start()
    assert made.call("pid", otherwise=os.getpid) == os.getpid()
    made.close()
    assert "in the server's own process" in caplog.text
    assert "no-model" in caplog.text


@pytest.mark.parametrize("method", [METHOD, pytest.param("spawn", marks=pytest.mark.slow)])
def test_closing_ends_them(tmp_path, method):
    made = Processes(Settings(tmp_path), 1, odd, method)
    made.start()
    pid = made.call("pid", otherwise=never)
    made.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.slow
def test_none_outlives_a_server_that_is_killed(tmp_path):
    with serving(tmp_path, ["--processes=1"]) as (_, pid):
        started = family(pid)
        assert len(started) > 1
        os.kill(pid, signal.SIGKILL)
    for _ in range(50):
        left = [each for each in started if Path(f"/proc/{each}/smaps_rollup").exists() and shared_out(each)]
        if not left:
            break
        time.sleep(0.2)
    assert left == []


def test_with_a_language_model_there_is_one_process(tmp_path, encoder):
    settings = Settings(tmp_path, llm_url="http://127.0.0.1:9/v1", llm_model="none")
    engine = SharedEngine.open(settings, encoder=encoder, processes=2, repeats=9)
    assert engine._processes is None
    assert engine._repeats is None
    assert engine.streams
    engine.close()
