"""RSS and Atom: the links in the feed's order, and what it says of each."""

import pytest
from documents import atom, rss

from corpus.errors import RefusedError
from corpus.feed import MAX_ENTRIES, read_feed

LINKS = ["https://bay.example/a", "https://bay.example/b", "https://bay.example/c"]
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Bay Post</title></channel><item><title>Story</title>
 <link>https://bay.example/a</link><dc:date>2020-05-20T08:00:00Z</dc:date></item></rdf:RDF>"""


@pytest.mark.parametrize("data", [rss(LINKS), atom(LINKS)], ids=["rss", "atom"])
def test_entries(data):
    feed = read_feed(data)
    assert feed.title == "Bay Post"
    assert [entry.link for entry in feed.entries] == LINKS
    assert [entry.published for entry in feed.entries] == ["2020-05-20", "2020-05-21", "2020-05-22"]
    assert {entry.author for entry in feed.entries} == {"Mira Olsen"}
    assert feed.entries[1].title.startswith("Story 1")


@pytest.mark.parametrize(
    ("data", "links"),
    [
        (RDF, LINKS[:1]),
        ("<rss><channel><item><guid>https://bay.example/a</guid></item></channel></rss>", LINKS[:1]),
        ("<rss><channel><item><guid isPermaLink='false'>x</guid></item><item><link>/b</link></item></channel></rss>",
         LINKS[1:2]),
        ("<feed xml:base='https://other.example/'><entry><link href='/a'/></entry></feed>", LINKS[:1]),
        ("<rss><channel><item><link>a</link></item><item><link>a</link></item></channel></rss>", LINKS[:1]),
        ("\ufeff<rss><channel><item><link>\n https://bay.example/a \n</link></item></channel></rss>", LINKS[:1]),
        ("<rss><channel><item><link>https://bay.example/a</link></item>", LINKS[:1]),
        ("<rss><channel><item><link>https://bay.example/a</link><title>& b</title></item></channel></rss>", LINKS[:1]),
    ],
)  # fmt: skip
def test_links(data, links):
    assert [entry.link for entry in read_feed(data.encode(), "https://bay.example/feed.xml").entries] == links


def test_no_more_than_the_limit():
    assert len(read_feed(rss(f"https://bay.example/{n}" for n in range(1_000))).entries) == MAX_ENTRIES


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><body>a</body></html>", "neither"),
        (b"words", "neither"),
        (b"", "neither"),
        (b"<rss><channel/></rss>", "no articles"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel><item><link>&a;</link></item></channel></rss>', "entities"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><rss/>'.encode("utf-16"), "entities"),
    ],
)
def test_refused(data, reason):
    with pytest.raises(RefusedError, match=reason):
        read_feed(data)
