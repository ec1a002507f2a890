import json
import random
from dataclasses import asdict, replace

import pytest

from footnote.corpus.errors import FootnoteError, UsageError
from footnote.eval.jsonl import as_jsonl
from footnote.eval.record import Record, Score
from footnote.eval.report.compare import Bound, compare, crossed, read_gate
from footnote.eval.report.compare_text import as_json, terminal
from footnote.eval.report.loaded import LoadedRun, RunHead, load_run
from footnote.eval.score.catalogue import HEADLINE
from footnote.eval.score.summary import values_of

RESAMPLES = 1_000


def record(number, right, *, answerable=True, cluster=None, confidence=0.5, **changes):
    """A question that was got right or not; citing is all or nothing."""
    status = "answered" if right == answerable else "abstained"
    scores = {"right": Score(float(right), ""), "answered": Score(float(status == "answered"), "")}
    if answerable:
        scores |= {HEADLINE: Score(float(right), ""), "over_refusal": Score(float(not right), "")}
        scores["passage_recall@10"] = Score(1.0, "")
    else:
        scores["wrong_on_unanswerable"] = Score(float(not right), "")
    cluster = cluster or f"article {number // 3}"
    fields = {"answer": {"text": f"said {right}"}, "scores": scores} | changes
    return Record(f"q{number}", "What?", answerable, status, confidence, cluster, **fields)


def run(records, digest="d", folder="run"):
    return LoadedRun(folder, RunHead(digest, digest, 1, 1), {r.id: r for r in records}, values_of(records))


def questions(rights):
    """A suite of two answerable questions to one that is not."""
    return [record(i, right, answerable=i % 3 != 2) for i, right in enumerate(rights)]


def compared(before, after, **options):
    return compare(run(before), run(after), resamples=RESAMPLES, **options)


def test_the_same_run_twice_is_unchanged():
    records = questions(random.Random(1).random() < 0.7 for _ in range(150))
    found = compared(records, records)
    assert found.verdict == "unchanged"
    assert (found.fixed, found.broken, found.unchanged) == ((), (), 150)
    assert all(d.p == 1.0 and d.change.value == 0.0 for d in found.differences)


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_regression_of_8_points_on_150_questions_is_worse(seed):
    rng = random.Random(seed)
    before = [rng.random() < 0.75 for _ in range(150)]
    lost = set(rng.sample([i for i, right in enumerate(before) if right], 12))
    after = [right and i not in lost for i, right in enumerate(before)]
    found = compared(questions(before), questions(after))
    assert found.verdict == "worse"
    assert len(found.broken) == 12
    assert compared(questions(after), questions(before)).verdict == "better"


@pytest.mark.slow
def test_runs_that_differ_by_noise_alone_are_rarely_called_worse():
    # Each pair draws each question anew with the same chance, so neither run is worse.
    rng = random.Random(11)
    chances = [rng.random() for _ in range(150)]
    called = []
    for _ in range(100):
        runs = [questions(rng.random() < chance for chance in chances) for _ in range(2)]
        called.append(compare(run(runs[0]), run(runs[1]), resamples=200).verdict)
    assert called.count("worse") <= 5 + 4  # 5 in 100, and two standard errors


@pytest.mark.parametrize("clusters", [2, 4, 8])
@pytest.mark.slow
def test_noise_over_few_articles_is_rarely_called_worse(clusters):
    rng = random.Random(clusters)
    worse = 0
    for _ in range(100):
        runs = [[record(i, rng.random() < 0.7, cluster=f"article {i % clusters}") for i in range(24)] for _ in range(2)]
        worse += compare(run(runs[0]), run(runs[1]), resamples=200).verdict == "worse"
    assert worse <= 5 + 4


def unsure(rng, spread):
    """A suite whose questions were all got right, at a confidence that tells less the more it spreads."""
    places = [(i, i % 3 != 2) for i in range(150)]
    sure = [min(1.0, max(0.0, (0.7 if known else 0.3) + rng.gauss(0, spread))) for _, known in places]
    return [record(i, True, answerable=known, confidence=sure[i]) for i, known in places]


@pytest.mark.slow
def test_confidences_that_differ_by_noise_alone_are_rarely_called_worse():
    rng = random.Random(12)
    pairs = [(unsure(rng, 0.3), unsure(rng, 0.3)) for _ in range(30)]
    called = [compare(run(before), run(after), resamples=200).verdict for before, after in pairs]
    assert called.count("worse") <= 2 + 2


def test_a_confidence_that_no_longer_tells_is_worse():
    rng = random.Random(13)
    found = compared(unsure(rng, 0.15), unsure(rng, 0.6))
    changed = {d.measure.name: d for d in found.differences if d.direction == "worse"}
    assert set(changed) == {"auroc"}
    assert changed["auroc"].before > changed["auroc"].after + 0.1
    assert -1 <= changed["auroc"].change.low < changed["auroc"].change.high < 0
    assert found.verdict == "worse"


def test_four_broken_and_none_fixed_is_not_enough():
    before = [True] * 150
    after = [i >= 6 or i % 3 == 2 for i in range(150)]
    found = compared(questions(before), questions(after))
    headline = next(d for d in found.differences if d.measure.name == HEADLINE)
    assert len(found.broken) == 4
    assert headline.p == pytest.approx(0.125)
    assert headline.change.high == 0.0
    assert found.verdict == "unchanged"


