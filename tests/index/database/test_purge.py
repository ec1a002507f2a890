"""Purged means gone: from answers, from every table, and from the bytes of every file."""

import sqlite3
import threading
import time

import numpy as np
import pytest
from articles import found, holders
from kills import ToyEncoder

from footnote.corpus.errors import LibraryError, NotFoundError
from footnote.corpus.settings import Settings
from footnote.index import shadow_index
from footnote.index.database.connection import FILE_NAME
from footnote.index.database.purge import needs_scrub
from footnote.index.doctor import problems, repair
from footnote.index.passages import PassageIndex

MARKER = "Zyxquorv"


def text(word, sentences=30):
    return " ".join(f"The {word} number {n} of {word}{n % 7} was told on day {n * 3}." for n in range(sentences))


SECRET = f"{text('secret')} {MARKER} was there. {text('hidden')}"


@pytest.fixture
def index(tmp_path):
    opened = PassageIndex(Settings(tmp_path / "home"), ToyEncoder("toy", 16))
    yield opened
    opened.close()


def add(index, *items):
    return [str(added) for added in index.add(items)]


def fill(index):
    """A library in which a text was added, changed, edited, removed, restored, copied, and spoken of."""
    add(index, found("keep", text("harbour")), found(f"{MARKER}-id", SECRET, title=f"About {MARKER}"))
    add(index, found(f"{MARKER}-id", SECRET + " Changed.", title=f"About {MARKER}", source=f"/x/{MARKER}.txt"))
    index.edit(f"{MARKER}-id", {"publisher": f"{MARKER} Post", "title": f"{MARKER} again"})
    index.library.withdraw([f"{MARKER}-id"])
    index.restore([f"{MARKER}-id"])
    add(index, found("other", text("bread")))
    answer = {"question": f"Who is {MARKER}?", "citations": [{"n": 1, "article_id": f"{MARKER}-id", "quote": MARKER}]}
    index.library.add_feedback("wrong citation", answer, 1, f"no {MARKER}")
    index.derived.sync()


def test_no_byte_of_it_is_left_in_any_file(index):
    fill(index)
    home = index.library.home
    vectors = [index.library.chunks([n])[0].vector for n, owner in index.library.chunk_keys() if MARKER in owner]
    assert holders(home, MARKER.encode())
    assert holders(home, MARKER.lower().encode()), "as a word of the full-text index"
    assert any(name.startswith("chroma/") for name in holders(home, vectors[0].tobytes()))
    purged = index.purge([f"{MARKER}-id"])
    assert (purged.articles, purged.versions, purged.feedback) == (1, 2, 1)
    assert purged.chunks >= len(vectors)
    for needle in (MARKER, MARKER.lower(), MARKER.lower()[:5]):
        assert holders(home, needle.encode()) == []
    for vector in vectors:
        assert holders(home, vector.tobytes()) == holders(home, np.asarray(vector, "<f2").tobytes()) == []
    assert sorted(index.library.versions()) == ["keep", "other"]
    assert problems(index) == []
    assert add(index, found(f"{MARKER}-id", SECRET)) == ["added"], "it can come back as something new"


def test_a_withdrawn_one_can_be_purged_and_one_that_is_being_moved(index):
    fill(index)
    shadow_index.begin(index.library, index.made_with())
    article = index.library.article(f"{MARKER}-id")
    shadow_index.store(index.library, article, index.cut_and_encode([article])[0])
    index.library.withdraw([f"{MARKER}-id"])
    index.purge([f"{MARKER}-id"])
    assert holders(index.library.home, MARKER.lower().encode()) == holders(index.library.home, MARKER.encode()) == []
    with pytest.raises(NotFoundError):
        index.restore([f"{MARKER}-id"])
    assert problems(index) == []


def test_it_is_all_or_nothing(index):
    fill(index)
    with pytest.raises(NotFoundError, match="nobody"):
        index.purge(["keep", "nobody"])
    assert "keep" in index.library.versions()
    assert not needs_scrub(index.library)


def test_what_a_crash_left_is_finished_when_the_library_is_opened(index, monkeypatch):
    fill(index)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("footnote.index.passages.scrub", crash)
        with pytest.raises(KeyboardInterrupt):
            index.purge([f"{MARKER}-id"])
    assert f"{MARKER}-id" not in index.library.versions()
    home = index.library.home
    index.close()
    lines = []
    again = PassageIndex(Settings(home), ToyEncoder("toy", 16), lines.append)
    assert problems(again) == []
    assert lines == ["a purge that was interrupted has been finished"]
    assert holders(home, MARKER.encode()) == holders(home, MARKER.lower().encode()) == []
    again.close()


def test_a_reader_in_the_way_is_told_and_repair_finishes(index, monkeypatch):
    fill(index)
    monkeypatch.setattr("footnote.index.database.purge._PATIENCE_SECONDS", 0.2)
    reader = sqlite3.connect(index.library.home / FILE_NAME, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM versions").fetchone()
    with pytest.raises(LibraryError, match=r"doctor --repair"):
        index.purge([f"{MARKER}-id"])
    assert f"{MARKER}-id" not in index.library.versions(), "it is out of every answer all the same"
    assert "a purge was not finished, and bytes of it may be left" in problems(index)
    reader.close()
    assert "a purge was finished" in repair(index)
    assert problems(index) == []
    assert holders(index.library.home, MARKER.encode()) == []


def test_the_owner_of_chroma_follows_when_another_process_purges(index, monkeypatch):
    fill(index)
    vector = next(index.library.chunks([n])[0].vector for n, owner in index.library.chunk_keys() if MARKER in owner)
    other = PassageIndex(Settings(index.library.home), ToyEncoder("toy", 16))
    assert not other.derived.owner
    seen = index.text(f"{MARKER}-id", index.library.article(f"{MARKER}-id").version)
    assert MARKER in seen
    other.purge([f"{MARKER}-id"])
    other.close()
    index.derived.sync()
    assert holders(index.library.home, vector.tobytes()) == []
    index.snapshot()
    assert index._texts == {}, "nor is it kept in memory"
    assert problems(index) == []


def test_syncing_waits_for_a_store_that_the_watcher_is_building_anew(index, monkeypatch):
    monkeypatch.setattr("footnote.index.search.derived._WATCH_SECONDS", 0.05)
    fill(index)
    store, begun = index.derived._store, threading.Event()
    close = store.close

    def closed_slowly():
        begun.set()
        time.sleep(0.5)
        close()

    monkeypatch.setattr(store, "close", closed_slowly)
    other = PassageIndex(Settings(index.library.home), ToyEncoder("toy", 16))
    other.purge([f"{MARKER}-id"])
    other.close()
    assert begun.wait(60)
    index.derived.sync()
    assert index.derived._store is not None
    assert index.derived._store.identity == index.library.identity()


def test_an_idle_owner_follows_too(tmp_path, monkeypatch):
    monkeypatch.setattr("footnote.index.search.derived._WATCH_SECONDS", 0.05)
    index = PassageIndex(Settings(tmp_path / "home"), ToyEncoder("toy", 16))
    fill(index)
    vector = next(index.library.chunks([n])[0].vector for n, owner in index.library.chunk_keys() if MARKER in owner)
    other = PassageIndex(Settings(index.library.home), ToyEncoder("toy", 16))
    other.purge([f"{MARKER}-id"])
    other.close()
    for _ in range(200):
        if not holders(index.library.home, vector.tobytes()):
            break
        time.sleep(0.05)
    assert holders(index.library.home, vector.tobytes()) == []
    index.close()
