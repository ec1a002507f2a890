"""Hostile files: hundreds of them, each read or refused with the reason, in time, in memory, and without a trace."""

import io
import json
import random
import socket
import time
import zipfile
import zlib
from functools import partial
from pathlib import Path

import pytest
from documents import atom, mail, one_column, pdf, repacked, rss, two_columns, word
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pages import BODY, SAMPLES, TITLE

from footnote.corpus.errors import RefusedError
from footnote.corpus.result import Refusal, SourcedArticle
from footnote.corpus.sandbox.process import Sandbox, SandboxLimits
from footnote.corpus.sources import read_sources

PLAIN = "\n\n".join(BODY)
MARKDOWN = (
    f"---\ntitle: {TITLE}\nauthors: [A B]\n---\n# {TITLE}\n\n{PLAIN}\n\n- [b](c)\n\n| a | b |\n|---|---|\n| 1 | 2 |"
)
LINES = "".join(json.dumps({"id": str(n), "title": TITLE, "text": PLAIN}) + "\n" for n in range(3))
REAL = {
    "html": [sample.data for sample in SAMPLES[:5]],
    "pdf": [pdf(one_column), pdf(two_columns), pdf(lambda c: (c.setPageCompression(0), one_column(c)))],
    "docx": [word(lambda d: [d.add_heading(TITLE, 1), d.add_table(2, 2), d.add_paragraph(PLAIN)])],
    "eml": [bytes(mail(PLAIN)), bytes(mail(PLAIN[:50], SAMPLES[0].page))],
    "md": [MARKDOWN.encode()],
    "jsonl": [LINES.encode()],
    "txt": [f"{TITLE}\nBy Mira Olsen\n\n{PLAIN}".encode()],
}
NASTY = [
    b"\0", b"\xff" * 9, b"\x1b[31m", "\u202e\u2066".encode(), b"<!DOCTYPE", b"&lol;", b"%s%n", b"../" * 9, b"[" * 999,
    b"<div>" * 300, b"/Kids [1 0 R]", b"-1", b"9" * 40, b"\r\n\r\n", b"--x\n", b"<![CDATA[", b"]]>", b"{", b'"', b"NaN",
]  # fmt: skip
MUTATIONS = 56


