"""The questions that the reader is trained on, and the hard negatives and near-misses that are made of them.

One JSON object a line: ``question``, ``title``, ``sentences`` (a passage in order), ``evidence`` (indices of the
sentences that answer), ``answers`` (short answers as spans of the evidence), ``answerable``.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

SHARES: Mapping[str, float] = {
    "squad_train_recovered": 1.0,
    "squad_train_sents": 0.6,
    "squadshifts_wiki": 1.0,
    "squadshifts_reddit": 0.5,
    "qed_nq": 1.0,
    "nq_gold": 1.0,
    "selqa": 1.0,
    "fairytaleqa": 0.6,
    "qadiscourse": 0.6,
    "wikiwhy": 0.5,
    "fm2_yesno": 1.0,
}
"""The sets, and how many of each one's questions are used."""
NEGATIVES, SWAPPED, REMOVED = 0.4, 0.12, 0.1
"""How many questions are asked again of a near passage, with something swapped, and without the evidence."""
_NO_SPANS = frozenset({"wikiwhy", "fm2_yesno", "selqa"})
"""Sets whose answers are whole sentences, yes or no, or unknown."""
_MADE_UP = frozenset({"wikiwhy"})
"""Sets whose passages were put together by others, other questions' passages among them."""
_WITH_NEAR_MISSES = ("squad_train_recovered", "squad_train_sents")
_NEAR = 6
_HELD = 20
"""One passage in so many is held out: for calibration, and to see how training goes."""
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zé]+(?: [A-Z][a-zé]+)*")
_TYPO = 0.05


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question, the passage that it is asked of, and which of the passage's sentences answer.

    ``answers`` is None where it is not known which words answer; empty where there are none.
    """

    question: str
    title: str
    sentences: tuple[str, ...]
    evidence: frozenset[int]
    answers: tuple[str, ...] | None
    source: str


def load_questions(folder: Path) -> dict[str, list[TrainingQuestion]]:
    """Read the sets of a folder, by name."""
    return {name: list(_read(folder / f"{name}.jsonl", name)) for name in SHARES}


def _read(file: Path, name: str) -> Iterator[TrainingQuestion]:
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        known = None if row["answerable"] and name in _NO_SPANS else tuple(row["answers"] if row["answerable"] else ())
        evidence = frozenset(row["evidence"])
        yield TrainingQuestion(row["question"], row["title"], tuple(row["sentences"]), evidence, known, name)


def held_out(asked: TrainingQuestion) -> bool:
    """Tell whether a question's passage is held out of training; all questions over one passage go together."""
    key = asked.title or asked.sentences[0][:60].lower()
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % _HELD == 0


def training_examples(sets: Mapping[str, Sequence[TrainingQuestion]], seed: int) -> list[TrainingQuestion]:
    """Return what is read in training, shuffled: questions, and what is made of them; the same for the same seed."""
    rng = random.Random(seed)
    found: list[TrainingQuestion] = []
    for name, rows in sets.items():
        every = [row for row in rows if not held_out(row)]
        used = rng.sample(every, round(SHARES[name] * len(every)))
        near = near_passages(used, every)
        names, numbers = ([each for row in used for each in kind.findall(row.question)] for kind in (_NAME, _NUMBER))
        for row, others in zip(used, near, strict=True):
            found.append(row)
            if others and name not in _MADE_UP and rng.random() < NEGATIVES:
                found.append(rng.choice(others))
            if rng.random() < SWAPPED and (premise := swapped(row, names, numbers, rng)):
                found.append(premise)
            if rng.random() < REMOVED and (rest := without_evidence(row)):
                found.append(rest)
    rng.shuffle(found)
    return [replace(row, question=_as_typed(row.question, rng)) for row in found]


