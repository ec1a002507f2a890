"""Training the reader: the questions made of others, their word pieces, and a few steps; fitting the calibration."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from evidence import sentences
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file, save_file

from footnote.eval.suite import Evidence, SuiteQuestion
from footnote.eval.training.adapt import mix, several
from footnote.eval.training.body import weights_of
from footnote.eval.training.calibrate import Case, fit, report
from footnote.eval.training.examples import NONE, UNKNOWN, Example, question_examples
from footnote.eval.training.questions import (
    TrainingQuestion,
    held_out,
    near_misses,
    near_passages,
    swapped,
    training_examples,
    without_evidence,
)
from footnote.eval.training.reader import Trainer, TrainingPlan
from footnote.index.embedding.encoder import packaged_minilm
from footnote.index.embedding.model_files import WEIGHTS
from footnote.qa.rank.calibration import OF_THE_ENCODER, sigmoid
from footnote.qa.rank.model_folder import READER, open_model
from footnote.qa.rank.rank import SentenceFeatures, question_inputs
from footnote.qa.rank.reader_network import BELOW, MAX_PIECES, PieceTokenizer, TransformerReader, join

PORT = ("The port of Vardo opened in 1985.", "Solheim paid for it.", "It rained.", "Ships came.")


def asked(question="When did the port of Vardo open?", evidence=(0,), answers=("1985",), sentences=PORT, **fields):
    row = {"title": "Vardo", "source": "squadshifts_wiki", **fields}
    return TrainingQuestion(question, row["title"], tuple(sentences), frozenset(evidence), answers, row["source"])


@pytest.fixture(scope="module")
def tokenizer():
    return PieceTokenizer()


class TestQuestions:
    def test_a_swapped_name_is_not_in_the_passage_and_nothing_answers(self):
        made = swapped(asked(), ["Hamnes", "Vardo", "Solheim"], [], random.Random(1))
        assert made.question == "When did the port of Hamnes open?"
        assert (made.evidence, made.answers, made.sentences) == (frozenset(), (), PORT)

    def test_a_year_is_swapped_with_a_year(self):
        row = asked("What opened in Vardo in 1985?")
        for seed in range(5):
            made = swapped(row, [], ["12", "1985", "1991", "3,000"], random.Random(seed))
            assert made.question == "What opened in Vardo in 1991?"

    @pytest.mark.parametrize(
        "row",
        [asked("When did the port of Hamnes open?"), asked(evidence=(), answers=()), asked("when did it open?")],
    )
    def test_what_the_passage_does_not_name_or_answer_is_not_swapped(self, row):
        assert swapped(row, ["Bergen", "Oslo"], ["7"], random.Random(0)) is None

    def test_without_its_evidence_a_passage_does_not_answer(self):
        rest = without_evidence(asked())
        assert (rest.sentences, rest.evidence, rest.answers) == (PORT[1:], frozenset(), ())

    @pytest.mark.parametrize(
        "row",
        [
            asked(sentences=(*PORT, "In 1985 it grew.")),  # the answer is said again
            asked(answers=None),
            asked(evidence=(), answers=()),
            asked(sentences=PORT[:3]),
        ],
    )
    def test_where_the_rest_may_answer_or_is_little_nothing_is_removed(self, row):
        assert without_evidence(row) is None

    def test_near_passages_hold_no_answer_and_are_not_the_questions_own(self):
        others = [
            asked(sentences=("The port of Hamnes opened late.", "It is small."), title="Hamnes"),
            asked(sentences=("The port of Vardo had opened by 1985.",), title="Again"),
            asked(sentences=(PORT[0], "The port of Vardo opened."), title="Overlap"),
        ]
        near = near_passages([asked()], [asked(), *others])
        assert [[row.title for row in rows] for rows in near] == [["Hamnes"]]
        assert near[0][0].question == asked().question
        assert (near[0][0].evidence, near[0][0].answers) == (frozenset(), ())

    def test_near_misses_stand_beside_as_many_answered_questions_of_their_passages(self):
        rows = [asked(f"{n}?", evidence, title=title) for title in ("a", "b", "c", "d") for n, evidence in
                enumerate([(), (0,), (1,), (2,)] if title in "ab" else [(0,)])]  # fmt: skip
        rows = [replace(row, sentences=(row.title, *PORT)) for row in rows]
        sets = {"squad_train_recovered": rows, "squad_train_sents": [], "qed_nq": [asked(evidence=(), answers=())]}
        chosen = near_misses(sets, 0)
        assert {row.title for row in chosen} == {"a", "b"}
        assert [sum(bool(row.evidence) is answered for row in chosen) for answered in (True, False)] == [2, 2]

    def test_questions_over_one_passage_are_held_out_together_a_twentieth_of_all(self):
        rows = [asked(title=f"Port {n}") for n in range(2_000)]
        held = [held_out(row) for row in rows]
        assert held == [held_out(asked("Another question?", title=f"Port {n}")) for n in range(2_000)]
        assert 60 < sum(held) < 140

    def test_training_is_the_same_for_a_seed_and_has_nothing_that_is_held_out(self):
        rows = [
            asked(title=f"Quay {n}", answers=(f"{1900 + n}",), sentences=(f"It opened in {1900 + n}.", *PORT[1:]))
            for n in range(60)
        ]
        sets = {"squadshifts_wiki": rows}
        found = training_examples(sets, 3)
        assert found == training_examples(sets, 3) != training_examples(sets, 4)
        own = {row.sentences for row in rows if held_out(row)}
        assert own
        assert not own & {row.sentences for row in found}
        assert any(not row.evidence for row in found)


class TestExamples:
    def test_the_pieces_of_the_answer_are_its_words(self, tokenizer):
        row = asked("who paid", evidence=(1,), answers=("solheim paid",))
        (example,) = question_examples([row], tokenizer)
        start, end = example.answer
        assert example.pieces.ids[start : end + 1] == tokenizer.ids(["Solheim paid"])[0]
        assert example.labels == (0.0, 1.0, 0.0, 0.0)
        assert example.pieces.spans[1][0] <= start <= end < example.pieces.spans[1][1]

    @pytest.mark.parametrize(
        ("row", "answer"),
        [
            (asked(evidence=(), answers=()), NONE),
            (asked(answers=None), UNKNOWN),
            (asked(answers=("never said",)), UNKNOWN),
        ],
    )
    def test_no_answer_is_told_from_an_unknown_one(self, tokenizer, row, answer):
        (example,) = question_examples([row], tokenizer)
        assert example.answer == answer

    def test_a_long_passage_is_cut_around_its_evidence(self, tokenizer):
        long = [f"{'word ' * 50}{n}." for n in range(9)]
        (example,) = question_examples([asked(sentences=long, evidence=(7, 8), answers=("8",))], tokenizer)
        assert len(example.pieces.ids) <= MAX_PIECES
        assert example.labels[-2:] == (1.0, 1.0)
        assert sum(example.labels) == 2
        start, end = example.answer
        assert tokenizer.ids(["8"])[0] == example.pieces.ids[start : end + 1]


def examples(tokenizer):
    own = [asked(f"Who paid for quay {n}?", (1,), ("solheim",)) for n in range(6)]
    none = [asked(f"Who sank ship {n}?", (), ()) for n in range(6)]
    claims = [("It rained.", "It rained all day.", 0), ("It rained.", "It was dry.", 1)]
    pairs = [
        Example(join(*tokenizer.ids([said]), [], tokenizer.ids([read])), (), relation=n) for said, read, n in claims
    ]
    return [*question_examples([*own, *none], tokenizer), *pairs]


@pytest.fixture(scope="module")
def body(tmp_path_factory):
    """MiniLM's own body, in the form that training starts from."""
    kept = {
        name: values
        for name, values in load_file(packaged_minilm() / WEIGHTS).items()
        if name.startswith(("embeddings.", "encoder.")) and not name.endswith("position_ids")
    }
    file = tmp_path_factory.mktemp("body") / "body.safetensors"
    save_file(kept, file)
    return file


