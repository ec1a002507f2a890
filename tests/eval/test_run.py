import json

import pytest
from evidence import WordOverlap

from footnote.corpus.article import Article
from footnote.corpus.errors import FootnoteError, SuiteError, UsageError
from footnote.corpus.settings import Settings
from footnote.eval.record import Record, read_records
from footnote.eval.run import clear_run, run_suite
from footnote.eval.score.scoring import score_trace
from footnote.eval.suite import QuestionFilter, load_suite
from footnote.qa.answer import Answer, AnswerSentence, Citation, Quote

ARTICLES = [
    {"id": "bridge", "title": "Bridge", "text": "The bridge opened in May. It cost four million euros."},
    {"id": "ferry", "title": "Ferry", "text": "The ferry stopped in June. Nobody was hurt."},
]
QUESTIONS = [
    # Declined at .6 and above; the words are in the gold sentence.
    ("opened", "When was the bridge opened?", True, ["May"], [("bridge", "The bridge opened in May.")]),
    # The gold sentence shares no word with the question.
    (
        "cost",
        "What price has been paid?",
        True,
        ["four million"],
        [("bridge", "It cost four million euros.")],
    ),
    ("hurt", "Was nobody hurt?", True, [], [("ferry", "Nobody was hurt.")]),
    ("moon", "Which rocket reached Mars yesterday?", False, [], []),
    ("stop", "The bridge opened in June?", False, [], []),
]


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    rows = [
        {
            "id": name,
            "question": asked,
            "answerable": answerable,
            "answers": answers,
            "evidence": [{"article_id": article, "quote": quote} for article, quote in gold],
            "tags": [name[0]],
        }
        for name, asked, answerable, answers, gold in QUESTIONS
    ]
    for name, items in (("articles", ARTICLES), ("questions", rows)):
        text = "".join(json.dumps(item) + "\n" for item in items)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def run(suite, out, subject=None, **options):
    subject = subject or WordOverlap(0.3)
    settings = Settings(home=out / "never-made")
    return run_suite(suite, out, settings, opener=lambda _: subject, progress=False, resamples=200, **options)


def test_a_run_scores_each_question_and_says_why(suite, tmp_path):
    report = run(suite, tmp_path / "out")
    found = {record.id: record for record in report.records}
    assert {name: record.status for name, record in found.items()} == {
        "opened": "answered",
        "cost": "abstained",
        "hurt": "answered",
        "moon": "abstained",
        "stop": "answered",
    }
    assert {name: record.stage for name, record in found.items()} == {
        "opened": "",
        "cost": "selection",
        "hurt": "",
        "moon": "",
        "stop": "abstention",
    }
    assert found["opened"].value("citation_f1") == 1.0
    assert found["opened"].value("answer_in_quote") == 1.0
    assert found["opened"].scores["citation_f1"].reason == ("1 of 1 cited sentences right; 1 of 1 gold sentences found")
    assert found["cost"].value("citation_f1_all") == 0.0
    assert found["cost"].value("citation_f1") is None
    assert found["cost"].scores["right"].reason == "abstained"
    assert "exact_match" not in found["hurt"].scores
    assert "citation_f1_all" not in found["moon"].scores


def test_the_measures_of_a_run_by_hand(suite, tmp_path):
    summary = run(suite, tmp_path / "out").summary
    assert summary.value("citation_f1") == 1.0  # opened, hurt
    assert summary.value("citation_f1_all") == pytest.approx(2 / 3)  # and cost, declined
    assert summary.value("right") == pytest.approx(3 / 5)
    assert summary.value("over_refusal") == pytest.approx(1 / 3)
    assert summary.value("wrong_on_unanswerable") == pytest.approx(1 / 2)
    assert summary.value("wrong_share") == pytest.approx(1 / 3)
    assert summary.value("right_first") == pytest.approx(2 / 3)  # opened, hurt
    assert not {"alce_recall", "alce_precision"} & summary.results.keys()  # no model wrote
    assert summary.value("abstain_precision") == pytest.approx(1 / 2)
    assert summary.value("abstain_recall") == pytest.approx(1 / 2)
    assert summary.value("abstain_f1") == pytest.approx(1 / 2)
    table = summary.table
    assert (table.answerable_answered, table.answerable_abstained) == (2, 1)
    assert (table.unanswerable_answered, table.unanswerable_abstained) == (1, 1)
    assert summary.stages == {"abstention": 1, "selection": 1}