def test_fewer_right_abstentions_are_worse_though_the_headline_stays():
    before = [record(i, True, answerable=i % 2 == 0) for i in range(100)]
    after = [record(i, i % 2 == 0 or i > 30, answerable=i % 2 == 0) for i in range(100)]
    found = compared(before, after)
    directions = {d.measure.name: d.direction for d in found.differences}
    assert directions[HEADLINE] == "unchanged"
    assert directions["wrong_on_unanswerable"] == directions["right"] == "worse"
    assert found.verdict == "worse"
    assert compared(after, before).verdict == "better"


def test_questions_are_joined_by_id_and_missing_ones_set_apart():
    before = [record(i, right) for i, right in enumerate([True, False, True, True])]
    after = [record(i, right) for i, right in ((9, True), (1, True), (0, False), (2, True))]
    found = compared(before, after)
    assert [pair[0].id for pair in found.fixed] == ["q1"]
    assert [pair[1].id for pair in found.broken] == ["q0"]
    assert (found.unchanged, found.missing, found.added) == (1, ("q3",), ("q9",))


def test_a_question_without_gold_is_neither_fixed_nor_broken():
    bare = record(0, True)
    bare = replace(bare, scores={"answered": Score(1.0, "")})
    found = compared([bare, record(1, True)], [bare, record(1, True)])
    assert (found.unjudged, found.unchanged) == (1, 1)


def test_different_suites_are_refused():
    with pytest.raises(UsageError, match="different suites"):
        compare(run(questions([True]), "one"), run(questions([True]), "two"))
    with pytest.raises(UsageError, match="no question in common"):
        compared([record(1, True)], [record(2, True)])


def test_one_broken_promise_is_worse():
    before = questions([True] * 30)
    after = [replace(before[0], violations=("citation 1 is not verbatim",)), *before[1:]]
    found = compared(before, after)
    assert found.verdict == "worse"
    assert found.violations == ("q0: citation 1 is not verbatim",)
    assert compared(after, before).verdict == "unchanged"


def test_a_crossed_bound_is_worse():
    records = questions([True, True, False] * 10)
    assert compared(records, records, gate={"right": Bound(min=0.6)}).verdict == "unchanged"
    found = compared(records, records, gate={"right": Bound(min=0.7), "wrong_on_unanswerable": Bound(max=0.5)})
    assert found.verdict == "worse"
    assert found.crossed == (
        "right is 0.6667, below the floor of 0.7",
        "wrong_on_unanswerable is 1, above the ceiling of 0.5",
    )


def test_a_gate_is_read_and_checked(tmp_path):
    path = tmp_path / "gate.json"
    path.write_text('{"citation_f1_all": {"min": 0.5}, "p95_ms": {"max": 300}}')
    assert read_gate(path) == {"citation_f1_all": Bound(min=0.5), "p95_ms": Bound(max=300)}
    assert crossed(read_gate(path), {"p95_ms": 10.0}) == ["citation_f1_all has no value here"]
    for text, message in (
        ('{"citation_f2": {"min": 0.5}}', "no measure is called “citation_f2”"),
        ('{"right": 0.5}', r"right: Input should be an object"),
        ('{"right": {"least": 0.5}}', r"right\.least: Extra inputs"),
        ('{"right": {"min": "0.5"}}', r"right\.min: Input should be a valid number"),
    ):
        path.write_text(text)
        with pytest.raises(UsageError, match=message):
            read_gate(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_gate(tmp_path / "none.json")


def test_a_comparison_reads_well_and_is_json():
    found = compared(questions([True] * 60), questions([i > 20 for i in range(60)]))
    text = terminal(found)
    assert text.startswith("WORSE: run against run\n")
    assert "0 fixed, 21 broken, 39 unchanged" in text
    assert "broken  q0: What?\n    before  answered: said True\n    after   abstained: said False" in text
    assert "and 1 more broken: --json lists them all" in text
    values = json.loads(json.dumps(as_json(found), allow_nan=False))
    assert values["verdict"] == "worse"
    assert values["measures"][HEADLINE]["direction"] == "worse"
    assert len(values["broken"]) == 21


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(FootnoteError, match="holds no run"):
        load_run(tmp_path)
    suite = {"name": "s", "digest": "d", "articles": 1, "questions": 1}
    (tmp_path / "run.json").write_text(json.dumps({"suite": {"digest": "d"}}))
    with pytest.raises(FootnoteError, match=r"run\.json is not that of a run"):
        load_run(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"suite": suite}))
    with pytest.raises(FootnoteError, match="cannot be read"):
        load_run(tmp_path)
    (tmp_path / "records.jsonl").write_text('{"half": 1}\n')
    with pytest.raises(FootnoteError, match=r"records\.jsonl:1: not a record"):
        load_run(tmp_path)
    (tmp_path / "records.jsonl").write_text(as_jsonl(map(asdict, [record(1, True)])))
    assert list(load_run(tmp_path).records) == ["q1"]
