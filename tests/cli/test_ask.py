"""``ask``: the answer record, and what always holds for it."""

import io
import json
import re
import shutil
import sys
from dataclasses import replace

import pytest
from articles import write_jsonl

from footnote.cli.main import main
from footnote.index.embedding.model_files import file_sha256
from footnote.qa.rank.calibration import dump_calibration
from footnote.qa.rank.model_folder import CALIBRATION, MANIFEST, open_model

ARTICLES = [
    {
        "id": "harbour",
        "title": "Harbour closes",
        "text": "The harbour of Delta City closed on Monday.\n\n■ Mayor Ana Ruiz ordered it\u200b after a fire.\n\n"
        "The fire killed nine sailors.",
        "publisher": "Delta Post",
        "published": "2020-05-21",
        "url": "https://e.org/h",
    },
    {
        "id": "bread",
        "title": "Bread prices",
        "text": "Bread costs two euros in Bay Town.\n\nBakers blame a drought.",
        "publisher": "Bay Wire",
        "published": "2019-02",
    },
]
QUESTION = "Who ordered the harbour of Delta City closed after a fire?"
FIELDS = (
    "schema id question standalone_question status confidence text sentences citations nearest disagreements"
    " origins answerer library timings_ms"
).split()


@pytest.fixture
def run(not_owner, loaded_once, capsys, tmp_path):
    file = write_jsonl(tmp_path / "articles.jsonl", ARTICLES)
    assert main(["--home", str(not_owner), "add", str(file)]) == 0
    capsys.readouterr()

    def run_(*arguments):
        code = main(["--home", str(not_owner), "ask", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return run_


def record(run, *arguments):
    code, (line,), errors = run("--json", *arguments)
    assert (code, errors) == (0, "")
    return json.loads(line)


def check(answer):
    """What holds for every answer."""
    texts = {article["id"]: article["text"] for article in ARTICLES}
    assert set(FIELDS) <= set(answer)
    assert answer["schema"] == "footnote.answer/1"
    assert 0 <= answer["confidence"] <= 1
    for quote in answer["citations"] + answer["nearest"]:
        assert texts[quote["article_id"]][quote["start"] : quote["end"]] == quote["quote"] != ""
        assert re.fullmatch("[0-9a-f]{64}", quote["version"])
    marks = list(dict.fromkeys(int(n) for n in re.findall(r"\[(\d+)\]", answer["text"])))
    assert [citation["n"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    if answer["status"] == "answered":
        assert marks == [citation["n"] for citation in answer["citations"]] != []
        assert {n for sentence in answer["sentences"] for n in sentence["citations"]} == set(marks)
        assert answer["nearest"] == []
    else:
        assert answer["status"] == "abstained"
        assert answer["citations"] == answer["sentences"] == []


def test_an_answer(run):
    answer = record(run, QUESTION, "--min-confidence", "0")
    check(answer)
    assert answer["status"] == "answered"
    assert answer["question"] == QUESTION
    assert answer["citations"][0]["article_id"] == "harbour"
    assert {citation["publisher"] for citation in answer["citations"]} <= {"Delta Post", "Bay Wire"}


def test_an_abstention_has_no_citations_and_shows_what_is_near(run):
    answer = record(run, "Which chemical element did Marie Curie name after Poland?", "--min-confidence", "1")
    check(answer)
    assert answer["status"] == "abstained"
    assert answer["nearest"]


def test_a_quote_with_invisible_characters_is_exact(run):
    answer = record(run, "Which mayor ordered it after a fire?", "--min-confidence", "0")
    check(answer)
    assert any("\u200b" in citation["quote"] for citation in answer["citations"])


def test_the_same_question_has_the_same_answer(run):
    one, two = (record(run, QUESTION) for _ in range(2))
    one["timings_ms"] = two["timings_ms"] = {}
    assert one == two


def test_for_reading(run):
    code, lines, errors = run(QUESTION, "--min-confidence", "0")
    assert (code, errors) == (0, "")
    text = "\n".join(lines)
    assert "[1]" in text
    assert "Harbour closes, Delta Post, 2020-05-21 (harbour:" in text
    assert re.search(r"confidence \d\.\d\d, answered", text)
    assert "\u200b" not in text


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--publisher", "bay wire"], {"bread"}),
        (["--after", "2020"], {"harbour"}),
        (["--before", "2019-02-01"], {"bread"}),
        (["--as-of", "2019-12-31"], {"bread"}),
        (["--after", "2020", "--publisher", "bay"], set()),
        (["--after", "2020-05-21T09:00:00Z"], {"harbour"}),
    ],
)
def test_limits(run, options, kept):
    answer = record(run, QUESTION, "--min-confidence", "0", *options)
    check(answer)
    assert {quote["article_id"] for quote in answer["citations"] + answer["nearest"]} == kept


class TestBatch:
    def test_one_answer_for_each_question_in_order(self, run, tmp_path):
        rows = [
            {"id": "q2", "question": QUESTION, "answerable": True},
            {"id": 0, "question": "What does bread cost?"},
            {"question": "Who is it?\u2028"},
        ]
        file = write_jsonl(tmp_path / "q.jsonl", rows)
        code, lines, _ = run("--batch", file)
        answers = [json.loads(line) for line in lines]
        assert code == 0
        assert [answer["id"] for answer in answers] == ["q2", "0", "3"]
        for answer in answers:
            check(answer)

    def test_as_of_of_each_question(self, run, tmp_path):
        rows = [{"id": "a", "question": QUESTION, "as_of": "2019"}, {"id": "b", "question": QUESTION}]
        _, lines, _ = run("--batch", write_jsonl(tmp_path / "q.jsonl", rows), "--min-confidence", "0")
        first, second = (json.loads(line) for line in lines)
        assert {c["article_id"] for c in first["citations"]} == {"bread"}
        assert "harbour" in {c["article_id"] for c in second["citations"]}

    def test_a_question_that_cannot_be_asked_keeps_its_place(self, run, tmp_path):
        rows = [
            {"id": "a", "question": "?"},
            {"id": "b", "question": QUESTION},
            {"id": "c", "question": "x" * 3_000},
            {"id": "d", "question": QUESTION, "as_of": "last week"},
        ]
        code, lines, errors = run("--batch", write_jsonl(tmp_path / "q.jsonl", rows))
        answers = [json.loads(line) for line in lines]
        assert code == 1
        assert [answer["id"] for answer in answers] == list("abcd")
        assert ["error" in answer for answer in answers] == [True, False, True, True]
        assert len(errors.splitlines()) == 3

    def test_standard_input_and_marks(self, run, monkeypatch):
        data = ("\ufeff" + json.dumps({"id": "a", "question": "\ud83d who?"}) + "\r\n\n").encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        code, (line,), _ = run("--batch", "-")
        assert code == 0
        check(json.loads(line))

    @pytest.mark.parametrize(
        "content", [b"{", b'["a"]', b'{"id": "a"}', b'{"question": 3}', b"\xff\xfe", b"[" * 100_000]
    )
    def test_a_file_that_is_not_questions(self, run, tmp_path, content):
        (tmp_path / "q.jsonl").write_bytes(content)
        code, lines, errors = run("--batch", tmp_path / "q.jsonl")
        assert (code, lines) == (2, [])
        assert len(errors.splitlines()) == 1
        assert run("--batch", tmp_path / "missing")[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [""],
        ["?!"],
        ["x" * 2_001],
        [QUESTION, "--batch", "file"],
        [QUESTION, "--after", "yesterday"],
        [QUESTION, "--as-of", "2020-02-30"],
    ],
)
def test_called_wrongly(run, arguments):
    code, lines, errors = run(*arguments)
    assert (code, lines) == (2, [])
    assert len(errors.splitlines()) == 1


def test_a_question_in_another_encoding(run):
    check(record(run, "Who ordered the harbour\udce9 closed?"))


def test_an_empty_library(tmp_path, loaded_once, capsys):
    assert main(["--home", str(tmp_path / "new"), "ask", QUESTION, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    check(answer)
    assert (answer["status"], answer["nearest"]) == ("abstained", [])


def test_a_model_in_a_folder_answers_and_another_file_in_it_is_refused(run, tmp_path):
    shipped = open_model()
    mine = shutil.copytree(shipped.folder, tmp_path / "mine")
    careful = replace(shipped.with_encoder, threshold=1.0)
    (mine / CALIBRATION).write_text(dump_calibration(careful, shipped.without_encoder), "utf-8")
    code, out, errors = run(QUESTION, "--reader", mine)
    assert (code, out) == (1, [])
    assert "mine/calibration.json: it is not the file that the manifest names" in errors
    manifest = json.loads((mine / MANIFEST).read_text("utf-8"))
    manifest["files"][CALIBRATION]["sha256"] = file_sha256(mine / CALIBRATION)
    (mine / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    assert record(run, QUESTION)["status"] == "answered"
    assert record(run, QUESTION, "--reader", mine)["status"] == "abstained"
