"""Chunks of whole sentences, within what the model reads."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.article import Article
from footnote.index.embedding.chunker import pack
from footnote.index.embedding.plan import plan
from footnote.index.embedding.sentences import SentenceSpan, split_sentences


@st.composite
def articles(draw):
    """Sentences of an article, and how many word pieces each has."""
    sizes = draw(st.lists(st.integers(0, 80), max_size=60))
    quotable = draw(st.lists(st.booleans() | st.just(True), min_size=len(sizes), max_size=len(sizes)))
    breaks = draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
    sentences, paragraph = [], 0
    for n, (good, new) in enumerate(zip(quotable, breaks, strict=True)):
        paragraph += new
        sentences.append(SentenceSpan(10 * n, 10 * n + 9, paragraph, good))
    return sentences, sizes


@given(articles(), st.integers(1, 100))
def test_pack(article, budget):
    sentences, sizes = article
    chunks = pack(sentences, sizes, budget)
    inside = [n for chunk in chunks for n in range(chunk.first, chunk.last)]
    assert inside == [n for n, s in enumerate(sentences) if s.quotable], "each quotable sentence once, furniture never"
    for chunk in chunks:
        assert sum(sizes[chunk.first : chunk.last]) <= budget or chunk.last - chunk.first == 1
        assert (chunk.start, chunk.end) == (sentences[chunk.first].start, sentences[chunk.last - 1].end)


def test_chunks_of_a_run_are_of_about_equal_size():
    sentences = [SentenceSpan(10 * n, 10 * n + 9, n) for n in range(30)]
    sizes = [sum([10] * (chunk.last - chunk.first)) for chunk in pack(sentences, [10] * 30, 100)]
    assert min(sizes) >= 50


def test_nothing_gives_nothing():
    assert pack([], [], 10) == []


def fits(article, encoder):
    """Check the plan of an article against the model's own count, special tokens included."""
    made = plan(article, encoder)
    for passage in made.passages():
        tokens = encoder._tokenizer.encode(passage.joined).ids
        assert len(tokens) <= 256
        assert all(passage.text[start:end].strip() for start, end in passage.sentences)
    text = article.text
    covered = [(s.start, s.end) for c in made.chunks for s in made.sentences[c.first : c.last]]
    assert covered == sorted(covered)
    said = "".join(text[s.start : s.end] for s in split_sentences(text, article.title) if s.quotable)
    assert "".join("".join(text[start:end] for start, end in covered).split()) == "".join(said.split())
    return made


WORDS = st.sampled_from(
    ["Iran", "U.S.", "antidisestablishmentarianism", "naïve", "🙂", "中文字", "x" * 120, "-", "■", ".", ",", "Ünïcödé"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    st.lists(WORDS, max_size=300),
    st.sampled_from(["", "Title", "Long title word " * 30]),
    st.sampled_from([" ", "", ". ", "\n"]),
)
def test_no_passage_is_cut_by_the_model(encoder, words, title, space):
    text = space.join(words)
    if any(c.isalnum() for c in text):
        fits(Article("a", text, title), encoder)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5_000,
        "supercalifragilistic" * 500,
        "中" * 3_000,
        "🙂" * 3_000,
        "a." * 3_000,
        "word " * 5_000,
        "\n\n".join("■ a" for _ in range(600)),
        "\n".join(f"{n % 90}. b" for n in range(600)),
        "﷽ " * 500,
        "e\u0301" * 4_000,
        "!" * 3_000 + "a",
        ("x" * 130 + " ") * 300,
        "Yes. " * 800,
    ],
)
def test_text_that_is_hard_to_cut(encoder, text):
    fits(Article("a", "First one.\n\n" + text, "A title"), encoder)


def test_random_letters(encoder):
    chance = random.Random(1)
    for _ in range(20):
        text = "".join(chance.choice("abcdefghij  .-\n'’é中") for _ in range(3_000))
        fits(Article("a", text, "A title"), encoder)


def test_a_plan_keeps_bullets_within_the_budget(encoder):
    made = fits(Article("a", "The list:\n\n" + "\n\n".join(f"■ Item {n} is here." for n in range(200))), encoder)
    assert len(made.chunks) < 15
