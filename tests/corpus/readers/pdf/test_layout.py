"""Pages as newspapers set them: every sentence whole and in order, whatever stands around it; or a refusal."""

import io
from pathlib import Path

import pytest
import reportlab
from documents import HEIGHT, WIDTH
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.pdf.document import read_pdf

TITLE = "Upper dam to be drained for nine weeks"
STORY = (
    "The water board of Eastmere said on Friday that the upper dam will be drained for nine weeks from 4 May while its"
    " two sluice gates are replaced.",
    "Chairwoman Ilse Brandt told councillors that the repair will cost 7.2 million euros, of which the province pays"
    " one half.",
    "Drinking water will be brought by tanker to the smaller basin at Quill, she said, and the last delivery arrives"
    " there at 19:30.",
    "The farmers' league criticised the plan because, it said, sixty growers will lose their early harvest.",
    "A spokeswoman for the province answered that the losses will be repaid in autumn, and that nobody will be left"
    " alone with them.",
    "In its third report the board listed seven alternatives, among them a floating gate that was tried in 2011 and"
    " given up after a flood.",
    "The engineers estimate that the new gates will last fifty years, three times as long as those they replace.",
    "Anglers, some 400 of them a day, will be sent to the Teller lake, where the fee is suspended for the time of the"
    " repair.",
    "The official figures for leakage are difficult to find; the office of the river inspector filed none before the"
    " drought of 2018.",
    "Residents of Quill, a village of 2,300 people, fear that heavier traffic will make the lane to the clinic more"
    " dangerous for the old.",
    "So far the province has promised neither a crossing nor a limit of speed, although a spokeswoman said that both"
    " were being considered in good faith.",
    "Innkeepers near the dam expect to lose a third of their takings, according to a survey by the chamber of trade.",
)
BESIDE = ("In brief: the dam was built in 1931.", "It holds 14 million tonnes of water.", "Nobody was ever hurt there.")
registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))


def style(size=9.5, indent=0, after=6, font="Times-Roman", ragged=False):
    return ParagraphStyle(
        "body", fontName=font, fontSize=size, leading=1.2 * size, spaceAfter=after, firstLineIndent=indent,
        alignment=0 if ragged else TA_JUSTIFY,
    )  # fmt: skip


def page(frames, look, around=lambda canvas: None, story=STORY, headline=TITLE, **metadata):
    """A PDF whose text flows through frames, each left, bottom, width, height; ``around`` draws the rest."""

    def draw(canvas, document):
        if document.page == 1:
            canvas.setFont("Times-Bold", 22)
            canvas.drawString(50, 780, headline)
            canvas.setFont("Times-Roman", 10)
            canvas.drawString(50, 760, "By Ilse Toll, Eastmere, 14 January 2025")
        around(canvas)

    out = io.BytesIO()
    made = BaseDocTemplate(out, pagesize=(WIDTH, HEIGHT), invariant=1, **metadata)
    made.addPageTemplates(PageTemplate("all", [Frame(*frame, 0, 0, 0, 0) for frame in frames], onPage=draw))
    made.build([Paragraph(each, look) for each in story])
    return out.getvalue()


def columns(count, gap, look=None, **said):
    look = look or style()
    width = (495 - gap * (count - 1)) / count
    high = sum(Paragraph(each, look).wrap(width, 9_999)[1] + look.spaceAfter for each in STORY)
    height = high / count + 3 * look.fontSize
    return page([(50 + n * (width + gap), 740 - height, width, height) for n in range(count)], look, **said)


def lines(canvas, texts, x, y, size, font="Helvetica", step=1.25, width=0):
    canvas.setFont(font, size)
    for text in (line for each in texts for line in (simpleSplit(each, font, size, width) if width else [each])):
        canvas.drawString(x, y, text)
        y -= step * size


def beside(left, boxed, size=8.0):
    """One and a half columns: a wide one, and a narrow one with something else."""
    x = 50 if left else 400

    def around(canvas):
        if boxed:
            canvas.rect(x - 6, 590, 158, 120)
        lines(canvas, BESIDE, x, 690, size, width=140)

    return page([(220 if left else 50, 80, 325, 660)], style(10), around)


