"""Which sentences are quoted, in which order."""

import numpy as np
import pytest
from evidence import footnoted, measured, sentences

from footnote.qa.interpret.question import read_question
from footnote.qa.rank.reader import AnswerSpan
from footnote.qa.select.repeats import repeats
from footnote.qa.select.select import choose, select


def sentence(text, start=0, article="a", passage=0, published=""):
    return sentences([text], article, published, passage, start=start)[0]


A1 = sentence("The deal was signed in Vienna in July.", 10, "a", 0)
A2 = sentence("It limits enrichment to low levels.", 60, "a", 0)
A3 = sentence("Inspectors may visit declared sites.", 120, "a", 1)
B1 = sentence("Critics in Congress opposed the accord.", 5, "b", 2)
COPY = sentence("The deal was signed in Vienna in July .", 300, "b", 2)


def test_the_best_comes_first_then_its_article_in_order_then_the_others():
    chosen = choose([A1, A2, A3, B1], np.array([0.5, 0.9, 0.6, 0.7]), limit=4)
    assert chosen == [A2, A1, A3, B1]


def test_what_is_worth_nothing_is_not_quoted_beside_the_best():
    assert choose([A1, A2, B1], np.array([1.0, 0.0, 0.0]), limit=4) == [A1]


def test_no_more_than_the_limit():
    assert len(choose([A1, A2, A3, B1], np.full(4, 0.9), limit=2)) == 2


def test_a_sentence_that_repeats_another_is_left_out():
    assert choose([A1, COPY, A2], np.array([0.9, 0.8, 0.7]), limit=4) == [A1, A2]


def test_nothing_to_choose_from():
    assert choose([], np.zeros(0), limit=4) == []
    assert select(read_question("Who signed?"), measured([]), np.zeros(0), 4).sentences == ()


def test_footnotes_run_from_one_and_quote_their_sentence():
    sentences, citations = footnoted([A2, B1])
    assert [s.citations for s in sentences] == [(1,), (2,)]
    assert [(c.n, c.source.quote, c.source.start) for c in citations] == [(1, A2.text, 60), (2, B1.text, 5)]
    assert all(s.verdict == "verbatim" for s in sentences)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a b c d e f g", "a b c d e f g", True),
        ("a b c d e f g h", "A b c d e f g", True),
        ("a b c", "a d e", False),
        ("the count rose to 34 on the day", "the count rose to 50 on the day", False),
        ("about 50 of the people were hurt", "50 of the people were hurt", True),
        ("the envoy did sign the paper there", "the envoy did not sign the paper there", False),
    ],
)
def test_repeats(one, other, same):
    assert repeats(one, other) is same


WIRE = "The port of Sarn was closed on Monday after a fire in a warehouse."


def copies(*published):
    return [sentence(WIRE, 0, f"w{n}", n, day) for n, day in enumerate(published)]


def test_copies_of_one_text_take_one_place_the_first_that_was_published():
    rows = [*copies("2021-03-04", "2021-03-02", "2021-03-03", ""), sentence("Ships waited outside.", 0, "other", 9)]
    chosen = choose(rows, np.array([0.9, 0.9, 0.9, 0.9, 0.5]), 4, lambda article: article[0])
    assert chosen == [rows[1], rows[4]]


def test_reworded_copies_are_repeats_and_another_origin_is_not():
    reworded = "The port of Sarn was shut on Monday following a big fire in a warehouse."
    rows = [sentence(WIRE, 0, "w0", 0), sentence(reworded, 0, "w1", 1)]
    assert choose(rows, np.array([0.9, 0.8]), 4, lambda article: "wire") == rows[:1]
    assert choose(rows, np.array([0.9, 0.8]), 4) == rows


@pytest.mark.parametrize(
    ("question", "likely", "marked"),
    [
        ("When was the fire?", 0.7, [((16, 23),), ((19, 24),)]),
        ("List the days: when was the fire?", 0.3, [((16, 23),), ()]),  # too unlikely beside the best
        ("Why was there a fire?", 0.7, [(), ()]),  # a few words are no reason
    ],
)
def test_words_that_answer_are_marked_in_the_likely_sentences(question, likely, marked):
    rows = [sentence("The fire was on March 4.", 0), sentence("The port opened on May 9.", 40)]
    spans = [AnswerSpan(16, 23, 2.0), AnswerSpan(19, 24, -1.0)]
    made = select(read_question(question), measured(rows, spans), np.array([0.9, likely]), 4)
    assert made.sentences == tuple(rows)
    assert list(made.marks) == marked
    assert [s.marks for s in footnoted(made.sentences, made.marks)[0]] == marked


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("When was the fire?", 1),
        ("When was the fire, and who saw it?", 2),
        ("when was the fire in the port and how did it start", 2),
        ("When and where was the fire?", 1),
        ("List the fires", 3),
    ],
)
def test_a_question_of_two_parts_gets_two_sentences_and_a_list_three(question, count):
    rows = [sentence(f"Fire number {n} was in the {where}.", 40 * n) for n, where in enumerate(("port", "hall", "inn"))]
    likely = np.array([0.9, 0.1, 0.1])
    assert len(select(read_question(question), measured(rows), likely, 4).sentences) == count
    assert len(select(read_question(question), measured(rows), likely, 1).sentences) == 1


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Who was freed?", 1),  # it may be a country
        ("Which prisoner was freed?", 2),
        ("Which prisoners were freed?", 3),
        ("Which bridge was built?", 1),
    ],
)
def test_people_asked_for_are_named_by_what_follows(question, count):
    rows = sentences(
        ["Arvo and Sarn freed one prisoner each in Zurich.", "Arvo let go Anna Poole.", "Sarn let go Karl Brandt.",
         "Mayor Olga Reyes was glad."]
    )  # fmt: skip
    made = select(read_question(question), measured(rows), np.array([0.9, 0.1, 0.1, 0.1]), 4)
    assert list(made.sentences) == rows[:count]


