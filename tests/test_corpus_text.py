"""Bytes to stored text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import RefusedError
from corpus.text import MAX_ARTICLE_CHARS, decode, fold, one_line, paragraphs, stored

TEXT = "Iran’s “détente” — 3,67 %\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
    ],
)
def test_decodes_unicode_by_its_mark(data):
    assert decode(data) == TEXT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"\x7fELF\x02\x01\x01" + bytes(9), "binary"),
        (bytes(range(1, 32)) * 4, "binary"),
        (codecs.BOM_UTF16_LE + "a\x00b".encode("utf-16-le"), "binary"),
        ("L’été à Téhéran, où l’on négocie déjà".encode("cp1252"), "not UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-16-LE"),
        (b"\x1f\x8b\x08\xff\xfe", "not UTF-8"),
    ],
)
def test_refuses_what_is_not_text(data, reason):
    with pytest.raises(RefusedError, match=reason) as error:
        decode(data)
    assert "\n" not in str(error.value)


def test_names_the_likely_encoding_and_how_to_convert_it():
    with pytest.raises(RefusedError, match=r"looks like \w+.*iconv -f"):
        decode(("Häufig gestellte Fragen über größere Städte. " * 20).encode("cp1252"))


def test_stored_changes_newlines_and_what_cannot_be_kept_only():
    assert stored("\ufeffA\r\nb\rc\u00a0“d”\n") == "A\nb\nc\u00a0“d”\n"
    assert stored("a\x00\ud800b") == "a\ufffd\ufffdb"


@pytest.mark.parametrize("text", ["", " \n\t\u00a0", "■ — …", "\ufeff"])
def test_refuses_text_without_words(text):
    with pytest.raises(RefusedError, match="empty"):
        stored(text)


def test_refuses_a_book():
    with pytest.raises(RefusedError, match="over the limit"):
        stored("a" * (MAX_ARTICLE_CHARS + 1))


@given(st.text(st.characters(), min_size=1))
def test_stored_is_stable_and_can_be_kept(text):
    try:
        once = stored(text)
    except RefusedError:
        return
    assert stored(once) == once.removeprefix("\ufeff")
    assert once.encode("utf-8").decode("utf-8") == once
    assert "\r" not in once


@given(st.text(st.characters()))
def test_one_line_is_one_clean_line(text):
    line = one_line(text, 50)
    assert line == one_line(line, 50)
    assert len(line) <= 50
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\x1b\u202e\u200b\u2066\ufeff")


def test_one_line_folds_spaces():
    assert one_line(" A\u00a0 title\non\ttwo\u2028lines ") == "A title on two lines"


def test_paragraphs_are_the_blocks_between_blank_lines():
    text = "\n a b\nc \n \t\n\n\nd\n"
    assert [text[start:end] for start, end in paragraphs(text)] == ["a b\nc", "d"]


@given(st.text(st.sampled_from("ab \n\t\u00a0")))
def test_paragraphs_cover_all_but_white_space(text):
    spans = list(paragraphs(text))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert not any("\n\n" in text[start:end] for start, end in spans)


def test_fold_compares_what_reads_the_same():
    assert fold("“Iran’s” —\u00a0ＡＢ") == fold('"iran\'s" - ab')
