"""From what a user names to articles: each bad input is one clear line, and the others are still read."""

import hashlib
import io
import json
import os
import time
from datetime import datetime, timedelta

import pytest
from articles import write_jsonl
from documents import mail, one_column, pdf, word
from hypothesis import given
from hypothesis import strategies as st
from pages import SAMPLES, TITLE

from footnote.corpus.errors import RefusedError
from footnote.corpus.fields import clean_id, slug
from footnote.corpus.sandbox.process import Sandbox
from footnote.corpus.sources import (
    Refusal,
    SourcedArticle,
    UnreadFile,
    list_sources,
    read_plain,
    read_sources,
    read_unread,
)
from footnote.corpus.text import stored

BODY = "The harbour closed on Monday.\n\nIt opens in June, the “authority” said."


def read(*sources, stdin=b""):
    return list(read_sources([str(source) for source in sources], io.BytesIO(stdin)))


def only(*sources, stdin=b""):
    (item,) = read(*sources, stdin=stdin)
    return item


def refused(*sources, stdin=b""):
    item = only(*sources, stdin=stdin)
    assert isinstance(item, Refusal), item
    assert "\n" not in item.reason
    return item.reason


class TestFiles:
    def test_plain_text(self, tmp_path):
        file = tmp_path / "harbour news.txt"
        file.write_text(f"Harbour Closes\nBy Mira Olsen\n\n{BODY}", "utf-8")
        item = only(file)
        assert isinstance(item, SourcedArticle)
        assert (item.article.id, item.named) == ("harbour news", False)
        assert (item.article.title, item.article.authors) == ("Harbour Closes", ("Mira Olsen",))
        assert item.article.text == file.read_text("utf-8")
        assert item.article.source == str(file)

    def test_a_relative_path_and_the_same_in_full_are_one_source(self, tmp_path, monkeypatch):
        (tmp_path / "a.txt").write_text(BODY, "utf-8")
        monkeypatch.chdir(tmp_path)
        assert only("a.txt") == only(tmp_path / "a.txt")

    def test_markdown(self, tmp_path):
        file = tmp_path / "harbour.md"
        file.write_text(
            "---\ntitle: Harbour\nauthor: Mira Olsen\npublished: 2020-05\npublisher: Post\n"
            f"url: https://example.com/a\nid: h-1\n---\n# Other\n\n{BODY}",
            "utf-8",
        )
        article = only(file).article
        assert (article.id, article.title, article.published) == ("h-1", "Harbour", "2020-05")
        assert (article.authors, article.publisher) == (("Mira Olsen",), "Post")
        assert article.url == "https://example.com/a"
        assert article.text.startswith("Other\n\nThe harbour")

    def test_a_folder_is_read_by_name_without_readmes_and_hidden_files(self, tmp_path):
        for name in ("b.txt", "a/c.md", "README.md", ".hidden/d.txt", "notes.csv", ".e.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(BODY, "utf-8")
        assert [item.article.id for item in read(tmp_path)] == ["c", "b"]


class TestKinds:
    def test_each_in_one_folder(self, tmp_path):
        files = {
            "a.html": SAMPLES[0].data,
            "b.htm": SAMPLES[3].data,
            "c.pdf": pdf(one_column),
            "d.docx": word(lambda document: document.add_heading(TITLE, 1) and document.add_paragraph(BODY)),
            "e.eml": bytes(mail(BODY)),
            "f.txt": f"{TITLE}\n\n{BODY}".encode(),
            "g.md": f"# {TITLE}\n\n{BODY}".encode(),
            "h.jsonl": json.dumps({"id": "h", "title": TITLE, "text": BODY}).encode(),
        }
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
        found = read(tmp_path)
        assert [item.article.title for item in found] == [TITLE] * 8
        assert [item.article.id for item in found] == list("abcdefgh")
        readers = ["html", "html", "pdf", "docx", "mail", "text", "markdown", "jsonl"]
        assert [item.provenance.reader for item in found] == readers
        for item, (name, data) in zip(found, files.items(), strict=True):
            assert item.provenance.bytes_sha256 == hashlib.sha256(data).hexdigest()
            assert item.provenance.source == item.article.source
            assert name in item.article.source
            assert datetime.fromisoformat(item.provenance.read_at).utcoffset() == timedelta(0)

    def test_a_name_that_says_something_else(self, tmp_path):
        (tmp_path / "a.txt").write_bytes(pdf(one_column))
        (tmp_path / "b.md").write_bytes(SAMPLES[0].data)
        assert [item.provenance.reader for item in read(tmp_path)] == ["pdf", "html"]

    def test_long_markdown_is_parsed_within_limits(self, tmp_path):
        (tmp_path / "a.md").write_text("---\ntitle: T\nid: x\n---\n# H\n\n" + "words\n\n" * 20_000, "utf-8")
        assert (only(tmp_path / "a.md").article.title, only(tmp_path / "a.md").article.id) == ("T", "x")


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "data", "reason"),
        [
            ("empty.txt", b"", "empty"),
            ("blank.md", b"---\ntitle: a\n---\n\n", "empty"),
            ("marks.txt", "■ — …".encode(), "empty"),
            ("empty.jsonl", b"\n\n", "empty"),
            ("binary.txt", b"MZ\x90\x00\x03\x00\x00", "binary"),
            ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
            ("mixed.txt", "L’été à ".encode() + b"\x81\xff", "not UTF-8"),
            ("story.pdf", b"%PDF-1.7", "the PDF is damaged"),
            ("story.pdf", b"words", "called a pdf file and is none"),
            ("story.docx", b"words", "called a docx file and is none"),
            ("story.docx", b"PK\x03\x04words", "the DOCX is damaged"),
            ("story.doc", b"\xd0\xcf\x11\xe0", "save it as DOCX"),
            ("story.html", b"<nav><a href=/>Home</a></nav>", "no article is found"),
            ("story.eml", b"\n\nwords", "no e-mail headers"),
            ("feed.xml", b"<rss></rss>", "links to no articles"),
            ("x" * 210 + ".txt", b"words", "1 to 200 characters"),
            ("a\u202eb.txt", b"words", "invisible"),
            ("a\nb.txt", b"words", "control"),
            ("date.md", b"---\npublished: yesterday\n---\nwords", "not a date"),
            ("authors.md", b"---\nauthors: {a: b}\n---\nwords", "not a list of names"),
        ],
    )
    def test_a_file_that_is_no_article(self, tmp_path, name, data, reason):
        (tmp_path / name).write_bytes(data)
        assert reason in refused(tmp_path / name)

    def test_missing_path(self, tmp_path):
        assert "no such file" in refused(tmp_path / "missing.txt")
        assert "no such file" in refused("")
        assert "cannot be read" in refused("x" * 5_000)

    def test_folder_without_articles(self, tmp_path):
        assert "no article in this folder" in refused(tmp_path)

    @pytest.mark.parametrize("address", ["ftp://example.com/story", "file:///etc/passwd", "HTTP://127.0.0.1/"])
    def test_an_address_that_is_not_read(self, address):
        assert "only http" in refused(address) or "not a public address" in refused(address)

    def test_device(self):
        assert "not a regular file" in refused("/dev/null")

    def test_text_of_50_megabytes(self, tmp_path):
        file = tmp_path / "big.txt"
        with file.open("wb") as out:
            out.truncate(50_000_000)
        started = time.perf_counter()
        assert "over the limit" in refused(file)
        assert time.perf_counter() - started < 1

    def test_line_of_50_megabytes(self, tmp_path):
        file = tmp_path / "big.jsonl"
        file.write_bytes(b'{"text": "' + b"a" * 50_000_000 + b'"}\n' + b'{"id": "b", "text": "words"}\n')
        first, second = read(file)
        assert "too long" in first.reason
        assert first.source == f"{file}:1"
        assert second.article.id == "b"

    def test_one_broken_line_of_a_thousand(self, tmp_path):
        file = write_jsonl(tmp_path / "all.jsonl", [{"id": str(n), "text": f"words {n}"} for n in range(1_000)])
        lines = file.read_text("utf-8").splitlines()
        lines[499] = lines[499][:-1]
        file.write_text("\n".join(lines), "utf-8")
        items = read(file)
        (bad,) = [item for item in items if isinstance(item, Refusal)]
        assert bad.source == f"{file}:500"
        assert "not valid JSON" in bad.reason
        assert len(items) == 1_000

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("[1]", "not a JSON object"),
            ('{"id": "a"}', "no `text`"),
            ('{"text": 3}', "no `text`"),
            ('{"text": ""}', "empty"),
            ('{"text": "a", "id": [1]}', "`id` is not a name"),
            ('{"text": "a", "id": true}', "`id` is not a name"),
            ('{"text": "a", "id": " "}', "1 to 200"),
            ('{"text": "a", "id": "a\\u0000b"}', "control or invisible"),
            ('{"text": "a", "id": "a\\ud800"}', "control or invisible"),
            ('{"text": "a", "id": "a\\u200bb"}', "control or invisible"),
            ('{"text": "a", "published": "May"}', "not a date"),
            ('{"text": "a", "n": %s}' % ("1" * 5_000), "digits"),
            ("[" * 100_000, "nested too deeply"),
            ("{'text': 'a'}", "not valid JSON"),
        ],
    )
    def test_lines(self, tmp_path, line, reason):
        (tmp_path / "a.jsonl").write_text(line, "utf-8")
        assert reason in refused(tmp_path / "a.jsonl")

    def test_the_other_sources_are_still_read(self, tmp_path):
        (tmp_path / "good.txt").write_text(BODY, "utf-8")
        (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00")
        items = read(tmp_path / "missing", tmp_path / "bad.txt", tmp_path / "good.txt")
        assert [type(item) for item in items] == [Refusal, Refusal, SourcedArticle]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
    def test_a_pipe_does_not_hang(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.txt")
        assert "not a regular file" in refused(tmp_path / "pipe.txt")


def test_files_that_are_read_in_another_process_give_the_same(tmp_path):
    files = {
        "a.html": SAMPLES[0].data,
        "b.pdf": pdf(one_column),
        "c.eml": bytes(mail(BODY)),
        "d.txt": BODY.encode(),
        "e.md": f"---\nid: named\n---\n{BODY}".encode(),
        "f.jsonl": json.dumps({"id": "h", "text": BODY}).encode() + b"\nnone\n",
        "g.txt": b"",
        "h.txt": b"\x89PNG\r\n\x1a\n",
        "i.docx": b"PK\x03\x04words",
        "deeper/j.txt": BODY.encode(),
    }
    (tmp_path / "deeper").mkdir()
    (tmp_path / "empty").mkdir()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    sources = [
        str(tmp_path),
        str(tmp_path / "d.txt"),
        str(tmp_path / "empty"),
        str(tmp_path / "none"),
        "",
        "-",
        "x" * 5_000,
    ]
    listed = list(list_sources(sources, io.BytesIO(b"Words.")))
    assert len([item for item in listed if isinstance(item, UnreadFile)]) == 9
    with Sandbox() as sandbox:
        found = [read_unread(item, sandbox) if isinstance(item, UnreadFile) else [item] for item in listed]
    assert [item for items in found for item in items] == read(*sources, stdin=b"Words.")


class TestJsonl:
    def test_one_line_at_a_time(self, tmp_path):
        """Of a file of ten thousand articles no more than one is held: a line that comes too late is not yet there."""
        file = write_jsonl(tmp_path / "all.jsonl", [{"id": str(n), "text": "words " * 1_000} for n in range(200)])
        items = read_sources([str(file)])
        assert next(items).article.id == "0"
        with file.open("r+b") as cut:
            cut.truncate(file.stat().st_size // 2)
        assert len(list(items)) < 120

    def test_fields(self, tmp_path):
        row = {
            "id": 17,
            "title": "A\ntitle",
            "text": "Words\r\nhere \ud83d",
            "authors": ["A B", " "],
            "publisher": "P\u202e",
            "published": "2020-05-01T10:00:00Z",
            "url": "https://e.org",
        }
        (tmp_path / "a.jsonl").write_text("\ufeff" + json.dumps(row) + "\n", "utf-8")
        item = only(tmp_path / "a.jsonl")
        article = item.article
        assert (article.id, item.named, article.title) == ("17", True, "A title")
        assert article.text == "Words\nhere \ufffd"
        assert (article.authors, article.publisher, article.published) == (("A B",), "P", "2020-05-01")
        assert article.source == f"{tmp_path / 'a.jsonl'}:1"

    def test_without_an_id_it_is_made_from_the_title_or_the_text(self, tmp_path):
        file = write_jsonl(tmp_path / "a.jsonl", [{"title": "Élan & Co.", "text": "a"}, {"text": "b"}])
        first, second = read(file)
        assert (first.article.id, first.named) == ("elan-co", False)
        assert second.article.id == second.article.version[:16]


class TestStdin:
    def test_text_markdown_and_jsonl(self):
        assert only("-", stdin=BODY.encode()).article.text == BODY
        assert only("-", stdin=b"---\ntitle: T\n---\nwords").article.title == "T"
        assert [item.article.id for item in read("-", stdin=b'{"id":"a","text":"x"}\n{"id":"b","text":"y"}')] == [
            "a",
            "b",
        ]

    def test_other_kinds_are_told_by_what_is_in_them(self):
        assert only("-", stdin=pdf(one_column)).article.title == TITLE
        assert only("-", stdin=word(lambda document: document.add_paragraph("It closed."))).article.text == "It closed."
        assert only("-", stdin=SAMPLES[0].data).article.publisher == "Bay Post"
        assert only("-", stdin=b"%PDF-1.7").reason.startswith("the PDF is damaged")

    def test_jsonl_of_any_length(self):
        lines = b'{"text": "words"}\n' * 500_000
        items = read_sources(["-"], io.BytesIO(lines))
        assert len(lines) > 8_000_000
        assert [next(items).article.source for _ in range(3)] == ["stdin:1", "stdin:2", "stdin:3"]

    def test_the_same_text_has_the_same_id(self):
        assert only("-", stdin=b"words") == only("-", stdin=b"words")

    def test_nothing_and_too_much(self):
        assert "empty" in refused("-", stdin=b"")
        assert "over 8 MB" in refused("-", stdin=b"a" * 8_000_001)


@pytest.mark.parametrize("value", ["../../etc/passwd", "a b", "ü", "a:b", "<script>", "x" * 200, "-rf", "中文"])
def test_ids_that_are_kept_as_they_are(value):
    assert clean_id(value) == value


@given(st.text(st.characters()))
def test_a_clean_id_has_nothing_to_hide(value):
    try:
        kept = clean_id(value)
    except RefusedError:
        return
    assert kept
    assert kept.isprintable() or any(c.isspace() for c in kept) or not kept.isascii()
    assert not set(kept) & set("\n\t\x1b\u202e\u200b")


@given(st.text())
def test_slug_is_plain(value):
    assert set(slug(value)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(slug(value)) == slug(value)


@given(st.text(st.characters()))
def test_plain_text_is_stored_as_it_is(text):
    try:
        article = read_plain(text, source="s", stem="s").article
    except RefusedError:
        return
    assert article.text == stored(text)
    assert article.version == type(article)("x", stored(text)).version
