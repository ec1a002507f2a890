"""A copy that is taken while the library is in use opens elsewhere."""

import sqlite3
import threading

import pytest
from articles import found
from kills import ToyEncoder

from footnote.corpus.errors import LibraryError, UsageError
from footnote.corpus.settings import Settings
from footnote.index.database.backup import backup
from footnote.index.doctor import problems
from footnote.index.library import FILE_NAME
from footnote.index.passages import PassageIndex

TOY = ToyEncoder("toy", 16)


@pytest.fixture
def index(not_owner):
    opened = PassageIndex(Settings(not_owner), TOY)
    list(opened.add(found(f"a{n}", f"Words of {n}. And more of {n}.") for n in range(20)))
    yield opened
    opened.close()


def test_a_folder_opens_elsewhere(index, tmp_path):
    seen = []
    file = backup(index.library, tmp_path / "new" / "copy", lambda done, total: seen.append((done, total)))
    assert file == tmp_path / "new" / "copy" / FILE_NAME
    assert [path.name for path in file.parent.iterdir()] == [FILE_NAME]
    assert seen[-1][0] == seen[-1][1] > 0
    copy = PassageIndex(Settings(file.parent), TOY)
    assert copy.library.digest() == index.library.digest()
    assert problems(copy) == []
    assert [added.outcome for added in copy.add([found("b", "Other words.")])] == ["added"]
    copy.close()


def test_a_file(index, tmp_path):
    file = backup(index.library, tmp_path / "news.sqlite")
    assert file == tmp_path / "news.sqlite"
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (20,)
    connection.close()


def test_nothing_is_overwritten(index, tmp_path):
    (tmp_path / "news.sqlite").write_bytes(b"mine")
    backup(index.library, tmp_path / "folder")
    for target in ("news.sqlite", "folder"):
        with pytest.raises(UsageError, match="already"):
            backup(index.library, tmp_path / target)
    assert (tmp_path / "news.sqlite").read_bytes() == b"mine"


def test_it_is_one_state_while_others_write(index, tmp_path):
    stop = threading.Event()

    def write():
        other = PassageIndex(Settings(index.library.home), TOY)
        n = 0
        while not stop.is_set():
            list(other.add([found(f"w{n % 5}", f"Version {n} of this. " * 50)]))
            n += 1
        other.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for n in range(5):
            file = backup(index.library, tmp_path / f"copy{n}")
            copy = PassageIndex(Settings(file.parent), TOY)
            assert problems(copy) == []
            copy.close()
    finally:
        stop.set()
        thread.join()


def test_a_folder_that_cannot_be_written_is_one_clear_line(index, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="not a folder"):
        backup(index.library, tmp_path / "file" / "below")
    assert not list(tmp_path.glob(".*"))


def test_without_hard_links_it_works_too(index, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(1, "not here")

    monkeypatch.setattr("footnote.index.database.backup.os.link", fail)
    assert backup(index.library, tmp_path / "a.db").is_file()
    with pytest.raises(UsageError):
        backup(index.library, tmp_path / "a.db")
