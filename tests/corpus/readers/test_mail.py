"""Saved mail: sender, date, subject and words, plain or HTML, in any of the usual encodings; and what is attached."""

import base64
import html
from datetime import UTC, datetime, timedelta, timezone

import pytest
from documents import mail, one_column, pdf, rss
from pages import BODY, SAMPLES, TITLE

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.mail import read_mail as read
from footnote.corpus.sources import Refusal, SourcedArticle, read_sources

PLAIN = "\n\n".join(BODY)
PAGE = SAMPLES[0].page
SENT = datetime(2020, 5, 21, 23, 30, tzinfo=timezone(timedelta(hours=-7)))


def read_mail(data):
    return read(data).reading


def with_attachment():
    message = mail(PLAIN, sent=SENT)
    message.add_attachment("Not the article. " * 30, filename="other.txt")
    return message


def flowed():
    data = bytes(mail("The harbour of Bay Town \nclosed on Monday.\n\nIt rained.", sent=SENT))
    return data.replace(b'text/plain; charset="utf-8"', b"text/plain; charset=utf-8; format=flowed")


def forwarded():
    message = mail(PLAIN, sent=SENT)
    message.add_attachment(mail("Other words.", subject="Other"))
    return message


SAMPLES_OF_MAIL = [
    ("plain", mail(PLAIN, sent=SENT), PLAIN),
    ("html alone", mail(page=PAGE, sent=SENT), "\n\n".join([TITLE, *BODY])),
    ("both", mail(PLAIN, PAGE, sent=SENT), PLAIN),
    ("a stub and html", mail("See the HTML version.", PAGE, sent=SENT), "\n\n".join([TITLE, *BODY])),
    ("latin-1", mail(PLAIN.replace("“", '"').replace("”", '"'), charset="iso-8859-1", sent=SENT),
     PLAIN.replace("“", '"').replace("”", '"')),
    ("attachment", with_attachment(), PLAIN),
    ("flowed", flowed(), "The harbour of Bay Town closed on Monday.\n\nIt rained."),
    ("forwarded", forwarded(), PLAIN),
    ("written by hand", f"From: Mira Olsen <m@x>\nSubject: {TITLE}\nDate: 21 May 2020\n\n{PLAIN}".encode(), PLAIN),
    ("windows line ends", bytes(mail(PLAIN, sent=SENT)).replace(b"\n", b"\r\n"), PLAIN),
]  # fmt: skip


@pytest.mark.parametrize(("message", "text"), [s[1:] for s in SAMPLES_OF_MAIL], ids=[s[0] for s in SAMPLES_OF_MAIL])
def test_mail(message, text):
    reading = read_mail(bytes(message))
    assert reading.text == text
    assert (reading.title, reading.authors, reading.published) == (TITLE, ("Mira Olsen",), "2020-05-21")


class TestHeaders:
    def test_encoded_words(self):
        reading = read_mail(bytes(mail(PLAIN, sender="Zoé Müller <z@x.example>", subject="L’été à Téhéran")))
        assert (reading.authors, reading.title) == (("Zoé Müller",), "L’été à Téhéran")

    def test_an_address_without_a_name(self):
        assert read_mail(bytes(mail(PLAIN, sender="desk@bay.example"))).authors == ("desk@bay.example",)

    def test_the_organization_is_the_publisher(self):
        assert read_mail(bytes(mail(PLAIN, Organization="Bay Post"))).publisher == "Bay Post"

    def test_without_a_date_there_is_none(self):
        assert read_mail(bytes(mail(PLAIN))).published == ""
        assert datetime.now(UTC).year > 2000

    @pytest.mark.parametrize("header", [b"Date: 99 Foo 2020", b"From: <<<>>>", b"Subject: =?utf-8?b?////?=",
                                        b"From: =?x?q?a?=", b"Content-Type: text/plain; charset=no-such"])  # fmt: skip
    def test_headers_that_cannot_be_taken_apart(self, header):
        assert read_mail(header + b"\nTo: a@b\n\n" + PLAIN.encode()).text == PLAIN


