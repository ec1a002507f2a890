"""Saved mail: sender, date, subject and words, plain or HTML, in any of the usual encodings."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from documents import mail
from pages import BODY, SAMPLES, TITLE

from corpus.errors import RefusedError
from corpus.mail import read_mail

PLAIN = "\n\n".join(BODY)
PAGE = SAMPLES[0].page
SENT = datetime(2020, 5, 21, 23, 30, tzinfo=timezone(timedelta(hours=-7)))


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
