"""From what a user names to articles: each bad input is one clear line, and the others are still read."""

import io
import json
import os
import time

import pytest
from conftest import write_jsonl
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import RefusedError
from corpus.sources import Found, Refusal, clean_id, read_plain, read_sources, slug
from corpus.text import stored

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
        assert isinstance(item, Found)
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


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "data", "reason"),
        [
            ("empty.txt", b"", "empty"),
            ("blank.md", b"---\ntitle: a\n---\n\n", "empty"),
            ("marks.txt", "■ — …".encode(), "empty"),
            ("empty.jsonl", b"\n\n", "empty"),
            ("binary.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
            ("latin.txt", "L’été à Téhéran".encode("cp1252"), "not UTF-8"),
            ("story.pdf", b"%PDF-1.7", "PDF files are not read yet"),
            ("story.html", b"<p>a", "HTML files are not read yet"),
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

    def test_web_address(self):
        assert "web addresses" in refused("https://example.com/story")

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
        assert [type(item) for item in items] == [Refusal, Refusal, Found]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
    def test_a_pipe_does_not_hang(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.txt")
        assert "not a regular file" in refused(tmp_path / "pipe.txt")


class TestJsonl:
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
