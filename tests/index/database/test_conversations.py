"""Conversations in the library: whose they are, searched, deleted and had back, and forgotten with an article."""

import json
import sqlite3
import time
from datetime import timedelta

import pytest

from footnote.index.database import conversations
from footnote.index.database.connection import Database
from footnote.index.database.conversations import ConversationStore, KeptTurn, forget


@pytest.fixture
def database(tmp_path, library_server):
    opened = Database(tmp_path / "home", library_server)
    yield opened
    opened.close()


@pytest.fixture
def kept(database):
    return ConversationStore(database)


def put(kept, conversation, *questions, owner="ann", words=""):
    for number, question in enumerate(questions):
        link = f"{conversation}-{number}"
        kept.put(conversation, owner, KeptTurn(number, question, "{}", link), f"{question} {words}")


def names(kept, words="", owner="ann"):
    return [row.name for row in kept.listed(owner, words)]


def test_a_conversation_is_its_owners_and_is_called_by_its_first_question(kept):
    put(kept, "one", "What fell?", "And then?")
    assert [turn.question for turn in kept.turns("one", "ann")] == ["What fell?", "And then?"]
    assert kept.turns("one", "bob") == []
    assert names(kept) == ["What fell?"]
    assert names(kept, owner="bob") == []
    for change in (kept.delete, lambda *who: kept.rename(*who, "Mine"), lambda *who: kept.pin(*who, True)):
        assert not change("one", "bob")
    assert kept.rename("one", "ann", "Oil")
    assert names(kept) == ["Oil"]
    assert kept.rename("one", "ann", "")
    assert names(kept) == ["What fell?"]


def test_what_is_pinned_comes_first_and_then_what_was_used_last(kept):
    for name in ("a", "b", "c"):
        put(kept, name, name)
        time.sleep(0.002)
    assert names(kept) == ["c", "b", "a"]
    kept.pin("a", "ann", True)
    time.sleep(0.002)
    put(kept, "b", "b")
    assert names(kept) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("fell", "What fell?"), ("GAS rose", "And then?"), ("rose fell", None), ("100%", "100%_sure\\?"),
     ("%", "100%_sure\\?"), ("sure\\", "100%_sure\\?"), ("desk", "")],
)  # fmt: skip
def test_a_search_meets_questions_answers_and_names(kept, words, found):
    put(kept, "one", "What fell?", words="Oil fell.")
    kept.put("one", "ann", KeptTurn(1, "And then?", "{}"), "And then? Gas rose.")
    put(kept, "two", "100%_sure\\?")
    put(kept, "three", "Nothing")
    kept.rename("three", "ann", "My desk")
    assert [row.found for row in kept.listed("ann", words)] == ([] if found is None else [found])


def test_a_link_opens_one_turn_for_whoever_has_it(kept):
    put(kept, "one", "What fell?", "And then?")
    owner, turn = kept.linked("one-1")
    assert (owner, turn.question) == ("ann", "And then?")
    assert kept.linked("") is None
    assert kept.linked("one-7") is None
    kept.delete("one", "ann")
    assert kept.linked("one-1") is None


def test_what_was_deleted_can_be_had_back_for_a_day_and_is_gone_then(kept, database, monkeypatch):
    put(kept, "one", "What fell?")
    kept.delete("one", "ann")
    assert names(kept) == []
    assert kept.turns("one", "ann") == []
    assert kept.delete("one", "ann", deleted=False)
    assert names(kept) == ["What fell?"]
    kept.delete("one", "ann")
    monkeypatch.setattr(conversations, "UNDO", timedelta(0))
    put(kept, "two", "Other")
    time.sleep(0.002)
    kept.delete("two", "ann")
    assert not kept.delete("one", "ann", deleted=False)
    assert not database.read("SELECT 1 FROM turns WHERE conversation = 'one'")


def test_a_question_asked_in_a_deleted_conversation_begins_it_anew(kept):
    put(kept, "one", "What fell?", "And then?")
    kept.delete("one", "ann")
    put(kept, "one", "Again?")
    assert [turn.question for turn in kept.turns("one", "ann")] == ["Again?"]


def test_forgetting_an_article_empties_what_names_it_and_what_cannot_be_read(kept, database):
    def record(*articles):
        cited = [{"article_id": article} for article in articles]
        return json.dumps({"answer": {"citations": cited[:1]}, "carried": cited[1:]})

    records = {
        "A?": record("oil"),
        "B?": record("gone"),
        "C?": record("oil", "gone"),
        "D?": record("oil", "gas"),
        "E?": "{",
    }
    for number, (question, kept_as) in enumerate(records.items()):
        kept.put("one", "ann", KeptTurn(number, question, kept_as), f"{question} words of it")
    with database.change() as connection:
        assert forget(connection, {"gone"}) == 3
    assert [bool(turn.record) for turn in kept.turns("one", "ann")] == [True, False, False, True, False]
    assert [row.found for row in kept.listed("ann", "words")] == ["A?"]


def test_five_hundred_conversations_are_listed_and_searched_at_once(kept, database):
    said = "A sentence that an article says word for word, of some twenty words or so, as most of them are. " * 4
    with database.change() as connection:
        for n in range(500):
            connection.execute(
                "INSERT INTO conversations VALUES (?, 'ann', '', 0, ?, NULL)", (f"c{n}", f"2026-{n:04d}")
            )
            rows = [(f"c{n}", t, f"Question {t} of {n}?", "{}", f"question {t} of {n}? {said}".lower(), f"{n}-{t}")
                    for t in range(8)]  # fmt: skip
            connection.executemany("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)", rows)
    for words, count in (("", 500), ("question 7 of 499?", 1), ("word for word", 500), ("nothing like it", 0)):
        took = []
        for _ in range(3):
            began = time.perf_counter()
            assert len(kept.listed("ann", words)) == count
            took.append(time.perf_counter() - began)
        assert min(took) < 0.3, words


def test_a_library_from_before_gets_the_tables(tmp_path):
    home = tmp_path / "home"
    Database(home).close()
    with sqlite3.connect(home / "library.sqlite") as old:
        for table in ("turns", "conversations", "news", "watches", "tags"):
            old.execute(f"DROP TABLE {table}")
        old.execute("PRAGMA user_version = 2")
    old.close()
    opened = Database(home)
    put(ConversationStore(opened), "one", "What fell?")
    assert names(ConversationStore(opened)) == ["What fell?"]
    opened.close()