class TestRefused:
    def test_without_text(self):
        with pytest.raises(RefusedError, match="no text"):
            read_mail(bytes(mail("")))

    def test_without_headers(self):
        with pytest.raises(RefusedError, match="headers"):
            read_mail(b"\n\nwords")

    def test_a_thousand_parts(self):
        part = b"--x\nContent-Type: text/plain\n\na\n"
        with pytest.raises(RefusedError, match="200 parts"):
            read_mail(b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n" + part * 1_000 + b"--x--")


NOTE = "FYI, please file this.\n\n"
GMAIL = f"""---------- Forwarded message ---------
From: Mira Olsen <mira@bay.example>
Date: Thu, 21 May 2020 at 18:05
Subject: {TITLE}
To: Ben Ray <ben@bay.example>

"""
APPLE = f"""Begin forwarded message:

> From: Mira Olsen <mira@bay.example>
> Subject: {TITLE}
> Date: 21 May 2020 at 18:05:00 CEST
> To: ben@bay.example
>
> """
OUTLOOK = f"""-----Original Message-----
From: Mira Olsen [mailto:mira@bay.example]
Sent: Thursday, May 21, 2020 6:05 PM
To: Ben Ray; Al Fo;
 Zoe Ng
Cc: desk@bay.example
Subject: {TITLE}

"""
NEW_OUTLOOK = f"""________________________________
From: Mira Olsen <mira@bay.example>
Sent: 21 May 2020 18:05
To: Ben Ray <ben@bay.example>
Subject: Fw: {TITLE}

"""
THUNDERBIRD = f"""-------- Weitergeleitete Nachricht --------
Betreff: 	{TITLE}
Datum: 	21 May 2020 18:05
Von: 	Mira Olsen <mira@bay.example>
An: 	Ben Ray <ben@bay.example>


"""
OLDEST = f"""-----Message transféré-----
De : Mira Olsen <mira@bay.example>
Envoyé : 21 May 2020 18:05
À : Ben Ray <ben@bay.example>
Objet : {TITLE}

"""


class TestForwarded:
    @pytest.mark.parametrize("head", [GMAIL, OUTLOOK, NEW_OUTLOOK, THUNDERBIRD, OLDEST, GMAIL + NEW_OUTLOOK])
    @pytest.mark.parametrize("note", [NOTE, ""])
    @pytest.mark.parametrize("subject", ["Fwd: ", "FW: ", "WG: ", "Fwd: Fwd: "])
    def test_in_the_text(self, head, note, subject):
        message = mail(note + head + PLAIN, sender="Ben Ray <ben@bay.example>", subject=subject + TITLE, sent=SENT)
        reading = read_mail(bytes(message))
        assert reading.text.rstrip() == PLAIN
        assert (reading.title, reading.authors, reading.published) == (TITLE, ("Mira Olsen",), "2020-05-21")

    @pytest.mark.parametrize("head", [GMAIL, OUTLOOK, NEW_OUTLOOK, THUNDERBIRD, OLDEST])
    @pytest.mark.parametrize("frame", ["<div class=gmail_quote>{}</div>", "<blockquote type=cite>{}</blockquote>"])
    def test_in_a_page(self, head, frame):
        lines = "<br>".join(html.escape(line) for line in head.strip().split("\n"))
        body = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
        message = mail(
            page=f"<p>{NOTE}</p>" + frame.format(f"<div>{lines}</div>{body}"), sender="Ben Ray <b@x.example>"
        )
        reading = read_mail(bytes(message))
        assert (reading.title, reading.authors, reading.published) == (TITLE, ("Mira Olsen",), "2020-05-21")
        assert reading.text.split("\n\n")[-len(BODY) :] == list(BODY)
        assert not any(word in reading.text for word in ("ben@bay", NOTE.strip()))

    def test_with_marks_of_quotation(self):
        body = NOTE + APPLE + PLAIN.replace("\n", "\n> ")
        reading = read_mail(bytes(mail(body, sender="Ben Ray <b@x.example>", subject=f"Fwd: {TITLE}")))
        assert (reading.text.rstrip(), reading.authors) == (PLAIN, ("Mira Olsen",))

    def test_what_a_reply_quotes_is_left_where_it_is(self):
        reply = f"{PLAIN}\n\n{OUTLOOK}Is there any news?"
        reading = read_mail(bytes(mail(reply, subject="Re: News", sender="Ben Ray <b@x.example>")))
        assert reading.text.startswith(PLAIN)
        assert (reading.title, reading.authors) == ("Re: News", ("Ben Ray",))

    def test_fields_in_a_story_are_no_head(self):
        story = f"{PLAIN}\n\nFrom: the harbour\nTo: the pier\nDate: any\n\nThe sign says so."
        assert read_mail(bytes(mail(story))).text.rstrip() == story

    def test_attached(self):
        message = mail("See below.", subject=f"Fwd: {TITLE}", sender="Ben Ray <b@x.example>")
        message.add_attachment(mail(PLAIN, sent=SENT))
        found = read(bytes(message))
        assert (found.reading.title, found.reading.text.strip()) == (TITLE, "See below.")
        (inner,) = found.attached
        assert inner.name == f"{TITLE}.eml"
        assert read_mail(base64.b64decode(inner.data)).text.strip() == PLAIN


def test_a_signature_is_cut_off():
    assert read_mail(bytes(mail(f"{PLAIN}\n-- \nMira Olsen, Bay Post\nUnsubscribe: https://x.example/u"))).text == PLAIN
    dashes = f"{PLAIN}\n--\n{PLAIN * 3}"
    assert read_mail(bytes(mail(dashes))).text.rstrip() == dashes


class TestAttached:
    def items(self, tmp_path, message):
        (tmp_path / "m.eml").write_bytes(bytes(message))
        return list(read_sources([str(tmp_path / "m.eml")]))

    def test_each_kind_is_read(self, tmp_path):
        message = mail("Both stories are attached.", subject="Two stories", sent=SENT)
        message.add_attachment(mail(PLAIN, PAGE, sent=SENT))
        message.add_attachment(PAGE, subtype="html", filename="page.html")
        message.add_attachment(pdf(one_column), maintype="application", subtype="pdf", filename="story.pdf")
        message.add_attachment("Café, “quoted”.", charset="utf-8", filename="word.txt")
        items = self.items(tmp_path, message)
        assert [item.article.title for item in items] == ["Two stories", TITLE, TITLE, TITLE, ""]
        assert [item.provenance.reader for item in items] == ["mail", "mail", "html", "pdf", "text"]
        assert [item.article.id for item in items][1:3] == ["m-harbour-closes-for-repairs", "m-page"]
        assert items[-1].article.text.strip() == "Café, “quoted”."
        assert items[-1].article.source == f"{tmp_path / 'm.eml'}:word.txt"

    def test_what_is_not_read_is_named(self, tmp_path):
        message = mail(PLAIN)
        message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="pier.png")
        message.add_attachment(rss(["https://a.example/"]).decode(), subtype="xml", filename="feed.xml")
        article, picture, feed = self.items(tmp_path, message)
        assert isinstance(article, SourcedArticle)
        assert isinstance(picture, Refusal)
        assert (picture.source.endswith("m.eml:pier.png"), "a picture" in picture.reason) == (True, True)
        assert "add it by itself" in feed.reason

    def test_what_belongs_to_the_looks_is_passed_over(self, tmp_path):
        message = mail(PLAIN)
        message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", cid="<logo>", disposition="inline")
        message.add_attachment(b"MII", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
        assert [type(item) for item in self.items(tmp_path, message)] == [SourcedArticle]

    def test_without_words_of_its_own(self, tmp_path):
        message = mail(" ")
        message.add_attachment(mail(PLAIN, sent=SENT))
        (item,) = self.items(tmp_path, message)
        assert (item.article.title, item.article.published) == (TITLE, "2020-05-21")

    def test_a_chain_ends(self, tmp_path):
        message = mail(PLAIN)
        for _ in range(9):
            outer = mail("See below.")
            outer.add_attachment(message)
            message = outer
        items = self.items(tmp_path, message)
        assert (len(items), type(items[-1])) == (5, Refusal)