def box_in_column(drawn):
    def around(canvas):
        if drawn:
            canvas.rect(306, 500, 239, 80)
        lines(canvas, BESIDE, 315, 560, 8.5)

    return page([(50, 400, 239, 340), (306, 590, 239, 150), (306, 250, 239, 245)], style(), around)


def across(drawn):
    """A quotation over both columns, with each column going on below it."""

    def around(canvas):
        if drawn:
            canvas.rect(50, 540, 495, 70)
        said = ["“We had no choice but to close the dam now,”", "said Ilse Brandt, who leads the board."]
        lines(canvas, said, 110, 580, 13, "Helvetica-Bold")

    frames = [(50, 620, 239, 120), (50, 330, 239, 200), (306, 620, 239, 120), (306, 330, 239, 200)]
    return page(frames, style(), around)


def heading_across():
    """A heading over both columns, with new columns below it."""
    frames = [(50, 540, 239, 200), (306, 540, 239, 200), (50, 300, 239, 205), (306, 300, 239, 205)]
    return page(frames, style(), lambda canvas: lines(canvas, ["What happens next"], 240, 520, 12, "Helvetica-Bold"))


def drop_cap(size):
    def around(canvas):
        canvas.setFont("Times-Bold", size)
        canvas.drawString(50, 740 - 0.72 * size, STORY[0][0])
        width = canvas.stringWidth(STORY[0][0], "Times-Bold", size) + 4
        split = simpleSplit(STORY[0][1:], "Times-Roman", 9.5, 239 - width)
        high = int(0.75 * size / 11.4) + 1
        lines(canvas, split[:high], 50 + width, 731, 9.5, "Times-Roman", 1.2)
        lines(canvas, [" ".join(split[high:])], 50, 731 - 11.4 * high, 9.5, "Times-Roman", 1.2, 239)

    return page([(50, 440, 239, 235), (306, 440, 239, 300)], style(), around, STORY[1:])


def photograph():
    def around(canvas):
        canvas.rect(306, 640, 239, 100, fill=1)
        lines(canvas, ["The upper dam in a dry year, seen from the west", "bank. Photo by a reader."], 306, 630, 7.5)

    return page([(50, 450, 239, 290), (306, 350, 239, 262)], style(), around)


def two_pages():
    def around(canvas):
        lines(canvas, ["Eastmere Courier – Local news"], 50, 815, 8)
        lines(canvas, ["www.courier.example – Subscriptions: 555 0199"], 50, 25, 8)
        lines(canvas, [str(canvas.getPageNumber())], 540, 815, 8)

    return page([(50, 560, 239, 180), (306, 560, 239, 180)], style(), around)


LAYOUTS = {
    "two columns": columns(2, 18),
    "two columns, ragged": columns(2, 18, style(ragged=True)),
    "two columns, close": columns(2, 9),
    "two columns, indented": columns(2, 14, style(indent=10, after=0)),
    "two columns, wide letters": columns(2, 16, style(8, font="Vera")),
    "three columns": columns(3, 14, style(9)),
    "three columns, ragged": columns(3, 14, style(9, ragged=True)),
    "three columns, indented": columns(3, 11, style(8.5, indent=8, after=0)),
    "four columns": columns(4, 11, style(7.5, indent=8, after=0)),
    "a box at the right": beside(left=False, boxed=True),
    "a narrow column at the right": beside(left=False, boxed=False),
    "a box at the left": beside(left=True, boxed=True),
    "a narrow column at the left": beside(left=True, boxed=False),
    "a narrow column in the same type": beside(left=False, boxed=False, size=10),
    "a box in a column": box_in_column(drawn=True),
    "words between the parts of a column": box_in_column(drawn=False),
    "a box across": across(drawn=True),
    "a quotation across": across(drawn=False),
    "a heading across": heading_across(),
    "a drop cap of two lines": drop_cap(26),
    "a drop cap of three lines": drop_cap(40),
    "a drop cap of five lines": drop_cap(64),
    "a photograph over a column": photograph(),
    "running heads on two pages": two_pages(),
}


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_every_paragraph_is_whole_and_in_order(data):
    reading = read_pdf(data)
    at = [reading.text.find(each) for each in STORY]
    assert -1 not in at, STORY[at.index(-1)]
    assert at == sorted(at) or data is LAYOUTS["a quotation across"], "without a frame it may be a heading"
    assert (reading.title, reading.authors, reading.published) == (TITLE, ("Ilse Toll",), "2025-01-14")
    assert "Courier" not in reading.text
    assert "Subscriptions" not in reading.text