def mutated(data, seed):
    """A real file with a few of its bytes changed, cut, moved, doubled, or made nasty."""
    choose = random.Random(seed)
    data = bytearray(data)
    for _ in range(choose.randint(1, 8)):
        at, end = sorted(choose.randrange(len(data) + 1) for _ in range(2))
        end = min(end, at + 400)
        match choose.randrange(6):
            case 0:
                for n in range(at, end, 7):
                    data[n] ^= 1 << choose.randrange(8)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * 20
            case 3:
                data[at:at] = choose.choice(NASTY)
            case 4:
                data[at:end] = bytes(choose.randrange(256) for _ in range(end - at))
            case _:
                data[at:end] = choose.choice(NASTY)
    return bytes(data)[: choose.choice([len(data), len(data), len(data) // 2])]


@pytest.fixture
def no_trace(tmp_path, monkeypatch):
    """Fail on any connection; and on any file written, in the working folder or beside it."""
    (tmp_path / "here").mkdir()
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    tried = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: tried.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **_: tried.append(arguments))
    yield tmp_path / "files"
    assert tried == []
    assert list((tmp_path / "here").iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"here", "files"}


def checked(sources, limit=10.0):
    """Read sources; each item in time, and with nothing in it that could steer a terminal or hide."""
    items = []
    started = time.monotonic()
    for item in read_sources(list(map(str, sources))):
        assert time.monotonic() - started < limit, sources
        started = time.monotonic()
        items.append(item)
        if isinstance(item, Refusal):
            assert item.reason
            assert "\n" not in item.reason
            assert item.reason.isprintable()
            continue
        article = item.article
        for value in (article.id, article.title, *article.authors, article.publisher, article.published):
            assert value.isprintable(), value
            assert not set(value) & set("\u202e\u2066\u200b\x1b\n")
        assert any(c.isalnum() for c in article.text)
        assert "\r" not in article.text
        assert "\0" not in article.text
        article.text.encode()
    assert items
    return items


@pytest.mark.parametrize("suffix", REAL)
@pytest.mark.slow
def test_mutated_files(no_trace, suffix):
    names = []
    for seed in range(MUTATIONS):
        names.append(no_trace / f"{seed:03}.{suffix}")
        names[-1].write_bytes(mutated(REAL[suffix][seed % len(REAL[suffix])], f"{suffix}{seed}"))
    before = {name: name.read_bytes() for name in names}
    items = checked([no_trace])
    told = {
        (item.source if isinstance(item, Refusal) else item.article.source).partition(f".{suffix}")[0] for item in items
    }
    assert len(told) == MUTATIONS, "each file is told about"
    assert {name: name.read_bytes() for name in names} == before


# --- made to do harm ---


def objects(*bodies):
    """A PDF of the given objects, the first its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
SHEET = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>"


def stream(data, filters=b"/FlateDecode", more=b""):
    return b"<</Length %d/Filter[%s]%s>>stream\n" % (len(data), filters, more) + data + b"\nendstream"


def bomb(size, times=1):
    data = b" " * size
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def packed(*parts, name="word/document.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(name, part)
    return out.getvalue()


def docx_with(body, head=b""):
    start = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    new = b'<?xml version="1.0"?>' + head + start + b"<w:body>" + body + b"</w:body></w:document>"
    return repacked(REAL["docx"][0], lambda name, part: new if name == "word/document.xml" else part)


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)) + b"]>"  # fmt: skip
OUTSIDE = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'

CRAFTED = {
    "tags.html": b"<div>" * 200_000 + b"words",
    "unclosed.html": b"<p><b><i><a>" * 50_000 + b"words",
    "attribute.html": b"<p a='" + b"x" * 5_000_000 + b"'>words",
    "entities.html": b"<p>" + b"&amp;&#x41;&bogus;&#99999999999;" * 50_000,
    "laughs.xhtml": LAUGHS + b"<html><body><p>words &m;</p></body></html>",
    "outside.xhtml": OUTSIDE + b"<html><body><p>words &a;</p></body></html>",
    "frames.html": b"<iframe src=http://127.0.0.1:9/></iframe><img src=http://127.0.0.1:9/><link href=http://127.0.0.1:9/>words",
    "refresh.html": b"<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><p>words",
    "sheet.html": b"<style>" + b".a{" * 100_000 + b"</style><p class=a>words",
    "comments.html": b"<style>" + b"/*" * 500_000 + b"</style><p>words",
    "json.html": b"<script type=application/ld+json>" + b"[" * 100_000 + b"</script><p>words",
    "meta.html": b"<meta name=author content='" + b"a, " * 100_000 + b"'><p>words",
    "title.html": "<title>a\x1b[31m\u202eb\u2066\ue000\nc\x07</title><p>words".encode(),
    "spaces.html": b"<p>a" + b" \n" * 100_000 + b"b",
    "charset.html": b"<meta charset=" + b"a" * 3_000 + b"><p>words \xff",
    "codec.html": b"<meta charset=rot13><p>words",
    "unzips.html": b"<meta charset=zlib><p>words",
    "utf7.html": b"<meta charset=utf-7><p>+ADw-script+AD4-words",
    "tables.html": b"<table><tr><td>" * 100 + b"<p>a<p>b" + b"</table>" * 100,
    "rows.html": b"<table>" + b"<tr><td>a<td>b" * 5_000 + b"</table>",
    "empty.pdf": b"%PDF-1.7\n",
    "itself.pdf": objects(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
    "count.pdf": objects(CATALOGUE, b"<</Type/Pages/Kids[]/Count 2147483647>>"),
    "kids.pdf": objects(CATALOGUE, b"<</Type/Pages/Count 9/Kids[" + b"3 0 R " * 100_000 + b"]>>", SHEET, b"0"),
    "flate.pdf": objects(CATALOGUE, PAGES, SHEET, stream(bomb(300_000_000))),
    "twice.pdf": objects(CATALOGUE, PAGES, SHEET, stream(bomb(100_000_000, 2), b"/FlateDecode/FlateDecode")),
    "form.pdf": objects(CATALOGUE, PAGES, SHEET, stream(zlib.compress(b"/X Do " * 50), more=b"/Subtype/Form"
                        b"/Resources<</XObject<</X 4 0 R>>>>")),
    "nested.pdf": objects(CATALOGUE, PAGES, SHEET, b"[" * 50_000),
    "names.pdf": objects(CATALOGUE, b"<<" * 20_000),
    "q.pdf": objects(CATALOGUE, PAGES, SHEET, stream(zlib.compress(b"q " * 1_000_000))),
    "predictor.pdf": objects(
        CATALOGUE, PAGES, SHEET, stream(bomb(99), more=b"/DecodeParms[<</Predictor 15/Columns 999999999>>]")
    ),
    "lzw.pdf": objects(CATALOGUE, PAGES, SHEET, stream(b"\x80\x0b\x60\x50" * 90_000, b"/LZWDecode")),
    "startxref.pdf": b"%PDF-1.7\nstartxref\n0\n%%EOF" * 1_000,
    "prev.pdf": objects(CATALOGUE, PAGES, SHEET, stream(bomb(9))).replace(b"/Root", b"/Prev 9/Root"),
    "script.pdf": objects(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", PAGES, SHEET,
                              stream(zlib.compress(b"BT /F 9 Tf (words) Tj ET"))),
    "bomb.docx": packed(b" " * 200_000_000),
    "parts.docx": packed(*[b"a"] * 1),
    "climb.docx": packed(b"evil", name="../../../../tmp/evil"),
    "absolute.docx": packed(b"evil", name="/tmp/evil"),
    "laughs.docx": docx_with(b"<w:p><w:r><w:t>words &m;</w:t></w:r></w:p>", LAUGHS),
    "outside.docx": docx_with(b"<w:p><w:r><w:t>words &a;</w:t></w:r></w:p>", OUTSIDE),
    "nested.docx": docx_with(b"<w:tbl><w:tr><w:tc>" * 200 + b"</w:tc></w:tr></w:tbl>" * 200),
    "deep.docx": docx_with(b"<w:p>" * 5_000 + b"</w:p>" * 5_000),
    "runs.docx": docx_with(b"<w:p>" + b"<w:r><w:t>a</w:t></w:r>" * 100_000 + b"</w:p>"),
    "nothing.docx": packed(b""),
    "parts.eml": b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\nSubject: b\n\na\n" * 50_000,
    "nested.eml": b"From: a\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)) + b"\nwords",
    "messages.eml": b"From: a\nSubject: s\nTo: b\n" + b"Content-Type: message/rfc822\n\n" * 2_000 + b"\nwords",
    "headers.eml": b"From: a\nTo: b\nSubject: " + b"=?utf-8?q?=61?= " * 20_000 + b"\n\nwords",
    "brackets.eml": b"From: " + b"(" * 20_000 + b"\nTo: b\nSubject: s\n\nwords",
    "escape.eml": b"From: =?utf-8?q?=1B=5B31m?= <a@b>\nTo: b\nSubject: =?utf-8?q?a=0Ab=E2=80=AEc?=\n\nwords",
    "boundary.eml": b"From: a\nContent-Type: multipart/mixed; boundary=\"" + b"x" * 10_000 + b"\"\n\nwords",
    "attached.eml": b"From: a\nTo: b\nSubject: s\nContent-Disposition: attachment; filename=\"../../evil\"\n\nwords",
    "base64.eml": b"From: a\nTo: b\nSubject: s\nContent-Transfer-Encoding: base64\n\n" + b"=" * 100_000 + b"d29yZHM=",
    "quotes.md": b"> " * 50_000 + b"words",
    "brackets.md": b"[" * 50_000 + b"words" + b"]" * 50_000,
    "links.md": b"[a](" * 17_000 + b"words",
    "stars.md": b"*a **a " * 12_000,
    "ticks.md": b"".join(b"`" * n + b" a " for n in range(1, 400)),
    "html.md": b"<a " * 30_000 + b"\n\nwords",
    "lists.md": b"".join(b" " * n + b"- a\n" for n in range(1_500)),
    "yaml.md": b"---\na: &a [x]\nb: [*a, *a]\n---\nwords",
    "python.md": b"---\ntitle: !!python/object/apply:os.system [touch evil]\n---\nwords",
    "binary.md": b"---\ntitle: !!binary aGVsbG8=\nauthors: !!set {a, b}\n---\nwords",
    "climb.md": b"---\nid: ../../../etc/passwd\ntitle: a\n---\nwords",
    "escape.md": b'---\nid: "a\\x1b[31m"\n---\nwords',
    "escape2.md": b'---\ntitle: "a\\x1b[31m\\u202eb"\npublisher: "\\u2066x"\n---\nwords',
    "deep.jsonl": b"[" * 500_000,
    "keys.jsonl": b'{"text": "a", ' + b'"a": 1, ' * 200_000 + b'"b": 2}',
    "escape.jsonl": b'{"text": "a", "title": "\\u001b[31m\\u202e", "authors": ["\\u0000b\\ud800"]}',
    "number.jsonl": b'{"text": "a", "x": 1e999999999, "y": -0, "z": NaN}',
    "lines.jsonl": b"\n" * 300_000,
    "blank.txt": b"a" + b" " * 2_000_000 + b"b",
    "brackets.txt": b"[1]" * 500_000 + b"x",
    "newlines.txt": b"a" + b"\n" * 3_000_000 + b"b",
    "bytitle.txt": b"By " * 30_000,
    "names.txt": b"Aa Bb " * 25_000,
    "marks.txt": ("a" + "\u0301" * 500_000).encode(),
    "tags.txt": "".join(chr(0xE0000 + n % 128) for n in range(50_000)).encode() + b"words",
    "mz.txt": b"MZ" + bytes(9_999),
}  # fmt: skip


@pytest.mark.slow
def test_files_made_to_do_harm(no_trace, monkeypatch):
    """What each yields is looked at below; those that would go on for ever are ended sooner than by default."""
    monkeypatch.setattr("footnote.corpus.sources.Sandbox", partial(Sandbox, SandboxLimits(seconds=3.0, cpu_seconds=3)))
    for name, data in CRAFTED.items():
        (no_trace / name).write_bytes(data)
    told = {}
    for item in checked([no_trace]):
        source = item.source if isinstance(item, Refusal) else item.article.source
        told[Path(source).name.partition(":")[0]] = item
    assert set(told) == set(CRAFTED)
    for name in (
        "tags.html", "flate.pdf", "twice.pdf", "bomb.docx", "climb.docx", "absolute.docx", "yaml.md", "python.md",
        "escape.md", "parts.eml", "deep.jsonl", "lines.jsonl", "mz.txt", "count.pdf", "empty.pdf",
    ):  # fmt: skip
        assert isinstance(told[name], Refusal), name
    for name in ("outside.xhtml", "outside.docx", "laughs.docx", "laughs.xhtml"):
        item = told[name]
        assert isinstance(item, Refusal) or ("root:" not in item.article.text and len(item.article.text) < 1_000), name
    for name in (
        "title.html",
        "escape2.md",
        "refresh.html",
        "utf7.html",
        "climb.md",
    ):
        assert isinstance(told[name], SourcedArticle), (name, told[name])
    assert "script" not in told["utf7.html"].article.text.partition("+")[0]
    assert told["climb.md"].article.id == "../../../etc/passwd", "kept as it is: an id is never a path"


def test_there_are_enough():
    assert MUTATIONS * len(REAL) + len(CRAFTED) >= 400


@pytest.mark.slow
def test_a_file_that_takes_for_ever_is_ended_within_ten_seconds(no_trace):
    (no_trace / "a.html").write_bytes(b"<p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">words")
    (no_trace / "b.html").write_bytes(SAMPLES[0].data)
    first, second = checked([no_trace])
    assert "over 8 seconds" in first.reason
    assert second.article.title == TITLE


@pytest.mark.parametrize("suffix", ["html", "pdf", "docx", "eml", "md", "txt"])
def test_files_that_are_too_large(no_trace, suffix):
    data = REAL[suffix][0]
    (no_trace / f"a.{suffix}").write_bytes(data + b" " * (20_000_001 - len(data)))
    (item,) = checked([no_trace], limit=3)
    assert "over the limit" in item.reason


@pytest.fixture(scope="module")
def parser():
    with Sandbox(SandboxLimits(seconds=5)) as sandbox:
        yield sandbox


@settings(max_examples=40)
@given(
    st.sampled_from(["html", "pdf", "docx", "mail", "markdown", "feed"]),
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | st.binary(max_size=50).map(b"%PDF-1.7\n".__add__),
)
@example("feed", LAUGHS + b"<rss><channel><item><link>&m;</link></item></channel></rss>")
@example("feed", OUTSIDE + b"<rss><channel><item><link>&a;</link></item></channel></rss>")
@example("feed", rss(["http://a"] * 9)[:-20])
@example("feed", atom(["\x00"]))
@pytest.mark.slow
def test_any_bytes_at_all(parser, task, data):
    options = {"base": "http://a.example/"} if task == "feed" else {}
    try:
        said = str(parser.run(task, data, **options))
    except RefusedError as error:
        said = error.args[0].replace("\n", "root:x:")  # a reason is one line
    assert said
    assert "root:x:" not in said
