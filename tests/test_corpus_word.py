"""DOCX: paragraphs, lists, tables, notes; deleted and hidden text left out."""

import io
import zipfile

import pytest
from documents import add_note, add_run, repacked, word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pages import BODY, TITLE

from corpus.errors import RefusedError
from corpus.word import read_docx


def plain(document):
    for paragraph in BODY:
        document.add_paragraph(paragraph)


def headed(document):
    document.add_heading(TITLE, 0)
    document.add_paragraph("By Mira Olsen")
    document.add_paragraph("May 21, 2020")
    plain(document)


def with_heading(document):
    document.add_heading(TITLE, 1)
    plain(document)


def with_table(document):
    document.add_paragraph(BODY[0])
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("Pier", "State", "North", "Closed\nfor six weeks"), strict=True):
        cell.text = words
    inner = table.cell(0, 0).add_table(1, 1)
    inner.cell(0, 0).text = "within"
    document.add_paragraph(BODY[1])


def with_notes(document):
    add_note(document, document.add_paragraph(BODY[0]), 1, "The report is of May 2020.")
    add_note(document, document.add_paragraph(BODY[1]), 2, "The sum is an estimate.")


def with_list(document):
    document.add_paragraph(BODY[0])
    for words in ("The ferry runs on.", "Fishing boats need a permit."):
        document.add_paragraph(words, style="List Bullet")


def with_changes(document):
    paragraph = document.add_paragraph("It costs ")
    add_run(paragraph, "9.9", "del")
    add_run(paragraph, "2.4", "ins")
    paragraph.add_run(" million euros")
    add_run(paragraph, ", and the mayor resigned", hidden=True)
    paragraph.add_run(".")


def with_link(document):
    paragraph = document.add_paragraph("Ships go to ")
    paragraph._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="a"><w:r><w:t>Old Port</w:t></w:r></w:hyperlink>')
    )
    paragraph.add_run(" now.")


def with_control(document):
    document.element.body.insert(0, parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a form.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    ))  # fmt: skip


def with_breaks(document):
    document.add_paragraph("One\nTwo\tthree")


SAMPLES = [
    ("plain", plain, "\n\n".join(BODY)),
    ("headed", headed, "\n\n".join([TITLE, "By Mira Olsen", "May 21, 2020", *BODY])),
    ("heading", with_heading, "\n\n".join([TITLE, *BODY])),
    ("table", with_table, f"{BODY[0]}\n\nPier within | State\nNorth | Closed for six weeks\n\n{BODY[1]}"),
    ("notes", with_notes,
     f"{BODY[0]}\n\n{BODY[1]}\n\n[1] The report is of May 2020.\n\n[2] The sum is an estimate."),
    ("list", with_list, f"{BODY[0]}\n\n- The ferry runs on.\n\n- Fishing boats need a permit."),
    ("changes", with_changes, "It costs 2.4 million euros."),
    ("link", with_link, "Ships go to Old Port now."),
    ("form", with_control, "In a form."),
    ("breaks", with_breaks, "One\nTwo three"),
]  # fmt: skip


@pytest.mark.parametrize(("fill", "text"), [s[1:] for s in SAMPLES], ids=[s[0] for s in SAMPLES])
def test_text(fill, text):
    assert read_docx(word(fill)).text == text


class TestMetadata:
    def test_from_the_top_of_the_text(self):
        reading = read_docx(word(headed))
        assert (reading.title, reading.authors, reading.published) == (TITLE, ("Mira Olsen",), "2020-05-21")

    def test_from_the_heading(self):
        assert read_docx(word(with_heading)).title == TITLE

    def test_from_the_properties(self):
        reading = read_docx(word(plain, title="A day at the pier", author="Ben Ray; Al Fo"))
        assert (reading.title, reading.authors) == ("A day at the pier", ("Ben Ray", "Al Fo"))

    def test_what_programs_write_there_is_no_author_and_their_date_no_date(self):
        reading = read_docx(word(plain, author="python-docx"))
        assert (reading.authors, reading.published) == ((), "")


class TestRefused:
    def test_a_bomb(self):
        data = repacked(
            word(plain), lambda name, part: part + b" " * 90_000_000 if name.endswith("styles.xml") else part
        )
        assert len(data) < 500_000
        with pytest.raises(RefusedError, match="unpacks to over 80 MB"):
            read_docx(data)

    def test_ten_thousand_parts(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for n in range(10_000):
                archive.writestr(f"word/{n}", "")
        with pytest.raises(RefusedError, match="unpacks"):
            read_docx(out.getvalue())

    def test_outside_entities_are_not_read(self, tmp_path):
        (tmp_path / "secret").write_text("the secret words")
        dtd = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'.encode()

        def change(name, part):
            if name != "word/document.xml":
                return part
            start = part.index(b"<w:document")
            return part[:start] + dtd + part[start:].replace(b"closed on Monday", b"closed &x; Monday")

        try:
            text = read_docx(repacked(word(plain), change)).text
        except RefusedError:
            return
        assert "secret" not in text

    def test_entities_within_entities_are_not_expanded(self):
        dtd = b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 1_000 + b'"><!ENTITY b "' + b"&a;" * 1_000 + b'">]>'

        def change(name, part):
            start = part.find(b"<w:document")
            return part[:start] + dtd + part[start:].replace(b"closed", b"&b;" * 100) if start >= 0 else part

        try:
            text = read_docx(repacked(word(plain), change)).text
        except RefusedError:
            return
        assert len(text) < 10_000

    def test_another_packed_file(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("content.xml", "<a/>")
        with pytest.raises(RefusedError, match="no DOCX"):
            read_docx(out.getvalue())

    def test_damage_and_emptiness(self):
        with pytest.raises(RefusedError, match="damaged"):
            read_docx(word(plain)[:3_000])
        with pytest.raises(RefusedError, match="no text"):
            read_docx(word(lambda document: None))
