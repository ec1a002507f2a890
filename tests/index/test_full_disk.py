"""A disk that is full is one clear error, and nothing is lost by it."""

import os
import subprocess
import sys

import pytest
from articles import found
from kills import ToyEncoder

from footnote.corpus.errors import LibraryError
from footnote.corpus.settings import Settings
from footnote.index.database.backup import backup
from footnote.index.doctor import problems
from footnote.index.library import Library
from footnote.index.passages import PassageIndex
from footnote.index.search.scope import Scope


@pytest.fixture
def small_disk(tmp_path):
    """A file system of three megabytes."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system, on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


MANY = 150


def text(n):
    return " ".join(f"The word{n}x{m} was said in place{n * m}." for m in range(60))


@pytest.mark.parametrize("library", ["on it", "beside Chroma on it"])
@pytest.mark.slow
def test_what_was_added_stays_and_the_rest_can_follow(small_disk, tmp_path, library):
    home = small_disk / "home" if library == "on it" else tmp_path / "home"
    Library(home).close()
    if library != "on it":
        (small_disk / "chroma").mkdir()
        (home / "chroma").symlink_to(small_disk / "chroma")
    lines, done = [], []
    index = PassageIndex(Settings(home), ToyEncoder("toy", 384), lines.append)

    def add():
        for n in range(len(done), MANY):
            done.extend(added.id for added in index.add([found(f"a{n}", text(n))]))
            index.derived.sync()

    if library == "on it":
        with pytest.raises(LibraryError, match="the disk is full, nothing was changed"):
            add()
        with pytest.raises(LibraryError, match="disk is full"):
            backup(index.library, small_disk / "copy")
        assert not list(small_disk.glob(".*")), "a failed copy leaves nothing"
        assert set(index.library.versions()) == set(done)
    else:
        add()
        assert any("answers go on from the library" in line for line in lines)
    assert done
    assert index.search(index.encoder.encode_query("word1x1"), "word1x1", Scope(), 3)
    index.close()
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    index = PassageIndex(Settings(home), ToyEncoder("toy", 384))
    index.derived.wait()
    assert problems(index) == []
    assert set(index.library.versions()) == set(done)
    add()
    assert len(index.library.versions()) == MANY
    assert problems(index) == []
    index.close()
