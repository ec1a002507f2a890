import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.errors import SuiteError
from footnote.eval.jsonl import read_rows
from footnote.eval.suite import GoldSpan, QuestionFilter, find_quote, load_suite

ARTICLE = {
    "id": "a1",
    "title": "Bridge",
    "text": "The bridge opened in May.\r\nIt cost  4 million. It opened again.",
}
QUESTION = {
    "id": "q1",
    "question": "When did the bridge open?",
    "answerable": True,
    "answers": ["May"],
    "evidence": [{"article_id": "a1", "quote": "The bridge opened in May."}],
    "tags": ["date"],
}


def write(folder, articles=(ARTICLE,), questions=(QUESTION,), about=None):
    folder.mkdir(exist_ok=True)
    for name, rows in (("articles", articles), ("questions", questions)):
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    if about is not None:
        (folder / "suite.json").write_text(json.dumps(about))
    return folder


def test_a_suite_is_read_with_its_spans(tmp_path):
    suite = load_suite(write(tmp_path / "s", about={"name": "bridges"}))
    (question,) = suite.questions
    assert suite.name == "bridges"
    assert question.evidence[0].places == (GoldSpan("a1", 0, 25),)
    assert question.cluster == "article a1"
    assert suite.texts["a1"] == ARTICLE["text"].replace("\r\n", "\n")


def test_without_suite_json_the_folder_names_the_suite(tmp_path):
    assert load_suite(write(tmp_path / "plain")).name == "plain"


def test_each_occurrence_of_a_quote_counts_and_white_space_is_folded(tmp_path):
    quotes = [{"article_id": "a1", "quote": q} for q in ("opened", "May. It cost 4\nmillion", "opened")]
    suite = load_suite(write(tmp_path / "s", questions=[{**QUESTION, "evidence": quotes}]))
    opened, across = suite.questions[0].evidence
    text = suite.texts["a1"]
    assert [text[slice(*span)] for span in opened.spans] == ["opened", "opened"]
    assert text[slice(*across.spans[0])] == "May.\nIt cost  4 million"


def test_alternatives_are_sets_of_positions_in_the_evidence(tmp_path):
    quotes = [{"article_id": "a1", "quote": q} for q in ("in May", "4 million", "in May", "again")]
    row = {**QUESTION, "evidence": quotes, "alternatives": [[0, 1], [2, 3]]}
    (question,) = load_suite(write(tmp_path / "s", questions=[row])).questions
    assert [[item.quote for item in chosen] for chosen in question.gold_sets] == [
        ["in May", "4 million"],
        ["in May", "again"],
    ]


