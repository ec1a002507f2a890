"""What can be done to an article in the library, beyond adding it, and what stays of it."""

import sqlite3

import numpy as np
import pytest
from articles import found
from kills import ToyEncoder

from footnote.corpus.errors import LibraryError, NotFoundError, RefusedError, UsageError
from footnote.corpus.result import Provenance
from footnote.corpus.settings import Settings
from footnote.index.database.feedback import KINDS, MAX_NOTE_CHARS
from footnote.index.database.records import unpacked, unpacked_sentences
from footnote.index.database.schema import SCHEMA_VERSION
from footnote.index.doctor import problems
from footnote.index.library import FILE_NAME, Library
from footnote.index.passages import PassageIndex
from footnote.index.search.scope import Scope

WORDS = [f"word{n}" for n in range(120)]
STORY = " ".join(f"{word}." if n % 8 == 7 else word for n, word in enumerate(WORDS)) + "."
OTHER = STORY.replace("word", "other")
THIRD = STORY.replace("word", "third")


class Counting(ToyEncoder):
    passages = 0

    def encode_passages(self, passages):
        self.passages += len(passages)
        return super().encode_passages(passages)


@pytest.fixture
def index(not_owner, library_server):
    opened = PassageIndex(Settings(not_owner, library=library_server), Counting("toy", 16))
    yield opened
    assert problems(opened) == []
    opened.close()


def add(index, *items):
    return [str(added) for added in index.add(items)]


def asked(index, text):
    return {c.article.id for c in index.search(index.encoder.encode_query(text), text, Scope(), 20)}


class TestHistory:
    def test_each_version_is_kept_with_where_it_came_from(self, index):
        item = found("a", STORY, title="Old", source="/news/a.txt")
        first = Provenance("/news/a.txt", "text", "2026-01-01T00:00:00+00:00", "0" * 64)
        add(index, type(item)(item.article, True, first))
        add(index, found("a", OTHER, title="New", source="/news/b.txt"))
        one, two = index.library.history("a")
        assert (one.article.title, one.provenance, one.current) == ("Old", first, False)
        assert (two.article.title, two.provenance.source, two.current) == ("New", "/news/b.txt", True)
        assert (one.characters, one.article.text) == (len(STORY), "")
        assert index.library.article("a", one.version).text == STORY

    def test_going_back_to_an_earlier_text_makes_it_the_newest(self, index):
        for text in (STORY, OTHER, STORY):
            add(index, found("a", text))
        assert [each.version for each in index.library.history("a")] == [
            found("a", OTHER).article.version,
            found("a", STORY).article.version,
        ]

    def test_nobody(self, index):
        with pytest.raises(NotFoundError, match="footnote list"):
            index.library.history("nobody")


class TestRestore:
    def test_what_was_withdrawn_comes_back_without_being_read_again(self, index):
        add(index, found("a", STORY), found("b", OTHER))
        read, before = index.encoder.passages, asked(index, "word3")
        vectors = {c.start: c.vector.tolist() for c in chunks(index, "a")}
        index.library.withdraw(["a"])
        assert asked(index, "word3") == {"b"}
        assert [article.id for article in index.library.withdrawn()] == ["a"]
        assert problems(index) == []
        index.restore(["a", "a"])
        assert asked(index, "word3") == before
        assert {c.start: c.vector.tolist() for c in chunks(index, "a")} == vectors
        assert index.encoder.passages == read
        assert index.library.withdrawn() == []

    def test_chunk_ids_are_never_used_again(self, index):
        add(index, found("a", STORY))
        old = {n for n, _ in index.library.chunk_keys()}
        index.library.withdraw(["a"])
        index.restore(["a"])
        assert min(n for n, _ in index.library.chunk_keys()) > max(old)

    def test_it_is_all_or_nothing(self, index):
        add(index, found("a", STORY), found("b", OTHER))
        index.library.withdraw(["a"])
        for ids in (["a", "b"], ["a", "nobody"]):
            with pytest.raises(NotFoundError, match="no withdrawn article"):
                index.restore(ids)
        assert list(index.library.versions()) == ["b"]

    def test_what_is_added_again_meanwhile_needs_no_undoing(self, index):
        add(index, found("a", STORY))
        index.library.withdraw(["a"])
        assert add(index, found("a", OTHER)) == ["added"]
        assert index.library.article("a").text == OTHER
        with pytest.raises(NotFoundError):
            index.restore(["a"])


