"""Several processes at one library: writers queue, readers see, and what is stopped leaves it sound."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from articles import write_jsonl

from footnote.corpus.errors import LibraryError
from footnote.index.database.connection import FILE_NAME, Database
from footnote.index.library import Library

ROOT = Path(__file__).resolve().parents[3]

TOY_COMMAND = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import footnote.index.passages
from kills import ToyEncoder
footnote.index.passages.open_encoder = lambda *_: ToyEncoder("toy", 16)
from footnote.cli.main import main
sys.exit(main())
"""


@pytest.fixture
def command(tmp_path):
    """Start a command in a process of its own, with the toy encoder."""
    started = []

    def start(*arguments):
        call = [
            sys.executable,
            "-c",
            TOY_COMMAND,
            str(ROOT / "tests" / "trials"),
            "--home",
            str(tmp_path / "home"),
            *arguments,
        ]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen([*map(str, call)], text=True, cwd=ROOT, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def many(tmp_path):
    rows = [{"id": f"r{n}", "text": f"Case {n} was opened. It was closed {n} days later."} for n in range(2_000)]
    return write_jsonl(tmp_path / "many.jsonl", rows)


@pytest.mark.slow
def test_who_waits_for_another_writer_is_told_so_after_a_second(tmp_path):
    lines = []
    library = Library(tmp_path, notify=lines.append)
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(1.6, lambda: other.execute("COMMIT")).start()
    started = time.monotonic()
    library.add_feedback("helpful", {})
    assert 1.5 < time.monotonic() - started < 10
    assert lines == ["another process is writing to this library; waiting for it to finish"]
    library.add_feedback("helpful", {})
    assert len(lines) == 1, "who does not wait is told nothing"
    library.close()
    other.close()


def test_waiting_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("footnote.index.database.connection._BUSY_SECONDS", 1.2)
    library = Library(tmp_path)
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryError, match="try again"):
        library.add_feedback("helpful", {})
    assert library.feedback() == [], "readers never wait"
    other.close()
    library.close()


def test_a_change_of_this_thread_is_not_seen_before_it_is_done(tmp_path):
    library, other = Library(tmp_path), Library(tmp_path)
    with library.change() as connection:
        connection.execute("INSERT INTO meta VALUES ('x', 'y')")
        assert other.read("SELECT 1 FROM meta WHERE key = 'x'") == []
    assert other.meta("x") == "y"
    library.close()
    other.close()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_add_leaves_a_sound_library_and_goes_on(command, many, tmp_path, number):
    process = command("add", many)
    reported = [process.stdout.readline() for _ in range(300)]
    os.kill(process.pid, number)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "footnote: stopped; what was finished is kept" in errors
    assert "Traceback" not in errors
    done = {line.split("\t")[0] for line in [*reported, *out.splitlines()] if line.endswith(("added\n", "added"))}
    library = Library(tmp_path / "home")
    assert done <= set(library.versions())
    assert library.problems() == []
    again = command("add", many)
    seen = [again.stdout.readline().split("\t")[1] for _ in range(len(done))]
    assert seen == ["unchanged\n"] * len(done)
    again.terminate()
    again.communicate(timeout=60)
    doctor = command("doctor")
    assert "all is well" in doctor.communicate(timeout=120)[0]
    library.close()


@pytest.mark.slow
def test_a_finished_article_is_seen_by_another_process_within_two_seconds(command, many, tmp_path):
    process = command("add", many)
    first = process.stdout.readline().split("\t")[0]
    told = time.monotonic()
    library = Library(tmp_path / "home")
    while first not in library.versions():
        assert time.monotonic() - told < 2
    generation = library.generation()
    while library.generation() == generation:
        assert process.stdout.readline()  # more than one line may have waited to be read: those tell nothing new
    library.close()
    process.terminate()


@pytest.mark.slow
def test_two_writers_both_finish(command, tmp_path):
    files = [
        write_jsonl(tmp_path / f"{name}.jsonl", [{"id": f"{name}{n}", "text": f"Case {n}."} for n in range(150)])
        for name in "ab"
    ]
    processes = [command("add", file) for file in files]
    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert len(out.splitlines()) == 150
    library = Library(tmp_path / "home")
    assert len(library.versions()) == 300
    assert library.problems() == []
    library.close()


def test_the_connections_of_threads_that_ended_are_closed(tmp_path):
    library = Library(tmp_path)
    try:
        for _ in range(20):
            thread = threading.Thread(target=library.generation)
            thread.start()
            thread.join()
        assert len(library._connections) <= 2  # of the last of them, and this thread's
        assert library.generation() == 0
    finally:
        library.close()


def test_closing_waits_for_a_change_of_another_thread(tmp_path):
    database = Database(tmp_path)
    begun, closing, order = threading.Event(), threading.Event(), []

    def write():
        with database.change() as connection:
            begun.set()
            closing.wait(10)
            time.sleep(0.1)
            connection.execute("SELECT 1")
            order.append("changed")

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    closing.set()
    database.close()
    order.append("closed")
    writer.join()
    assert order == ["changed", "closed"]