def near_misses(sets: Mapping[str, Sequence[TrainingQuestion]], seed: int) -> list[TrainingQuestion]:
    """Return what people wrote to look answerable (SQuAD 2.0), and as many answered questions of the same passages."""
    rng = random.Random(seed)
    chosen: list[TrainingQuestion] = []
    for name in _WITH_NEAR_MISSES:
        rows = [row for row in sets[name] if not held_out(row)]
        misses = [row for row in rows if not row.evidence]
        passages = {row.sentences for row in misses}
        answered = [row for row in rows if row.evidence and row.sentences in passages]
        chosen += misses + rng.sample(answered, min(len(answered), len(misses)))
    return chosen


def near_passages(rows: Sequence[TrainingQuestion], every: Sequence[TrainingQuestion]) -> list[list[TrainingQuestion]]:
    """Return, for each question, other passages near to it that hold none of its answers: hard negatives."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # a development tool

    passages = list({row.sentences: row for row in every}.values())
    texts = [" ".join((row.title, *row.sentences)) for row in passages]
    lowered = [text.lower() for text in texts]
    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32)
    matrix = vectorizer.fit_transform(texts)
    found: list[list[TrainingQuestion]] = []
    for start in range(0, len(rows), 512):
        some = rows[start : start + 512]
        scores = (vectorizer.transform([row.question for row in some]) @ matrix.T).toarray()
        nearest = np.argpartition(-scores, min(_NEAR, len(texts) - 1), axis=1)[:, : _NEAR + 1]
        for row, places in zip(some, nearest.tolist(), strict=True):
            apart = [passages[n] for n in places if not _answers(row, lowered[n], passages[n])]
            unanswered = replace(row, evidence=frozenset(), answers=())
            found.append([replace(unanswered, title=each.title, sentences=each.sentences) for each in apart])
    return found


def _answers(row: TrainingQuestion, text: str, passage: TrainingQuestion) -> bool:
    """Tell whether a passage may hold the answer of a question."""
    if passage.sentences == row.sentences or passage.sentences[0] in row.sentences:
        return True
    held = [*(row.answers or ()), *(row.sentences[n] for n in row.evidence)]
    return any(answer.lower() in text for answer in held)


def without_evidence(row: TrainingQuestion) -> TrainingQuestion | None:
    """Return a question with its passage without the sentences that answer; None where others may answer too."""
    rest = tuple(text for n, text in enumerate(row.sentences) if n not in row.evidence)
    if not row.evidence or not row.answers or len(rest) < 3 or row.source == "wikiwhy":
        return None
    left = " ".join(rest).lower()
    if any(answer.lower() in left for answer in row.answers):
        return None
    return replace(row, sentences=rest, evidence=frozenset(), answers=())


def swapped(
    row: TrainingQuestion, names: Sequence[str], numbers: Sequence[str], rng: random.Random
) -> TrainingQuestion | None:
    """Return a question with a name or number of its passage replaced by one that is not there: a false premise."""
    passage = " ".join((row.title, *row.sentences)).lower()
    for pattern, others in ((_NUMBER, numbers), (_NAME, names)):
        found = [match for match in pattern.finditer(row.question) if match.group().lower() in passage]
        if not (row.evidence and found):
            continue
        match = rng.choice(found)
        for other in rng.sample(others, min(40, len(others))):
            if other.lower() not in passage and _alike(other, match.group()):
                question = row.question[: match.start()] + other + row.question[match.end() :]
                return replace(row, question=question, evidence=frozenset(), answers=())
    return None


def _alike(one: str, other: str) -> bool:
    """Tell whether a name may stand in the place of another, or a number; a year only in that of a year."""
    return one[0].isalpha() or ((len(one) == len(other) and one[:2] in {"19", "20"}) or len(one) != 4 != len(other))


def _as_typed(question: str, rng: random.Random) -> str:
    """Return a question as people type it: now and then without its mark, or with two letters turned round."""
    if rng.random() < 0.2:
        question = question.rstrip("? ")
    if rng.random() < _TYPO and len(question) > 20:
        at = rng.randrange(4, len(question) - 2)
        question = question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return question
