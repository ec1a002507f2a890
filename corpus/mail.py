"""A saved e-mail (``.eml``) to an article: who sent it, when, the subject, and what it says."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice

from corpus.dates import any_date
from corpus.errors import RefusedError
from corpus.found import Reading
from corpus.text import decode_as, one_line

_MAX_PARTS = 200
_ENOUGH = 200
"""A plain part shorter than this, in characters, is often a note that the message is in HTML."""


def read_mail(data: bytes) -> Reading:
    """Read a message; of its plain and its HTML text, the plain one, unless that is a stub.

    Raises:
        RefusedError: it holds no text, or is nested too deeply.
    """
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise RefusedError("it has no e-mail headers; save the message as .eml again, or its text as .txt")
    plain, page = _bodies(message)
    if page and len(plain.strip()) < _ENOUGH:
        from corpus.html import page_reading

        try:
            plain = page_reading(page).text
        except RefusedError:
            if not plain.strip():
                raise
    if not any(character.isalnum() for character in plain):
        raise RefusedError("there is no text in the message")
    name, address = parseaddr(_header(message, "from"))
    sender = one_line(name or address, 100)
    return Reading(
        text=plain.strip("\r\n"),
        title=one_line(_header(message, "subject")),
        authors=(sender,) if sender else (),
        publisher=one_line(_header(message, "organization"), 200),
        published=_date(_header(message, "date")),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")[:4_000]
    except (MessageError, ValueError, IndexError, TypeError, AttributeError, LookupError):
        return ""  # a header that the library cannot take apart: the message is read without it


def _date(value: str) -> str:
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return any_date(value)


def _bodies(message: EmailMessage) -> tuple[str, str]:
    """Return the first plain text, and the first HTML text, that is not an attachment."""
    found = {"text/plain": "", "text/html": ""}
    parts = list(islice(message.walk(), _MAX_PARTS + 1))
    if len(parts) > _MAX_PARTS:
        raise RefusedError(f"it has over {_MAX_PARTS} parts; save the article's text alone")
    for part in parts:
        kind = part.get_content_type()
        if kind in found and not found[kind].strip() and _disposition(part) != "attachment":
            found[kind] = _content(part)
    return found["text/plain"], found["text/html"]


def _disposition(part: EmailMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except (MessageError, ValueError, IndexError, TypeError, AttributeError, LookupError):
        return ""


def _content(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    if part.get_content_type() == "text/html":
        from corpus.html import decode_page

        return decode_page(data, charset)
    text = decode_as(data, charset)
    text = (data.decode("utf-8", "replace") if text is None else text).replace("\r\n", "\n")
    return _unfolded(text) if part.get_param("format") == "flowed" else text


def _unfolded(text: str) -> str:
    """Join the lines that ``format=flowed`` broke for the screen (RFC 3676): they end with a space."""
    return re.sub(r"(?<! ) \n(?!\n|-- $|>)", " ", text)
