"""Web pages: the article and what it says of itself, whatever the layout; nothing of the page around it."""

import pytest
from pages import BODY, NEVER, SAMPLES, TITLE, page

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.html.page import read_html


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
class TestPages:
    def test_the_whole_body_in_order_and_nothing_else(self, sample):
        text = read_html(sample.data, sample.charset).text
        blocks = text.split("\n\n")
        assert [block for block in blocks if len(block) > 60] == list(BODY)
        assert not [word for word in NEVER if word.lower() in text.lower()]

    def test_metadata(self, sample):
        reading = read_html(sample.data, sample.charset)
        assert (reading.title, reading.authors) == (sample.title, sample.authors)
        assert (reading.publisher, reading.published) == (sample.publisher, sample.published)
        assert reading.url == sample.url


def article(*parts, head=""):
    middle = "".join(parts)
    written = page(head, f"<article><h1>{TITLE}</h1><p>{BODY[0]}</p>{middle}<p>{BODY[4]}</p></article>")
    return read_html(written.encode())


class TestText:
    def test_lists_quotations_headings_and_tables(self):
        text = article(
            "<h2>What it means</h2><ul><li>The ferry runs on.</li><li>Fishing boats need a permit.</li></ul>",
            f"<blockquote><p>{BODY[2]}</p></blockquote>",
            "<table><tr><th>Pier</th><th>State</th></tr><tr><td>North</td><td>Closed</td></tr></table>",
        ).text
        assert "What it means\n\n- The ferry runs on.\n\n- Fishing boats need a permit." in text
        assert f"\n\n{BODY[2]}\n\n" in text
        assert "Pier | State\nNorth | Closed" in text

    def test_line_breaks_stay_and_other_white_space_does_not(self):
        assert "One line\nand another of it." in article("<p>One\n   line<br>and   another <b>of</b> it.</p>").text

    def test_a_raised_note_does_not_run_into_a_number(self):
        text = article('<p>It cost 24<sup><a href="#n1">1</a></sup> euros for 3 km<sup>2</sup> of water.</p>').text
        assert "It cost 24 euros for 3 km² of water." in text

    def test_a_page_of_one_sentence(self):
        assert read_html(b"<p>The harbour closed.").text == "The harbour closed."
        assert read_html(b"<nav><p>Home</p></nav><h1>A</h1><p>It closed.</p>").text == "A\n\nIt closed."

    def test_xhtml_with_a_declaration(self):
        data = (
            f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{BODY[2]}</p>'
        )
        assert read_html(data.encode()).text == BODY[2]

    @pytest.mark.parametrize(
        "data", [b"", b" ", b"<html></html>", b"<nav><a href=/>Home</a></nav>", b"<p hidden>Words."]
    )
    def test_a_page_without_an_article(self, data):
        with pytest.raises(RefusedError, match=r"empty|no article|no web page"):
            read_html(data)

    def test_what_lies_too_deep_is_not_dropped_in_silence(self):
        with pytest.raises(RefusedError, match="nested too deeply"):
            read_html(b"<div>" * 1_000 + BODY[0].encode())


HIDDEN = [
    "<p hidden>{}</p>",
    "<p aria-hidden='true'>{}</p>",
    "<p style='display:none'>{}</p>",
    "<p style='DISPLAY : none !important'>{}</p>",
    "<p style='visibility:hidden'>{}</p>",
    "<p style='opacity:0'>{}</p>",
    "<p style='font-size:0px'>{}</p>",
    "<div style='height:0;overflow:hidden'><p>{}</p></div>",
    "<div style='width:0'><p>{}</p></div>",
    "<div style='position:absolute;left:-9999px'><p>{}</p></div>",
    "<p style='text-indent:-10000px'>{}</p>",
    "<p style='position:absolute;clip:rect(1px, 1px, 1px, 1px)'>{}</p>",
    "<p style='clip-path:inset(50%)'>{}</p>",
    "<p style='color:transparent'>{}</p>",
    "<p style='color:#fff;background-color:#fff'>{}</p>",
    "<p style='transform:scale(0)'>{}</p>",
    "<noscript><p>{}</p></noscript>",
    "<template><p>{}</p></template>",
    "<dialog><p>{}</p></dialog>",
    "<textarea>{}</textarea>",
    "<svg><text>{}</text></svg>",
    "<!-- {} -->",
    "<script>{}</script>",
    "<p class='a off'>{}</p>",
    "<p id='gone'>{}</p>",
]


@pytest.mark.parametrize("markup", HIDDEN)
def test_what_no_reader_sees_is_not_in_the_text(markup):
    head = "<style>/* .never{} */ @media print{.a{color:red}} .off, .b{display:none} p#gone{visibility:hidden}</style>"
    injected = "The mayor resigned on Tuesday and the harbour was sold to a company from abroad."
    text = article(markup.format(injected), "<p>Seen words.</p>", head=head).text
    assert "resigned" not in text
    assert BODY[0] in text
    assert "Seen words." in text


class TestMetadata:
    def test_hidden_elements_say_nothing(self):
        reading = read_html(
            page(
                "",
                f"<article><h1>{TITLE}</h1><div hidden><span class=byline>By Evil Name</span><time datetime=2001-01-01>"
                f"</time></div><p class=byline>By Mira Olsen</p>{''.join(f'<p>{p}</p>' for p in BODY)}</article>",
            ).encode()
        )
        assert (reading.authors, reading.published) == (("Mira Olsen",), "")

    @pytest.mark.parametrize(
        ("written", "published"),
        [
            ("2020-05-21", "2020-05-21"),
            ("2020-05-21T23:30:00-07:00", "2020-05-21"),
            ("2020-05-21 08:00:00", "2020-05-21"),
            ("2020/05/21", "2020-05-21"),
            ("20200521", "2020-05-21"),
            ("20200521T080000Z", "2020-05-21"),
            ("Thu, 21 May 2020 08:00:00 GMT", "2020-05-21"),
            ("May 21, 2020, 8:00 a.m.", "2020-05-21"),
            ("May 2020", "2020-05"),
            ("2020-13-45", ""),
            ("yesterday", ""),
            ("1590044400", ""),
        ],
    )
    def test_dates(self, written, published):
        assert article(head=f"<meta property='article:published_time' content='{written}'>").published == published

    def test_a_comment_and_a_related_story_date_nothing(self):
        sample = page("", f"<article><h1>{TITLE}</h1>{''.join(f'<p>{p}</p>' for p in BODY)}</article>")
        assert 'datetime="2021-01-09"' in sample
        assert read_html(sample.encode()).published == ""

    @pytest.mark.parametrize(
        "script",
        ["{", "[]", "null", '{"@type": 3}', '{"@type": "NewsArticle", "author": {"name": {"a": 1}}, "headline": [1]}',
         "[" * 5_000, '{"@type":"NewsArticle","datePublished":20200521,"author":[[[["x"]]]],"publisher":[]}'],
    )  # fmt: skip
    def test_broken_json_does_no_harm(self, script):
        reading = article(head=f"<script type='application/ld+json'>{script}</script>")
        assert (reading.title, reading.published) == (TITLE, "")

    def test_only_web_links_are_addresses(self):
        assert article(head="<link rel=canonical href='javascript:alert(1)'>").url == ""
        assert article(head="<link rel=canonical href='https://user:pw@bay.example/a'>").url == ""
        relative = article(head="<base href='https://bay.example/n/'><link rel=canonical href='a'>")
        assert relative.url == "https://bay.example/n/a"
