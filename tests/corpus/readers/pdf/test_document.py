"""PDFs: the text in the order in which a person reads it, and what the first page and the metadata say."""

import io

import pytest
from documents import (
    LONG,
    divided_words,
    indented,
    one_column,
    pdf,
    scaled,
    scan,
    several_pages,
    three_columns,
    two_columns,
    watermarked,
    words_apart,
)
from pages import BODY, TITLE
from pypdf import PdfReader, PdfWriter

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.pdf.document import read_pdf


def paragraphs(reading):
    return [block for block in reading.text.split("\n\n") if len(block) > 40]


SAMPLES = [
    ("one column", pdf(one_column), list(BODY)),
    ("two columns, one after the other", pdf(two_columns), LONG[:10]),
    ("two columns, row by row", pdf(lambda canvas: two_columns(canvas, by_row=True)), LONG[:10]),
    ("three columns", pdf(three_columns), LONG[:12]),
    ("several pages", pdf(several_pages), LONG),
    ("each word by itself", pdf(words_apart), list(BODY)),
    ("scaled", pdf(scaled), list(BODY)),
    ("a watermark across", pdf(watermarked), list(BODY)),
    ("indented paragraphs", pdf(indented), list(BODY)),
    ("not packed", pdf(lambda canvas: (canvas.setPageCompression(0), one_column(canvas))), list(BODY)),
]


@pytest.mark.parametrize(("data", "expected"), [s[1:] for s in SAMPLES], ids=[s[0] for s in SAMPLES])
def test_paragraphs_in_reading_order(data, expected):
    assert paragraphs(read_pdf(data)) == expected


@pytest.mark.parametrize("data", [s[1] for s in SAMPLES], ids=[s[0] for s in SAMPLES])
def test_title_is_the_largest_line(data):
    assert read_pdf(data).title == TITLE


def test_words_divided_at_a_line_end():
    assert (
        "The port authority said that the well-known pier is a well-known one, and shut."
        in read_pdf(pdf(divided_words)).text
    )


def test_what_no_reader_sees_is_not_in_the_text():
    def draw(canvas):
        canvas.setFont("Helvetica", 0.5)
        canvas.drawString(50, 600, "The mayor resigned on Tuesday.")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(50, 2_000, "The harbour was sold.")
        canvas.drawString(-900, 300, "The pier fell.")
        one_column(canvas)

    assert paragraphs(read_pdf(pdf(draw))) == list(BODY)


class TestMetadata:
    def test_from_the_first_page(self):
        reading = read_pdf(pdf(one_column))
        assert (reading.authors, reading.published) == (("Mira Olsen",), "2020-05-21")

    def test_from_the_file_where_the_page_says_nothing(self):
        data = pdf(
            lambda c: one_column(c, title="", byline="", date=""), title="A day at the pier", author="Ben Ray, Al Fo"
        )
        reading = read_pdf(data)
        assert (reading.title, reading.authors) == ("A day at the pier", ("Ben Ray", "Al Fo"))

    def test_what_programs_write_there_is_no_title_and_no_author(self):
        data = pdf(one_column, title="Microsoft Word - final2.docx", author="Admin")
        assert (read_pdf(data).title, read_pdf(data).authors) == (TITLE, ("Mira Olsen",))
        data = pdf(lambda c: one_column(c, byline="", date=""), title="untitled", author="anonymous")
        assert (read_pdf(data).title, read_pdf(data).authors) == (TITLE, ())

    def test_when_the_file_was_made_is_not_the_date(self):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(lambda c: one_column(c, date="")))))
        writer.add_metadata({"/CreationDate": "D:20240102030405Z", "/ModDate": "D:20240102030405Z"})
        out = io.BytesIO()
        writer.write(out)
        assert read_pdf(out.getvalue()).published == ""


class TestRefused:
    def test_a_scan(self):
        with pytest.raises(RefusedError, match="scan"):
            read_pdf(pdf(scan))

    def test_a_password(self):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(one_column))))
        writer.encrypt("secret", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        with pytest.raises(RefusedError, match="password"):
            read_pdf(out.getvalue())

    @pytest.mark.parametrize("cut", [5, 60, 400])
    def test_damage(self, cut):
        with pytest.raises(RefusedError):
            read_pdf(pdf(one_column)[:cut])

    def test_too_many_pages(self):
        with pytest.raises(RefusedError, match="2,000 pages"):
            read_pdf(pdf(lambda canvas: [canvas.showPage() for _ in range(2_001)]))
