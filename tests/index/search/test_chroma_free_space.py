"""What Chroma makes room for holds nothing of the process's memory."""

import platform
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from footnote.index.search.chroma import clear_unused

ROOT = Path(__file__).resolve().parents[3]
FILLED = 165
"""glibc fills what it hands out with this byte's complement, and what it takes back with the byte."""
only_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc fills memory on request")
STORE = """
import sys
from pathlib import Path
import numpy as np
from footnote.index.search.chroma import ChromaStore, build

def left(store, stage):
    files = [path for path in store.folder.rglob("*") if path.is_file()]
    assert any(path.name == "data_level0.bin" for path in files)
    marks = bytes([{filled}]) * 16, bytes([{filled} ^ 255]) * 16
    print(*(f"{{stage}} {{path.name}}" for path in files if any(mark in path.read_bytes() for mark in marks)))

count = int(sys.argv[2])
vectors = np.random.default_rng(1).normal(size=(count + 1, 16)).astype(np.float32)
vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
pairs = list(enumerate(vectors, 1))
store = build(Path(sys.argv[1]), "mine", pairs[:count])
left(store, "built")
store.close()
left(store, "closed")
store = ChromaStore(store.folder, "mine")
assert store.query(vectors[2], 1) == [3]
left(store, "opened again")
store.add(pairs[count:])
assert store.query(vectors[count], 1) == [count + 1]
left(store, "added to")
store.close()
"""


def fill_memory(tmp_path, count):
    return subprocess.run(
        [sys.executable, "-c", STORE.format(filled=FILLED), str(tmp_path), str(count)],
        env={"MALLOC_PERTURB_": str(FILLED), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip


@only_glibc
@pytest.mark.parametrize("count", [5, 1500])
def test_no_memory_of_the_process_is_left_in_a_store(tmp_path, count):
    assert "".join(fill_memory(tmp_path, count)) == ""


@only_glibc
def test_without_it_there_would_be(tmp_path, monkeypatch):
    monkeypatch.setitem(
        globals(), "STORE", "import footnote.index.search.chroma as v\nv.clear_unused = lambda _: None\n" + STORE
    )
    assert "built data_level0.bin" in fill_memory(tmp_path, 5)[0]


def an_index(folder, vectors, version=1):
    folder.mkdir()
    (folder / "header.bin").write_bytes(struct.pack("=iQQQQ", version, 0, 10, vectors, 6) + bytes(50))
    (folder / "data_level0.bin").write_bytes(b"used! " * vectors + b"secret" * (10 - vectors))
    (folder / "length.bin").write_bytes(b"len " * vectors + b"leak" * (10 - vectors))


@pytest.mark.parametrize("vectors", [0, 3, 10])
def test_what_vectors_use_stays_as_it_is(tmp_path, vectors):
    an_index(tmp_path / "a", vectors)
    an_index(tmp_path / "b", 4)
    clear_unused(tmp_path)
    assert (tmp_path / "a" / "data_level0.bin").read_bytes() == b"used! " * vectors + bytes(6 * (10 - vectors))
    assert (tmp_path / "a" / "length.bin").read_bytes() == b"len " * vectors + bytes(4 * (10 - vectors))
    assert (tmp_path / "b" / "data_level0.bin").read_bytes() == b"used! " * 4 + bytes(36)


def test_a_file_that_is_zeros_already_is_not_written(tmp_path):
    an_index(tmp_path / "a", 3)
    clear_unused(tmp_path)
    path = tmp_path / "a" / "data_level0.bin"
    before = path.stat().st_mtime_ns
    clear_unused(tmp_path)
    assert path.stat().st_mtime_ns == before


def test_another_version_is_not_guessed_at(tmp_path):
    an_index(tmp_path / "a", 3, version=2)
    with pytest.raises(ValueError, match="version 2"):
        clear_unused(tmp_path)
    assert b"secret" in (tmp_path / "a" / "data_level0.bin").read_bytes()
    (tmp_path / "a" / "header.bin").write_bytes(b"short")
    with pytest.raises(ValueError, match="too short"):
        clear_unused(tmp_path)


def test_where_there_is_no_index_nothing_is_done(tmp_path):
    clear_unused(tmp_path)
    assert list(tmp_path.iterdir()) == []
