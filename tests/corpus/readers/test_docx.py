"""DOCX: paragraphs, lists, tables, notes; deleted and hidden text left out."""

import io
import zipfile

import pytest
from documents import add_note, add_run, repacked, word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pages import BODY, TITLE

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.docx import read_docx
from footnote.corpus.text import raised


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


def with_raised(document):
    for before, mark, after in (
        ("It took 10", "6", " journeys."),
        ("It is 10", "-12", " of them."),
        ("On 14 m", "2", ", it says."),
        ("On the 14", "th", " of May."),
        ("They closed.", "3", " It rained."),
        ("All ferries", "4", " stopped."),
    ):
        paragraph = document.add_paragraph(before)
        add_run(paragraph, mark, superscript=True)
        paragraph.add_run(after)
    paragraph = document.add_paragraph("It took 10")
    run = paragraph.add_run("7")
    run._r.get_or_add_rPr().append(parse_xml(f'<w:position {nsdecls("w")} w:val="8"/>'))
    paragraph.add_run(" tonnes of CO")
    add_run(paragraph, "2", subscript=True)
    paragraph.add_run(".")


RAISED = [
    "It took 10⁶ journeys.", "It is 10⁻¹² of them.", "On 14 m², it says.", "On the 14th of May.",
    "They closed. It rained.", "All ferries stopped.", "It took 10⁷ tonnes of CO2.",
]  # fmt: skip


def with_formula(document):
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    paragraph = document.add_paragraph("It is ")
    paragraph._p.append(parse_xml(
        f'<m:oMath xmlns:m="{math}"><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e>'
        "<m:sup><m:r><m:t>9</m:t></m:r></m:sup></m:sSup></m:oMath>"
    ))  # fmt: skip
    paragraph.add_run(" of them.")


def text_box(words, old=False):
    """A run with a text box, as programs write it now (with a copy for old ones), or as old programs did."""
    body = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in words)
    content = f"<w:txbxContent>{body}</w:txbxContent>"
    vml = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    new = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp>'
        f"</w:drawing></mc:Choice><mc:Fallback>{vml}</mc:Fallback></mc:AlternateContent>"
    )
    return parse_xml(f"<w:r {nsdecls('w')} {spaces}>{vml if old else new}</w:r>")


def with_box(document, old=False):
    paragraph = document.add_paragraph("The pier is closed, ")
    paragraph._p.append(text_box(["In brief: 900 live here.", "It is old."], old))
    paragraph.add_run("the mayor said.")
    document.add_paragraph("It rained.")


def with_box_alone(document):
    document.add_paragraph("It rained.")
    document.add_paragraph()._p.append(text_box(["In brief: 900 live here."]))


BOX = ["The pier is closed, the mayor said.", "In brief: 900 live here.", "It is old.", "It rained."]
SAMPLES = [
    ("raised", with_raised, "\n\n".join(RAISED)),
    ("formula", with_formula, "It is 10⁹ of them."),
    ("text box", with_box, "\n\n".join(BOX)),
    ("old text box", lambda document: with_box(document, old=True), "\n\n".join(BOX)),
    ("text box alone", with_box_alone, "It rained.\n\nIn brief: 900 live here."),
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

        with pytest.raises(RefusedError, match="entities"):
            read_docx(repacked(word(plain), change))

    def test_entities_within_entities_are_not_expanded(self):
        dtd = b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 1_000 + b'"><!ENTITY b "' + b"&a;" * 1_000 + b'">]>'

        def change(name, part):
            start = part.find(b"<w:document")
            return part[:start] + dtd + part[start:].replace(b"closed", b"&b;" * 100) if start >= 0 else part

        with pytest.raises(RefusedError, match=r"entities|damaged"):
            read_docx(repacked(word(plain), change))

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


@pytest.mark.parametrize(
    ("mark", "before", "written"),
    [("6", "10", "⁶"), ("2", "km", "²"), ("2", "m", "²"), ("3", "in", ""), ("3", "at", ""), ("4", "council", ""),
     ("2.5", "10", "^2.5"), ("th", "5", "th"), ("1", "over.", "")],
)  # fmt: skip
def test_what_is_raised_after_what(mark, before, written):
    assert raised(mark, before) == written
