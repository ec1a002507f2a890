"""``edit``, ``restore``, ``purge``, ``backup``, ``reindex``, ``feedback``, and the versions of an article."""

import json

import pytest
from articles import write_jsonl
from kills import ToyEncoder

import footnote.index.passages
from footnote.cli.articles import expected
from footnote.cli.main import main
from footnote.corpus.article import Article
from footnote.index.library import Library

STORY = "The harbour closed on Monday for nine days.\n\nShips went to Bay Town, the mayor said."
NEW = STORY.replace("nine", "eleven")


@pytest.fixture
def run(not_owner, monkeypatch, capsys):
    """Run one command in this process, with toy models; returns exit code, lines of stdout, and stderr."""

    def load(model="", *_):
        return ToyEncoder(model or "toy", 24 if model else 16)

    monkeypatch.setattr(footnote.index.passages, "open_encoder", load)

    def run_(*arguments):
        code = main(["--home", str(not_owner), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return run_


@pytest.fixture
def filled(run, tmp_path):
    rows = [{"id": "a", "text": STORY, "title": "Harbour", "publisher": "Post"}, {"id": "b", "text": "Bread is dear."}]
    assert run("add", write_jsonl(tmp_path / "old.jsonl", rows))[0] == 0
    assert run("add", write_jsonl(tmp_path / "new.jsonl", [{"id": "a", "text": NEW, "title": "Port"}]))[0] == 0
    return run


class TestVersions:
    def test_they_are_listed_with_where_each_came_from(self, filled):
        code, lines, _ = filled("show", "a", "--versions")
        assert code == 0
        old, new = (line.split("\t") for line in lines)
        assert old[0] == Article("a", STORY).version[:12]
        assert "old.jsonl:1, read as jsonl" in old[3]
        assert new[4:] == ["current"]

    def test_as_json(self, filled):
        _, lines, _ = filled("show", "a", "--versions", "--json")
        old, new = json.loads("\n".join(lines))
        assert (old["version"], old["current"], new["current"]) == (Article("a", STORY).version, False, True)
        assert old["article"]["title"] == "Harbour"
        assert len(old["provenance"]["bytes_sha256"]) == 64

    def test_what_changed_word_by_word(self, filled):
        code, lines, errors = filled("show", "a", "--diff")
        assert (code, errors) == (0, "")
        assert lines[0] == "title: Harbour -> Port"
        assert "on Monday for [-nine-] {+eleven+} days." in lines[-3]

    def test_an_earlier_version_by_the_start_of_its_name(self, filled):
        old = Article("a", STORY).version
        assert "nine days" in "\n".join(filled("show", "a", "--version", old[:8])[1])
        assert filled("show", "a", "--diff", "--version", old[:8])[0] == 0
        assert filled("show", "a", "--version", old[:3])[0] == 2
        assert filled("show", "a", "--version", "0" * 12)[0] == 1
        assert filled("show", "a", "--diff", "--version", "0" * 12)[0] == 1

    def test_one_version_has_no_difference(self, filled):
        code, lines, errors = filled("show", "b", "--diff")
        assert (code, lines) == (0, [])
        assert "one version" in errors

    def test_an_article_cannot_steer_the_terminal(self, run, tmp_path):
        for text in ("One\x1b[31m two.", "One\x1b[32m two\u202e."):
            run("add", write_jsonl(tmp_path / "x.jsonl", [{"id": "x", "text": text}]))
        for command in (["--diff"], ["--versions"], []):
            printed = "\n".join(run("show", "x", *command)[1])
            assert not set(printed) & set("\x1b\u202e")


def test_removing_is_undone(filled):
    filled("remove", "a")
    assert filled("list", "--withdrawn")[1] == ["a\t-\t-\tPort"]
    assert filled("restore", "a", "a") == (0, ["a\trestored"], "")
    assert len(filled("list")[1]) == 2
    code, lines, errors = filled("list", "--withdrawn")
    assert (code, lines) == (0, [])
    assert "no article is withdrawn" in errors
    assert filled("restore", "a")[0] == 1


def test_editing(filled):
    assert filled("edit", "b", "--title", "Bread\x1b", "--author", "A B", "--author", "C", "--date", "2020-05") == (
        0,
        ["b\tedited"],
        "",
    )
    record = json.loads("\n".join(filled("show", "b", "--json")[1]))
    assert (record["title"], record["authors"], record["published"]) == ("Bread", ["A B", "C"], "2020-05")
    assert filled("edit", "b", "--title", "", "--author", "")[0] == 0
    record = json.loads("\n".join(filled("show", "b", "--json")[1]))
    assert (record["title"], record["authors"]) == ("", [])
    assert filled("edit", "b")[0] == 2
    assert filled("edit", "b", "--published", "soon")[0] == 1
    assert filled("edit", "nobody", "--title", "T")[0] == 1


def test_purging_says_what_it_erased(filled, not_owner):
    code, lines, errors = filled("purge", "a", "a")
    assert (code, lines) == (0, ["a\tpurged"])
    assert "erased 1 articles, 2 versions of them" in errors
    assert "another process has Chroma's files open" in errors
    assert filled("show", "a")[0] == 1
    assert filled("purge", "a")[0] == 1
    assert b"harbour" not in (not_owner / "library.sqlite").read_bytes().lower()


def test_a_backup_opens_elsewhere(filled, tmp_path, capsys):
    assert filled("backup", tmp_path / "copy") == (0, [str(tmp_path / "copy" / "library.sqlite")], "")
    assert main(["--home", str(tmp_path / "copy"), "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    code, _, errors = filled("backup", tmp_path / "copy")
    assert code == 2
    assert "nothing is overwritten" in errors


def test_reindexing_and_moving_to_another_model(filled, not_owner):
    assert filled("reindex") == (0, ["2 articles are indexed with toy"], "")
    assert filled("reindex", "--force") == (0, ["2 articles are indexed with toy"], "")
    assert filled("reindex", "--model", "other") == (0, ["2 articles are indexed with other"], "")
    code, lines, said = filled("doctor")
    assert (code, lines) == (0, [f"all is well: {not_owner}"])
    assert said.startswith("footnote: the models run in ")
    assert filled("edit", "b", "--title", "Bread")[0] == 0, "the model that it has moved to is used unasked"
    library = Library(not_owner)
    assert library.indexed_with().location == "other"
    library.close()


def test_feedback(filled, not_owner):
    assert filled("feedback")[1] == []
    library = Library(not_owner)
    library.add_feedback("wrong citation", {"question": "Who\x1b?", "citations": [{"n": 1}]}, 1, "not\nhim")
    library.close()
    (line,) = filled("feedback")[1]
    assert line.split("\t")[1:] == ["wrong citation [1]", "Who?", "not him"]
    (line,) = filled("feedback", "--json")[1]
    record = json.loads(line)
    assert (record["kind"], record["note"], record["answer"]["question"]) == ("wrong citation", "not\nhim", "Who\x1b?")


@pytest.mark.parametrize(
    "command",
    [
        ["edit", "a", "--title", "T"],
        ["restore", "a"],
        ["purge", "a"],
        ["backup", "x"],
        ["reindex"],
        ["feedback"],
        ["doctor"],
    ],
)
def test_without_a_library(command, tmp_path, capsys):
    assert main(["--home", str(tmp_path / "none"), *command]) == 1
    assert "footnote add" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_doctor_repairs(filled, not_owner):
    library = Library(not_owner)
    library.connection().execute("DELETE FROM words")
    library.connection().execute("UPDATE chunks SET vector = zeroblob(32) WHERE article_id = 'b'")
    library.close()
    code, lines, _ = filled("doctor")
    assert code == 1
    assert any("full-text" in line for line in lines)
    code, lines, errors = filled("doctor", "--repair")
    assert (code, lines) == (0, [f"all is well: {not_owner}"])
    assert "repaired: b: its sentences and vectors were made anew" in errors


def test_near_duplicates_are_said(filled, tmp_path):
    words = " ".join(f"word{n}" for n in range(80))
    rows = [{"id": "one", "text": words}, {"id": "two", "text": f"{words} More."}]
    lines = filled("add", write_jsonl(tmp_path / "x.jsonl", rows))[1]
    assert lines == ["one\tadded", "two\tnear-duplicate of one"]


class TestExpected:
    def test_lines_and_files_are_counted(self, tmp_path):
        file = write_jsonl(tmp_path / "a.jsonl", [{"id": n} for n in range(7)])
        (tmp_path / "cut.jsonl").write_text("{}\n{}")
        (tmp_path / "a.txt").write_text("x")
        (tmp_path / ".hidden.txt").write_text("x")
        assert expected([str(file)]) == 7
        assert expected([str(tmp_path / "cut.jsonl")]) == 2
        assert expected([str(tmp_path)]) == 10
        assert expected([str(file), str(tmp_path / "none.txt")]) == 8

    @pytest.mark.parametrize("source", ["-", "https://e.org/x", "news.rss"])
    def test_what_shows_only_as_it_is_read(self, source):
        assert expected(["a.txt", source]) is None