def test_what_leads_to_a_list_is_no_further_sentence():
    lead = sentence("The count rose in these stages:", 300)
    assert choose([A1, lead, A2], np.array([0.9, 0.8, 0.7]), limit=4) == [A1, A2]
    assert choose([lead, A1], np.array([0.9, 0.8]), limit=4)[0] == lead, "alone it is better than nothing"


class TestAccounts:
    ROWS = (
        "Counts of the missiles differ, too.",
        "It was 16, the ministry said.",
        "The army said that 22 fell.",
        "Both named the base.",
        "It rained.",
    )

    def quoted(self, question, rows=ROWS, best=2):
        likely = np.full(len(rows), 0.01)
        likely[best] = 0.9
        made = select(read_question(question), measured(sentences(rows)), likely, 4)
        return [s.text for s in made.sentences]

    def test_where_accounts_of_what_is_asked_differ_all_of_them_are_quoted(self):
        assert self.quoted("How many missiles fell?") == list(self.ROWS[:4])

    @pytest.mark.parametrize(
        "question", ["Why did missiles fall?", "How many people fled?", "What did the army say of missiles?"]
    )
    def test_not_for_a_reason_another_matter_or_one_voice(self, question):
        assert self.ROWS[1] not in self.quoted(question)

    def test_a_sentence_that_says_why_they_differ_announces_nothing(self):
        rows = ("Counts of the missiles differ because some broke up.", *self.ROWS[1:])
        assert self.quoted("How many missiles fell?", rows, best=0) == [rows[0]]


class TestReasons:
    ROWS = ("It was late.", "The cleric turned away.", "The minister resigned.", "He left at noon.", "Crowds cheered.")

    def quoted(self, rows):
        likely, read = np.array([0.01, 0.01, 0.9, 0.01, 0.01]), [-5.0, -4.0, 1.0, -3.0, -1.0]
        made = select(read_question("Why did the minister resign?"), measured(sentences(rows), (), read), likely, 4)
        return [s.text for s in made.sentences]

    def test_without_a_reason_the_sentence_before_and_the_likeliest_are_quoted_too(self):
        assert self.quoted(self.ROWS) == [self.ROWS[2], self.ROWS[1], self.ROWS[4]]

    def test_a_reason_is_enough(self):
        rows = (*self.ROWS[:2], "The minister resigned because of the vote.", *self.ROWS[3:])
        assert self.quoted(rows) == [rows[2]]


class TestPeople:
    ROWS = (
        "Two guards were charged over the death of Karl Epner.",
        "Prosecutors spoke of Nova Toll and Michael Thorn.",
        "It rained.",
    )

    def quoted(self, question, rows=ROWS):
        made = select(read_question(question), measured(sentences(rows)), np.array([0.9, 0.01, 0.01]), 4)
        return [s.text for s in made.sentences]

    @pytest.mark.parametrize(
        "question", ["Which guards were charged over Karl Epner's death?", "Who was charged over Karl Epner's death?"]
    )
    def test_the_next_sentence_names_those_who_are_asked_for(self, question):
        assert self.quoted(question) == list(self.ROWS[:2])

    def test_not_where_somebody_is_named_already_or_nobody_is_asked_for(self):
        named = ("Ann Lee and Bob Stone were charged over the death of Karl Epner.", *self.ROWS[1:])
        assert self.quoted("Who was charged over Karl Epner's death?", named) == [named[0]]
        assert self.quoted("When was the charge over Karl Epner's death?") == [self.ROWS[0]]
        assert self.quoted("Who was charged over Karl Epner's death?", (*self.ROWS[::2], "So be it.")) == [self.ROWS[0]]


def test_what_answers_in_plain_words_comes_first():
    rows = sentences(["Kaine was last seen in May, a year after the fire.", "Tim Kaine, 62, replied."])
    made = select(read_question("How old is Tim Kaine?"), measured(rows), np.array([0.9, 0.8]), 4)
    assert made.sentences == (rows[1], rows[0])
