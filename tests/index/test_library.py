"""The library: one transaction per change, one clear line when it cannot be used."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, NewerLibraryError, NotFoundError
from footnote.index.library import FILE_NAME, IndexedWith, Library, StoredChunk
from footnote.index.search.chroma import ChromaFolder

MADE = IndexedWith("fake", "0" * 64, 4, "sentences/1")
OLD = Article("oil", "Oil fell by two percent.", "Oil", ("A B",), "Wire", "2020-05-04", "https://e.org/1", "s")
NEW = Article("oil", "Oil fell by three percent. Gas rose.", "Oil", ("A B",), "Wire", "2020-05-04", "", "s")


def chunk(article, n=1.0):
    vector = np.array([n, 0, 0, 0], dtype=np.float32)
    end = len(article.text)
    return StoredChunk(article.id, 0, end, np.array([(0, end, 0)], dtype=np.int32), vector, vector[None, :])


def put(library, article, made=MADE):
    return library.put(article, [chunk(article)], made)


@pytest.fixture
def open_library(tmp_path, library_server):
    """Open the one library, in a file or on a server, as another process would."""
    opened = []

    def open_():
        opened.append(Library(tmp_path / "home", library_server))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def library(open_library):
    return open_library()


@pytest.fixture
def in_file(tmp_path):
    library = Library(tmp_path / "home")
    yield library
    library.close()


class TestChanges:
    def test_what_is_put_is_read(self, library):
        assert put(library, OLD)
        assert library.article("oil") == OLD
        assert library.articles() == [Article(**{**_fields(OLD), "text": ""})]
        assert library.versions() == {"oil": OLD.version}
        assert library.version_of("oil") == OLD.version
        assert library.ids_with_version(OLD.version) == ["oil"]
        assert library.source_of("oil") == "s"
        ((number, article_id),) = library.chunk_keys()
        assert article_id == "oil"
        (stored,) = library.chunks([number])
        assert (stored.start, stored.end, stored.spans.tolist()) == (0, len(OLD.text), [[0, len(OLD.text), 0]])
        assert np.array_equal(stored.vector, [1, 0, 0, 0])
        assert library.match_words('"oil"', 5)[0][0] == number
        assert library.document_frequencies(["oil", "ga"]) == {"oil": 1}
        assert library.problems() == []

    def test_the_same_again_changes_nothing(self, library):
        put(library, OLD)
        generation, digest = library.generation(), library.digest()
        assert not put(library, OLD)
        assert library.digest() == digest
        assert library.chunk_keys() == [(1, "oil")]
        assert library.generation() >= generation

    def test_a_new_version_replaces_and_the_old_one_stays_readable(self, library):
        put(library, OLD)
        before = library.digest()
        put(library, NEW)
        assert library.article("oil").text == NEW.text
        assert library.article("oil", OLD.version) == OLD
        assert library.match_words('"two"', 5) == []
        assert library.match_words('"three"', 5) != []
        assert [n for n, _ in library.chunk_keys()] == [2], "ids are never used again"
        assert library.digest() != before
        assert library.problems() == []

    def test_metadata_alone_can_change(self, library):
        put(library, OLD)
        better = Article(**{**_fields(OLD), "title": "Oil falls"})
        assert put(library, better)
        assert library.article("oil").title == "Oil falls"

    def test_withdrawn_is_out_and_can_come_back(self, library):
        put(library, OLD)
        library.withdraw(["oil", "oil"])
        assert (library.articles(), library.versions(), library.chunk_keys()) == ([], {}, [])
        assert library.match_words('"oil"', 5) == []
        assert library.article("oil", OLD.version) == OLD
        with pytest.raises(NotFoundError):
            library.article("oil")
        assert put(library, OLD)
        assert library.article("oil") == OLD
        assert library.problems() == []

    def test_withdrawing_is_all_or_nothing(self, library):
        put(library, OLD)
        with pytest.raises(NotFoundError, match=r"'gas'.*footnote list"):
            library.withdraw(["oil", "gas"])
        assert library.article("oil") == OLD

    def test_two_models_do_not_mix(self, library):
        put(library, OLD)
        with pytest.raises(LibraryError, match="cannot mix"):
            put(library, NEW, IndexedWith("other", "1" * 64, 4, "sentences/1"))
        assert library.article("oil") == OLD
        assert library.indexed_with() == MADE

    def test_a_failed_change_changes_nothing(self, library):
        put(library, OLD)
        generation = library.generation()
        broken = StoredChunk("oil", 0, 1, None, None, None)
        with pytest.raises((TypeError, ValueError)):
            library.put(NEW, [chunk(NEW), broken], MADE)
        assert library.article("oil") == OLD
        assert library.generation() == generation
        assert put(library, NEW)

    def test_any_text_is_kept_exactly(self, library):
        text = "Iran’s \u00a0“é”\n\u202e🙂\ufffd'; DROP TABLE articles; --\t\x07" + chr(0x10FFFF)
        put(library, Article("'; --", text, '"\n'))
        assert library.article("'; --").text == text

    def test_any_query_is_safe(self, library):
        put(library, OLD)
        with pytest.raises(LibraryError):
            library.match_words('"unclosed', 5)
        assert library.match_words('"oil"', 5)


def _fields(article):
    return {name: getattr(article, name) for name in Article.__slots__}


class TestOpening:
    def test_a_missing_library_is_not_made_when_told_so(self, tmp_path):
        with pytest.raises(LibraryError, match="footnote add"):
            Library(tmp_path / "none", create=False)
        assert not (tmp_path / "none").exists()

    def test_a_newer_schema_is_refused_and_left_alone(self, tmp_path):
        Library(tmp_path).close()
        with sqlite3.connect(tmp_path / FILE_NAME) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
        before = (tmp_path / FILE_NAME).read_bytes()
        with pytest.raises(NewerLibraryError, match=r"newer Footnote.*update"):
            Library(tmp_path)
        assert (tmp_path / FILE_NAME).read_bytes() == before

    def test_a_foreign_database_is_refused_and_left_alone(self, tmp_path):
        connection = sqlite3.connect(tmp_path / FILE_NAME)
        connection.execute("CREATE TABLE theirs (a)")
        connection.close()
        before = (tmp_path / FILE_NAME).read_bytes()
        with pytest.raises(LibraryError, match="something else"):
            Library(tmp_path)
        assert (tmp_path / FILE_NAME).read_bytes() == before

    @pytest.mark.parametrize(
        "damage", [b"not a database at all, but long enough to be read as one" * 20, b"\x00" * 4096]
    )
    def test_a_damaged_file_is_one_clear_line(self, tmp_path, damage):
        (tmp_path / FILE_NAME).write_bytes(damage)
        with pytest.raises(LibraryError, match="restore it from a copy") as error:
            Library(tmp_path)
        assert "\n" not in str(error.value)
        assert (tmp_path / FILE_NAME).read_bytes() == damage

    def test_a_file_cut_to_nothing_is_not_taken_for_a_new_library(self, tmp_path):
        (tmp_path / FILE_NAME).touch()
        Library(tmp_path).close()  # nothing says that there was ever anything in it
        (tmp_path / FILE_NAME).write_bytes(b"")
        (tmp_path / "chroma").mkdir()
        with pytest.raises(LibraryError, match="was not before"):
            Library(tmp_path)

    def test_damage_inside_is_one_clear_line_wherever_it_is_met(self, tmp_path):
        library = Library(tmp_path)
        for n in range(200):
            put(library, Article(f"a{n}", f"Words {n}. " * 50))
        library.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        library.close()
        data = bytearray((tmp_path / FILE_NAME).read_bytes())
        chance = random.Random(3)
        for _ in range(2_000):
            data[chance.randrange(16_384, len(data))] ^= 0xFF
        (tmp_path / FILE_NAME).write_bytes(data)
        (tmp_path / f"{FILE_NAME}-wal").unlink(missing_ok=True)
        for name in ("articles", "chunk_keys", "digest", "chunk_vectors"):
            with pytest.raises(LibraryError, match="damaged"), closing(Library(tmp_path)) as library:
                list(getattr(library, name)())

    def test_a_folder_that_is_a_file(self, tmp_path):
        (tmp_path / "file").touch()
        for home in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(LibraryError, match="not a folder"):
                Library(home)

    @pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions work otherwise there")
    def test_a_read_only_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            full = Path(folder) / "full"
            Library(full).close()
            full.chmod(0o555)
            Path(folder).chmod(0o555)
            user = os.geteuid()
            if user == 0:  # who may write anywhere
                os.seteuid(65534)
            try:
                for home in (full / "below", Path(folder) / "new"):
                    with pytest.raises(LibraryError, match=r"check (?:its|the folder's) permissions"):
                        Library(home)
                with pytest.raises(LibraryError, match=r"check (?:its|the folder's) permissions"):
                    ChromaFolder(full).take()
            finally:
                os.seteuid(user)
                Path(folder).chmod(0o755)


class TestTogether:
    def test_threads_add_at_once(self, library):
        def add(name):
            for n in range(20):
                put(library, Article(f"{name}{n}", f"Words of {name} {n}."))

        threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(library.versions()) == 80
        assert library.problems() == []

    def test_processes_make_and_fill_one_library_at_once(self, tmp_path):
        children = [_adding(tmp_path / "home", name, 25) for name in "abc"]
        for child in children:
            assert child.wait(60) == 0, child.stderr.read()
            child.stdout.close()
            child.stderr.close()
        library = Library(tmp_path / "home")
        assert len(library.versions()) == 75
        assert library.problems() == []
        library.close()

    def test_another_process_sees_each_change(self, library, open_library):
        put(library, OLD)
        other = open_library()
        generation = other.generation()
        put(library, NEW)
        assert other.generation() > generation
        assert other.article("oil").text == NEW.text

    def test_reading_sees_one_state(self, library, open_library):
        put(library, OLD)
        other = open_library()
        with library.reading():
            before = library.versions()
            put(other, NEW)
            assert library.versions() == before
            assert library.article("oil").text == OLD.text
        assert library.article("oil").text == NEW.text


ADDING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from footnote.corpus.article import Article
from footnote.index.library import Library
from test_library import put
library = Library(Path(sys.argv[1]))
n = 0
while n < int(sys.argv[4]):
    put(library, Article(f"{sys.argv[2]}{n}", f"Words of {sys.argv[2]} {n}."))
    print(f"{sys.argv[2]}{n}", flush=True)
    n += 1
library.close()
"""