@pytest.mark.slow
class TestTraining:
    @pytest.fixture
    def trainer(self, body):
        def made(folder, pieces=1_200):
            torch.manual_seed(0)
            plan = TrainingPlan(pieces=pieces, batch=160, rate=3e-4, head_rate=3e-3, warm=0.0)
            return Trainer(plan, folder, body, data=("a test",))

        return made

    def test_a_few_steps_lower_the_loss(self, tokenizer, tmp_path, trainer):
        trainer = trainer(tmp_path)
        batch = examples(tokenizer)[3:9]
        losses = [trainer.step(batch) for _ in range(8)]
        assert losses[-1] < 0.7 * losses[0]

    def test_a_run_that_was_stopped_ends_with_the_weights_of_one_run(self, tokenizer, tmp_path, trainer):
        rows = examples(tokenizer)
        whole = trainer(tmp_path / "whole")
        whole.run(rows, rows, every=1e9)

        stopped = trainer(tmp_path / "parts")
        step, stop_at = stopped.step, whole.batches // 2

        def until_stopped(batch):
            if stopped.batches == stop_at:
                raise KeyboardInterrupt
            return step(batch)

        stopped.step = until_stopped
        with pytest.raises(KeyboardInterrupt):
            stopped.run(rows, (), every=0)
        resumed = trainer(tmp_path / "parts")
        resumed.run(rows, (), every=1e9)

        assert (resumed.batches, resumed.pieces) == (whole.batches, whole.pieces)
        one, other = (load_file(tmp_path / name / "reader.safetensors") for name in ("whole", "parts"))
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)
        anew = trainer(tmp_path / "parts")
        anew.run(rows[1:], (), every=1e9)
        third = load_file(tmp_path / "parts" / "reader.safetensors")
        assert not all(torch.equal(third[name], other[name]) for name in other), "of other examples"
        read = TransformerReader(tmp_path / "whole" / "reader.safetensors").relations([("It rained.", "It was dry.")])
        assert read.sum() == pytest.approx(1)

    def test_adapting_leaves_the_lowest_layers_and_learns_what_was_said_before(self, tokenizer, tmp_path):
        start = open_model().folder / READER
        plan = TrainingPlan(pieces=10**6, batch=160, rate=1e-4, head_rate=1e-3, warm=0.0)
        rows = [replace(each, labels=(0.0, 0.0, 1.0, 0.0), answer=UNKNOWN) for each in examples(tokenizer)[:6]]
        apart = {}
        for taught in (False, True):
            trainer = Trainer(plan, tmp_path, start, data=("a test",), upper=True)
            before = {name: values.clone() for name, values in trainer.master.items()}
            batch = [replace(each, taught=True) for each in rows]
            for _ in range(4):
                trainer.step([replace(each, taught=taught) for each in rows])
            apart[taught] = sum(float(abs(a.passage - b.passage).detach()) for _, a, b in trainer._scored(batch))
        assert apart[True] < apart[False], "the labels say otherwise, and the one before holds it back"
        changed = {name for name, values in trainer.master.items() if not torch.equal(values, before[name])}
        assert any(f"layer.{BELOW}." in name for name in changed)
        assert not [name for name in changed if "embeddings" in name or f"layer.{BELOW - 1}." in name]