@pytest.mark.parametrize("name", [name for name in LAYOUTS if "box" in name or "narrow" in name])
def test_what_stands_in_a_box_is_not_lost(name):
    text = " ".join(read_pdf(LAYOUTS[name]).text.split())
    assert all(each in text for each in BESIDE) or "no choice but to close" in text


def test_footnotes():
    marked = [f"{each}<super size=6>{n}</super>" for n, each in enumerate(STORY[:3], 1)]
    inside = STORY[3].replace("plan", "plan<super size=6>4</super>")

    def around(canvas):
        for n in range(1, 5):
            lines(canvas, [str(n)], 50, 123 - 12 * n, 5)
            lines(canvas, [f"County archive, file 23{n}."], 54, 120 - 12 * n, 8)

    text = read_pdf(page([(50, 140, 495, 600)], style(10.5), around, [*marked, inside])).text
    assert "\n\n".join(STORY[:4]) in text
    assert text.endswith("\n\n".join(f"[{n}] County archive, file 23{n}." for n in range(1, 5)))


@pytest.mark.parametrize(
    "title",
    ["about:blank", "Untitled", "untitled-1", "Microsoft Word - draft.docx", "story.html", "PowerPoint Presentation",
     "70-two-columns.indd", "Layout 1", "file:///home/a/b.html", "Unbenannt 3", "Print", "", "LaTeX with hyperref"],
)  # fmt: skip
def test_what_programs_write_as_title_is_not_one(title):
    assert read_pdf(columns(2, 18, title=title)).title == TITLE


def test_the_title_on_the_page_is_the_title():
    assert read_pdf(columns(2, 18, title=f"{TITLE} – Eastmere Courier")).title == TITLE
    assert read_pdf(columns(2, 18, title="Something else altogether")).title == TITLE


def without_mapping(data):
    """A PDF whose fonts say by number alone what they show, as many programs embed them."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    inner = {"/Type": NameObject("/Font"), "/Subtype": NameObject("/CIDFontType2"), "/BaseFont": NameObject("/A")}
    held = DictionaryObject({NameObject(name): value for name, value in inner.items()})
    for each in writer.pages:
        for font in each["/Resources"]["/Font"].values():
            font.get_object().pop("/ToUnicode", None)
            font.get_object()[NameObject("/Subtype")] = NameObject("/Type0")
            font.get_object()[NameObject("/Encoding")] = NameObject("/Identity-H")
            font.get_object()[NameObject("/DescendantFonts")] = ArrayObject([held])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_letters_without_names_are_refused():
    with pytest.raises(RefusedError, match="ocrmypdf --force-ocr"):
        read_pdf(without_mapping(columns(2, 16, style(8, font="Vera"))))


def test_letters_under_false_names_are_refused():
    false = [each.translate({n: n - 29 for n in range(40, 123)}) for each in STORY]
    escaped = [each.replace("&", "&amp;").replace("<", "&lt;").replace("\x03", " ") for each in false]
    with pytest.raises(RefusedError, match="ocrmypdf --force-ocr"):
        read_pdf(columns(2, 18, story=escaped))


def test_text_over_text_is_refused():
    def around(canvas):
        lines(canvas, STORY, 60, 733, 9.5, "Times-Roman", 1.2, 239)

    with pytest.raises(RefusedError, match="cannot be told apart"):
        read_pdf(page([(50, 80, 239, 660)], style(), around))
