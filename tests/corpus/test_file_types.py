"""What a file is, told by what is in it; a name or a server's word helps only between kinds of text."""

import pytest
from documents import atom, mail, one_column, pdf, rss, word
from pages import SAMPLES

from footnote.corpus.errors import RefusedError
from footnote.corpus.file_types import is_readable_type, kind_of

PAGE = b"<html><body><p>a"


@pytest.mark.parametrize(
    ("head", "name", "content_type", "kind"),
    [
        (b"words", "", "", "text"),
        (b"words", "a.TXT", "", "text"),
        (b"words", "a.md", "", "markdown"),
        (b"words", "a.md", "text/plain", "markdown"),
        (b"words", "a.unknown", "text/markdown", "markdown"),
        (b"{}", "a.ndjson", "", "jsonl"),
        (b"words", "a.html", "", "html"),
        (b"words", "", "text/html", "html"),
        (b"<!DOCTYPE HTML>\n<p>", "", "", "html"),
        (b"\xef\xbb\xbf  <HTML lang=en>", "a.txt", "text/plain", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", "a.xml", "", "html"),
        (b"<!-- saved --><html>", "", "", "html"),
        (b"<3 is a heart", "a.txt", "", "text"),
        (b"a < b and <html> is a tag", "a.md", "", "markdown"),
        (b"\n%PDF-1.4", "a.txt", "text/plain", "pdf"),
        (pdf(one_column), "", "application/octet-stream", "pdf"),
        (word(lambda d: None), "a.bin", "", "docx"),
        (rss(["x"]), "a.xml", "text/html", "feed"),
        (atom(["x"]), "", "", "feed"),
        (b"<?xml version='1.0'?><rdf:RDF xmlns='x'>", "", "", "feed"),
        (bytes(mail("words")), "", "", "mail"),
        (b"From: a\nSubject: b\nMessage-ID: <c>\n\nwords", "a.txt", "", "mail"),
        (b"From: a\nSubject: b\nDate: c\n\nwords", "a.txt", "", "text"),
        (b"From: the editor\n\nDate: to come", "", "", "text"),
        (SAMPLES[10].data, "a.html", "", "html"),
    ],
)
def test_kind(head, name, content_type, kind):
    assert kind_of(head[:4_096], name, content_type) == kind


@pytest.mark.parametrize(
    ("head", "name"),
    [(b"\x89PNG", "a.txt"), (b"GIF89a", "a"), (b"\xff\xd8\xff\xe0", "a.pdf"), (b"\x1f\x8b\x08", "a.gz"),
     (b"7z\xbc\xaf", "a"), (b"Rar!", "a"), (b"BZh9", "a"), (b"{\\rtf1", "a.rtf"),
     (b"\xd0\xcf\x11\xe0", "a.doc"), (b"%!PS", "a.ps"),
     (b"\x7fELF", "a"), (b"SQLite format 3\0", "a.txt"), (b"words", "a.pdf"), (PAGE[:0], "a.docx")],
)  # fmt: skip
def test_other_files(head, name):
    with pytest.raises(RefusedError):
        kind_of(head, name)


def test_a_login_page_in_place_of_a_document():
    assert kind_of(PAGE, "report.pdf", "text/html") == "html"
    with pytest.raises(RefusedError, match="called a pdf file"):
        kind_of(b"words", "", "application/pdf")


def test_content_types():
    assert is_readable_type("text/html")
    assert is_readable_type("")
    assert not is_readable_type("image/png")
