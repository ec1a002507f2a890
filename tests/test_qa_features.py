"""What is measured of sentences, against values worked by hand."""

from dataclasses import dataclass

import numpy as np
import pytest
from qa.features import NAMES, measure, rarity
from qa.interaction import matches

from corpus.article import Article
from qa.evidence import Sentence
from qa.question import read_question

NO_WORDS = np.zeros((0, 384), dtype=np.float32)


@dataclass
class Passage:
    """What is read of a candidate."""

    article: Article
    similarity: float = 0.5


def columns(
    question, passages, similarities=None, titles=("", ""), weights=None, figures=None, publisher="", chunks=()
):
    """The features of the sentences of some passages, by name; ``chunks`` are the passages' similarities."""
    found, candidates = [], []
    for n, texts in enumerate(passages):
        article = Article(f"a{n}", "", titles[n], publisher=publisher)
        candidates.append(Passage(article, chunks[n] if chunks else 0.5))
        found += [Sentence(article, "v", k, k + 1, text, n, k, 0, 0.5) for k, text in enumerate(texts)]
    if similarities:
        found = [
            Sentence(s.article, "v", s.start, s.end, s.text, s.passage, s.place, 0, similarity)
            for s, similarity in zip(found, similarities, strict=True)
        ]
    read = read_question(question)
    given = weights or dict.fromkeys(read.terms, 1.0)
    matched = matches(read, NO_WORDS, found, candidates, given)
    table = measure(read, matched, found, candidates, given, figures or {})
    assert table.shape == (len(found), len(NAMES))
    return {name: table[:, n].round(3).tolist() for n, name in enumerate(NAMES)}


def test_no_sentences_have_no_rows():
    assert measure(read_question("Who?"), {}, [], [], {}, {}).shape == (0, len(NAMES))


def test_words_are_shared_with_the_sentence_its_neighbours_and_its_passage():
    found = columns(
        "When did the ferry reach the island?",
        [["The ferry left.", "It rained.", "An island, at last.", "Bread."], ["The ferry sank."]],
        titles=("", "Island news"),
    )
    assert found["cover"] == [0.333, 0.0, 0.333, 0.0, 0.333]
    assert found["cover_near"] == [0.333, 0.667, 0.333, 0.333, 0.333]
    assert found["cover_chunk"] == [0.667, 0.667, 0.667, 0.667, 0.667]
    assert found["cover_title"] == [0.0, 0.0, 0.0, 0.0, 0.333]
    assert found["above_cover"] == [0.0, -0.333, 0.0, -0.333, 0.0]


def test_rare_words_weigh_more():
    weights = {"ferri": 3.0, "reach": 1.0}
    assert columns("Ferries reach?", [["A ferry.", "They reach."]], weights=weights)["cover"] == [0.75, 0.25]


def test_names_are_counted_by_themselves():
    found = columns("When did Bay Town and the mayor meet?", [["Bay Town is far.", "The mayor slept."]])
    assert found["names"] == [1.0, 0.0]
    assert columns("when was it sold?", [["It was sold."]])["names"] == [0.5]


def test_a_people_stands_for_its_country():
    found = columns("Did Iranian envoys meet?", [["Iran met them.", "The Irish came."], ["Iranians.", "Iraq."]])
    assert found["names"] == [1.0, 0.0, 1.0, 0.0]
    assert columns("did iran meet?", [["The Iranian came."]])["cover"] == [0.0]


def test_figures_are_those_of_the_sentence_and_of_its_passage():
    found = columns("Was it 1,200 or 7?", [["It was 1200.", "Or 7 of 9."], ["None."]])
    assert found["numbers"] == [0.5, 0.5, 0.0]
    assert found["numbers_chunk"] == [1.0, 1.0, 0.0]
    assert found["new_numbers"] == [0.0, 1.0, 0.0]
    assert columns("Was it many?", [["It was 1200."]])["numbers_chunk"] == [0.5]


def test_terms_that_stand_together():
    found = columns("harbour strike ended", [["The harbour strike ended.", "The strike at the harbour.", "Ended."]])
    assert found["pairs"] == [1.0, 0.0, 0.0]


def test_the_neighbours_similarity_is_of_the_same_passage():
    found = columns("Who?", [["A.", "B.", "C."], ["D."]], similarities=[0.1, 0.4, 0.2, 0.9])
    assert found["neighbour_similarity"] == [0.4, 0.2, 0.4, 0.9]
    assert found["above_similarity"] == [-0.8, -0.5, -0.7, 0.5]
    assert found["rank_similarity"] == [0.25, 0.5, 0.333, 1.0]