def chunks(index, article_id):
    return index.library.chunks([n for n, owner in index.library.chunk_keys() if owner == article_id])


class TestEdit:
    def test_metadata_changes_and_text_and_version_stay(self, index):
        add(index, found("a", STORY, title="T", publisher="P", source="s"))
        read, digest = index.encoder.passages, index.library.digest()
        seen = index.snapshot()
        article = index.edit(
            "a", {"publisher": " The\u202e Post\n", "published": "2020-05", "authors": ["A B", "\u200b"]}
        )
        assert (article.publisher, article.published, article.authors) == ("The Post", "2020-05", ("A B",))
        assert (article.title, article.text, article.source) == ("T", STORY, "s")
        assert index.encoder.passages == read, "only the title is part of what the model reads"
        assert index.library.digest() == digest
        assert len(index.library.history("a")) == 1
        now = index.snapshot()
        assert now.articles[0].publisher == "The Post", "a snapshot follows"
        assert seen.articles[0].publisher == "P"

    def test_a_new_title_is_read_by_the_model(self, index):
        add(index, found("a", STORY, title="Harbour"))
        before = chunks(index, "a")[0].vector
        read = index.encoder.passages
        index.edit("a", {"title": "Volcano"})
        assert index.encoder.passages > read
        assert not np.allclose(chunks(index, "a")[0].vector, before)
        assert index.library.match_words('"volcano"', 3)
        assert not index.library.match_words('"harbour"', 3)

    def test_nothing_new_changes_nothing(self, index):
        add(index, found("a", STORY, title="T"))
        generation = index.library.generation()
        index.edit("a", {"title": " T ", "publisher": ""})
        assert index.library.generation() == generation

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"published": "soon"}, RefusedError),
            ({"text": "x"}, UsageError),
            ({"title": 3}, UsageError),
            ({"authors": "A B"}, UsageError),
            ({"authors": [1]}, UsageError),
            ({"authors": ["A"] * 101}, UsageError),
        ],
    )
    def test_what_cannot_be_is_refused(self, index, fields, error):
        add(index, found("a", STORY))
        with pytest.raises(error):
            index.edit("a", fields)

    def test_nobody_and_withdrawn(self, index):
        add(index, found("a", STORY))
        index.library.withdraw(["a"])
        for article_id in ("a", "nobody"):
            with pytest.raises(NotFoundError):
                index.edit(article_id, {"title": "T"})

    def test_reading_the_same_source_again_does_not_undo_it(self, index):
        item = found("a", STORY, title="Wrong", publisher="P")
        add(index, item)
        index.edit("a", {"title": "Right"})
        assert add(index, item) == ["unchanged"]
        assert add(index, found("a", OTHER, title="Wrong")) == ["new version"]
        assert index.library.article("a").title == "Right", "the source says what it said before"
        assert add(index, found("a", THIRD, title="Corrected")) == ["new version"]
        assert index.library.article("a").title == "Corrected"
        assert index.library.edited("a") == {}

    def test_an_edit_of_what_has_changed_meanwhile_is_refused(self, index):
        add(index, found("a", STORY, title="T"))
        known = index.library.article("a")
        add(index, found("a", OTHER, title="T"))
        with pytest.raises(LibraryError, match="meanwhile"):
            index.library.edit(known, {"publisher": "P"}, None, None)


