"""What was read for an answer, told from what it uses."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from parsed import HOSTILE, Parsed
from scripted import Shelf, abstained, answered, passage

from footnote.corpus.article import Article
from footnote.page import strings
from footnote.page.chat.passages_read import MOST, ReadPassage, listed, reading
from footnote.qa.events import RankedPassage

OIL = Article("oil", "Oil fell. Gas rose. Coal stayed.", "Oil", publisher="Wire", published="2020-05-04")
ANSWER = answered("What fell?", passage(OIL, "Oil fell."))
SHELF = Shelf([OIL])


def words(html):
    return " ".join("".join(Parsed(html).words).split())


def test_passages_that_hold_a_quote_are_used():
    passages = [RankedPassage("oil", 0, 19, 0.9), RankedPassage("oil", 9, 32, 0.1), RankedPassage("gone", 0, 9, 0.1)]
    read, left = reading(ANSWER, passages, SHELF.version_of)
    assert [(each.start, each.used) for each in read] == [(0, True), (9, False)]
    assert {each.version for each in read} == {OIL.version}
    assert left == 0
    other = replace(ANSWER, citations=(), nearest=(passage(OIL, "Coal stayed."),))
    assert [each.used for each in reading(other, passages, SHELF.version_of)[0]] == [False, True]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=60))
def test_all_that_is_used_is_kept_and_the_rest_is_counted(places):
    passages = [RankedPassage("oil", start, start + length, 0.5) for start, length in places]
    read, left = reading(ANSWER, passages, SHELF.version_of)
    used = [each for each in read if each.used]
    assert len(used) == sum(start < 9 for start, _ in places)
    assert len(read) - len(used) <= MOST
    assert len(read) + left == len(places)


def test_the_list_tells_used_from_considered():
    read = (
        ReadPassage("oil", OIL.version, 0, 9, True),
        ReadPassage("oil", OIL.version, 10, 19, False),
        ReadPassage("x", "y", 0, 1, False),
    )
    html = listed(ANSWER, read, 4, SHELF.article)
    used, unused = words(html).split(strings.READ_UNUSED)
    for part in ("Quoted in the answer (1)", "Wire, 4 May 2020", "Oil fell."):
        assert part in used
    assert "Gas rose." in unused
    assert strings.GONE in unused
    assert "and 4 more" in unused
    buttons = [attrs for tag, attrs in Parsed(html).tags if tag == "button"]
    assert [(each["data-from"], each["data-to"]) for each in buttons] == [("0", "9"), ("10", "19")]
    declined = listed(abstained("Who?"), read, 0, SHELF.article)
    assert strings.READ_USED["abstained"] in words(declined)
    assert strings.READ_NOTHING in words(listed(ANSWER, (), 0, SHELF.article))


@given(HOSTILE, HOSTILE)
def test_hostile_text_stays_text(title, body):
    article = Article(title, f"{body}.", title, publisher=body, published=title)
    answer = replace(ANSWER, standalone_question=body)
    html = listed(answer, (ReadPassage(title, article.version, 0, 300, True),), 0, Shelf([article]).article)
    assert {tag for tag, _ in Parsed(html).tags} <= {"div", "h2", "h3", "p", "ul", "li", "button", "span"}
