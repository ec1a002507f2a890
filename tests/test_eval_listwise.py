"""Networks learn what tells a question's evidence from its other sentences, whatever its level."""

import numpy as np
import pytest
import torch
from eval.listwise import Learning, fit_networks

QUICK = Learning(networks=2, units=6, epochs=40)


def questions(count, seed):
    """Sentences whose second feature tells the right one, beside a level that is the question's own."""
    random = np.random.default_rng(seed)
    rows, labels = [], []
    for _ in range(count):
        size = int(random.integers(2, 9))
        own = random.normal(size=size)
        rows.append(np.column_stack([random.normal(size=size), own + random.normal(scale=2)]))
        labels.append((own == own.max()).astype(float))
    return rows, labels


@pytest.fixture(scope="module")
def fitted():
    return fit_networks(*questions(300, 0), [1.0] * 300, QUICK)


def test_the_right_sentence_is_first_in_questions_not_seen(fitted):
    rows, labels = questions(100, 1)
    right = [label[np.argmax(fitted.logits(row))] for row, label in zip(rows, labels, strict=True)]
    assert np.mean(right) > 0.85


def test_scores_are_log_odds(fitted):
    rows, labels = questions(100, 1)
    probability = 1 / (1 + np.exp(-np.concatenate([*map(fitted.logits, rows)])))
    assert probability.mean() == pytest.approx(np.concatenate(labels).mean(), abs=0.05)


def test_the_same_questions_give_the_same_networks(fitted):
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    again = fit_networks(*questions(300, 0), [1.0] * 300, QUICK)
    assert again.to_dict() == fitted.to_dict()
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.random.get_rng_state(), state)


def test_a_question_of_no_weight_teaches_nothing(fitted):
    rows, labels = questions(300, 0)
    wrong = [1 - label for label in labels]
    both = fit_networks([*rows, *rows], [*labels, *wrong], [1.0] * 300 + [0.0] * 300, QUICK)
    kept, other = questions(100, 1)
    assert np.mean([label[np.argmax(both.logits(row))] for row, label in zip(kept, other, strict=True)]) > 0.85
