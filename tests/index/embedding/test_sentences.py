"""Sentences: a table of what newspapers print, and what holds for any text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.index.embedding.sentences import MAX_SENTENCE_CHARS, split_sentences

# Each case is one paragraph; "|" marks where one sentence ends and the next starts.
PROSE = [
    "Iran called off its militias.| The attacks have largely ceased.",
    "The U.S.-backed force left.| It went home.",
    "They flew to the U.S.| The trip took nine hours.",
    "The U.S. President arrived in Doha.| He stayed a day.",
    "A ship of the U.S. Navy was hit.",
    "Talks between the U.S. and Iran stalled.",
    "He praised the U.N. Security Council vote.",
    "The deal was signed in Washington, D.C.| It lapsed in 2018.",
    "It lies in the U.A.E.| Officials there declined to comment.",
    "A U.S.-Iran channel exists.| Tehran denies it.",
    "Nothing was settled between the U.S. and the E.U.| However, talks go on.",
    "Maj. Gen. Qassim Suleimani led the force.| He was killed in January.",
    "They met Gen. Ismail Qaani.| He spoke first.",
    "Sen. Lindsey Graham and Rep. Adam Schiff disagreed.",
    "Lt. Col. Maria Ruiz and Sgt. Tom Wu were hurt.",
    "Mr. Trump said no.| Mrs. May said yes.",
    "Dr. Sirous Asgari was freed.| Prof. Xiyue Wang had been released earlier.",
    "Gov. Andrew Cuomo and St. Louis Mayor Lyda Krewson spoke.",
    "The vote is on Nov. 3 in most states.| It will be close.",
    "It began on Jan. 8, 2020, and ended in Sept. 2021.",
    "She was born on Dec. 25.| She died young.",
    "The protests started in Nov.| Then they spread.",
    "In this Aug. 29 letter he objects.",
    "Lara K. Jakes reported it.",
    "J. A. Smith and Robert F. A. Jones spoke.| A third man did not.",
    "J. K. Rowling and J.R.R. Tolkien were read aloud.",
    "Alissa J. Rubin wrote the story.| Others helped.",
    "There was no Plan B.| The talks failed.",
    "Oil fell to $2.5 a barrel.| Gas rose 3.7 percent.",
    "Growth was 3.5.| Tehran had hoped for more.",
    "Enrichment reached 4.5%.| The limit is 3.67%.",
    "See No. 5 on the list.| It is short.",
    "He said no.| 3 people left.",
    "The answer was no.| Iran walked out.",
    "Resolution No. 2231 was adopted.",
    "The plane left at 6 a.m. Monday for Doha.",
    "The plane left at 6 a.m.| Police closed the road.",
    "Polls close at 8 p.m. Eastern time.",
    "The shop closes at 8 p.m.| It opens at 9 a.m.",
    "Apple Inc. Chief Executive Tim Cook resigned.",
    "He works for Acme Corp.| The firm is in Ohio.",
    "Smith, Jones & Co. Ltd. was fined.",
    "Martin Luther King Jr. spoke there.| He was 34.",
    "He reached critical mass.| Iran stopped.",
    "They found ore.| Miners cheered.",
    "Vessels, e.g. Iranian tankers, were searched.",
    "Many, i.e. Most of them, left.",
    "It was Iran vs. Iraq again.",
    "Iran bought food, drugs, etc.| The rest was frozen.",
    "“A war is less likely,” she said.| “But the risk remains.”",
    "“It’s over.| They lost,” he said.",
    "“Pressure works,” Mr. Hook said.| “For three years we have contained Iran.| The regime is broke.”",
    "“Why now?” he asked.| Nobody knew.",
    "“Why now?” Mr. Trump asked.| Nobody knew.",
    "“Enough!” Brian Hook said on Tuesday.| He left.",
    "“Why now?”| The room fell silent.",
    "He called it “a holding pattern.”| Others disagreed.",
    'He called it "a victory."| Others disagreed.',
    'He said: "Go."|"Now," she said.',
    "He was (allegedly) there.| (She was not.)| They left.",
    "He said so (twice.)| Then he left.",
    "The fund paid.[1]| It paid again.[2][3]| Then it closed.",
    "Wait… what?| Nobody moved.",
    "He waited … and left.",
    "He waited ...| The door opened.",
    "He waited . . .| The door opened.",
    "Really?!| Yes!| No.",
    "What did he say?| That is unknown.",
    "Visit example.com.| Tehran blocked it.",
    "The site nytimes.com was blocked in Iran.",
    "He left at 5. iPhones rang.",
    "Iran fired No. 4.| Three more followed.",
    "«Nous partons.»| «Demain.»",
    "他走了。|她也走了。|他们回来了！",
    "رفت.| آمد؟| نه.",
    "Élodie partit.| Été vint.",
    "Yahoo! shares rose.",
    "Heading without a stop",
    "The range is 30- to 45-day.| It varies.",
    "He paid 1.000.000 euros.| She paid 2.",
    "In Va.| The governor agreed.",
    "Mt. Damavand and Ft. Bragg are far apart.",
    "A meeting in St. Petersburg ended.| The leaders left.",
    "ST. HELIER, Minn. (NP) — The board reports a sixth death.| Cases first appeared in August.",
    "MT. QUILL, N.D. — Two gates were closed.| FT. TELLER is not affected, Lt. Gov. Brandt said.",
    "FT. TELLER, Ind. (NP) — The dam is closed.| It opens in May.",
    "Das gilt z. B. für Halden.| Dann nicht mehr.",
    "EASTMERE, Calif. – The dam is closed.| It opens in May.",
    "PORT ST. MARY, Isle of Man, Jan. 4 — The dam is closed.| It opens in May.",
    "WASHINGTON (NP) — The board met.| It voted.",
    '"It is over."|—The mayor left the hall.',
    "“It is over.”|—The mayor left the hall.",
    "“It is over.” — so he said.",
    "The dam held.| — It was old.",
    "« Nous n’avions pas le choix. »| M. Roy a répondu.",
    "« Nous partons. », dit-il.| Il part.",
    "«\u00a0Nous partons.\u00a0»| Il part.",
    "« Pourquoi ? » demande-t-il.| Personne ne répond.",
    "»Wir gehen.«| Er ging.",
    "„Wir gehen.“| Er ging.",
    "Er sagte: „Wir gehen.“| Sie blieb.",
    "Mme. Roux zahlte 5 Mio. Euro und 3 Mrd. Franken.| Das ist viel.",
    "Die Schleuse schließt am 3. März für neun Wochen.| Das sagte die Behörde.",
    "Im 19. Jahrhundert war es anders.| Am 5. Mai 1945 endete der 2. Weltkrieg.",
    "Sie wohnt im 3. Stock.| Der 1. Senat entschied.",
    "Es begann am 14. August 2020 und endet am 2. September.",
    "Growth was 3.| August was better.",
    "I am 5.| The others are six.",
    "Three things matter: 1. The dam is closed.| 2. Nobody leaves.| 3. All are paid.",
    "It says so: (1) it is old; 2. It leaks.| It is closed.",
    "It was 5.| The rest left.",
]


def sentences(text, title=""):
    return [text[s.start : s.end] for s in split_sentences(text, title)]


@pytest.mark.parametrize("case", PROSE)
def test_prose(case):
    text = case.replace("|", "")
    # Two paragraphs in front, so that the case is never taken for a title.
    before = "A first paragraph of this article ends here, with a stop, and is long enough not to be a title of it.\n\n"
    found = sentences(before + text)
    assert found[1:] == [part.strip() for part in case.split("|")]


def after(block):
    """The sentences of ``block`` when it stands in the middle of an article."""
    lead = "This paragraph stands first, so that what follows is not taken for a title or byline.\n\n"
    return sentences(lead + block + "\n\nThe last one.")[1:-1]


def test_hard_wrapped_lines_are_one_paragraph():
    wrapped = (
        "The harbour authority closed two of its five piers on Monday, officials\n"
        "said. Ships were sent to other ports, and the mayor, who had been told of\n"
        "it on Jan.\u00a05, did not object. It opens again in June."
    )
    assert after(wrapped) == [
        "The harbour authority closed two of its five piers on Monday, officials\nsaid.",
        "Ships were sent to other ports, and the mayor, who had been told of\nit on Jan.\u00a05, did not object.",
        "It opens again in June.",
    ]


def test_a_wrapped_line_that_starts_with_a_number_or_a_dash_goes_on():
    wrapped = (
        "The harbour authority said that it would close all of its piers on March\n"
        "20. Ships were sent to other ports, and the mayor of the town said on air\n"
        "- as he had before - that he did not object to that at all. It opens in June."
    )
    assert after(wrapped)[0].endswith("March\n20.")
    assert len(after(wrapped)) == 3


def test_ragged_lines_go_on_in_lower_case():
    assert after("It closed the\nharbour on a long and windy day in the month of May.\nIt opens.\nSoon") == [
        "It closed the\nharbour on a long and windy day in the month of May.",
        "It opens.",
        "Soon",
    ]


def test_lists():
    text = (
        "■ One thing.\n\n■ Another. And more.\n\n- third\n- fourth item\n\n1. fifth\n2) sixth\n(3) seventh\n\n• eighth"
    )
    assert after(text) == [
        "One thing.",
        "Another.",
        "And more.",
        "third",
        "fourth item",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
    ]


def test_headings_and_lines_that_stand_alone():
    assert after("What it requires\n\nThe deal has limits.\nThey end in 2025.") == [
        "What it requires",
        "The deal has limits.",
        "They end in 2025.",
    ]


def test_a_quotation_over_paragraphs():
    assert after("“It is over,” he said. “We lost.\n\n“But we go on. We must.”") == [
        "“It is over,” he said.",
        "“We lost.",
        "“But we go on.",
        "We must.”",
    ]


def test_rules_and_lost_marks_are_not_quoted():
    text = 'A first paragraph that is long enough to be one.\n\n* * *\n\nA second. " Then a third.\n\n———'
    found = split_sentences(text)
    assert [text[s.start : s.end] for s in found if s.quotable] == [
        "A first paragraph that is long enough to be one.",
        "A second.",
        '" Then a third.',
    ]


def test_furniture_is_apart_and_not_quotable():
    text = "Harbour Closes Piers\nBy Mira Olsen\n\nIt closed. It opens.\n\nRelated: x\n\nEnd.\n\nComments are closed."
    quotable = {text[s.start : s.end]: s.quotable for s in split_sentences(text)}
    assert quotable == {
        "Harbour Closes Piers": False,
        "By Mira Olsen": False,
        "It closed.": True,
        "It opens.": True,
        "Related: x": False,
        "End.": True,
        "Comments are closed.": False,
    }


def test_long_sentences_are_cut_at_spaces():
    found = after("word " * 1_000)
    assert max(map(len, found)) <= MAX_SENTENCE_CHARS
    assert all(part.startswith("word") and part.endswith("word") for part in found)


MARKS = (
    "a The U.S. Gen. Nov. 3 . ! ? … “ ” \" ' ( ) [1] J. 2.5 ■ - * 1. , : ; word Word é 中。 \u00a0 — said Mr.".split(
        " "
    )
)
NEWS = st.lists(st.sampled_from([*MARKS, "\n", "\n\n", " "]), max_size=60).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda space: space.join(parts))
)


@given(NEWS | st.text(st.characters(), max_size=200))
def test_spans_are_in_order_apart_and_cover_all_but_bullets(text):
    found = split_sentences(text)
    edges = [edge for s in found for edge in (s.start, s.end)]
    assert edges == sorted(edges)
    assert all(0 <= s.start < s.end <= len(text) for s in found)
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in found)
    assert [s.paragraph for s in found] == sorted(s.paragraph for s in found)
    left = list(text)
    for s in found:
        left[s.start : s.end] = " " * (s.end - s.start)
    assert all(c.isspace() or c.isdecimal() or c in "■●•▪◦‣·*-–—()." for c in left)


HOSTILE = {
    "stops": ".",
    "opening quotes": "“",
    "closing quotes": ".”",
    "spaced stops": " . ",
    "initials": "A. ",
    "short sentences": "Ab. ",
    "spaces": " ",
    "newlines": "\n",
    "blank lines": "a\n \n",
    "bullets": "■ a\n",
    "furniture": "Related: x\n\n",
    "citations": ".[1]",
    "one word": "a",
    "hyphens": "a-",
    "ellipses": "… ",
    "questions": "?” Mr. A ",
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(part):
    text = part * (200_000 // len(part)) + "a"
    started = time.thread_time()
    split_sentences(text)
    assert time.thread_time() - started < 4  # half of it on an idle machine; what is quadratic takes minutes
