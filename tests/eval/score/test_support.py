"""ALCE's citation recall and precision, against examples worked by hand and the real verifier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.eval.score import support
from footnote.eval.score.scoring import support_scores
from footnote.eval.score.support import LazyEncoder, support_of, verifier
from footnote.qa.answer import Answer, AnswerSentence, Citation, Quote


def sentence(*citations, verdict="supported", text="x"):
    return AnswerSentence(text, citations, verdict)


def counted(cited, *enough):
    """One sentence that cites these; every set that holds one of ``enough`` supports it."""
    found = support_of([sentence(*cited)], lambda _, some: any(set(each) <= set(some) for each in enough))
    return found.recall, found.precision


@pytest.mark.parametrize(
    ("cited", "enough", "recall", "precision"),
    [
        ((), [()], 0, 0),  # not cited: never supported, whatever would support it
        ((1,), [(1,)], 1, 1),
        ((1,), [], 0, 0),
        ((1, 2), [(1,)], 1, 1 / 2),  # 2 does not support, and 1 does without it
        ((1, 2), [(1,), (2,)], 1, 1),  # each supports alone: neither is wrong
        ((1, 2), [(1, 2)], 1, 1),  # neither supports alone, and neither can be missed
        ((1, 2, 3), [(1, 2)], 1, 2 / 3),  # 3 does not support, and 1 and 2 do without it
        ((1, 2, 3), [(1, 2), (2, 3)], 1, 1 / 3),  # without 1 or without 3 the others still do; not without 2
        ((1, 2, 3), [], 0, 0),
        ((1, 1), [(1,)], 1, 1),  # one citation, given twice
    ],
)
def test_one_sentence_by_hand(cited, enough, recall, precision):
    assert counted(cited, *enough) == pytest.approx((recall, precision))


def test_an_answer_by_hand():
    # Supported by 1 though 2 adds nothing; supported by 3; cites nothing; cites 1, which does not support it.
    sentences = [sentence(1, 2), sentence(3), sentence(), sentence(1, verdict="not confirmed")]

    def supports(one, cited):
        return one.verdict == "supported" and bool({1, 3} & set(cited))

    found = support_of(sentences, supports)
    assert (found.sentences, found.supported, found.citations, found.right) == (4, 2, 4, 2)
    assert (found.recall, found.precision) == (2 / 4, 2 / 4)
    nothing = support_of([], supports)
    assert (nothing.recall, nothing.precision) == (0, 0)


numbers = st.lists(st.integers(1, 4), max_size=4)


@given(st.lists(numbers, max_size=4), st.lists(st.sets(st.integers(1, 4), min_size=1), max_size=3))
def test_no_more_is_right_than_is_there(cited, enough):
    found = support_of([sentence(*each) for each in cited], lambda _, some: any(e <= set(some) for e in enough))
    assert 0 <= found.supported <= found.sentences == len(cited)
    assert 0 <= found.right <= found.citations == sum(len(set(each)) for each in cited)
    assert found.right >= sum(e == {n} for each in cited for n in set(each) for e in enough[:1])


TEXT = "The bridge at Orrin opened in May 2019. It cost four million euros. Mayor Ada Lund cut a red ribbon."
ORRIN = Article("orrin", TEXT)


def quoted(*quotes):
    places = [TEXT.index(quote) for quote in quotes]
    return tuple(
        Citation(n, Quote("orrin", ORRIN.version, "", "", "", "", start, start + len(quote), quote))
        for n, (start, quote) in enumerate(zip(places, quotes, strict=True), 1)
    )


def answer(*sentences, status="answered", answerer="llm:tiny"):
    cited = quoted("The bridge at Orrin opened in May 2019.", "Mayor Ada Lund cut a red ribbon.")
    asked = "When did it open?", "When did the bridge at Orrin open?"
    return Answer("a", *asked, status, 0.9, sentences, cited, answerer=answerer)


def test_the_verdicts_of_an_answer_are_taken_and_fewer_citations_are_checked_anew(encoder):
    said = "The bridge at Orrin opened in May 2019."
    both = sentence(1, 2, text=said)
    reworded = sentence(1, 2, text="The bridge at Orrin was opened in May 2019.")
    made = answer(both, reworded)
    supports = verifier(made, {"orrin": ORRIN}, encoder)
    assert supports(both, (1, 2))
    for each in (both, reworded):
        assert supports(each, (1,))
        assert not supports(each, (2,))
    assert not supports(both, ())
    assert not verifier(answer(), {}, encoder)(both, (7,))
    scores = support_scores(made, {"orrin": ORRIN}, encoder)
    assert {name: score.value for name, score in scores.items()} == {"alce_recall": 1.0, "alce_precision": 0.5}
    assert scores["alce_precision"].reason == "2 of 4 citations right and needed"


def test_two_clauses_need_two_citations(encoder):
    said = sentence(1, 2, text="The bridge at Orrin opened in May 2019, and Mayor Ada Lund cut a red ribbon.")
    assert support_scores(answer(said), {"orrin": ORRIN}, encoder)["alce_precision"].value == 1.0


class NotAsked:
    """Fails when it is asked."""

    def encode_query(self, text):
        raise AssertionError(text)


def test_single_citations_need_no_model_and_abstentions_no_score():
    made = answer(sentence(1, verdict="verbatim"), sentence(2, verdict="not confirmed"), sentence())
    scores = support_scores(made, {}, NotAsked())
    assert {name: score.value for name, score in scores.items()} == {
        "alce_recall": pytest.approx(1 / 3),
        "alce_precision": 0.5,
    }
    assert support_scores(answer(status="abstained"), {}, NotAsked()) == {}


def test_the_articles_own_sentences_are_not_measured_as_a_models():
    assert support_scores(answer(sentence(1), answerer="extractive"), {}, NotAsked()) == {}


def test_the_model_is_loaded_once_and_only_when_it_is_asked(monkeypatch, tmp_path, encoder):
    loaded = []
    monkeypatch.setattr(support, "open_encoder", lambda *how: loaded.append(how) or encoder)
    late = LazyEncoder(Settings(tmp_path, model="other"))
    assert loaded == []
    assert late.encode_query("a").shape == late.encode_query("b").shape == (384,)
    assert loaded == [("other", False)]