def test_two_runs_of_the_same_are_the_same_bytes(suite, tmp_path):
    for name in ("one", "two"):
        run(suite, tmp_path / name)
    for file in ("run.json", "records.jsonl", "report.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


class Counting(WordOverlap):
    """Counts what it is asked, and can be made to stop or fail at a question."""

    def __init__(self, stop_at="", fail_at=""):
        super().__init__(0.3)
        self.asked = []
        self.stop_at, self.fail_at = stop_at, fail_at

    def answer(self, question):
        if question.id == self.stop_at:
            raise KeyboardInterrupt
        if question.id == self.fail_at:
            raise ValueError("no such\ntensor")
        self.asked.append(question.id)
        return super().answer(question)


def test_an_interrupted_run_goes_on_where_it_stopped(suite, tmp_path):
    run(suite, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(suite, tmp_path / "out", Counting(stop_at="hurt"))
    with (tmp_path / "out" / "records.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "hurt", "questi')  # the process was killed in the middle of a line
    rest = Counting()
    report = run(suite, tmp_path / "out", rest)
    assert rest.asked == ["hurt", "moon", "stop"]
    assert len(report.timings.milliseconds) == 5
    for file in ("run.json", "records.jsonl", "report.json"):
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()


def test_a_failed_question_counts_as_failed(suite, tmp_path):
    report = run(suite, tmp_path / "out", Counting(fail_at="moon"))
    record = report.records[3]
    assert (record.status, record.stage, record.error) == ("failed", "error", "ValueError: no such tensor")
    assert record.value("right") == 0.0
    assert report.summary.table.failed == 1
    assert report.summary.value("abstain_recall") == 0.0
    opened = run(suite, tmp_path / "two", Counting(fail_at="opened")).records[0]
    assert opened.value("citation_f1_all") == opened.value("passage_recall@10") == 0.0
    assert opened.value("over_refusal") == 1.0


def test_a_folder_that_holds_another_run_is_left_alone(suite, tmp_path):
    out = tmp_path / "out"
    run(suite, out)
    before = (out / "records.jsonl").read_bytes()
    with pytest.raises(UsageError, match="differs in engine"):
        run(suite, out, WordOverlap(0.9))
    assert (out / "records.jsonl").read_bytes() == before
    (out / "mine.txt").write_text("kept")
    clear_run(out)
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    run(suite, out, WordOverlap(0.9))


def test_another_suite_never_gets_into_a_runs_library(suite, tmp_path):
    run(suite, tmp_path / "out")
    text = (suite / "articles.jsonl").read_text(encoding="utf-8")
    (suite / "articles.jsonl").write_text(text + '{"id": "new", "text": "New."}\n', encoding="utf-8")
    subject = WordOverlap(0.3)
    with pytest.raises(UsageError, match="differs in suite"):
        run(suite, tmp_path / "out", subject)
    assert subject.articles == {}


def test_a_library_that_no_run_made_is_left_alone(suite, tmp_path):
    (tmp_path / "library").mkdir()
    with pytest.raises(UsageError, match=r"has a library, but no run\.json"):
        run(suite, tmp_path)


def test_a_selection_is_asked_and_no_more(suite, tmp_path):
    subject = Counting()
    run(suite, tmp_path / "out", subject, selection=QuestionFilter(tags=("m", "o"), limit=1))
    assert subject.asked == ["opened"]
    assert set(subject.articles) == {"bridge", "ferry"}
    with pytest.raises(UsageError, match="no question of suite is tagged: x"):
        run(suite, tmp_path / "other", selection=QuestionFilter(tags=("x",)))


def test_a_broken_suite_runs_nothing(suite, tmp_path):
    (suite / "questions.jsonl").write_text("{}\n")
    with pytest.raises(SuiteError):
        run(suite, tmp_path / "out")
    assert not (tmp_path / "out").exists()


class Careless(WordOverlap):
    """Stores something else than it was given."""

    def stored_text(self, article_id):
        return super().stored_text(article_id).strip() + " "


def test_a_library_that_changes_the_text_is_found_out(suite, tmp_path):
    with pytest.raises(FootnoteError, match=r"articles\.jsonl:1: the library does not hold the article"):
        run(suite, tmp_path / "out", Careless())


def test_records_survive_their_file(suite, tmp_path):
    report = run(suite, tmp_path / "out")
    read = read_records(tmp_path / "out" / "records.jsonl")
    assert tuple(read) == report.records
    assert all(isinstance(record, Record) for record in read)
    assert "timings_ms" not in read[0].answer


def test_no_secret_of_the_settings_is_kept(suite, tmp_path):
    settings = Settings(home=tmp_path / "mine", chroma_token="s3cret", library="postgresql://me:pa55@127.0.0.1/news")
    run_suite(suite, tmp_path / "out", settings, opener=lambda _: WordOverlap(0.3), progress=False, resamples=200)
    kept = [file.read_text("utf-8") for file in (tmp_path / "out").iterdir() if file.is_file()]
    assert kept
    assert not any("s3cret" in text or "pa55" in text for text in kept)


def test_the_users_own_library_is_not_touched(suite, tmp_path):
    homes = []

    def opener(settings):
        homes.append(settings.home)
        return WordOverlap(0.3)

    run_suite(
        suite,
        tmp_path / "out",
        Settings(home=tmp_path / "mine"),
        opener=opener,
        progress=False,
        resamples=200,
    )
    assert homes == [tmp_path / "out" / "library"]


class Trace:
    draft = ()
    passages = ()

    def __init__(self, answer):
        self.answer = answer


BRIDGE = Article("bridge", ARTICLES[0]["text"])
GOOD = {"article_id": "bridge", "version": BRIDGE.version, "start": 0, "end": 25, "quote": BRIDGE.text[:25]}


def broken(suite, *quotes, used=None, status="answered"):
    question = load_suite(suite).questions[0]
    about = {"title": "", "publisher": "", "published": "", "url": ""}
    answer = Answer(
        id="opened",
        question="",
        standalone_question="",
        status=status,
        confidence=0.9,
        sentences=(AnswerSentence("The bridge", used or tuple(range(1, len(quotes) + 1))),),
        citations=tuple(Citation(n, Quote(**about, **quote)) for n, quote in enumerate(quotes, 1)),
    )
    return score_trace(question, Trace(answer), {"bridge": BRIDGE}, None).violations


def test_broken_promises_are_found(suite):
    assert broken(suite, GOOD) == ()
    assert broken(suite, {**GOOD, "end": 24}) == ("citation 1 is not verbatim",)
    assert broken(suite, {**GOOD, "article_id": "b"}) == ("citation 1 does not resolve: b",)
    assert broken(suite, {**GOOD, "version": "0"}) == ("citation 1 does not resolve: bridge",)
    assert broken(suite, GOOD, status="abstained") == ("an abstention with citations",)
    assert broken(suite, GOOD, GOOD, used=(2, 1)) == ("footnotes [2, 1] in the text against citations [1, 2]",)
    assert broken(suite, GOOD, used=(2,)) == ("footnotes [2] in the text against citations [1]",)
