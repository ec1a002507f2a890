"""Names that a question spells in another way than the articles, against the real full-text index."""

import numpy as np
import pytest

from footnote.corpus.article import Article
from footnote.index.library import IndexedWith, Library, StoredChunk
from footnote.index.search.full_text import Finder
from footnote.index.search.scope import Scope
from footnote.qa.interpret.interpret import Interpretation
from footnote.qa.interpret.question import read_question
from footnote.qa.interpret.spelling import other_spellings, respell, respelled

TEXT = (
    "President Rouhani met Mr. Michael Whitlam of Krakow, and the Assembly heard both. Rouhani spoke in the west, and"
    " the forts of Asia were silent. Rowhani is a village."
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    opened = Library(tmp_path_factory.mktemp("home"))
    for n, text in enumerate((TEXT, "Rouhani left.", "Qassim Suleimani spoke.", "Qassem Soleimani left.")):
        vector, spans = np.ones(4, dtype=np.float32), np.array([(0, len(text), 0)], dtype=np.int32)
        chunk = StoredChunk(f"a{n}", 0, len(text), spans, vector, vector[None, :])
        opened.put(Article(f"a{n}", text, "News"), [chunk], IndexedWith("fake", "0" * 64, 4, "sentences/1"))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What did Rohani say?", {"Rohani": "Rouhani"}),  # a letter left out; of two words, the one in more passages
        ("When was Micheal Whitlam here?", {"Micheal": "Michael"}),  # two letters swapped
        ("When was Michael Whitlan here?", {"Whitlan": "Whitlam"}),
        ("What did Rouhani say?", {}),
        ("What did rohani say?", {}),  # no name by its writing
        ("Who came from Kraków?", {}),  # the index folds accents
        ("Who spoke to the Assembly?", {}),  # and stems this word in its own way
        ("What of the Asian forts?", {}),  # Asia is held
        ("Who is Omar?", {}),  # too short: too many words are near
        ("Who is Bartholomew?", {}),
    ],
)
def test_a_name_that_no_passage_holds_is_read_in_their_spelling(library, question, found):
    assert respelled(read_question(question), library) == found


def test_names_that_are_spelled_in_several_ways_are_asked_about_in_the_others(library):
    def others(question):
        understood = Interpretation(read_question(question), Scope())
        return [(each.question.text, each.notices) for each in other_spellings(understood, Finder(library))]

    ((asked, (told,)),) = others("When did Qassem Soleimani leave?")
    assert asked == "When did Qassim Suleimani leave?"
    assert "“Soleimani” as “Suleimani”" in told
    assert others("When did Rouhani leave?") == others("When did he leave?") == []
    assert [asked for asked, _ in others("When did Rowhanee leave?")] == ["When did Rowhani leave?"]
    assert others("When did Michaux leave?") == [], "nearest to Michael, which is another name"


def test_the_question_and_the_notice_show_it(library):
    shown = respell(Interpretation(read_question("Did Rohani's aide call Rohani?"), Scope()), library)
    assert shown.question.text == "Did Rouhani's aide call Rouhani?"
    assert "“Rohani” as “Rouhani”" in shown.notices[0]
