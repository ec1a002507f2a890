"""``watch``: what is new or changed comes in once it is finished; what fails is not tried for ever; it ends cleanly."""

import os
import signal
import threading
import time

import pytest
from documents import one_column, pdf
from pages import SAMPLES

from footnote.cli.main import main
from footnote.cli.watch import Watcher
from footnote.corpus.result import Refusal


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "news").mkdir()
    return tmp_path / "news"


def write(file, words, when=0):
    file.write_text(words, "utf-8")
    os.utime(file, (1_600_000_000 + when, 1_600_000_000 + when))
    return file


class TestLooking:
    def test_a_file_is_told_once_it_is_the_same_twice(self, folder):
        watcher = Watcher(folder)
        file = write(folder / "a.txt", "one")
        assert (watcher.look(), watcher.unfinished) == ([], 1)
        write(file, "one two", 1)
        assert watcher.look() == []
        assert (watcher.look(), watcher.unfinished) == ([file], 0)
        assert watcher.look() == []

    def test_a_change_is_told_again_whether_in_size_or_in_time(self, folder):
        watcher = Watcher(folder)
        file = write(folder / "a.txt", "one")
        watcher.look(), watcher.look()
        for words, when in (("one two", 0), ("two one", 1)):
            write(file, words, when)
            assert watcher.look() == []
            assert watcher.look() == [file]

    def test_a_file_that_comes_back_is_new(self, folder):
        watcher = Watcher(folder)
        file = write(folder / "a.txt", "one")
        watcher.look(), watcher.look()
        file.unlink()
        assert watcher.look() == []
        write(file, "one")
        assert watcher.look() == []
        assert watcher.look() == [file]

    def test_by_name_and_without_what_is_no_article(self, folder):
        (folder / "z").mkdir()
        for name in ("b.txt", "a.pdf", "z/c.md", ".hidden.txt", "notes.csv", "half.txt.part"):
            write(folder / name, "words")
        watcher = Watcher(folder)
        watcher.look()
        assert [str(file.relative_to(folder)) for file in watcher.look()] == ["a.pdf", "b.txt", "z/c.md"]

    def test_a_folder_that_goes_is_told_once(self, folder):
        watcher = Watcher(folder)
        folder.rmdir()
        (told,) = watcher.look()
        assert isinstance(told, Refusal)
        assert watcher.look() == []
        folder.mkdir()
        assert watcher.look() == []


class TestOnce:
    @pytest.fixture
    def run(self, not_owner, loaded_once, capsys):
        def run_(*arguments):
            code = main(["--home", str(not_owner), "watch", "--once", "--interval", "0.05", *map(str, arguments)])
            printed = capsys.readouterr()
            return code, printed.out.splitlines(), printed.err

        return run_

    def test_what_is_there_is_added(self, run, folder):
        write(folder / "a.txt", "The harbour closed on Monday.")
        (folder / "b.html").write_bytes(SAMPLES[0].data)
        (folder / "c.pdf").write_bytes(pdf(one_column))
        code, lines, errors = run(folder)
        assert (code, [line.split("\t")[0] for line in lines], errors) == (0, ["a", "b", "c"], "")
        assert run(folder)[1] == ["a\tunchanged", "b\tunchanged", "c\tunchanged"]
        write(folder / "a.txt", "The harbour opened again on Tuesday.", 1)
        assert run(folder)[1][0] == "a\tnew version"

    def test_what_is_refused_is_said_and_the_rest_added(self, run, folder):
        write(folder / "a.txt", "")
        write(folder / "b.txt", "The harbour closed.")
        code, lines, _ = run(folder)
        assert code == 1
        assert lines == [f"{folder / 'a.txt'}\trefused: it is empty: there is no text in it", "b\tadded"]

    def test_called_wrongly(self, run, tmp_path):
        assert run(tmp_path / "none")[0] == 2
        with pytest.raises(SystemExit) as caught:
            run(tmp_path, "--interval", "0")
        assert caught.value.code == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_watches_until_it_is_told_to_stop(not_owner, loaded_once, capsys, folder, number):
    write(folder / "a.txt", "The harbour closed on Monday.")
    before = signal.getsignal(number)

    def go_on():
        """Add a file when the first is there, and stop when the second is."""
        told = ""
        for wanted, then in (("a\tadded", lambda: write(folder / "b.txt", "It opened.")), ("b\tadded", lambda: None)):
            for _ in range(600):
                told += capsys.readouterr().out
                if wanted in told:
                    break
                time.sleep(0.05)
            then()
        os.kill(os.getpid(), number)

    person = threading.Thread(target=go_on)
    person.start()
    code = main(["--home", str(not_owner), "watch", str(folder), "--interval", "0.05"])
    person.join()
    assert code == 0
    assert "stopped watching; what was finished is kept" in capsys.readouterr().err
    assert signal.getsignal(number) is before
    assert main(["--home", str(not_owner), "list"]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == ["a", "b"]
