import json

from footnote.eval.check import check_suite, leakage
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