def test_words_of_a_passage_count_by_how_often_they_stand_in_it_and_how_long_it_is():
    found = columns(
        "Ferry tolls?",
        [["A ferry.", "A ferry sank."], ["The ferry had no tolls."]],
        weights={"ferri": 1.0, "toll": 3.0},
    )
    # 3 and 3 words that carry meaning, so neither is longer than the mean: 2 ferries, then a ferry and tolls
    twice, both = 2 * 2.2 / (2 + 1.2), 1 + 3
    assert found["bm25"] == pytest.approx([twice / 4, twice / 4, both / 4], abs=0.15)
    assert found["bm25_share"][2] == 1.0
    titled = columns("Ferry?", [["It sank."], ["A ferry."]], titles=("Ferry", ""))
    assert 0 < titled["bm25_share"][0] < titled["bm25_share"][1] == 1.0


def test_words_in_every_passage_still_count():
    found = columns("Ferry strike?", [["A ferry."], ["A ferry strike."], ["The ferry."]], titles=("", "", ""))
    assert found["bm25_share"][1] == 1.0
    assert min(found["bm25_share"]) > 0.3


def test_how_far_a_passage_stands_out():
    found = columns("A ferry?", [["A ferry.", "B."], ["C."]], chunks=(0.5, 0.5))
    assert found["above_score"] == [0.25, 0.25, -0.25]
    assert found["bm25_share"] == [1.0, 1.0, 0.0]
    assert columns("Who?", [["A."], ["B."]])["bm25_share"] == [0.0, 0.0]


def test_a_sentence_that_refers_back_carries_what_stands_before_it():
    found = columns(
        "How much will the Harrow dam cost?",
        [["The Harrow dam broke.", "It rained.", "He said it will cost 5 million.", "Ships left."], ["It cost him 3."]],
        titles=("", "Harrow"),
    )
    assert found["refers_back"] == [0.0, 1.0, 1.0, 0.0, 1.0]
    assert found["names"] == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert found["names_carried"] == [1.0, 1.0, 1.0, 0.0, 1.0]
    assert found["cover_carried"] == [0.667, 0.667, 1.0, 0.0, 0.667]
    assert found["plain_cover"] == [0.5, 0.0, 0.5, 0.0, 0.5]


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("When was it?", "It was in May 2020.", 1.0),
        ("When was it?", "It was big.", 0.0),
        ("How many were there?", "Twelve of them.", 1.0),
        ("How many were there?", "They sailed on May 4, 2020, or in 1985.", 0.0),
        ("How many were there?", "In 2019, after 4 May, 2000 of them sailed.", 1.0),
        ("How long was it there?", "It was there from 1985.", 1.0),
        ("How old was she?", "She was 34 years old.", 1.0),
        ("How old was she?", "Maria, 34, was freed.", 1.0),
        ("At what age was she freed?", "She was born in 1986.", 1.0),
        ("How old was she?", "She was freed on June 4, 2020.", 0.0),
        ("Why was it?", "It was because of rain.", 1.0),
        ("Where was it?", "It was at sea.", 1.0),
        ("Who was it?", "It was Maria.", 1.0),
        ("Who was Maria?", "It was Maria.", 0.0),
        ("How was it?", "It was big.", 0.5),
    ],
)
def test_the_kind_of_thing_that_is_asked_for(question, text, fits):
    assert columns(question, [[text]])["kind_fits"] == [fits]


@pytest.mark.parametrize(
    ("question", "texts", "fits"),
    [
        ("What did the mayor say?", ["The mayor said no.", "“No bread,” she added.", "It rained."], [1.0, 1.0, 0.0]),
        ("What did the mayor say?", ["It rained.", "The baker said no.", "It rained."], [0.0, 0.0, 0.0]),
        ("What did Mayor Ann Dee think?", ["Dee, of Bay Town, called it “good”.", "The ferry sank."], [1.0, 0.0]),
        ("What did the Bay Post say about bread?", ["Bread is dear.", "It rained."], [1.0, 1.0]),
    ],
)
def test_the_words_of_somebody(question, texts, fits):
    publisher = "The Bay Post" if "Post" in question else "Town News"
    assert columns(question, [texts], publisher=publisher)["kind_fits"] == fits


def test_long_figures_are_looked_for_in_the_whole_article():
    asked, passages = "Did 7 of 1,200 sail in 1985?", [["They sailed."], ["They sailed."], ["They sailed."]]
    figures = {"a0": {"1200", "1985"}, "a1": {"7", "1985"}}
    titles = ("", "", "")
    assert columns(asked, passages, titles=titles, figures=figures)["numbers_article"] == [1.0, 0.5, 0.0]
    assert columns("Did 7 sail?", passages, titles=titles)["numbers_article"] == [0.5, 0.5, 0.5]


def test_a_rare_term_weighs_more_than_a_common_one():
    weights = rarity(read_question("ferry harbour"), 1_000, {"harbour": 500, "ferri": 2})
    assert weights["ferri"] > 3 * weights["harbour"]
