"""Questions and answers as HTML."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed import HOSTILE, Parsed
from scripted import abstained, answered, passage

from footnote.corpus.article import Article
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat.clipboard import (
    answers_in,
    as_markdown,
    conversation_as_json,
    conversation_as_markdown,
    plain,
    quotation,
)
from footnote.page.chat.conversations import MAX_TURNS, ShownTurn
from footnote.page.chat.reply import percent
from footnote.page.chat.transcript import conversation, linked
from footnote.qa.answer import AnswerSentence, Disagreement, Inferred, Side

OPEC = Article("opec", "Oil fell. Prices rose [7] to $90 million.", "Oil", publisher="Wire", published="2020-05-04",
               url="https://example.org/oil")  # fmt: skip
TRADE = Article("trade", "Trade grew by 3 percent.", "Trade", publisher="Daily", published="2019")
ANSWER = answered("What fell?", passage(OPEC, "Oil fell."), passage(TRADE, "Trade grew by 3 percent."),
                  passage(OPEC, "Prices rose [7] to $90 million."))  # fmt: skip

TAGS = {"div", "article", "h2", "h3", "span", "p", "sup", "button", "ul", "ol", "li", "code", "mark", "section",
        "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "dl", "dt", "dd"}  # fmt: skip


def buttons(html, action):
    return [attrs for tag, attrs in Parsed(html).tags if tag == "button" and attrs.get("data-do") == action]


def markers(html):
    return [attrs for attrs in buttons(html, "open") if attrs.get("class") == "fn-cite"]


def words(html):
    return " ".join("".join(Parsed(html).words).split())


def test_each_citation_is_a_button_that_knows_its_span():
    shown = markers(conversation([ShownTurn("What fell?", answer=ANSWER)]))
    assert [marker["data-n"] for marker in shown] == ["1", "2", "3"]
    first = shown[0]
    assert (first["data-article"], first["data-start"], first["data-end"]) == ("opec", "0", "9")
    assert first["data-version"] == OPEC.version
    assert first["data-quote"] == "Oil fell."
    assert first["data-source"] == "Wire, 4 May 2020"
    assert first["aria-label"] == "Footnote 1: Wire, 4 May 2020"


def test_a_bracketed_number_in_an_article_is_only_text():
    html = conversation([ShownTurn("?", answer=ANSWER)])
    assert "Prices rose [7] to $90 million." in words(html)
    assert "7" not in {marker["data-n"] for marker in markers(html)}


def test_a_number_without_a_citation_shows_no_marker():
    answer = replace(ANSWER, sentences=(AnswerSentence("Oil fell.", (1, 9)),))
    assert [marker["data-n"] for marker in markers(conversation([ShownTurn("?", answer=answer)]))] == ["1"]


def test_sources_are_listed_once_with_all_their_numbers():
    html = conversation([ShownTurn("?", answer=ANSWER)])
    assert [button["data-same"] for button in buttons(html, "open") if "data-same" in button] == ["1", "3", "2"]
    assert "From 2 articles · word for word · surely an answer" in words(html)


def test_fewer_origins_than_articles_are_told():
    html = conversation([ShownTurn("?", answer=replace(ANSWER, origins=1))])
    assert "From 2 articles, 1 origin" in words(html)


def test_what_is_not_confirmed_says_so():
    doubtful = AnswerSentence("Oil rose.", (1,), "not confirmed", ("90 is not in the source",))
    html = conversation([ShownTurn("?", answer=replace(ANSWER, sentences=(doubtful,)))])
    assert strings.NOT_CONFIRMED in words(html)
    assert "1 sentence not confirmed" in words(html)
    assert [marker["data-verdict"] for marker in markers(html)] == [strings.VERDICTS["not confirmed"]]
    checked = replace(ANSWER, sentences=(AnswerSentence("Oil fell.", (1,), "supported"), *ANSWER.sentences[1:]))
    assert "every sentence checked" in words(conversation([ShownTurn("?", answer=checked)]))
    sure = conversation([ShownTurn("?", answer=ANSWER)])
    assert "fn-unsure" not in sure
    assert strings.NOT_CONFIRMED not in words(sure)
    assert "90 is not in the source" in words(html)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (((0, 3),), ["Oil"]),
        (((4, 8), (0, 3)), ["Oil", "fell"]),
        (((0, 3), (2, 5), (3, 99), (5, 5), (-4, 2)), ["Oil"]),
        ((), []),
    ],
)
def test_the_words_that_answer_are_marked(marks, expected):
    html = conversation(
        [ShownTurn("?", answer=replace(ANSWER, sentences=(AnswerSentence("Oil fell.", (1,), marks=marks),)))]
    )
    assert re.findall("<mark>(.*?)</mark>", html) == expected
    assert "Oil fell." in words(html)


def test_what_the_articles_do_not_agree_on_has_its_footnotes():
    sides = (Side("2 percent", "2020-05-04", 1), Side("3 percent", "", 2))
    for kind, title in (("conflict", "The articles differ on “oil”"), ("later update", "A later update on “oil”")):
        html = conversation([ShownTurn("?", answer=replace(ANSWER, disagreements=(Disagreement(kind, "oil", sides),)))])
        assert title in words(html)
        dispute = html[html.index("fn-dispute") : html.index("fn-sources")]
        rows = [words(row) for row in re.findall("<tr>.*?</tr>", dispute) if "<td" in row]
        told = ["2 percentWire4 May 20201", "3 percentDailyundated2"]
        assert rows == (told if kind == "conflict" else told[::-1]), "what is newest comes first, the older folded"
        assert ("<details" in dispute) == (kind == "later update")


def test_who_says_a_value_is_the_one_whom_the_sentence_names():
    wire = replace(OPEC, text="Oil fell by 2 percent, Reuters said.")
    told = answered("What fell?", passage(wire, wire.text), passage(TRADE, "Trade grew by 3 percent."))
    sides = (Side("2 percent", "2020-05-04", 1), Side("3 percent", "", 2))
    html = conversation([ShownTurn("?", answer=replace(told, disagreements=(Disagreement("conflict", "oil", sides),)))])
    rows = [words(row) for row in re.findall("<tr>.*?</tr>", html[html.index("fn-dispute") :]) if "<td" in row]
    assert rows[:2] == ["2 percentReuters4 May 20201", "3 percentDailyundated2"]


def shaped(question, *said, dated=""):
    """An answer of these sentences of one article, in the shape that the question asks for."""
    article = Article("a", " ".join(said), "A", publisher="Wire", published=dated)
    answer = replace(answered(question, *(passage(article, each) for each in said)), standalone_question=question)
    return conversation([ShownTurn(question, answer=answer)])


def test_a_course_of_events_is_told_by_day():
    html = shaped(
        "What happened in May 2020?", "On 9 May it closed.", "It said so.", "May 3, 2020 saw it open.", dated="2020-06"
    )
    body = html[html.index("<dl") : html.index("</dl>")]
    told = [words(each) for each in re.findall("<dt>.*?</dd>", body)]
    assert [each.partition("\u2060")[0] for each in told] == [
        "3 May 2020May 3, 2020 saw it open.", "9 May 2020On 9 May it closed.", "June 2020It said so."
    ]  # fmt: skip
    assert [marker["data-n"] for marker in markers(html)] == ["3", "1", "2"]
    assert "<dl" not in shaped("Why did it close?", "On 9 May it closed.", "It said so.")


def test_a_list_has_its_heading_and_its_items():
    html = shaped("What are the three?", "There are two causes:", "Rain.", "Wind.")
    assert '<p class="fn-announces">' in html
    items = html[html.index("fn-listed") : html.index("fn-sources")]
    assert [words(each).partition("\u2060")[0] for each in re.findall("<li>.*?</li>", items)] == ["Rain.", "Wind."]
    assert "fn-listed" not in shaped("What is it?", "There is rain.", "There is wind.")


def test_who_somebody_is_is_a_card():
    html = shaped("Who is Ann Lee?", "Ann Lee is a captain.", "Lee was born in Bay Town.")
    card = html[html.index("fn-card-who") : html.index("fn-sources")]
    assert words(card[card.index("<h3") : card.index("</h3>")]) == "Ann Lee"
    assert len(re.findall("<li>", card)) == 2
    assert "fn-card-who" not in shaped("Who is to blame?", "Ann Lee is.")


def test_one_answer_by_itself_can_be_asked_now_and_nothing_else():
    turn = ShownTurn(
        "Fell?", 3, answer=ANSWER, answered_at="2020-05-14T08:30:00+00:00", scope=Scope("2020"), link="x" * 16
    )
    html = linked(turn, stale=True)
    assert "Answered on 14 May 2020, 08:30" in words(html)
    assert strings.LINK_STALE in words(html)
    (now,) = buttons(html, "asknow")
    assert (now["data-question"], now["data-after"]) == ("What fell?", "2020")
    assert buttons(html, "edit") + buttons(html, "feedback") + buttons(html, "again") + buttons(html, "read") == []
    assert "data-turn" not in html
    assert strings.LINK_GONE in words(linked(None))


def test_how_a_question_was_understood_can_be_taken_back():
    answer = replace(
        ANSWER, standalone_question="What fell in May?", inferred=(Inferred("in May", "2020-05", "2020-05"),)
    )
    first, later = ShownTurn("What fell?", answer=answer), ShownTurn("What fell?", 1, answer=answer)
    assert dropped(conversation([first])) == ["dates"]
    html = conversation([first, later])
    assert "Asked as: What fell in May?" in words(html)
    assert "in May: May 2020" in words(html)
    counted = replace(answer, inferred=(Inferred("in May", "2020-05", "2020-05", "2020-06-02"),))
    said = words(conversation([ShownTurn("What fell?", answer=counted)]))
    assert "in May: May 2020, counted from the newest article, 2 June 2020" in said
    assert dropped(html) == ["dates", "carry", "dates"]
    typed = conversation([first, replace(later, carry=False)])
    assert dropped(typed) == ["dates", "dates"]
    assert dropped(conversation([ShownTurn("  what   FELL? ", answer=ANSWER)])) == []


def dropped(html):
    """What the chips take back; the button that only asks again takes back nothing."""
    return [button["data-drop"] for button in buttons(html, "again") if button["data-drop"]]


def test_limits_are_shown_and_can_be_taken_back_once_there_is_an_answer():
    turn = ShownTurn("What fell?", scope=Scope("2020-05-01", "2020-06", "Wire"), outlet="Daily")
    for shown, drops in (
        (turn, ["outlet"]),
        (replace(turn, answer=ANSWER), ["after", "before", "publisher", "outlet"]),
    ):
        html = conversation([shown])
        assert dropped(html) == drops
        for said in ("from 1 May 2020 on", "until June 2020", "only from Wire", "only from Daily"):
            assert said in words(html)


def test_any_turn_is_asked_again_and_the_last_offers_what_to_ask_next():
    first = ShownTurn("What fell?", answer=ANSWER, further=("Who is Ann Lee?",))
    later = ShownTurn("What rose?", 1, answer=ANSWER, further=("Who is <b>?",))
    html = conversation([first, later])
    assert [button["data-question"] for button in buttons(html, "ask")] == ["Who is <b>?"]
    assert sum(button["data-drop"] == "" for button in buttons(html, "again")) == 2
    assert [button["data-question"] for button in buttons(html, "edit")] == ["What fell?", "What rose?"]
    assert re.findall(r'data-turn="(\d)" data-last', html) == ["1"]


def test_a_link_opens_the_very_answer():
    (link,) = buttons(conversation([ShownTurn("And in May?", answer=ANSWER, link="unguessable")]), "link")
    assert link["data-link"] == "unguessable"


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ("2020-05-11", "2020-05-20", "11 to 20 May 2020"),
        ("2020-05-31", "2020-06-02", "31 May 2020 to 2 June 2020"),
        ("2020-05-11", "2020-05-11", "11 May 2020"),
        ("2019", "2020-05", "2019 to May 2020"),
        ("2019", "", "from 2019"),
        ("", "2019-02", "to February 2019"),
    ],
)
def test_a_period_in_words(after, before, expected):
    assert strings.period(after, before) == expected


def test_notices_and_the_newest_article_are_told():
    html = conversation([ShownTurn("?", answer=replace(ANSWER, notices=("No reply.",), newest="2020-05-04"))])
    assert "No reply." in words(html)
    assert "From 2 articles · Newest article used: 4 May 2020 · word for word · surely an answer" in words(html)


def test_a_growing_answer_shows_its_sentences_and_nothing_to_act_on():
    html = conversation([ShownTurn("?", growing=ANSWER, waiting=strings.WRITING)])
    assert "Oil fell." in words(html)
    assert strings.WRITING in words(html)
    assert 'aria-busy="true"' in html
    assert len(markers(html)) == 3
    assert buttons(html, "copy") + buttons(html, "feedback") + buttons(html, "take") == []


def test_what_was_said_is_shown_and_not_asked_again():
    html = conversation([ShownTurn("?", answer=ANSWER, said=(("helpful", 0), ("wrong citation", 2)))])
    assert "You said: helpful, footnote 2 is wrong" in words(html)
    assert [button["data-kind"] for button in buttons(html, "feedback")] == ["not helpful"]
    refused = conversation([ShownTurn("?", answer=abstained("?"))])
    assert [button["data-kind"] for button in buttons(refused, "feedback")] == ["should have answered"]


def test_an_abstention_has_the_reason_and_passages_but_no_footnotes():
    answer = abstained("Who won the oil?", passage(OPEC, "Oil fell."), missing="Nothing here is about sport.")
    html = conversation([ShownTurn("Who won the oil?", answer=answer, instead=("What fell?",))])
    assert [button["data-question"] for button in buttons(html, "ask")] == ["What fell?"]
    assert markers(html) == []
    assert strings.NO_ANSWER in words(html)
    assert "Nothing here is about sport." in words(html)
    (passage_button,) = buttons(html, "open")
    assert passage_button["data-kind"] == "passage"
    assert passage_button["data-quote"] == "Oil fell."
    bare = words(conversation([ShownTurn("?", answer=abstained("?"))]))
    assert strings.NO_ANSWER_TEXT in bare
    assert strings.NEAREST not in bare
    in_2018 = Article("x", "Oil fell in 2018.", "Oil")
    for asked, quote in (("hello", passage(OPEC, "Oil fell.")), ("Who won in 2018?", passage(in_2018, in_2018.text))):
        unrelated = conversation([ShownTurn(asked, answer=abstained(asked, quote))])
        assert strings.NEAREST not in words(unrelated)


def test_waiting_and_errors():
    waiting = conversation([ShownTurn("Q?")])
    assert strings.READING in words(waiting)
    assert 'aria-busy="true"' in waiting
    failed = conversation([ShownTurn("Q?", error="No model: install it.")])
    assert "No model: install it." in words(failed)
    assert [button["data-question"] for button in buttons(failed, "edit")] == ["Q?"]
    assert [button["data-drop"] for button in buttons(failed, "again")] == [""]
    assert buttons(conversation([ShownTurn("x" * 2001, error="Too long.")]), "again") == []
    assert "aria-busy" not in failed


def test_the_welcome_offers_examples():
    html = conversation([], ["Who?", "<b>"], articles=2)
    assert [button["data-question"] for button in buttons(html, "ask")] == ["Who?", "<b>"]
    assert "See all 2 articles" in words(html)
    assert strings.SUGGESTIONS not in conversation([], articles=1)


def test_an_empty_library_says_what_to_do():
    html = conversation([], ["Who?"])
    assert strings.EMPTY_COMMAND in words(html)
    assert buttons(html, "ask") == []


def test_a_long_conversation_keeps_its_last_questions():
    turns = [ShownTurn(f"question {n}", n) for n in range(MAX_TURNS + 2)]
    html = conversation(turns)
    numbers = [attrs["data-turn"] for _, attrs in Parsed(html).tags if "data-turn" in attrs]
    assert numbers == [str(n) for n in range(2, MAX_TURNS + 2)]
    assert strings.EARLIER_DROPPED in html


def test_answers_can_be_taken_along():
    assert as_markdown(ANSWER).split("\n") == [
        "Oil fell.[^1] Trade grew by 3 percent.[^2] Prices rose [7] to $90 million.[^3]",
        "",
        "[^1]: “Oil fell.” (Oil, Wire, 4 May 2020, https://example.org/oil)",
        "[^2]: “Trade grew by 3 percent.” (Trade, Daily, 2019)",
        "[^3]: “Prices rose [7] to $90 million.” (Oil, Wire, 4 May 2020, https://example.org/oil)",
    ]
    doubted = replace(ANSWER.sentences[0], verdict="not confirmed", mismatches=("3 is\nnot in it",))
    told = as_markdown(replace(ANSWER, sentences=(doubted,)))
    assert told.startswith("Oil fell.[^1] (Not confirmed by its source. Check: 3 is not in it)\n\n[^1]: ")
    bare = passage(Article("a-1", "Yes.", "Two\nlines"), "Yes.")
    assert quotation(bare) == "“Yes.” (Two lines)"
    bare = passage(Article("a-1", "Yes."), "Yes.")
    assert quotation(bare) == "“Yes.” (a-1)"


def test_what_is_copied_of_an_answer_has_footnotes_of_its_own_only():
    text = "It was [sic] 3 < 4 [^2] ![x](//evil.example/x) [see][1] <img src=//evil.example/x>."
    told = as_markdown(replace(ANSWER, sentences=(AnswerSentence(text, (1,)),)))
    assert told.splitlines()[0] == (
        r"It was [sic] 3 < 4 \[^2] ![x]\(//evil.example/x) [see]\[1] \<img src=//evil.example/x>.[^1]"
    )


def test_a_conversation_as_markdown_has_footnotes_of_its_own_only():
    text = conversation_as_markdown([ANSWER, abstained("Who *won*?", missing="<b>No</b>")])
    assert (
        "## What fell?\n\nOil fell.[^1-1] Trade grew by 3 percent.[^1-2] Prices rose \\[7\\] to $90 million.[^1-3]"
        in text
    )
    assert "[^1-2]: “Trade grew by 3 percent.” (Trade, Daily, 2019)" in text
    assert text.endswith("## Who \\*won\\*?\n\n\\<b\\>No\\</b\\>\n")


def test_a_conversation_as_markdown_says_how_it_was_understood_and_what_is_in_dispute():
    sides = (Side("412", "2004-03-02", 1), Side("[410](x)", "", 2))
    told = replace(
        ANSWER, standalone_question="What *fell*\nlast week?", notices=("No reply.",),
        disagreements=(Disagreement("conflict", "oil", sides),),
    )  # fmt: skip
    assert conversation_as_markdown([told]).split("\n\n")[1:5] == [
        "## What fell?",
        "Asked as: What \\*fell\\* last week?",
        "No reply.",
        "The articles differ on “oil”: 412 (2 March 2004)[^1-1]; \\[410\\](x) (undated)[^1-2]",
    ]


def test_the_answers_of_a_saved_conversation_are_found_again():
    saved = conversation_as_json([ANSWER, abstained("Who\n won?")])
    (fell, first), (won, second) = answers_in(saved)
    assert (fell, won) == ("What fell?", "Who won?")
    assert json.loads(first) == json.loads(ANSWER.to_json())
    assert json.loads(second)["status"] == "abstained"


SAVED = '{"schema": "footnote.conversation/1"'


@pytest.mark.parametrize("text", ["", "[]", SAVED + "}", SAVED + ', "answers": [1]}', "[" * 100_000, ANSWER.to_json()])
def test_what_is_no_saved_conversation_is_left_as_it_is(text):
    assert answers_in(text) == [("", text)]


@given(HOSTILE)
def test_plain_markdown_has_nothing_that_acts(value):
    assert not re.search(r"(?<!\\)(?:\\\\)*[<\[`*_#]", plain(value))
    assert re.sub(r"\\(.)", r"\1", plain(value), flags=re.DOTALL) == value


@pytest.mark.parametrize(("confidence", "expected"), [(0.0, 1), (0.934, 93), (0.999, 99), (1.0, 99), (0.5, 50)])
def test_nothing_is_certain(confidence, expected):
    assert percent(confidence) == expected


@given(*[HOSTILE] * 6, st.sampled_from(["verbatim", "not confirmed"]))
def test_hostile_text_stays_text(title, body, question, missing, ident, error, verdict):
    article = Article(ident, f"{body}.", title, publisher=title, published=body, url=body)
    quote = passage(article, f"{body}.")
    answer = answered(question, quote)
    doubted = replace(answer, sentences=(AnswerSentence(body, (1,), verdict, (missing,)),))
    sides = (Side(body, title, 1), Side(missing, "", 9))
    told = replace(
        answer, standalone_question=missing, notices=(body,), newest=title, inferred=(Inferred(body, title, missing),),
        disagreements=(Disagreement("conflict", body, sides),),
    )  # fmt: skip
    turns = [
        ShownTurn(question, 5, answer=told),
        ShownTurn(question, 6, growing=told, waiting=body),
        ShownTurn(question, 0, answer=answer),
        ShownTurn(question, 1, answer=doubted),
        ShownTurn(question, 2, answer=abstained(question, quote, missing=missing)),
        ShownTurn(question, 3, error=error or "e"),
        ShownTurn(question, 4),
    ]
    limited = ShownTurn(
        question, 7, answer=told, scope=Scope(publisher=title), outlet=body, further=(missing, question)
    )
    for html in (conversation(turns), conversation([limited]), conversation([], [question], articles=1)):
        parsed = Parsed(html)
        assert {tag for tag, _ in parsed.tags} <= TAGS
        names = {name for _, attrs in parsed.tags for name in attrs}
        assert all(
            name in {"class", "dir", "type", "role", "title", "scope", "open", "id", "popover", "popovertarget"}
            or name.startswith(("data-", "aria-"))
            for name in names
        )
        assert {attrs["data-do"] for _, attrs in parsed.tags if "data-do" in attrs} <= {
            "open", "ask", "edit", "copy", "again", "feedback", "take", "print", "read", "link", "contents", "watch",
        }  # fmt: skip
