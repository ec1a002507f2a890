"""Questions to fit with, whose articles are read from elsewhere: QAMR, and our own on its news and on squad2-dev."""

import json
from pathlib import Path

import pytest
from articles import write_jsonl

from footnote.corpus.errors import SuiteError
from footnote.eval.training.everyday import everyday_rows, read_everyday
from footnote.eval.training.suites import cluster_of
from footnote.eval.training.typed import read_typed
from footnote.eval.training.wikinews import plain, read_wikinews

SHARED = Path(__file__).resolve().parents[4] / "shared"
NEWS = "Wiki1k:wikinews:"
SENTENCES = {
    "7:1:0": "The bridge in Arvo fell on Monday .",
    "7:1:1": "`` Nobody was hurt '' , the mayor said .",
    "7:3:0": "It had cost -LRB- in 1990 -RRB- $ 2 million .",
    "8:0:0": "Rain is expected , they say .",
}


@pytest.fixture
def qamr(tmp_path):
    folder = tmp_path / "qamr"
    folder.mkdir()
    rows = [f"{NEWS}{key}\t{tokens}" for key, tokens in reversed(SENTENCES.items())]
    (folder / "wiki-sentences.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    write_jsonl(folder / "headlines.jsonl", [{"document": "7", "headline": "A bridge is gone"}])
    write_jsonl(
        folder / "questions.jsonl",
        [
            {"id": "one", "document": "7", "question": "What happened in Arvo?", "evidence": [["1:0", "1:1"], ["1:0"]]},
            {"id": "none", "document": "7", "question": "Who built it?", "evidence": []},
        ],
    )
    return folder


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("He said : `` Go . ''", 'He said: "Go."'),
        ("-LRB- see below -RRB- , 5 % of $ 3", "(see below), 5% of $3"),
        ("It 's Iran 's , is n't it ?", "It's Iran's, isn't it?"),
        ("", ""),
    ],
)
def test_tokens_become_text(tokens, text):
    assert plain(tokens) == text


def test_paragraphs_of_a_document_stay_apart(qamr, own):
    (article,) = read_wikinews(qamr, own).articles
    assert (article.id, article.title) == (f"{NEWS}7", "A bridge is gone")
    assert article.text == (
        'The bridge in Arvo fell on Monday. "Nobody was hurt", the mayor said.\n\nIt had cost (in 1990) $2 million.'
    )


def test_evidence_is_found_by_its_place_each_list_a_full_answer(qamr, own):
    answered, declined = read_wikinews(qamr, own).questions
    assert [evidence.quote for evidence in answered.evidence] == [
        "The bridge in Arvo fell on Monday.",
        '"Nobody was hurt", the mayor said.',
    ]
    assert answered.alternatives == ((0, 1), (0,))
    assert not declined.answerable


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"document": "7", "evidence": [["9:9"]]}, "places of sentences"),
        ({"document": "7", "evidence": ["1:0"]}, "places of sentences"),
        ({"document": "9", "evidence": [["1:0"]]}, "places of sentences"),
    ],
)
def test_a_place_that_is_not_there_is_told_with_its_line(qamr, own, row, told):
    write_jsonl(own / "questions.jsonl", [{"id": "x", "question": "What?", **row}])
    with pytest.raises(SuiteError, match=rf"questions\.jsonl.*{told}"):
        read_wikinews(qamr, own)


def test_a_headline_of_no_document_is_told(qamr, own):
    write_jsonl(own / "headlines.jsonl", [{"document": "9", "headline": "Lost"}])
    with pytest.raises(SuiteError, match="no document"):
        read_wikinews(qamr, own)


@pytest.fixture
def squad(tmp_path):
    folder = tmp_path / "squad"
    folder.mkdir()
    write_jsonl(
        folder / "articles.jsonl",
        [{"id": "dams", "title": "Dams", "text": "Dams hold water. Some are old.\n\nOne broke in Arvo. Many fled."}],
    )
    write_jsonl(folder / "questions.jsonl", [{"id": "q", "question": "What?", "answerable": False, "evidence": []}])
    return folder


def test_each_paragraph_with_a_question_is_an_article(squad, tmp_path):
    rows = [
        {"id": "a", "article": "dams", "paragraph": 1, "question": "what broke", "evidence": [[0, 18], [19, 30]]},
        {"id": "b", "article": "dams", "paragraph": 1, "question": "who built it", "evidence": []},
    ]
    write_jsonl(tmp_path / "typed.jsonl", rows)
    suite = read_typed(squad, tmp_path / "typed.jsonl")
    (article,) = suite.articles
    assert (article.id, article.title, article.text) == ("dams#1", "Dams", "One broke in Arvo. Many fled.")
    answered, declined = suite.questions
    assert [evidence.quote for evidence in answered.evidence] == ["One broke in Arvo.", "Many fled."]
    assert not declined.answerable


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"paragraph": 2, "evidence": []}, "no paragraph 2"),
        ({"paragraph": "1", "evidence": []}, "no paragraph"),
        ({"article": "else", "paragraph": 0, "evidence": []}, "no paragraph 0"),
        ({"paragraph": 0, "evidence": [[90, 99]]}, "places in the paragraph"),
        ({"paragraph": 0, "evidence": [3]}, "places in the paragraph"),
    ],
)
def test_a_paragraph_or_place_that_is_not_there_is_told_with_its_line(squad, tmp_path, row, told):
    write_jsonl(tmp_path / "typed.jsonl", [{"id": "x", "article": "dams", "question": "what", **row}])
    with pytest.raises(SuiteError, match=rf"typed\.jsonl.*{told}"):
        read_typed(squad, tmp_path / "typed.jsonl")


