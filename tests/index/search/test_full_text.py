"""Full-text search: spelling, names that are spelled in several ways, what is marked, and how long it takes."""

import random
import threading
import time

import pytest
from articles import found
from kills import ToyEncoder

from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.index.database.tags import tag_articles, tagged, tags, tags_of
from footnote.index.passages import PassageIndex
from footnote.index.search.full_text import Finder, marked

TEXTS = {
    "strike": "A drone killed General Suleimani in Bay Town. Nobody claimed the strike.",
    "talks": "The talks followed the death of Qasem Soleimani. They ended in Kouhmobarak on Monday.",
    "stroke": "The mayor recovered from a stroke. Doctors were pleased with the injuries healing.",
    "café": "The café of Teheran Street reopened. It has forty tables.",
}


@pytest.fixture
def index(tmp_path):
    opened = PassageIndex(Settings(tmp_path / "home"), ToyEncoder("toy", 16))
    list(opened.add([found(name, text) for name, text in TEXTS.items()]))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("sought", "ids"),
    [
        ("Kouhmobarak", {"talks"}),
        ("kouhmobarrak", {"talks"}),
        ("Suleimani", {"strike", "talks"}),
        ("soleimani", {"strike", "talks"}),
        ("Soliemani", {"strike", "talks"}),
        ("suleimani talks", {"talks"}),
        ("strike", {"strike"}),
        ("injury", {"stroke"}),
        ("cafe", {"café"}),
        ("nothing of the kind whatsoever zzz", set()),
        ("", set()),
        ("?!", set()),
        ('"* OR title:', set()),
    ],
)
def test_every_word_in_any_of_its_spellings(index, sought, ids):
    assert Finder(index.library).find(sought).ids == ids


def test_the_sentences_that_have_the_words_are_given_and_marked(index):
    hits = Finder(index.library).find("Soleimani")
    assert hits.read_as == {"soleimani": ["soleimani", "suleimani"]}
    said = {hit.article.id: [text for _, text in hit.sentences] for hit in hits.hits}
    assert said == {
        "strike": ["A drone killed General Suleimani in Bay Town."],
        "talks": ["The talks followed the death of Qasem Soleimani."],
    }
    for hit in hits.hits:
        for span, text in hit.sentences:
            assert index.library.article(hit.article.id).text[span.start : span.end] == text
            assert [text[start:end].lower()[-7:] for start, end in marked(text, hits, "Soleimani")] == ["leimani"]


def test_what_is_withdrawn_is_not_found_and_what_comes_in_is(index):
    finder = Finder(index.library)
    assert finder.find("Soleimani").ids == {"strike", "talks"}
    index.library.withdraw(["talks"])
    assert finder.find("Soleimani").ids == {"strike"}
    list(index.add([found("new", "The Khatami bridge of Zylograd opened on Friday.")]))
    assert finder.find("Zylograd").ids == {"new"}


def test_tags_are_given_counted_and_taken(index):
    library = index.library
    assert tag_articles(library, ["strike", "talks", "unknown"], "  The   general ") == 2
    assert tags(library) == [("The general", 2)]
    assert tagged(library, "The general") == {"strike", "talks"}
    tag_articles(library, ["talks"], "The general", on=False)
    assert tags_of(library, "talks") == []
    index.purge(["strike"])
    assert tags(library) == []
    for bad in ("", " ", "x" * 61):
        with pytest.raises(UsageError):
            tag_articles(library, ["talks"], bad)


@pytest.mark.slow
def test_ten_thousand_articles_are_searched_at_once(tmp_path):
    from footnote.index.library import Library

    chance = random.Random(5)
    vocabulary = ["".join(chance.choices("abcdefghiklmnoprstuvz", k=chance.randint(4, 10))) for _ in range(30_000)]
    library = Library(tmp_path / "home")
    with library.change() as connection:
        for n in range(10_000):
            words = chance.choices(vocabulary, k=60)
            text = f"{' '.join(words[:30])}. {' '.join(words[30:])}."
            spans = bytes(12)
            connection.execute(
                "INSERT INTO versions (article_id, version, title, authors, publisher, published, url, source,"
                " added_at, text) VALUES (?, 'v', '', '[]', '', '', '', '', '', ?)",
                (f"a{n}", text),
            )
            connection.execute("INSERT INTO articles (id, version) VALUES (?, 'v')", (f"a{n}",))
            connection.execute(
                'INSERT INTO chunks (id, article_id, start, "end", spans, vector, sentence_vectors)'
                " VALUES (?, ?, 0, ?, ?, zeroblob(12), zeroblob(12))",
                (n + 1, f"a{n}", len(text), spans),
            )
            connection.execute("INSERT INTO words (rowid, title, text) VALUES (?, '', ?)", (n + 1, text))
    finder = Finder(library)
    finder.find("warm")
    for sought in (vocabulary[7], vocabulary[8][:-1] + "q", f"{vocabulary[9]} {vocabulary[10]}"):
        took = []
        for _ in range(4):
            began = time.perf_counter()
            finder.find(sought)
            took.append(time.perf_counter() - began)
        assert min(took) < 0.3, sought
    library.close()


def test_where_reading_all_words_takes_long_those_known_do_until_they_are_read_again(index, monkeypatch):
    assert index.finder.spellings("rohani") == ["rohani"]
    monkeypatch.setattr("footnote.index.search.full_text._LONG", 0.0)
    list(index.add([found("new", "Rouhani spoke on Monday.")]))
    index.finder.spellings("rohani")
    for thread in threading.enumerate():
        if thread.name == "words":
            thread.join()
    assert index.finder.spellings("rohani") == ["rouhani"]
