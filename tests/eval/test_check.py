import csv
import json

import pytest

from footnote.corpus.errors import SuiteError, UsageError
from footnote.eval.check import check_suite, leakage
from footnote.eval.importers import import_beir, import_clapnq, import_squad, sentence_around, write_suite
from footnote.eval.suite import load_suite

TEXT = "The bridge opened in May 2019. It cost four million euros. The mayor cut a red ribbon."


def question(number, text, *quotes, **fields):
    evidence = [{"article_id": "a", "quote": quote} for quote in quotes]
    return {"id": f"q{number}", "question": text, "answerable": bool(quotes), "evidence": evidence, **fields}


def suite(folder, *questions, **article):
    folder.mkdir()
    (folder / "articles.jsonl").write_text(json.dumps({"id": "a", "text": TEXT, **article}) + "\n")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in questions))
    return load_suite(folder)


def findings(found):
    return [(finding.where.rsplit("/", 1)[-1], finding.what.split(" at /")[0]) for finding in found]


def test_a_good_suite_has_nothing_doubtful(tmp_path):
    found = check_suite(
        suite(
            tmp_path / "s",
            question(1, "When did it open?", "opened in May 2019", answers=["May 2019"], half="dev"),
            question(2, "What did it cost?", "cost four million", answers=["4 million", "four million"], half="test"),
            question(3, "Was it cheap?", "cost four million", answers=["no"], half="test"),
            question(4, "When and what?", "in May 2019", "red ribbon", answers=["May 2019 and a ribbon"]),
            question(5, "Who swam?", as_of="2020-01"),
            published="2019-05-03",
        )
    )
    assert found == []


def test_what_is_doubtful_is_told_with_its_line(tmp_path):
    found = check_suite(
        suite(
            tmp_path / "s",
            question(1, "When did it open?", "opened in May 2019", answers=["June"]),
            {**question(2, "What did it cost?"), "answerable": True},
            {**question(3, "Who cut the ribbon?", "red ribbon"), "answerable": False},
            question(4, "Who cut it short?", "cut", as_of="yesterday"),
            question(5, "What is the letter?", "m"),
            published="May 2019",
        )
    )
    assert findings(found) == [
        ("questions.jsonl:1", "no accepted answer stands in the evidence: June"),
        ("questions.jsonl:2", "answerable, but without evidence: its citations cannot be scored"),
        ("questions.jsonl:3", "not answerable, but with evidence or answers: they are never used"),
        ("questions.jsonl:4", "“as_of” is not a date: yesterday"),
        ("questions.jsonl:5", "a quote occurs more than once in its article; any occurrence counts"),
        ("articles.jsonl:1", "“published” is not a date: May 2019"),
    ]


def test_near_duplicates_and_leaks_between_halves_are_found(tmp_path):
    found = check_suite(
        suite(
            tmp_path / "s",
            question(1, "In what year did the bridge open?", "opened in May 2019", half="dev"),
            question(2, "In what year did the bridge  open", "red ribbon", half="dev"),
            question(3, "In which month was the ribbon cut?", "opened in  May 2019", half="test"),
            question(4, "In what year did bridge open?!", "cost four million", half="test"),
            question(5, "In what year did the bridge open?", "four million", half="dev", turns=["Which bridge?"]),
        )
    )
    assert findings(found) == [
        ("questions.jsonl:2", "100% the words of q1,"),
        ("questions.jsonl:4", "100% the words of q1, in another half"),
        ("questions.jsonl:4", "100% the words of q2, in another half"),
        ("questions.jsonl:3", "rests on the same quote as q1, which is in the other half"),
    ]


def test_leaks_between_two_suites_are_found(tmp_path):
    dev = suite(tmp_path / "dev", question(1, "When did it open?", "opened in May"))
    test = suite(
        tmp_path / "test",
        question(1, "When did it open?", "cost four"),
        question(2, "Which month was it?", "opened in May"),
        question(3, "Who swam?"),
    )
    assert findings(leakage(test, dev)) == [
        ("questions.jsonl:1", "100% the words of q1 in dev"),
        ("questions.jsonl:2", "rests on the same quote as q1, which is in the other half"),
    ]


