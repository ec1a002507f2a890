"""PDF, DOCX, mail and feeds as people have them, made for the tests of their readers."""

import io
import zipfile
from email.message import EmailMessage
from email.utils import format_datetime

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from pages import BODY, TITLE
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595, 842
FONT, LEADING = "Helvetica", 12
LONG = [f"{paragraph} It was part {n} of the story." for n, paragraph in enumerate(BODY * 4, 1)]


def pdf(draw, **metadata):
    """A PDF that ``draw(canvas)`` fills; pages end with ``showPage``."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    for name, value in metadata.items():
        getattr(canvas, f"set{name.capitalize()}")(value)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def head(canvas, title=TITLE, byline="By Mira Olsen", date="May 21, 2020"):
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(50, 780, title)
    canvas.setFont(FONT, 10)
    for n, line in enumerate(filter(None, (byline, date))):
        canvas.drawString(50, 760 - 15 * n, line)


def wrapped(paragraphs, width):
    """Lines of a column, an empty one after each paragraph."""
    return [line for text in paragraphs for line in (*simpleSplit(text, FONT, 10, width), "")]


def column(canvas, lines, x, top=700):
    for n, line in enumerate(lines):
        canvas.drawString(x, top - LEADING * n, line)


def one_column(canvas, paragraphs=BODY, **said):
    head(canvas, **said)
    column(canvas, wrapped(paragraphs, 480), 50)
    canvas.showPage()


def two_columns(canvas, by_row=False, paragraphs=LONG[:10]):
    head(canvas)
    lines = wrapped(paragraphs, 235)
    half = len(lines) // 2
    left, right = lines[:half], lines[half:]
    if by_row:  # as programs do that fill a page from top to bottom
        for n in range(len(right)):
            column(canvas, left[n : n + 1], 50, 700 - LEADING * n)
            column(canvas, right[n : n + 1], 310, 700 - LEADING * n)
    else:
        column(canvas, left, 50)
        column(canvas, right, 310)
    canvas.showPage()


def three_columns(canvas):
    head(canvas)
    lines = wrapped(LONG[:12], 155)
    third = -(-len(lines) // 3)
    for n in range(third):
        for m in range(3):
            column(canvas, lines[m * third + n : m * third + n + 1], 50 + 170 * m, 700 - LEADING * n)
    canvas.showPage()


def several_pages(canvas):
    head(canvas)
    lines = wrapped(LONG, 480)
    for page, start in enumerate(range(0, len(lines), 20), 1):
        canvas.setFont(FONT, 10)
        canvas.drawString(50, 820, "The Bay Post, Thursday edition")
        column(canvas, lines[start : start + 20], 50)
        canvas.drawString(290, 20, f"Page {page}")
        canvas.showPage()


def divided_words(canvas):
    head(canvas)
    column(canvas, ["The port author-", "ity said that the well-", "known pier is a well-known", "one, and shut."], 50)
    canvas.showPage()


def words_apart(canvas):
    """Each word is placed by itself, as word processors do for justified text."""
    head(canvas)
    for n, line in enumerate(wrapped(BODY, 480)):
        x = 50.0
        for word in line.split():
            canvas.drawString(x, 700 - LEADING * n, word)
            x += canvas.stringWidth(word + " ", FONT, 10) + 0.7
    canvas.showPage()


def scaled(canvas):
    canvas.saveState()
    canvas.scale(0.5, 0.5)
    canvas.setFont("Helvetica-Bold", 40)
    canvas.drawString(100, 1560, TITLE)
    canvas.setFont(FONT, 20)
    for n, line in enumerate(wrapped(BODY, 480)):
        canvas.drawString(100, 1400 - 2 * LEADING * n, line)
    canvas.restoreState()
    canvas.showPage()


def watermarked(canvas):
    one_column(canvas, BODY[:2])
    head(canvas, "", "", "")
    column(canvas, wrapped(BODY[2:], 480), 50)
    canvas.saveState()
    canvas.rotate(45)
    canvas.drawString(300, 300, "CONFIDENTIAL DRAFT")
    canvas.restoreState()
    canvas.showPage()


def indented(canvas):
    head(canvas)
    y = 700
    for paragraph in BODY:
        for n, line in enumerate(simpleSplit(paragraph, FONT, 10, 300)):
            canvas.drawString(62 if n == 0 else 50, y, line)
            y -= LEADING
    canvas.showPage()


def scan(canvas):
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.showPage()


# --- DOCX ---


def word(fill, **properties):
    document = docx.Document()
    document.core_properties.author = ""
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add_note(document, paragraph, number, words):
    """Add a footnote, which python-docx cannot."""
    reference = parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="{number}"/></w:r>')
    paragraph._p.append(reference)
    note = f'<w:footnote w:id="{number}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote>'
    separator = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote>'
    related = [r for r in document.part.rels.values() if r.reltype == RELATIONSHIP_TYPE.FOOTNOTES]
    if related:
        blob = related[0].target_part.blob.decode().replace("</w:footnotes>", note + "</w:footnotes>")
        related[0].target_part._blob = blob.encode()
        return
    blob = f"<w:footnotes {nsdecls('w')}>{separator}{note}</w:footnotes>".encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def add_run(paragraph, words, wrap="", **flags):
    """Add a run, in a tracked change when ``wrap`` is ``ins`` or ``del``."""
    run = paragraph.add_run(words)
    for name, value in flags.items():
        setattr(run.font, name, value)
    if wrap:
        if wrap == "del":
            run._r.find(qn("w:t")).tag = qn("w:delText")
        change = parse_xml(f'<w:{wrap} {nsdecls("w")} w:id="1" w:author="E"/>')
        run._r.addprevious(change)
        change.append(run._r)


def repacked(data, change):
    """A DOCX with ``change(name, data)`` applied to each part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


# --- mail ---


def mail(plain="", page="", sent=None, charset="utf-8", **headers):
    message = EmailMessage()
    message["From"] = headers.pop("sender", "Mira Olsen <mira@bay.example>")
    message["To"] = "desk@bay.example"
    message["Subject"] = headers.pop("subject", TITLE)
    if sent:
        message["Date"] = format_datetime(sent)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if plain or not page:
        message.set_content(plain, charset=charset)
    if page:
        (message.add_alternative if plain else message.set_content)(page, subtype="html", charset=charset)
    return message


# --- feeds ---


def rss(links, extra=""):
    items = "".join(
        f"<item><title>Story {n} &amp; more</title><link>{link}</link><dc:creator>Mira Olsen</dc:creator>"
        f"<pubDate>Thu, 2{n} May 2020 08:00:00 GMT</pubDate><description>&lt;p&gt;Teaser&lt;/p&gt;</description></item>"
        for n, link in enumerate(links)
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Bay Post</title><link>https://bay.example/</link>{extra}{items}</channel></rss>"
    ).encode()


def atom(links):
    entries = "".join(
        f'<entry><title type="text">Story {n}</title><link rel="enclosure" href="https://bay.example/x.mp3"/>'
        f'<link rel="alternate" href="{link}"/><author><name>Mira Olsen</name></author>'
        f"<updated>2021-01-01T00:00:00Z</updated><published>2020-05-2{n}T08:00:00Z</published></entry>"
        for n, link in enumerate(links)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Bay Post</title>{entries}</feed>'.encode()