class TestOrigins:
    def test_a_copy_shares_the_origin_of_the_first(self, index):
        assert add(index, found("one", STORY), found("two", OTHER)) == ["added", "added"]
        assert add(index, found("copy", STORY + " Reporting by a colleague.")) == ["near-duplicate of one"]
        assert index.library.origins() == {"copy": "one", "one": "one", "two": "two"}
        assert index.snapshot().origins == index.library.origins()
        assert "copy" in asked(index, "word3"), "it answers all the same"

    def test_a_later_version_is_no_copy_of_its_own(self, index):
        add(index, found("one", STORY))
        assert add(index, found("one", STORY + " It rained.")) == ["new version"]
        assert index.library.origins() == {"one": "one"}

    def test_what_joins_two_stories_makes_them_one_and_parts_them_when_it_goes(self, index):
        add(index, found("one", STORY), found("two", OTHER))
        assert add(index, found("both", f"{STORY}\n\n{OTHER}")) == ["near-duplicate of one"]
        assert set(index.library.origins().values()) == {"one"}
        index.library.withdraw(["both"])
        assert index.library.origins() == {"one": "one", "two": "two"}
        index.restore(["both"])
        assert set(index.library.origins().values()) == {"one"}
        index.purge(["both"])
        assert index.library.origins() == {"one": "one", "two": "two"}

    def test_when_the_first_goes_another_takes_its_place(self, index):
        copies = [found(f"c{n}", f"{STORY} Paper number {n}.") for n in range(4)]
        add(index, *copies)
        index.library.withdraw(["c0"])
        assert index.library.origins() == dict.fromkeys(("c1", "c2", "c3"), "c1")
        add(index, found("c1", OTHER))
        assert index.library.origins() == {"c1": "c1", "c2": "c2", "c3": "c2"}
        index.restore(["c0"])
        assert index.library.origins() == {"c0": "c0", "c1": "c1", "c2": "c0", "c3": "c0"}


class TestFeedback:
    ANSWER = {"id": "x", "question": "Who?", "citations": [{"n": 1, "article_id": "a", "quote": "q"}], "nearest": []}  # noqa: RUF012

    def test_what_is_said_is_kept(self, index):
        add(index, found("a", STORY))
        index.library.add_feedback("wrong citation", self.ANSWER, citation=1, note="Not \x00 him.")
        index.library.add_feedback("helpful", self.ANSWER)
        one, two = index.library.feedback()
        assert (one.kind, one.citation, one.note, one.answer) == ("wrong citation", 1, "Not \ufffd him.", self.ANSWER)
        assert (two.kind, two.citation, two.note) == ("helpful", None, "")
        assert one.created_at <= two.created_at

    def test_it_changes_nothing_for_who_searches(self, index):
        generation = index.library.generation()
        index.library.add_feedback("helpful", self.ANSWER)
        assert index.library.generation() == generation

    @pytest.mark.parametrize(
        ("kind", "answer", "citation", "note"),
        [
            ("great", ANSWER, None, ""),
            ("helpful", ANSWER, 2, ""),
            ("helpful", {}, 1, ""),
            ("helpful", {"citations": 3}, 1, ""),
            ("helpful", {"citations": [3, {"n": []}]}, 1, ""),
            ("helpful", {"x": object()}, None, ""),
            ("helpful", ANSWER, None, "n" * (MAX_NOTE_CHARS + 1)),
            ("helpful", {"x": "y" * 1_000_001}, None, ""),
        ],
    )
    def test_what_cannot_be_is_refused(self, index, kind, answer, citation, note):
        with pytest.raises(UsageError):
            index.library.add_feedback(kind, answer, citation, note)
        assert index.library.feedback() == []

    def test_every_kind_can_be_said(self, index):
        for kind in KINDS:
            index.library.add_feedback(kind, self.ANSWER)
        assert [entry.kind for entry in index.library.feedback()] == list(KINDS)

    def test_purging_an_article_erases_what_quotes_it(self, index):
        add(index, found("a", STORY), found("b", OTHER))
        nearest = {"citations": [], "nearest": [{"article_id": "a"}]}
        elsewhere = {"citations": [{"n": 1, "article_id": "b"}], "nearest": [{"article_id": ["a"]}]}
        for answer in (self.ANSWER, nearest, elsewhere):
            index.library.add_feedback("helpful", answer)
        assert index.purge(["a"]).feedback == 2
        assert [entry.answer for entry in index.library.feedback()] == [elsewhere]


def test_one_address_is_one_article(index):
    add(index, found("page", STORY, named=False, url="https://e.org/a", source="/x/page.html"))
    saved_again = found("page-copy", OTHER, named=False, url="https://e.org/a", source="/y/page-copy.html")
    assert [(added.id, str(added)) for added in index.add([saved_again])] == [("page", "new version")]
    assert add(index, found("else", THIRD, named=False, url="https://e.org/b")) == ["added"]


VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE versions (
    article_id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, authors TEXT NOT NULL,
    publisher TEXT NOT NULL, published TEXT NOT NULL, url TEXT NOT NULL, source TEXT NOT NULL,
    added_at TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (article_id, version)
);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, withdrawn_at TEXT,
    FOREIGN KEY (id, version) REFERENCES versions (article_id, version)
);
CREATE INDEX articles_version ON articles (version);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    spans BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL
);
CREATE INDEX chunks_article ON chunks (article_id);
CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
"""


def as_before(row):
    """A row with its vectors, of 16 numbers, as earlier schemas kept them."""
    if len(row) != 7:
        return row
    vectors = [unpacked(row[5]), unpacked_sentences(row[6], len(row[6]) // 12)]
    return (*row[:5], *(each.astype("<f2").tobytes() for each in vectors))


class TestAnEarlierSchema:
    @pytest.fixture
    def earlier(self, not_owner):
        """A library as the first schema kept it: two articles, one with two versions, and a withdrawn one."""
        index = PassageIndex(Settings(not_owner), ToyEncoder("toy", 16))
        add(index, found("a", OTHER), found("a", STORY, title="T"), found("b", STORY + " More."), found("c", THIRD))
        index.library.withdraw(["c"])
        index.close()
        new = sqlite3.connect(not_owner / FILE_NAME)
        (not_owner / "old").mkdir()
        old = sqlite3.connect(not_owner / "old" / FILE_NAME)
        old.executescript("PRAGMA journal_mode = WAL;" + VERSION_1)
        for table in ("meta", "versions", "articles", "chunks"):
            columns = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
            listed = ", ".join(f'"{column}"' for column in columns)
            rows = [as_before(row) for row in new.execute(f"SELECT {listed} FROM {table}")]
            marks = ",".join("?" * len(columns))
            old.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        rows = new.execute("SELECT id, title, text FROM chunk_words").fetchall()
        old.executemany("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", rows)
        old.execute("DELETE FROM meta WHERE key NOT IN ('generation', 'uid', 'indexed_with')")
        old.execute("""UPDATE meta SET value = json_remove(value, '$.location') WHERE key = 'indexed_with'""")
        old.execute("PRAGMA user_version = 1")
        old.commit()
        old.close()
        new.close()
        return not_owner / "old"

    def test_it_is_brought_to_this_one_with_all_that_it_held(self, earlier):
        lines = []
        index = PassageIndex(Settings(earlier), ToyEncoder("toy", 16), lines.append)
        assert index.library.read("PRAGMA user_version")[0][0] == SCHEMA_VERSION
        assert "this version of Footnote" in lines[0]
        index.derived.wait()
        assert problems(index) == []
        assert index.library.article("a").text == STORY
        assert [each.characters for each in index.library.history("a")] == [len(OTHER), len(STORY)]
        assert index.library.origins() == {"a": "a", "b": "a"}
        assert asked(index, "word3") == {"a", "b"}
        index.restore(["c"])
        assert asked(index, "third3") == {"a", "b", "c"}
        assert problems(index) == []
        index.close()

    def test_a_crash_on_the_way_leaves_the_earlier_one(self, earlier, monkeypatch):
        def fail(*_):
            raise sqlite3.OperationalError("disk is full")

        with monkeypatch.context() as patch:
            patch.setattr("footnote.index.database.schema.join", fail)
            with pytest.raises(LibraryError, match="disk is full"):
                Library(earlier)
        connection = sqlite3.connect(earlier / FILE_NAME)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert "origin" not in [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
        connection.close()
        library = Library(earlier)
        assert library.origins() == {"a": "a", "b": "a"}
        library.close()

    def test_vectors_of_single_words_are_left_behind(self, not_owner):
        opened = PassageIndex(Settings(not_owner), ToyEncoder("toy", 16))
        add(opened, found("a", STORY), found("b", OTHER))
        opened.library.withdraw(["b"])
        opened.close()
        connection = sqlite3.connect(not_owner / FILE_NAME)
        for table in ("chunks", "shelf"):
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():
                connection.execute(
                    f"UPDATE {table} SET vector = ?, sentence_vectors = ? WHERE id = ?", (*as_before(row)[5:], row[0])
                )
            connection.execute(f"ALTER TABLE {table} ADD COLUMN word_vectors BLOB NOT NULL DEFAULT x'00'")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
        connection.close()
        opened = PassageIndex(Settings(not_owner), ToyEncoder("toy", 16))
        for table in ("chunks", "shelf"):
            assert "word_vectors" not in [row[1] for row in opened.library.read(f"PRAGMA table_info({table})")]
        opened.restore(["b"])
        assert problems(opened) == []
        opened.close()