def test_squad_becomes_a_suite(tmp_path):
    first, second = 'It opened in May. Dr. Sun came. "Fine," he said.', "Nobody swam."
    source = tmp_path / "squad.json"
    qas = [
        {"id": "1", "question": " When? ", "answers": [{"text": "May", "answer_start": 13}], "is_impossible": False},
        {"id": "2", "question": "Who ran?", "answers": [], "plausible_answers": [{}], "is_impossible": True},
    ]
    paragraphs = [{"context": first, "qas": qas}, {"context": second, "qas": []}]
    source.write_text(json.dumps({"data": [{"title": "The_Bridge", "paragraphs": paragraphs}]}))
    write_suite(import_squad(source), tmp_path / "suite")
    made = load_suite(tmp_path / "suite")
    assert [(a.id, a.title, a.text) for a in made.articles] == [("the-bridge", "The Bridge", f"{first}\n\n{second}")]
    assert [(q.id, q.question, q.answerable, q.answers) for q in made.questions] == [
        ("1", "When?", True, ("May",)),
        ("2", "Who ran?", False, ()),
    ]
    assert made.questions[0].evidence[0].quote == "It opened in May."
    assert (made.name, made.about["answerable"]) == ("suite", 1)


def test_squad_with_a_shifted_answer_is_refused(tmp_path):
    source = tmp_path / "squad.json"
    qas = [{"id": "1", "question": "When?", "answers": [{"text": "May", "answer_start": 12}]}]
    source.write_text(
        json.dumps({"data": [{"title": "x", "paragraphs": [{"context": "It opened in May.", "qas": qas}]}]})
    )
    with pytest.raises(SuiteError, match="question 1: the answer “May” is not where it should be"):
        import_squad(source)


def test_the_sentence_around_an_answer():
    text = "One is here. Two, at 3.5 metres, is there! Three?"
    assert sentence_around(text, text.index("3.5"), text.index("3.5") + 3) == "Two, at 3.5 metres, is there!"
    assert sentence_around(text, text.index("here"), text.index("Two") + 3) == text[:42]
    assert sentence_around("no stop", 0, 2) == "no stop"


def test_clapnq_becomes_a_suite(tmp_path):
    passage = {
        "title": "Bridge",
        "text": TEXT,
        "sentences": ["The bridge opened in May 2019.", "It cost four million euros."],
    }
    rows = [
        {
            "id": 7,
            "input": "when was it opened",
            "passages": [passage],
            "output": [{"answer": "In May.", "selected_sentences": ["The bridge opened in May 2019.", "It is long."]}],
        },
        {
            "id": "8",
            "input": "what was paid",
            "passages": [passage],
            "output": [{"answer": "4m", "selected_sentences": [1]}],
        },
        {"id": "9", "input": "who swam", "passages": [passage], "output": [{"answer": ""}]},
    ]
    folder = tmp_path / "clapnq"
    folder.mkdir()
    (folder / "dev.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = import_clapnq(folder)
    write_suite(found, tmp_path / "suite")
    made = load_suite(tmp_path / "suite")
    assert len(made.articles) == 1
    assert [[item.quote for item in q.evidence] for q in made.questions] == [
        ["The bridge opened in May 2019."],
        ["It cost four million euros."],
        [],
    ]
    assert [q.answerable for q in made.questions] == [True, True, False]
    assert [line.rsplit("/", 1)[-1] for line in found.left_out] == ["dev.jsonl:1: not in its passage: It is long."]
    with pytest.raises(UsageError, match=r"holds no \.jsonl file"):
        import_clapnq(tmp_path / "suite" / "..")


def test_a_beir_folder_becomes_a_suite(tmp_path):
    (tmp_path / "qrels").mkdir()
    corpus = [{"_id": "d1", "title": "A", "text": "One."}, {"_id": "d2", "title": "Only a title", "text": ""}]
    queries = [{"_id": "1", "text": "first"}, {"_id": "2", "text": "not judged"}]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with (tmp_path / "qrels" / "test.tsv").open("w") as stream:
        lines = [["query-id", "corpus-id", "score"], ["1", "d1", "1"], ["1", "d2", "0"], ["1", "d9", "2"]]
        csv.writer(stream, delimiter="\t").writerows(lines)
    found = import_beir(tmp_path)
    write_suite(found, tmp_path / "suite")
    made = load_suite(tmp_path / "suite")
    assert [(q.id, [item.article_id for item in q.evidence]) for q in made.questions] == [("1", ["d1"])]
    assert [a.text for a in made.articles] == ["One.", "Only a title"]
    assert found.left_out[0].endswith("test.tsv:4: corpus.jsonl does not hold d9")
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1 d1 1\n")
    with pytest.raises(SuiteError, match=r"test\.tsv:2: must be query, document and score"):
        import_beir(tmp_path)
