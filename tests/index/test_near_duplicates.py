"""Copies of one text are told from different texts on one topic."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote import corpus
from footnote.corpus.result import SourcedArticle
from footnote.corpus.sources import read_sources
from footnote.index.near_duplicates import FEW, HASHES, SHARED, are_copies, shared, signature

BRIEFS = Path(corpus.__file__).parent / "articles"
SUITES = Path(__file__).resolve().parents[3] / "shared" / "suites"


def articles(path):
    return [item.article for item in read_sources([str(path)]) if isinstance(item, SourcedArticle)]


@pytest.fixture(scope="module")
def briefs():
    """Stories of a length to be cut; a notice of four sentences, cut, is too short to be told a copy."""
    return [article.text for article in articles(BRIEFS) if len(article.text) > 900]


def agency(text):
    lines = [f"Reporting by {name} in the newsroom; editing by the desk of {name}." for name in "ABCDE"]
    return "\n\n".join([text, *lines])


def cut(text, part):
    words = text.split(" ")
    return " ".join(words[: int(len(words) * part)])


def reworded(text, part):
    chance = random.Random(1)
    return " ".join("other" if chance.random() < part else word for word in text.split(" "))


COPIES = {
    "another headline": lambda text: "What happened in the region this week, and why\n\n" + text.partition("\n\n")[2],
    "agency lines at the end": agency,
    "capitals, quotes and spaces": lambda text: text.upper().replace("'", "’").replace(" ", "  "),
    "the first 80%": lambda text: cut(text, 0.8),
    "the first half": lambda text: cut(text, 0.5),
    "the first third": lambda text: cut(text, 0.33),
    "one word in ten changed": lambda text: reworded(text, 0.1),
    "half, with agency lines": lambda text: agency(cut(text, 0.5)),
}


@pytest.mark.parametrize("name", COPIES)
def test_made_copies_are_found(briefs, name):
    for text in briefs:
        one, other = signature(text), signature(COPIES[name](text))
        assert are_copies(one, [other]).all(), shared(one, [other])
        assert set(one.keys()) & set(other.keys()), "they would not even be compared"


def test_of_the_briefs_three_are_copies_and_no_other_two_are_alike_by_far():
    found = {article.id: signature(article.text) for article in articles(BRIEFS)}
    alike = {}
    for n, (name, one) in enumerate(found.items()):
        earlier = list(found)[:n]
        parts = shared(one, [found[other] for other in earlier])
        alike |= {(other, name): part for other, part in zip(earlier, parts, strict=True) if part >= SHARED * 0.7}
    assert set(alike) == {
        ("2019-11-amnesty-106-killed", "2019-11-amnesty-106-second-printing"),
        ("2020-01-concussions-al-asad", "2020-01-concussions-short-printing"),
        ("2020-04-iran-virus-2898-deaths", "2020-04-iran-virus-misprint"),
    }
    assert min(alike.values()) > 0.9


@pytest.mark.skipif(not SUITES.is_dir(), reason="the question suites are not beside this checkout")
@pytest.mark.parametrize("suite", ["seeds-dev", "squad2-dev"])
def test_the_suites_articles_are_origins_of_their_own(suite):
    (file,) = (SUITES / suite).glob("articles*.jsonl")
    signatures = [signature(article.text) for article in articles(file)]
    for n, one in enumerate(signatures):
        assert not are_copies(one, signatures[:n]).any()


@given(st.text(max_size=400), st.text(max_size=400))
def test_sharing_is_symmetric_bounded_and_whole_with_itself(one, other):
    a, b = signature(one), signature(other)
    (there,), (back,) = shared(a, [b]), shared(b, [a])
    assert there == back
    assert 0 <= there <= 1
    assert shared(a, [a])[0] == (1 if a.size else 0)
    assert are_copies(a, [a])[0] == bool(a.size)


@given(st.integers(0, 60))
def test_the_estimate_is_near_the_truth(common):
    words = [f"w{n}" for n in range(200)]
    one, other = words[:100], words[100 - common : 200 - common]
    a, b = signature(" ".join(one)), signature(" ".join(other))
    assert a.size == b.size == 98
    assert abs(shared(a, [b])[0] - max(common - 2, 0) / 98) < 0.16


def test_short_texts_are_copies_only_when_their_words_are_the_same():
    one = signature("Case 1 was opened in the court on Monday.")
    assert one.size < FEW
    assert not are_copies(one, [signature("Case 2 was opened in the court on Monday.")])[0]
    assert are_copies(one, [signature("CASE 1 was opened\nin the court, on Monday")])[0]


def test_a_signature_never_changes():
    """Libraries keep them: another way of making them is a change of the schema."""
    kept = signature("The harbour closed on Monday, and ships went to Bay Town.")
    assert kept.size == 9
    assert kept.minima.shape == (HASHES,)
    assert int(np.bitwise_xor.reduce(kept.minima)) == 735553730
    assert kept.keys() == [793403230262054480], "of few shingles: one key for all"
    keys = signature(" ".join(map(str, range(99)))).keys()
    assert (len(keys), keys[0]) == (HASHES // 2, -8998760855124142036)


def test_nothing_is_a_copy_of_nothing():
    empty = signature("…")
    assert (empty.size, shared(empty, []).tolist(), shared(empty, [empty]).tolist()) == (0, [], [0])
    assert not are_copies(empty, [empty])[0]


def test_a_long_text_is_read_in_bounded_memory():
    assert signature("word " * 300_000).size == 1
    assert signature(" ".join(map(str, range(50_000)))).size == 49_998