def test_several_sentences_are_learnt_beside_half_as_many_other_questions_of_the_same_passages():
    rows = [asked(f"{n}?", (0, 1) if n % 2 else (0,)) for n in range(8)]
    elsewhere = [asked("And there?", sentences=("There, too.",))]
    chosen = several([*rows, *elsewhere], 0)
    assert [len(row.evidence) for row in chosen] == [2, 2, 2, 2, 1, 1]
    assert {row.sentences for row in chosen} == {PORT}


def test_weights_are_mixed_and_a_head_that_is_new_stays(tmp_path):
    save_file({"old": torch.tensor([1.0])}, tmp_path / "before")
    save_file({"old": torch.tensor([3.0]), "new": torch.tensor([5.0])}, tmp_path / "after", {"plan": "{}"})
    mix(tmp_path / "before", tmp_path / "after", 0.25)
    assert {name: values.tolist() for name, values in load_file(tmp_path / "after").items()} == {
        "old": [2.5],
        "new": [5.0],
    }


def test_the_weights_of_whole_numbers_become_floats_under_their_names():
    held = {
        "MatMul_1_quantized": np.array([[3, -3, 0], [1, 0, 2]], np.int8),
        "MatMul_1_scale": np.array(0.5, np.float32),
        "MatMul_1_zero_point": np.array(1, np.int8),
        "bert.embeddings.word_embeddings.weight_quantized": np.array([[7, 9]], np.uint8),
        "bert.embeddings.word_embeddings.weight_scale": np.array(2.0, np.float32),
        "bert.embeddings.word_embeddings.weight_zero_point": np.array(8, np.uint8),
        "bert.encoder.layer.0.output.dense.bias": np.array([0.25, 4, 5], np.float32),
        "classifier.bias": np.array([1.0], np.float32),
    }
    step = helper.make_node(
        "MatMulInteger", ["rows", "MatMul_1_quantized"], ["out"], name="/bert/encoder/layer.0/output/dense/MatMul_quant"
    )
    rows, out = (helper.make_tensor_value_info(name, TensorProto.INT8, None) for name in ("rows", "out"))
    initializers = [numpy_helper.from_array(values, name) for name, values in held.items()]
    graph = helper.make_model(helper.make_graph([step], "small", [rows], [out], initializers))
    found = weights_of(graph.SerializeToString())
    assert {name: values.tolist() for name, values in found.items()} == {
        "encoder.layer.0.output.dense.weight": [[1.0, 0.0], [-2.0, -0.5], [-0.5, 0.5]],
        "encoder.layer.0.output.dense.bias": [0.25, 4.0, 5.0],
        "embeddings.word_embeddings.weight": [[-2.0, 2.0]],
    }


