"""Page furniture is recognised, and the body never taken for it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.boilerplate import furniture
from footnote.corpus.sources import read_sources

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
PARAGRAPHS = [
    "DELTA CITY — The harbour authority closed two of its five piers on Monday, officials said.",
    "Ships were sent to other ports.",
    "“We had no choice,” said Ana Ruiz, who runs it.",
    "The piers open again in June, she said.",
]


def among(line, place):
    blocks = [*PARAGRAPHS[:place], line, *PARAGRAPHS[place:]]
    text = "\n\n".join(blocks)
    return [text[start:end] for start, end in furniture(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Comments are closed.",
        "Related: The Harbour Made a Smart Move. Closing It Wasn’t",
        "Related stories: one, two",
        "Read more: Piers of the world",
        "Read more",
        "Advertisement",
        "12 Comments",
        "Share this article",
        "Share on Facebook",
        "Follow Mira Olsen on Twitter: @olsen",
        "Sign up for our newsletter",
        "Subscribe",
        "Subscribe to our newsletter for more",
        "Photo: Rosa Lind",
        "© 2021 The Delta Post. All rights reserved.",
        "Copyright 2021 The Delta Post",
        "All rights reserved",
        "This article originally appeared in The Delta Post.",
        "A version of this article appears in print on May 5.",
        "Most popular",
        "Back to top",
        "Story continues below advertisement",
    ],
)
@pytest.mark.parametrize("place", [1, 4])
def test_furniture_in_the_body(line, place):
    assert among(line, place) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Mira K. Olsen reported from Delta City, and Juan Paz from Bay Town. Bo Li contributed reporting from Doha.",
        "Bo Li contributed to this report.",
        "Mira Olsen and Juan Paz reported from Delta City.",
        "Reporting by Mira Olsen in Delta City; editing by Juan Paz",
        "(Reporting by Mira Olsen; Editing by Juan Paz)",
        "Additional reporting by Mira Olsen",
    ],
)
def test_credits_at_the_end(line):
    assert among(line, 4) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Subscribers to the plan fell by 3 percent last year.",
        "Most popular support came from farmers in the north.",
        "Copyright law in Europe changed on Monday after a vote.",
        "(c) the owner shall pay the fee within 30 days.",
        "Share of voters who agree: 40 percent.",
        "Share ownership rose to 12 percent of households.",
        "This story first caught attention in Doha, where it was denied.",
        "Related deaths rose to 40 a day, the ministry said.",
        "Cases were reported from Doha and cuts to power from Basra.",
        "Heavy shelling was reported from the north.",
        "Reporting by state media suggests that talks go on.",
        "Advertisements on buses were banned in May.",
        "Skip to the end of the war, and little had changed.",
        "Comments by the minister are closed to debate, he said.",
        "The photo: a child on a beach.",
        "Follow the money, she said, and it leads to Doha.",
    ],
)
@pytest.mark.parametrize("place", [2, 4])
def test_the_body_is_never_furniture(line, place):
    assert among(line, place) == []


@given(st.lists(st.sampled_from([*PARAGRAPHS, "Advertisement", "Related: x", "", "Title Case Words", "a\nb"])))
def test_spans_lie_in_the_text_in_order_and_apart(blocks):
    text = "\n\n".join(blocks)
    edges = [edge for span in furniture(text) for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source articles are not beside this repository")
def test_source_articles():
    found = {}
    for file in sorted(SEEDS.glob("*.txt")):
        (item,) = read_sources([str(file)])
        text = item.article.text
        found[file.name[:3]] = [text[start:end] for start, end in furniture(text, item.article.title)]
    first, second = found["000"], found["003"]
    assert len(first) == 3
    assert first[0].startswith("Iran Quietly")
    assert "contributed reporting" in first[1]
    assert first[2] == "Comments are closed."
    assert len(second) == 4
    assert [line.split()[0] for line in second] == ["In", "In", "US-Iranian", "Related:"]


def test_a_subheading_between_paragraphs_is_furniture_and_a_list_item_is_not():
    text = (
        "The talks began in May.\n\nHow the crisis built\n\nIt took a year.\n\n- Three ships left\n\nThe end came soon."
    )
    spans = [text[start:end] for start, end in furniture(text)]
    assert spans == ["How the crisis built"]