def _adding(home, name, count):
    return subprocess.Popen(
        [sys.executable, "-c", ADDING, str(home), name, str(Path(__file__).parent), str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
def test_what_was_reported_is_there_after_a_kill(tmp_path):
    chance = random.Random(5)
    reported = set()
    for round_ in range(3):
        child = _adding(tmp_path / "home", f"k{round_}-", 1_000_000)
        reported.add(child.stdout.readline().strip())
        time.sleep(chance.uniform(0.0, 0.2))
        os.kill(child.pid, signal.SIGKILL)
        reported.update(line.strip() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n"))
        child.wait()
        child.stdout.close()
        child.stderr.close()
        library = Library(tmp_path / "home")
        assert reported <= set(library.versions())
        assert library.problems() == []
        library.close()
    assert len(reported) >= 3


def test_problems_are_found(in_file):
    library = in_file
    put(library, OLD)
    connection = library.connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM words")
    assert library.problems()[0] == "1 chunks differ between the full-text index and the library"
    connection.execute("UPDATE articles SET withdrawn_at = 'now'")
    assert "1 chunks belong to no live article" in library.problems()
    connection.execute("DELETE FROM versions")
    assert any(problem.startswith("foreign key") for problem in library.problems())


def test_a_damaged_full_text_index_is_found(in_file):
    library = in_file
    put(library, OLD)
    library.connection().execute("UPDATE words_data SET block = zeroblob(length(block)) WHERE id > 10")
    assert any("full-text index is damaged" in problem for problem in library.problems())
