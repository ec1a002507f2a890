"""Small files after public bug reports, where a developer has them: each is read as its list says."""

from pathlib import Path

import pytest

from footnote.corpus.result import SourcedArticle
from footnote.corpus.sources import read_sources
from footnote.index.embedding.sentences import split_sentences

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "intake"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"there is no folder {CASES}: the files are not shipped")
TITLE = "Ferry terminal to close for eleven weeks"


def read(name):
    found = list(read_sources([str(CASES / name)]))
    assert all(isinstance(item, SourcedArticle) for item in found), found
    return [item.article for item in found]


def only(name):
    (article,) = read(name)
    return article


def sentences(text):
    return [text[each.start : each.end] for each in split_sentences(text)]


def test_mail():
    for name, author in (("01-html-only.eml", "Maria Okoye"), ("02-stub-and-html.eml", "Okoye, Maria")):
        article = only(name)
        assert len(article.text.split("\n\n")) == 2
        assert article.title.startswith("Ferry terminal to close")
        assert (article.authors, article.published) == ((author,), "2025-01-14")
    texts = [article.text for article in read("45-attached-stories.eml")]
    assert any("harbour authority" in text for text in texts)
    assert any("seamen's union" in text for text in texts)
    article = only("46-forwarded-inline.eml")
    assert (article.title, article.authors, article.published) == (TITLE, ("Maria Okoye",), "2025-01-14")
    assert not any(head in article.text for head in ("From:", "Forwarded", "Subject:"))


def test_columns():
    for name in ("08-two-columns.pdf", "10-dropcap-columns.pdf"):
        article = only(name)
        assert (article.title, article.authors) == (TITLE, ("Maria Okoye",))
        found = ["The harbour authority of Northbridge said", "its two loading ramps are replaced.",
                 "The town council votes", "considered in good faith.", "waived until June."]  # fmt: skip
        at = [article.text.find(each) for each in found]
        assert at == sorted(at)
        assert -1 not in at
        assert "eleven weeks from 3 March while its two loading ramps are replaced." in article.text


def test_the_rest_of_the_page():
    heads = only("11-running-heads-two-pages.pdf").text
    assert "Local news" not in heads
    assert "Subscriptions" not in heads
    assert "from 3 March while its" in only("12-raised-footnote-marks.pdf").text
    hyphens = only("13-compound-hyphens.pdf").text
    assert all(each in hyphens for each in ("long-term", "well-known", "2023-24", "4.6 million", "Northbridge"))


def test_powers():
    for name in ("14-power-of-ten.pdf", "15-power-of-ten.docx"):
        assert "10⁶ journeys" in only(name).text
    assert "m²" in only("14-power-of-ten.pdf").text


def test_feed_text_box_and_table():
    assert [len(article.text.split("\n\n")) for article in read("47-feed-full-text.xml")] == [2, 1]
    assert only("48-text-box.docx").text.count("Box: 1,900 people live in Olden.") == 1
    markdown = only("49-table-and-footnote.md").text
    assert "Jan | 1,377" in markdown
    assert "[^1]" not in markdown


def test_encodings():
    assert "“We had no choice.” The work costs" in only("50-mac-roman.txt").text
    assert only("51-euc-jp.txt").title.startswith("フェリーターミナル")


def test_datelines_and_quotations():
    found = sentences(only("52-datelines-quotes.txt").text)
    assert any(each.startswith("ST. HALVARD, Minn. (NP) — The county") for each in found)
    assert any(each.startswith("MT. OLDEN, N.D. — Two ramps") for each in found)
    assert '"It is over."' in found
    assert "« Nous n’avions pas le choix. »" in found
