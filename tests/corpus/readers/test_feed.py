"""RSS and Atom: the links in the feed's order, and what it says of each."""

import pytest
from documents import atom, rss
from pages import BODY

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.feed import MAX_ENTRIES, read_feed
from footnote.corpus.sources import read_sources

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
        ("<feed xml:base='https://other.example/'><entry><link href='/a'/></entry></feed>", ["https://other.example/a"]),
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


WHOLE = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
LEADS_ON = [
    f"<p>{BODY[0]} [&#8230;]</p>",
    f"<p>{BODY[0]}</p> <a href='/a'>Read more »</a>",
    f"<p>{BODY[0]} …</p>",
    f"{BODY[0]} <a href='/a'>Continue reading <span>Harbour closes</span> →</a>",
    f"<p>{BODY[0]} [...]</p><p>The post <a href='/a'>Harbour</a> appeared first on <a href='/'>Bay Post</a>.</p>",
    f"<p>{BODY[0]}</p><p><a href='/a'>Weiterlesen</a></p>",
]


def holding(content, link="<link>https://bay.example/a</link>"):
    """RSS with one entry, whose ``content:encoded`` is HTML."""
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Bay Post</title>'
        f"<item><title>Harbour closes</title>{link}<pubDate>Thu, 21 May 2020 08:00:00 GMT</pubDate>"
        f"<author>Mira Olsen</author><description>Teaser</description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item></channel></rss>"
    )


def atom_holding(content):
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Bay Post</title><entry><title>Harbour closes</title>'
        '<link href="https://bay.example/a"/><author><name>Mira Olsen</name></author>'
        f"<published>2020-05-21T08:00:00Z</published><summary>Teaser</summary>{content}</entry></feed>"
    )


ESCAPED = WHOLE.replace("&", "&amp;").replace("<", "&lt;")
WHOLE_ONES = {
    "encoded": holding(WHOLE),
    "atom html": atom_holding(f'<content type="html">{ESCAPED}</content>'),
    "atom cdata": atom_holding(f'<content type="html"><![CDATA[{WHOLE}]]></content>'),
    "atom xhtml": atom_holding(
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{WHOLE}</div></content>'
    ),
    "atom text": atom_holding("<content>" + "\n\n".join(BODY) + "</content>"),
}


class TestWholeArticles:
    @pytest.mark.parametrize("feed", WHOLE_ONES.values(), ids=WHOLE_ONES)
    def test_are_read_without_a_network(self, feed, tmp_path):
        (tmp_path / "feed.xml").write_text(feed, "utf-8")
        (item,) = read_sources([str(tmp_path / "feed.xml")])
        article = item.article
        assert article.text == "\n\n".join(BODY)
        assert (article.title, article.authors, article.published) == ("Harbour closes", ("Mira Olsen",), "2020-05-21")
        assert (article.publisher, article.url, article.source) == (
            "Bay Post", "https://bay.example/a", "https://bay.example/a",
        )  # fmt: skip
        assert (article.id, item.provenance.reader) == ("bay-example-a", "feed")

    def test_a_short_one(self, tmp_path):
        (tmp_path / "feed.xml").write_text(holding("<p>The council said no by 14 votes to 11.</p>"), "utf-8")
        (item,) = read_sources([str(tmp_path / "feed.xml")])
        assert item.article.text == "The council said no by 14 votes to 11."

    def test_without_a_link(self, tmp_path):
        (tmp_path / "feed.xml").write_text(holding(WHOLE, link=""), "utf-8")
        (item,) = read_sources([str(tmp_path / "feed.xml")])
        assert (item.article.id, item.article.url) == ("harbour-closes", "")
        assert item.article.source == f"{tmp_path / 'feed.xml'}:1"

    @pytest.mark.parametrize("content", LEADS_ON)
    def test_a_beginning_is_not_one(self, content):
        assert read_feed(holding(content).encode()).entries[0].content == ""

    @pytest.mark.parametrize(
        "content",
        [
            "<content src='https://bay.example/a.html'/>",
            "<content type='html'/>",
            "<m:content xmlns:m='http://search.yahoo.com/mrss/' url='x'><m:title>A picture of it</m:title></m:content>",
        ],
    )
    def test_what_is_elsewhere_is_not_one(self, content):
        assert read_feed(atom_holding(content).encode()).entries[0].content == ""