def case(suite, n, rng):
    """A question that is answered where the reader's odds are high; of its four sentences the first answers."""
    answerable = n % 2 == 0
    read = np.array([4.0 if answerable else -4.0, -5.0, -6.0, -7.0]) + rng.normal(size=4)
    inputs = {"read": read, "passage": np.full(4, read[0]),
              "similarity": rng.uniform(0.3, 0.6, 4), "chunk_similarity": rng.uniform(0.3, 0.6, 4)}  # fmt: skip
    said = tuple(sentences(PORT))
    evidence = (Evidence("a", said[0].text, ((said[0].start, said[0].end),)),) if answerable else ()
    question = SuiteQuestion(id=f"q{n}", question="Who?", answerable=answerable, evidence=evidence)
    measured = SentenceFeatures((), said, (None,) * 4, inputs, {})
    return Case(suite, "9 articles", question, measured, np.array([float(answerable), 0, 0, 0]))


class TestCalibration:
    @pytest.fixture
    def cases(self):
        rng = np.random.default_rng(0)
        return [case(suite, n, rng) for suite in ("one", "two") for n in range(40)]

    @pytest.mark.parametrize("without", [frozenset(), OF_THE_ENCODER])
    def test_cases_that_can_be_told_apart_are(self, cases, without):
        fitted = fit(cases, without, 0.4)
        assert fitted.threshold == 0.4
        assert not without & {*fitted.sentence.weights, *fitted.answered.weights}
        assert fitted.sentence.weights["read"] > 0
        for each in cases:
            likely = sigmoid(fitted.sentence.log_odds(each.measured.inputs))
            assert (likely[0] > 0.5) == each.question.answerable
            assert (likely[1:] < 0.5).all()

    def test_the_report_has_a_row_for_each_library_judged_by_the_other_suites(self, cases):
        moved = [Case("two", "2,009 articles", *(getattr(each, name) for name in ("question", "measured", "labels")))
                 for each in cases[:20]]  # fmt: skip
        page = report([*cases, *moved], fit(cases, frozenset(), 0.5))
        tables = [[line for line in table.splitlines() if line.startswith("| ")] for table in page.split("\n\n")]
        (head, *rows), by_threshold, inputs, _ = [lines for lines in tables if lines]
        cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
        assert all("0.000 / 0.000" in row for row in by_threshold[1:])
        assert [row.split("|")[1].strip() for row in inputs[1:3]] == ["all", "without read"]
        assert [row[:3] for row in cells] == [
            ["one", "9 articles", "40"],
            ["two", "9 articles", "40"],
            ["two", "2,009 articles", "20"],
        ]
        columns = [cell.strip() for cell in head.strip("|").split("|")]
        for row in cells:
            values = dict(zip(columns, row, strict=True))
            assert float(values["right first"]) == float(values["AUROC"]) == 1.0
            assert float(values["over-refusal"]) == float(values["given to unanswerable"]) == 0.0
            assert float(values["at its own share"]) < 0.1

    def test_twice_as_many_answerable_questions_double_the_odds_and_no_more(self, cases):
        copies = [*cases, *(each for each in cases if each.question.answerable)]
        few, more = (fit(some, frozenset(), 0.5) for some in (cases, copies))
        for each in cases:
            log_odds = [one.sentence.log_odds(each.measured.inputs) for one in (few, more)]
            views = [question_inputs(each.measured, own) for own in log_odds]
            sure = [float(one.answered.log_odds(view)) for one, view in zip((few, more), views, strict=True)]
            assert sure[1] - sure[0] == pytest.approx(np.log(2), abs=0.3)
