"""The chat in the browser tests: the scripted engine of the fixture ``chat``, and how one asks there."""

import time
from dataclasses import replace

import pytest
from browser import ATTACK, NARROW, WIDE
from playwright.sync_api import Page, expect
from scripted import Scripted, Shelf, abstained, answered, passage

from footnote.corpus.article import Article
from footnote.corpus.errors import ModelError
from footnote.page import strings
from footnote.qa.answer import Disagreement, Inferred, Side
from footnote.qa.events import RankedPassage

BOTH = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])

STORY, FULL = "Tell the whole story", "When did it sink last week?"
LONG = "\n\n".join(f"Paragraph {n} is about nothing in particular, and goes on for a while." for n in range(40))
FERRY = Article(
    "ferry",
    f"The ferry carried 412 people.\n\n{LONG}\n\nEve Moss, the chief engineer, was aboard. It sank in 2004.",
    "The ferry",
    ("Ann Lee",),
    "Harbour News",
    "2004-03-02",
    "https://example.org/ferry",
)
PORT = Article("port", "The port was closed for a week.", "The port", publisher="Coast Daily", published="2004")
OLD_PIER = Article("pier", "The pier is 90 metres long. It is closed.", "The pier", publisher="Coast Daily")
PIER = Article("pier", "The pier is 80 metres long. It is closed.", "The pier", publisher="Coast Daily")
WORD = "Donaudampfschifffahrt" * 12
FAR = Article("far", f"ذهب الوفد إلى طهران يوم الأحد. {WORD} was the word.", f"تقرير {WORD}", (WORD,), "وكالة", "2020")
HOSTILE = Article(ATTACK, f"{ATTACK}\n\nQuoted {ATTACK}", ATTACK, (ATTACK,), ATTACK, ATTACK, "javascript:pwned=1")


class Slow(Scripted):
    """Takes its time over questions that say so."""

    def events(self, query, stop=lambda: False):
        time.sleep(0.7 if "slow" in query.query_str else 0)
        yield from super().events(query, stop)


def scripted():
    """The engine of most tests: a few articles, a few answers."""
    ferry = [passage(FERRY, "The ferry carried 412 people."), passage(PORT, "The port was closed for a week."),
             passage(FERRY, "It sank in 2004.")]  # fmt: skip
    hostile = passage(HOSTILE, f"Quoted {ATTACK}")
    return Slow(
        Shelf([FERRY, PORT, PIER, FAR, HOSTILE], [OLD_PIER]),
        {
            "What happened to the ferry?": answered("What happened to the ferry?", *ferry),
            STORY: answered(STORY, *ferry * 20),
            FULL: full(ferry),
            "How long is the pier?": answered(
                "How long is the pier?", passage(OLD_PIER, "The pier is 90 metres long.")
            ),
            WORD: answered(WORD, passage(FAR, "ذهب الوفد إلى طهران يوم الأحد."), passage(FAR, f"{WORD} was the word.")),
            "Attack": replace(
                full([hostile, hostile]),
                question=ATTACK,
                standalone_question=f"Again {ATTACK}",
                notices=(ATTACK,),
                inferred=(Inferred(ATTACK, ATTACK, ATTACK),),
                disagreements=(Disagreement("conflict", ATTACK, (Side(ATTACK, ATTACK, 1), Side(ATTACK, "", 2))),),
                newest=ATTACK,
            ),
            "Nothing": abstained(ATTACK, hostile, missing=ATTACK),
            "No model": ModelError("The model is not there: install it."),
            "Who won?": abstained("Who won?", ferry[1], ferry[2], missing="No article says who won."),
        },
        ["What happened to the ferry?", ATTACK],
        pause=0.4,
        read=[RankedPassage("ferry", 0, 29, 0.9), RankedPassage("ferry", 31, 95, 0.2)],
    )


def soon():
    """The same engine, as one whose answers come without anything on the way."""
    return replace(scripted(), streams=False)


def full(quotes):
    """An answer with everything that can be said about it."""
    answer = answered(FULL, *quotes)
    first, *others = answer.sentences
    doubted = [replace(each, verdict="not confirmed", mismatches=("412 is not in it",)) for each in others[:1]]
    return replace(
        answer,
        standalone_question="When did the ferry sink last week?",
        sentences=(replace(first, marks=((18, 21),)), *doubted, *others[1:]),
        disagreements=(Disagreement("later update", "people", (Side("412", "2004-03-02", 1), Side("410", "", 2))),),
        origins=1,
        newest="2004-03-02",
        inferred=(Inferred("last week", "2004-03-01", "2004-03-07"),),
        notices=("The model did not reply.",),
    )


def ask(page: Page, question: str):
    """Ask in the box and wait for the reply; returns the last turn."""
    turns = page.locator(".fn-turn").count()
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".fn-turn").nth(turns)
    expect(turn).to_be_visible()
    expect(turn).not_to_have_attribute("aria-busy", "true")
    return turn


def more(turn, name: str):
    """Choose what the menu of a turn has."""
    turn.get_by_role("button", name=strings.MORE_ACTIONS).click()
    turn.locator(".fn-menu").get_by_role("button", name=name).click()


def cited(page: Page) -> str:
    """Wait until the pane is new and its highlighted sentence in view, and return that."""
    mark = page.locator(".fn-pane:not(.fn-stale) mark.fn-cited")
    expect(mark.first).to_be_in_viewport()
    return " ".join(" ".join(mark.all_inner_texts()).split())


def quote_of(marker) -> str:
    return " ".join(marker.get_attribute("data-quote").split())
