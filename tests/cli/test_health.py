"""``verify``: a saved answer, and a saved conversation, checked against the library."""

import io
import sys
from contextlib import closing

import pytest
from articles import write_jsonl
from scripted import abstained, answered, passage

from footnote.cli.main import main
from footnote.index.library import Library
from footnote.page.chat.clipboard import conversation_as_json


@pytest.fixture
def answer(not_owner, loaded_once, capsys, tmp_path):
    file = write_jsonl(tmp_path / "articles.jsonl", [{"id": "pier", "text": "The pier is 90 metres long. It is shut."}])
    assert main(["--home", str(not_owner), "add", str(file)]) == 0
    with closing(Library(not_owner, create=False)) as library:
        article = library.article("pier")
    capsys.readouterr()
    return answered("How long is\nthe pier?", passage(article, "The pier is 90 metres long."))


@pytest.fixture
def verify(not_owner, tmp_path, capsys):
    def run(text):
        file = tmp_path / "saved.json"
        file.write_text(text, encoding="utf-8")
        code = main(["--home", str(not_owner), "verify", str(file)])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return run


def test_an_answer_is_checked(verify, answer):
    assert verify(answer.to_json()) == (0, ["[1]\tholds\t'pier' at 0-27"], "")
    code, (line,), _ = verify(answer.to_json().replace("90", "80"))
    assert code == 1
    assert line.startswith("[1]\tbroken")


def test_each_answer_of_a_conversation_is_checked(verify, answer):
    saved = conversation_as_json([answer, abstained("Who won?")])
    nothing = "the answer is an abstention: it has no footnotes to check"
    assert verify(saved) == (0, ["How long is the pier?", "[1]\tholds\t'pier' at 0-27", "Who won?", nothing], "")
    assert verify(saved.replace("90 metres", "80 metres"))[0] == 1


def test_standard_input_is_read(answer, not_owner, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer.to_json()))
    assert main(["--home", str(not_owner), "verify", "-"]) == 0
    assert "holds" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "footnote.conversation/1", "answers": [{}]}'])
def test_anything_else_is_called_wrongly(verify, answer, text):
    code, _, errors = verify(text)
    assert code == 2
    assert "not a saved answer" in errors


def test_a_file_that_is_not_there_is_called_wrongly(answer, not_owner, tmp_path, capsys):
    assert main(["--home", str(not_owner), "verify", str(tmp_path / "none.json")]) == 2
    assert "the answer cannot be read" in capsys.readouterr().err
