"""Bytes to stored text."""

import codecs
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.errors import RefusedError
from footnote.corpus.text import (
    MAX_ARTICLE_CHARS,
    decode,
    decode_any,
    fold,
    iconv_name,
    likely_encoding,
    one_line,
    paragraphs,
    stored,
)

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


LANGUAGES = {
    "English": ("The board’s director said: “We had no choice.” It costs 7.2 million – a third of it is the county’s.",
                "cp1252 mac_roman"),
    "French": ("L'autorité a déclaré que l'écluse sera fermée dès le 3 mai. Les élèves espèrent une fête à Noël.",
               "cp1252 latin-1 mac_roman cp850"),
    "German": ("Die Wasserbehörde erklärte, dass die Fähre nicht fährt. Größere Städte zahlen für die Überfahrt.",
               "cp1252 latin-1 mac_roman cp850"),
    "Spanish": ("La dirección dijo que la presa cerrará. «No había elección», añadió el señor Núñez.",
                "cp1252 latin-1 mac_roman"),
    "Swedish": ("Vattenstyrelsen sade att sjön töms. Många är upprörda, för ingen färja går, sade Åsa Öberg.",
                "cp1252 latin-1 mac_roman"),
    "Polish": ("Zarząd poinformował, że tama zostanie zamknięta. Łódź i Gdańsk ucierpią, bo żaden prom nie jeździ.",
               "cp1250 iso8859_2 mac_latin2 cp852"),
    "Czech": ("Úřad v úterý oznámil, že přehrada bude uzavřena. Obyvatelé jsou rozhořčeni, protože žádný vlak nejezdí.",
              "cp1250 iso8859_2 mac_latin2"),
    "Turkish": ("İdare baraj gölünün boşaltılacağını açıkladı. Köylüler şikâyetçi, çünkü su yok, dedi Işık Şahin.",
                "cp1254 iso8859_9"),
    "Russian": ("Водное управление сообщило во вторник, что плотина закроется на девять недель. Жители недовольны.",
                "cp1251 koi8_r cp866 mac_cyrillic iso8859_5"),
    "Greek": ("Η αρχή υδάτων ανακοίνωσε την Τρίτη ότι το φράγμα θα κλείσει για εννέα εβδομάδες.", "cp1253 iso8859_7"),
    "Japanese": ("水道局は金曜日、上流のダムを五月四日から九週間閉鎖すると発表した。費用は七百万ユーロになる。",
                 "euc_jp shift_jis iso2022_jp"),
    "Chinese": ("水务局周五表示，上游水坝将从五月四日起关闭九周。工程将耗资七百万欧元。", "gb18030 gb2312"),
    "Korean": ("수도국은 금요일 상류 댐을 5월 4일부터 9주 동안 폐쇄한다고 발표했다. 비용은 7백만 유로이다.", "euc_kr"),
}  # fmt: skip
ENCODED = [(language, name) for language, (_, names) in LANGUAGES.items() for name in names.split()]


@pytest.mark.parametrize(("language", "encoding"), ENCODED)
def test_encodings_from_before_unicode(language, encoding):
    text = LANGUAGES[language][0]
    text = text.translate({0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-"}) if encoding == "cp850" else text
    assert decode_any(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(encoding):
    assert decode_any("Die Wasserbehörde erklärte es.".encode(encoding)) == "Die Wasserbehörde erklärte es."


@pytest.mark.parametrize(
    "data",
    [
        "Die Behörde".encode() + b" \xff\xfe\x81 \x8d " + "erklärte es".encode(),
        bytes(range(128, 256)),
        b"\x1f\x8b\x08\xff\xfe",
    ],
)
def test_what_looks_like_nothing_is_refused(data):
    with pytest.raises(RefusedError, match=r"not UTF-8.*save the article as UTF-8"):
        decode_any(data)


def test_names_the_likely_encoding_and_how_to_convert_it():
    with pytest.raises(RefusedError, match=r"looks like mac_roman: convert it with `iconv -f MACINTOSH -t UTF-8`"):
        decode(("Häufig gestellte Fragen über größere Städte. " * 20).encode("mac_roman"))


@pytest.mark.skipif(not shutil.which("iconv"), reason="this system has no iconv")
@pytest.mark.parametrize(("language", "encoding"), ENCODED)
def test_the_command_works(language, encoding):
    text = LANGUAGES[language][0]
    text = text.translate({0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-"}) if encoding == "cp850" else text
    command = ["iconv", "-f", iconv_name(likely_encoding(text.encode(encoding))), "-t", "UTF-8"]
    assert subprocess.run(command, input=text.encode(encoding), capture_output=True, check=True).stdout == text.encode()


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
