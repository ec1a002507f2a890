"""Teaching the reader, from a few questions over a few sentences."""

from dataclasses import replace

import numpy as np
import pytest
from eval.apart import read_apart, readers_apart
from eval.cases import Case
from eval.lessons import Lesson, lesson_of, texts_of
from eval.reading import Teaching, save, teach
from eval.taught import taught
from qa.features import NAMES
from qa.reader import READ, Window
from qa.reading_model import ReadingModel, Tokenizer, TransformerReader, load_model

from corpus.article import Article
from corpus.errors import UsageError
from eval.suite import Evidence, Question, Span

TOWNS = ("Vardo", "Hamnes", "Arvo", "Tolvik", "Ness", "Bruhav", "Skarn", "Elvik")
TEXT = "".join(f"Sentence number {n} is here, and says nothing that is of use to anybody at all. " for n in range(40))


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer()


def case(labelled, answerable=True):
    starts = [n for n in range(len(TEXT)) if TEXT.startswith("Sentence", n)]
    spans = tuple(Span("a", start, TEXT.index(".", start) + 1) for start in starts)
    features = np.zeros((len(spans), len(NAMES)))
    features[:, NAMES.index("similarity")] = np.linspace(0.9, 0.1, len(spans))
    labels = np.zeros(len(spans))
    labels[labelled] = 1
    evidence = tuple(Evidence("a", "q", (spans[n],)) for n in labelled)
    question = Question("q", "What is of use?", answerable, evidence=evidence)
    return Case("qamr", "qamr a", answerable, features, labels, spans, question)


@pytest.mark.parametrize("labelled", [[0], [30], [2, 35]])
def test_evidence_is_always_shown(tokenizer, labelled):
    lesson = lesson_of(case(labelled), {"a": ("Title", TEXT)}, tokenizer)
    assert len(lesson.shown) == 3
    assert sum(sum(labels) for labels in lesson.labels) >= 1
    assert [len(each.spans) for each in lesson.shown] == [len(labels) for labels in lesson.labels]


def test_a_question_without_an_answer_shows_the_closest(tokenizer):
    lesson = lesson_of(case([], answerable=False), {"a": ("", TEXT)}, tokenizer)
    assert len(lesson.shown) == 3
    assert not any(any(labels) for labels in lesson.labels)


def test_a_question_whose_evidence_was_not_found_teaches_nothing(tokenizer):
    assert lesson_of(case([]), {"a": ("", TEXT)}, tokenizer) is None
    nothing = replace(case([]), features=np.zeros((0, len(NAMES))), labels=np.zeros(0), spans=(), answerable=False)
    assert lesson_of(nothing, {}, tokenizer) is None


@pytest.mark.slow
def test_what_is_taught_is_known_after_saving_and_reading_back(tokenizer, tmp_path):
    lessons = []
    for n, town in enumerate(TOWNS * 3):
        window = Window("", (f"The ferry to {town} was late.", f"The quay of {town} cost {n + 2} million."))
        asked, labels = (("When was the ferry late?", (1.0, 0.0)), ("What did it cost?", (0.0, 1.0)))[n % 2]
        lessons.append(Lesson(tuple(tokenizer.pieces(asked, [window])), (labels,)))
    how = Teaching(epochs=12, batch=4, rate=2e-4)
    model = teach(lessons, how, ReadingModel())
    save(model, tmp_path / "mine.safetensors")
    reader = TransformerReader(tmp_path / "mine.safetensors")
    unseen = Window("", ("The ferry to Grimsay was late.", "The quay of Grimsay cost 90 million."))
    (late,), (cost,) = (reader.logits(asked, [unseen]) for asked in ("When was the ferry late?", "What did it cost?"))
    assert (late.argmax(), cost.argmax()) == (0, 1)


def test_it_is_first_taught_on_nothing_that_people_asked():
    assert not any(taught(f"{name} article {n}") for name in ("clapnq-dev", "briefs", "far-off") for n in range(50))
    assert 20 < sum(taught(f"qamr document {n}") for n in range(45)) < 40
    assert taught("squad2-dev article sq-normans")
    assert not taught("squad2-dev article sq-imperialism")


@pytest.fixture
def apart(tmp_path):
    for file, unseen in (("0", ["qamr a", "qamr b"]), ("1", ["qamr c"]), ("first", [])):
        save(ReadingModel(), tmp_path / f"{file}.safetensors", unseen)
    return tmp_path


def test_each_case_is_read_by_the_reader_that_has_not_seen_its_article(apart):
    readers = readers_apart(apart)
    assert sorted(readers) == ["qamr a", "qamr b", "qamr c"]
    assert readers["qamr a"] is readers["qamr b"]
    assert readers["qamr a"].digest != readers["qamr c"].digest
    seen, unseen = replace(case([0]), cluster="qamr seen"), case([0])
    articles = [Article("a", TEXT, "Title")]
    (only,) = read_apart([seen, unseen], readers, texts_of(articles))
    assert only.features.shape == (40, len(NAMES) + len(READ))
    assert only.question is unseen.question


def test_a_folder_without_readers_that_leave_articles_out_is_refused(tmp_path):
    save(ReadingModel(), tmp_path / "only.safetensors")
    with pytest.raises(UsageError, match="no readers that leave articles out"):
        readers_apart(tmp_path)


def test_teaching_goes_on_from_what_was_taught(tokenizer, tmp_path):
    lesson = lesson_of(case([0]), {"a": ("Title", TEXT)}, tokenizer)
    save(teach([lesson], Teaching(epochs=1), ReadingModel()), tmp_path / "first.safetensors")
    still = teach([lesson], Teaching(epochs=1, rate=0.0, head_rate=0.0), load_model(tmp_path / "first.safetensors"))
    save(still, tmp_path / "then.safetensors")
    first, then = (TransformerReader(tmp_path / f"{name}.safetensors") for name in ("first", "then"))
    shown = [Window("", ("The quay cost 90 million.",))]
    assert [*first.logits("What did it cost?", shown)] == [*then.logits("What did it cost?", shown)]


def test_what_counts_more_is_learnt_sooner(tokenizer):
    (shown,) = tokenizer.pieces("What did it cost?", [Window("", ("The quay cost 90 million.",))])
    says = [Lesson((shown,), ((1.0,),), weight) for weight in (9.0, 1.0)]
    denies = [Lesson((shown,), ((0.0,),), weight) for weight in (1.0, 9.0)]
    found = [
        float(teach([yes, no] * 4, Teaching(epochs=2, batch=2), ReadingModel())([shown])[0].detach())
        for yes, no in zip(says, denies, strict=True)
    ]
    assert found[0] > found[1] + 0.5