@pytest.fixture
def training(qamr):
    folder = qamr.parent / "questions"
    folder.mkdir()
    rows = [{"id": n, "title": "Dams", "sentences": ["Dams hold water.", f"Dam {n} is old."]} for n in "xyz"]
    write_jsonl(folder / "ponds.jsonl", rows)
    return qamr.parent


def test_everyday_questions_are_over_passages_of_the_sets(training):
    rows = [
        {"passage": "ponds:y", "question": "which dam is old", "evidence": [1], "answer": "Dam y"},
        {"passage": "ponds:y", "question": "who built it", "evidence": [], "answer": ""},
    ]
    write_jsonl(training / "own.jsonl", rows)
    suite = read_everyday(training, training / "own.jsonl")
    (article,) = suite.articles
    assert (article.id, article.title, article.text) == ("ponds:y", "Dams", "Dams hold water. Dam y is old.")
    answered, declined = suite.questions
    assert [evidence.quote for evidence in answered.evidence] == ["Dam y is old."]
    assert (answered.answers, declined.answers, declined.answerable) == (("Dam y",), (), False)
    assert {cluster_of(question, ()) for question in suite.questions} == {"article ponds:y"}


def test_everyday_questions_are_trained_on_with_their_own_passages(training):
    rows = [
        {"passage": "ponds:y", "question": "which dam is old", "evidence": [1], "answer": "Dam y"},
        {"passage": "ponds:z", "question": "is any dam old", "evidence": [1], "answer": ""},
        {"passage": "ponds:y", "question": "who built it", "evidence": [], "answer": ""},
    ]
    write_jsonl(training / "own.jsonl", rows)
    wanted = [(f"ponds:{n}", ("Dams hold water.", f"Dam {n} is old.")) for n in "yzy"]
    found = everyday_rows(training, training / "own.jsonl")
    assert [(each.source, each.sentences) for each in found] == wanted
    assert [(each.evidence, each.answers) for each in found] == [({1}, ("Dam y",)), ({1}, None), (set(), ())]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"passage": "ponds:u", "evidence": []}, "no passage “ponds:u”"),
        ({"passage": "ponds:y", "evidence": [2]}, "no sentence 2"),
        ({"passage": "ponds:y", "evidence": ["1"]}, "no sentence 1"),
        ({"passage": "ponds:y", "evidence": [True]}, "no sentence True"),
        ({"passage": "wikinews:9", "evidence": []}, "no passage “wikinews:9”"),
    ],
)
def test_an_everyday_question_of_nothing_is_told_with_its_line(training, row, told):
    write_jsonl(training / "own.jsonl", [{"question": "what", **row}])
    with pytest.raises(SuiteError, match=rf"own\.jsonl.*{told}"):
        read_everyday(training, training / "own.jsonl")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the articles of these questions are in ../shared, which is not here")
@pytest.mark.parametrize(
    ("read", "count", "answerable"),
    [
        (lambda: read_wikinews(SHARED / "training" / "qamr"), 1_185, 711),
        (lambda: read_typed(SHARED / "suites" / "squad2-dev"), 576, 384),
        (lambda: read_everyday(SHARED / "training"), 39_255, 23_923),
    ],
)
def test_the_questions_that_ship_fit_their_articles(read, count, answerable):
    questions = read().questions
    assert (len(questions), sum(question.answerable for question in questions)) == (count, answerable)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the texts to compare with are in ../shared, which is not here")
def test_no_question_or_headline_copies_its_article():
    sentences = (SHARED / "training" / "qamr" / "wiki-sentences.tsv").read_text("utf-8").split("\n")
    runs = {run for line in sentences for run in _runs(plain(line.partition("\t")[2]))}
    folder = Path(__file__).resolve().parents[3] / "eval" / "wikinews"
    for name, field in (("headlines", "headline"), ("questions", "question")):
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
            assert not _runs(json.loads(line)[field]) & runs


@pytest.mark.skipif(not SHARED.is_dir(), reason="the texts to compare with are in ../shared, which is not here")
def test_no_everyday_question_copies_its_passage():
    suite = read_everyday(SHARED / "training")
    runs = {run for article in suite.articles for run in _runs(article.text)}
    assert not [question.id for question in suite.questions if _runs(question.question) & runs]


def _runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}