BROKEN = {
    "half a line": (["{"], [QUESTION], "articles.jsonl:1: broken JSON"),
    "not an object": ([ARTICLE, "[1]"], [QUESTION], "articles.jsonl:2: must be an object, not a list"),
    "nesting without end": (["[" * 100_000], [QUESTION], "articles.jsonl:1: "),
    "a number as text": ([{**ARTICLE, "text": 7}], [QUESTION], "articles.jsonl:1: “text” must be a string"),
    "no id": ([{"text": "x"}], [QUESTION], "articles.jsonl:1: “id” must be a string, not missing"),
    "an empty article": ([{**ARTICLE, "text": " "}], [QUESTION], "articles.jsonl:1: “text” is empty"),
    "an article twice": ([ARTICLE, ARTICLE], [QUESTION], "articles.jsonl:2: id “a1” is already used at "),
    "no articles": ([], [QUESTION], "articles.jsonl: holds nothing"),
    "half a surrogate pair": (
        [{**ARTICLE, "text": "\ud800"}],
        [QUESTION],
        "articles.jsonl:1: “text” holds half",
    ),
    "no questions": ([ARTICLE], [], "questions.jsonl: holds nothing"),
    "a question twice": ([ARTICLE], [QUESTION, QUESTION], "questions.jsonl:2: id “q1” is already used at "),
    "answerable as text": (
        [ARTICLE],
        [{**QUESTION, "answerable": "yes"}],
        "questions.jsonl:1: “answerable” must be true or false, not a string",
    ),
    "answers not a list": (
        [ARTICLE],
        [{**QUESTION, "answers": "May"}],
        "questions.jsonl:1: “answers” must be a list, not a string",
    ),
    "a tag that is a number": (
        [ARTICLE],
        [{**QUESTION, "tags": ["a", 2]}],
        "questions.jsonl:1: “tags[1]” must be a string, not a number",
    ),
    "evidence that is text": (
        [ARTICLE],
        [{**QUESTION, "evidence": ["a1"]}],
        "questions.jsonl:1: “evidence[0]” must be an object, not a string",
    ),
    "an unknown article": (
        [ARTICLE],
        [QUESTION, {**QUESTION, "id": "q2", "evidence": [{"article_id": "a9", "quote": "x"}]}],
        "questions.jsonl:2: evidence in article “a9”, which articles.jsonl does not hold",
    ),
    "a quote that is not there": (
        [ARTICLE],
        [{**QUESTION, "evidence": [{"article_id": "a1", "quote": "The bridge fell."}]}],
        "questions.jsonl:1: the quote “The bridge fell.” is not in article “a1”",
    ),
    "an alternative out of range": (
        [ARTICLE],
        [{**QUESTION, "alternatives": [[1]]}],
        "questions.jsonl:1: “alternatives” must be lists of positions",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_suite_gets_one_line_with_file_and_line(tmp_path, case):
    articles, questions, message = BROKEN[case]
    with pytest.raises(SuiteError) as caught:
        load_suite(write(tmp_path / "s", articles, questions))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_folder_are_named(tmp_path):
    with pytest.raises(SuiteError, match="nowhere: not a folder"):
        load_suite(tmp_path / "nowhere")
    folder = write(tmp_path / "s")
    (folder / "questions.jsonl").unlink()
    with pytest.raises(SuiteError, match=r"questions\.jsonl: cannot be read: No such file"):
        load_suite(folder)


def test_text_that_is_not_utf8_is_refused(tmp_path):
    folder = write(tmp_path / "s")
    (folder / "articles.jsonl").write_bytes(b'{"id": "a1", "text": "\xff"}\n')
    with pytest.raises(SuiteError, match=r"articles\.jsonl:1: not UTF-8 \(byte 23 of the line\)"):
        load_suite(folder)


def test_a_line_of_100_mb_is_refused_without_being_read(tmp_path):
    tracemalloc = pytest.importorskip("tracemalloc")
    path = tmp_path / "articles.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"id": "ok"}\n')
        stream.truncate(100_000_000)
    tracemalloc.start()
    with pytest.raises(SuiteError, match=r"articles\.jsonl:2: the line is longer than 8,000,000 bytes"):
        list(read_rows(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a"}\n\n  \n{"id": "b"}')
    assert [(row.where.rsplit(":")[-1], row.text("id")) for row in read_rows(path)] == [
        ("1", "a"),
        ("4", "b"),
    ]


@given(st.lists(st.text(alphabet="ab.(*", min_size=1, max_size=4), min_size=1, max_size=4), st.data())
def test_a_quote_is_found_whatever_its_white_space(words, data):
    spaces = st.sampled_from([" ", "\n", " \t ", "\u00a0"])
    held = "".join(word + data.draw(spaces) for word in words)
    text = "zz " + held + "zz"
    assert any(text[start:end].split() == words for start, end in find_quote(" ".join(words), text))


def test_choosing_is_by_tag_then_sample_then_limit(tmp_path):
    rows = [{**QUESTION, "id": f"q{i}", "tags": ["even" if i % 2 == 0 else "odd"]} for i in range(20)]
    questions = load_suite(write(tmp_path / "s", questions=rows)).questions

    def chosen(**fields):
        return [question.id for question in QuestionFilter(**fields).choose(questions)]

    even = chosen(tags=("even",))
    assert even == [f"q{i}" for i in range(0, 20, 2)]
    assert chosen(tags=("even", "odd")) == [f"q{i}" for i in range(20)]
    sampled = chosen(tags=("even",), sample=4, seed=7)
    assert sampled == chosen(tags=("even",), sample=4, seed=7)
    assert [name for name in even if name in sampled] == sampled
    assert len(sampled) == 4
    assert chosen(sample=4, limit=2, seed=7) == chosen(sample=4, seed=7)[:2]
