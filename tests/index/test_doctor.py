"""What `doctor` finds, and what it mends."""

import re

import pytest
from articles import found
from kills import ToyEncoder

from footnote.corpus.errors import LibraryError
from footnote.corpus.settings import Settings
from footnote.index.database.connection import raise_number
from footnote.index.doctor import problems, repair
from footnote.index.passages import PassageIndex
from footnote.index.search.scope import Scope

WORDS = " ".join(f"word{n}." if n % 8 == 7 else f"word{n}" for n in range(60)) + "."


@pytest.fixture
def index(not_owner, library_server):
    opened = PassageIndex(Settings(not_owner, library=library_server), ToyEncoder("toy", 16))
    items = [found("a", WORDS, title="T"), found("b", WORDS + " More."), found("c", WORDS.replace("word", "other"))]
    list(opened.add([*items, found("gone", WORDS.replace("word", "gone"))]))
    opened.library.withdraw(["gone"])
    yield opened
    opened.close()


def damage(index, sql):
    connection = index.library.connection()
    if index.library.where.startswith("postgresql"):
        off, on = "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
        sql = re.sub(
            r"zeroblob\((\d+)\)|x''", lambda zeros: f"'\\x{'00' * int(zeros[1] or 0)}'", IN_POSTGRESQL.get(sql, sql)
        )
    else:
        off, on = "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"
    connection.execute(off)
    connection.execute(sql)
    raise_number(connection, "generation")
    connection.execute(on)


MENDABLE = {
    "DELETE FROM words": "differ between the full-text index",
    "INSERT INTO words (rowid, title, text) VALUES (99, 'Other', 'words')": "differ between the full-text index",
    "UPDATE versions SET title = 'Other' WHERE article_id = 'a'": "full-text index is damaged",
    "DELETE FROM chunks WHERE id = 2": "more or fewer chunks",
    "DELETE FROM chunks WHERE article_id = 'c'": "more or fewer chunks",
    "UPDATE chunks SET vector = zeroblob(20) WHERE id = 1": "not of length one",
    "UPDATE chunks SET vector = zeroblob(3) WHERE id = 1": "is damaged",
    "UPDATE chunks SET vector = zeroblob(16) WHERE id = 1": "vector of another model",
    "UPDATE chunks SET spans = zeroblob(12) WHERE id = 1": "outside its span",
    "UPDATE chunks SET sentence_vectors = x'' WHERE id = 1": "not of length one",
    "UPDATE chunks SET start = start + 1": "outside its span",
    "UPDATE chunks SET article_id = 'gone' WHERE id = 1": "belong to no live article",
    "UPDATE chunks SET article_id = 'nobody' WHERE id = 1": "belong to no live article",
    "UPDATE shelf SET article_id = 'a'": "belong to no withdrawn article",
    "DELETE FROM shelf": "lack chunks on the shelf",
    "UPDATE articles SET origin = 'nobody'": "an origin that is not one",
    "UPDATE articles SET origin = 'gone' WHERE id = 'c'": "an origin that is not one",
    "UPDATE articles SET origin = 'b' WHERE id = 'a'": "an origin that is not one",
    "DELETE FROM signatures": "no signature",
    "DELETE FROM signatures WHERE article_id = 'a'": "entries for finding copies",
    "INSERT INTO meta VALUES ('scrub', '1')": "a purge was not finished",
    "UPDATE words_data SET block = zeroblob(length(block)) WHERE id > 10": "full-text index is damaged",
    "UPDATE articles SET made = 7 WHERE id = 'a'": "more or fewer chunks",
}


IN_POSTGRESQL = {
    "INSERT INTO words (rowid, title, text) VALUES (99, 'Other', 'words')": "INSERT INTO words VALUES (99, '', 0)",
    "UPDATE words_data SET block = zeroblob(length(block)) WHERE id > 10": "UPDATE terms SET chunks = chunks + 1",
}


@pytest.mark.parametrize("sql", MENDABLE)
def test_what_can_be_made_anew_is_found_and_mended(index, sql):
    before = [(c.start, c.spans.tolist()) for c in chunks_of(index, "a")]
    damage(index, sql)
    assert any(MENDABLE[sql] in problem for problem in problems(index)), problems(index)
    assert repair(index)
    assert problems(index) == []
    assert [(c.start, c.spans.tolist()) for c in chunks_of(index, "a")] == before
    assert index.library.origins() == {"a": "a", "b": "a", "c": "c"}
    index.restore(["gone"])
    assert problems(index) == []


def chunks_of(index, article_id):
    return index.library.chunks([n for n, owner in index.library.chunk_keys() if owner == article_id])


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE versions SET text = text || ' Changed.' WHERE article_id = 'a'", "a: its text does not match"),
        ("UPDATE versions SET text = 'x' WHERE article_id = 'gone'", "gone: the text of an earlier version does not"),
        ("DELETE FROM versions WHERE article_id = 'gone'", "foreign key"),
    ],
)
def test_what_only_a_copy_can_mend_stays_a_problem(index, sql, problem):
    damage(index, sql)
    repair(index)
    assert any(line.startswith(problem) for line in problems(index))


def test_a_sound_library_is_left_as_it_is(index):
    generation, keys = index.library.generation(), index.library.chunk_keys()
    assert problems(index) == repair(index) == []
    assert (index.library.generation(), index.library.chunk_keys()) == (generation, keys)


def test_a_vector_of_a_wrong_dimension_is_an_error_and_no_answer(index):
    damage(index, "UPDATE chunks SET vector = zeroblob(12) WHERE id = 1")
    with pytest.raises(LibraryError, match=r"8 numbers instead of 16.*doctor --repair"):
        index.search(index.encoder.encode_query("word1"), "word1", Scope(), 5)
    repair(index)
    assert index.search(index.encoder.encode_query("word1"), "word1", Scope(), 5)
