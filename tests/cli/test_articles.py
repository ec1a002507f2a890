"""``add``, ``list``, ``show``, ``remove`` and ``doctor``: what they print where, and how they end."""

import io
import json
import re
import shutil
import sys

import pytest
from articles import write_jsonl

from footnote.cli.main import main
from footnote.corpus.article import Article

STORY = "The harbour closed on Monday.\n\nShips went to Bay Town, the mayor said."


@pytest.fixture
def run(not_owner, loaded_once, capsys):
    """Run one command in this process; returns exit code, lines of stdout, and stderr."""

    def run_(*arguments):
        code = main(["--home", str(not_owner), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return run_


@pytest.fixture
def story(tmp_path):
    file = tmp_path / "story.txt"
    file.write_text(STORY, "utf-8")
    return file


class TestAdd:
    def test_one_line_for_each_article(self, run, story, tmp_path):
        file = write_jsonl(tmp_path / "more.jsonl", [{"id": "b-1", "text": "Bread costs two euros."}])
        assert run("add", story, file) == (0, ["story\tadded", "b-1\tadded"], "")
        assert run("add", story, file) == (0, ["story\tunchanged", "b-1\tunchanged"], "")
        story.write_text(STORY + " It rained.", "utf-8")
        assert run("add", story) == (0, ["story\tnew version"], "")

    def test_what_is_refused_is_said_and_the_rest_added(self, run, story, tmp_path):
        (tmp_path / "empty.txt").touch()
        code, lines, errors = run("add", tmp_path / "empty.txt", tmp_path / "none", story)
        assert code == 1
        assert sorted(lines) == sorted(
            [
                f"{tmp_path / 'empty.txt'}\trefused: it is empty: there is no text in it",
                f"{tmp_path / 'none'}\trefused: there is no such file or folder; check the path",
                "story\tadded",
            ]
        )
        assert len(errors.splitlines()) == 2
        assert all(line.startswith("footnote: ") for line in errors.splitlines())

    def test_a_broken_line_of_a_thousand(self, run, tmp_path):
        rows = [{"id": f"r{n}", "text": f"Case {n}."} for n in range(1_000)]
        file = write_jsonl(tmp_path / "all.jsonl", rows)
        file.write_text(file.read_text("utf-8").replace('{"id": "r500"', '{"id": r500'), "utf-8")
        code, lines, _ = run("add", file)
        assert code == 1
        assert len(lines) == 1_000
        assert [line for line in lines if "refused" in line] == [
            f"{file}:501\trefused: the line is not valid JSON (Expecting value at column 8)"
        ]
        assert len(run("list")[1]) == 999

    def test_dry_run_says_what_add_would_and_changes_nothing(self, run, story, tmp_path, not_owner):
        shutil.copytree(not_owner, tmp_path / "before")
        assert run("add", "--dry-run", story)[1] == ["story\twould be added"]
        assert {path.name for path in not_owner.iterdir()} == {path.name for path in (tmp_path / "before").iterdir()}
        run("add", story)
        (tmp_path / "copy.txt").write_text(STORY, "utf-8")
        assert run("add", "--dry-run", story, tmp_path / "copy.txt")[1] == ["story\twould be unchanged"] * 2
        story.write_text("Other words.", "utf-8")
        assert run("add", "--dry-run", story, tmp_path / "none")[0] == 1
        assert run("add", "--dry-run", story)[1] == ["story\twould be new version"]

    def test_standard_input(self, run, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "x", "text": "Words."}')))
        assert run("add", "-") == (0, ["x\tadded"], "")

    def test_a_file_name_cannot_steer_the_terminal_or_forge_a_line(self, run, tmp_path):
        evil = tmp_path / "a\x1b[31m\nother\tadded.txt"
        evil.touch()
        code, lines, errors = run("add", evil)
        assert code == 1
        assert len(lines) == 1
        assert "\x1b" not in lines[0] + errors


class TestReading:
    TEXT = "One\u200b \x1b[31mtwo\x9b.\n\nThree \u202e“four”\u2028 🙂\x7f."

    @pytest.fixture
    def filled(self, run, tmp_path):
        rows = [
            {"id": "b", "text": STORY, "title": "Harbour", "authors": ["A B", "C"], "publisher": "Post"},
            {"id": "a", "text": self.TEXT, "published": "2020-05", "url": "https://e.org/a"},
        ]
        assert run("add", write_jsonl(tmp_path / "two.jsonl", rows))[0] == 0
        return run

    def test_list(self, filled):
        assert filled("list") == (0, ["a\t2020-05\t-\ta", "b\t-\tPost\tHarbour"], "")

    def test_list_as_json(self, filled):
        code, lines, errors = filled("list", "--json")
        assert (code, errors) == (0, "")
        articles = json.loads("\n".join(lines))
        assert [article["id"] for article in articles] == ["a", "b"]
        assert articles[1]["authors"] == ["A B", "C"]
        assert articles[0]["published"] == "2020-05"
        assert "text" not in articles[0]

    def test_show(self, filled):
        code, lines, _ = filled("show", "b")
        assert code == 0
        assert lines[:3] == ["Harbour", "A B, C", "Post"]
        assert re.fullmatch(r"\S+two\.jsonl:1, read as jsonl at \S+\+00:00, SHA-256 [0-9a-f]{16}", lines[3])
        assert lines[4:] == ["", *STORY.split("\n")]

    def test_show_as_json_holds_the_stored_text_exactly(self, filled):
        code, lines, _ = filled("show", "a", "--json")
        assert code == 0
        printed = "\n".join(lines)
        assert not set(printed) & set("\x1b\x9b\u202e\u200b\u2028\x7f"), "escaped, not raw"
        record = json.loads(printed)
        assert record["text"] == self.TEXT
        assert record["version"] == Article("a", self.TEXT).version

    def test_show_prints_nothing_that_steers_a_terminal(self, filled):
        printed = "\n".join(filled("show", "a")[1])
        assert not set(printed) & set("\x1b\x9b\u202e\u200b\x7f")
        assert "two" in printed

    def test_an_earlier_version(self, filled, tmp_path):
        old = Article("b", STORY).version
        filled("add", write_jsonl(tmp_path / "new.jsonl", [{"id": "b", "text": "Other words."}]))
        assert "closed" in filled("show", "b", "--version", old, "--json")[1][2]
        assert filled("show", "b", "--version", "0" * 64)[0] == 1

    @pytest.mark.parametrize("command", ["show", "remove"])
    def test_an_unknown_id(self, filled, command):
        code, lines, errors = filled(command, "nobody\x1b[31m")
        assert (code, lines) == (1, [])
        assert "there is no article 'nobody" in errors
        assert "footnote list" in errors
        assert "\x1b" not in errors
        assert len(errors.splitlines()) == 1

    def test_remove_is_all_or_nothing(self, filled):
        assert filled("remove", "a", "nobody")[0] == 1
        assert len(filled("list")[1]) == 2
        assert filled("remove", "a", "b", "a") == (0, ["a\tremoved", "b\tremoved"], "")
        code, lines, errors = filled("list")
        assert (code, lines) == (0, [])
        assert "is empty" in errors
        assert filled("list", "--json")[1] == ["[]"]

    def test_without_a_library(self, tmp_path, capsys):
        home = tmp_path / "none"
        for command in (["show", "a"], ["remove", "a"]):
            assert main(["--home", str(home), *command]) == 1
            assert "footnote add" in capsys.readouterr().err
        assert main(["--home", str(home), "list", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == []
        assert not home.exists()


class TestDoctor:
    def test_all_is_well(self, run, story, not_owner):
        run("add", story)
        code, lines, said = run("doctor")
        assert (code, lines) == (0, [f"all is well: {not_owner}"])
        assert said.startswith("footnote: the models run in ")

    def test_problems(self, run, story, not_owner):
        import sqlite3

        run("add", story)
        connection = sqlite3.connect(not_owner / "library.sqlite")
        connection.execute("UPDATE versions SET text = text || ' Changed.'")
        connection.commit()
        connection.close()
        code, lines, errors = run("doctor")
        assert code == 1
        assert lines == ["problem: story: its text does not match its version"]
        assert "--repair" in errors

    def test_a_library_that_cannot_be_opened(self, run, not_owner):
        (not_owner / "library.sqlite").write_bytes(b"junk" * 2_000)
        for command in (["doctor"], ["list"], ["ask", "Who?"], ["add", "--dry-run", "x"], ["add", "x"]):
            code, lines, errors = run(*command)
            assert (code, lines) == (1, [])
            assert "damaged or not a library" in errors
            assert len(errors.splitlines()) == 1

    def test_a_library_of_a_newer_version(self, run, story, not_owner):
        import sqlite3

        run("add", story)
        connection = sqlite3.connect(not_owner / "library.sqlite")
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        code, _, errors = run("list")
        assert code == 1
        assert "newer Footnote" in errors


def test_repair_builds_chroma_anew(tmp_path, loaded_once, capsys, story):
    home = tmp_path / "owned"
    assert main(["--home", str(home), "add", str(story)]) == 0
    shutil.rmtree(home / "chroma")
    assert main(["--home", str(home), "doctor", "--repair"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"all is well: {home}"
    assert list((home / "chroma").glob("[0-9]*"))
