"""The top of a plain-text article, on the two source articles and on look-alikes."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.readers.plain_text import read_head, split_byline
from footnote.corpus.sources import read_sources

SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"
BODY = (
    "DELTA CITY — The harbour authority closed two of its five piers on Monday, officials said.\n\n"
    "Ships were sent to other ports.\n\n“We had no choice,” said Ana Ruiz, who runs it."
)
CAPTION = "In this March 4, 2021 file photo, Harbour Minister Tom Okoro opens a pier called “North” in Delta City."


def furniture_of(text, title=""):
    return [text[start:end] for start, end in read_head(text, title).furniture]


def test_title_and_byline_run_together():
    end = "Mira K. Olsen reported from Delta City, and Juan Paz from Bay Town."
    text = f"Harbour Quietly Closes Piers in the U.K. Mira K. Olsen and Juan Paz\n\n{BODY}\n\n{end}"
    head = read_head(text)
    assert head.title == "Harbour Quietly Closes Piers in the U.K."
    assert head.authors == ("Mira K. Olsen", "Juan Paz")
    assert furniture_of(text) == [text.split("\n")[0]]


def test_a_caption_twice_above_the_title():
    text = f"{CAPTION}\n\n{CAPTION} AP / Rosa Lind, File\n\nHarbours Almost Worked. Let’s Try Again\n\n{BODY}"
    head = read_head(text)
    assert head.title == "Harbours Almost Worked. Let’s Try Again"
    assert head.authors == ()
    assert furniture_of(text) == [CAPTION, f"{CAPTION} AP / Rosa Lind, File", head.title]


def test_non_breaking_spaces_in_the_head():
    head = read_head(f"Harbour\u00a0Closes Two\u00a0Piers\n\nBy Mira Olsen\n\nMay 4, 2021\n\n{BODY}")
    assert head.title == "Harbour Closes Two Piers"
    assert head.authors == ("Mira Olsen",)
    assert head.published == "2021-05-04"


def test_a_head_of_single_lines():
    text = f"Harbour closes two piers\nBy Mira Olsen and Juan Paz\nPublished: May 4, 2021\n\n{BODY}"
    head = read_head(text)
    assert (head.title, head.authors) == ("Harbour closes two piers", ("Mira Olsen", "Juan Paz"))
    assert head.published == "2021-05-04"
    assert furniture_of(text) == text.split("\n")[:3]


@pytest.mark.parametrize(
    ("line", "title", "authors"),
    [
        ("Harbour closes By Mira Olsen", "Harbour closes", ("Mira Olsen",)),
        ("Will it hold? Mira Olsen and Juan Paz", "Will it hold?", ("Mira Olsen", "Juan Paz")),
        ("Trump Meets Boris Johnson", "Trump Meets Boris Johnson", ()),
        ("Harbour closes | By Mira Olsen, Juan Paz and Bo Li", "Harbour closes", ("Mira Olsen", "Juan Paz", "Bo Li")),
        ("Trump and Xi Meet in Doha", "Trump and Xi Meet in Doha", ()),
    ],
)
def test_split_byline(line, title, authors):
    assert split_byline(line) == (title, authors)


@pytest.mark.parametrize(
    "first",
    [
        "WASHINGTON (AP) — The president said on Monday that the talks were over, and that he would not go back.",
        "LONDON (Reuters) - Oil fell by 2 percent on Monday after ministers met in Vienna without a decision.",
        "Getty Images sued a maker of pictures on Monday, saying that it had copied millions of photographs.",
        "In this November 3, 2020 election, more people voted by mail than ever before in the country’s history.",
        "A photo by the space agency shows the coast before and after the storm, which killed nine people there.",
    ],
)
def test_a_first_paragraph_is_never_taken_for_a_caption(first):
    text = f"Title of the Story\n\n{first}\n\n{BODY}"
    assert furniture_of(text) == ["Title of the Story"]
    assert furniture_of(text, "Title of the Story") == ["Title of the Story"]
    assert furniture_of(f"{first}\n\n{BODY}") == []


@pytest.mark.parametrize(
    "caption",
    [
        "A pier in Delta City. (AP Photo/Rosa Lind, File)",
        "A pier. Photo: Rosa Lind / Getty Images",
        "FILE PHOTO: A ship leaves Delta City.",
        "Photo by Rosa Lind",
        "The harbour on Monday. (Reuters)",
        CAPTION,
    ],
)
def test_captions_by_their_words(caption):
    assert caption in furniture_of(f"Title of the Story\n\n{caption}\n\n{BODY}")


def test_a_paragraph_pasted_twice_further_down_stays_body():
    again = BODY.split("\n\n")[0]
    assert furniture_of(f"Title of the Story\n\n{BODY}\n\n{again}") == ["Title of the Story"]


@pytest.mark.parametrize("text", ["Only one line", "One sentence, which is all.", "Title\n\n"])
def test_without_a_body_nothing_is_a_title(text):
    assert read_head(text).title == ""


def test_a_known_title_is_furniture_where_the_text_repeats_it():
    assert furniture_of(f"HARBOUR closes “piers”\n\n{BODY}", 'Harbour closes "piers"') == ["HARBOUR closes “piers”"]
    assert furniture_of(BODY, "Harbour closes piers") == []


def test_a_hostile_byline_takes_no_time():
    line = "Aa-Aa-Aa-Aa-Aa-Aa-Aa, " * 6 + "x"
    started = time.perf_counter()
    read_head(f"{line}\n\n{line}\n\n{BODY}")
    assert time.perf_counter() - started < 1


@given(st.text(st.sampled_from("Ab. ,\n“”—"), max_size=300), st.text(st.sampled_from("Ab. ,“"), max_size=40))
def test_furniture_lies_in_the_text_in_order_and_apart(text, title):
    edges = [edge for span in read_head(text, title).furniture for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source articles are not beside this repository")
class TestSourceArticles:
    """Text as people really have it."""

    def read(self, name):
        (item,) = read_sources([str(next(SEEDS.glob(f"{name}*")))])
        return item.article

    def test_title_and_byline_on_line_one(self):
        article = self.read("000")
        assert article.title.endswith("With U.S.")
        assert [name.split()[-1] for name in article.authors] == ["Rubin", "Fassihi"]
        assert (article.publisher, article.published, article.url) == ("", "", "")

    def test_caption_above_the_title(self):
        article = self.read("003")
        assert article.title.startswith("US-Iranian Diplomacy")
        assert article.authors == ()

    def test_stored_text_is_the_file(self):
        for file in SEEDS.glob("*.txt"):
            (item,) = read_sources([str(file)])
            assert item.article.text == file.read_text("utf-8")
