"""Files that were sent, pasted text and addresses: what they become, and that their names do no harm."""

from pathlib import PurePosixPath

import pytest
from documents import one_column, pdf
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.errors import RefusedError
from footnote.corpus.intake import file_name, read_address, read_pasted, read_sent
from footnote.corpus.result import Refusal, SourcedArticle


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("brief.md", "brief.md"),
        ("../../etc/passwd", "passwd"),
        ("C:\\news\\a.pdf", "a.pdf"),
        ("/abs/b.txt/", "b.txt"),
        (".hidden", "hidden"),
        ("..", "file"),
        ("", "file"),
        ("a\x00\x1b[31m\nb.txt", "a[31m b.txt"),
        ("\u202egnp.txt", "gnp.txt"),
        ("<img src=x onerror=1>.txt", "img src=x onerror=1-.txt"),
    ],
)
def test_names(given_name, name):
    assert file_name(given_name) == name


@given(st.text())
def test_any_name_is_one_harmless_part_of_a_path(given_name):
    name = file_name(given_name)
    assert name.isprintable()
    assert name not in ("", ".", "..")
    assert not set(name) & set("/\\\0")
    assert len(name.encode()) <= 140
    assert PurePosixPath(name).name == name
    assert file_name(name) == name


def test_a_file_keeps_its_name_and_hash():
    (item,) = read_sent(b"---\ntitle: Oil\npublished: 2020-05-04\n---\nOil fell.\n", "../news/oil.md")
    assert isinstance(item, SourcedArticle)
    assert (item.article.id, item.article.title, item.article.published) == ("oil", "Oil", "2020-05-04")
    assert item.article.source.startswith("upload:")
    assert item.article.source.endswith("/oil.md")
    assert item.provenance.reader == "markdown"


def test_formats_and_refusals():
    (paper,) = read_sent(pdf(one_column), "paper.pdf")
    assert isinstance(paper, SourcedArticle)
    assert paper.article.id == "paper"
    (broken,) = read_sent(b"nonsense", "paper.pdf")
    assert isinstance(broken, Refusal)
    assert broken.source == "paper.pdf"
    lines = list(read_sent(b'{"id": "a", "text": "Words."}\nnot json\n', "all.jsonl"))
    assert [type(line) for line in lines] == [SourcedArticle, Refusal]
    assert lines[0].article.source.endswith("/all.jsonl:1")
    assert lines[1].source == "all.jsonl:2"
    (large,) = read_sent(b"x" * 8_000_001, "large.txt")
    assert "limit" in large.reason
    (empty,) = read_sent(b"", "empty.txt")
    assert isinstance(empty, Refusal)


@pytest.mark.parametrize("address", ["/etc/passwd", "file:///etc/passwd", "-", "", "http://127.0.0.1/", "ftp://a.b/c"])
def test_an_address_is_never_a_file_nor_this_computer(address):
    (item,) = read_address(address)
    assert isinstance(item, Refusal)
    assert "root:" not in item.reason


def test_pasted_text():
    plain = "Harbour closes\n\nBy Ann Lee\n\nMay 21, 2020\n\nThe harbour closed on Thursday."
    shown = read_pasted(plain, {}).article
    assert (shown.id, shown.title, shown.authors, shown.published) == (
        "harbour-closes", "Harbour closes", ("Ann Lee",), "2020-05-21",
    )  # fmt: skip
    said = read_pasted(plain, {"title": "A fire", "authors": ["Bo"], "published": "2020-06", "publisher": "Wire"})
    assert (said.article.id, said.article.authors, said.article.published) == ("a-fire", ("Bo",), "2020-06")
    assert said.article.text == shown.text
    assert not said.named
    assert read_pasted("Words \ud800 here, and more of them.", {"title": "日本"}).article.id.startswith("pasted-")


@pytest.mark.parametrize(
    ("text", "fields"),
    [("", {"title": "A"}), (" \n", {"title": "A"}), ("it goes on, in lower case, without a title.", {}),
     ("Words.", {"title": "A", "published": "yesterday"})],
)  # fmt: skip
def test_what_cannot_be_pasted(text, fields):
    with pytest.raises(RefusedError):
        read_pasted(text, fields)
