"""A saved e-mail (``.eml``) to an article: who sent it, when, the subject, and what it says; and what is attached."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime

from footnote.corpus.dates import any_date
from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.forwarded import forwarded
from footnote.corpus.readers.html.page import decode_page, message_text
from footnote.corpus.readers.html.prose import letters
from footnote.corpus.result import ParsedArticle
from footnote.corpus.text import decode_as, one_line

_MAX_PARTS = 200
_ENOUGH = 200
"""A plain part shorter than this, in characters, is often a note that the message is in HTML."""
_LONGEST_SIGNATURE = 1_000
_SIGNATURE = re.compile(r"\n-- ?\n(?=[^\n])")
_FORWARD = re.compile(r"(?:fwd?|wg|tr|rv|enc|doorst)\s?:\s*", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\[[^\]]*\]")
_NAMED = re.compile(r"([^<>]*)<[^<>]*>?\s*")
_NOT_READ = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
             "text/calendar", "application/ics", "text/x-vcard", "text/vcard")  # fmt: skip
_BROKEN = (MessageError, ValueError, IndexError, TypeError, AttributeError, LookupError)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file or message that came with a message: its name, and its bytes in base 64."""

    name: str
    data: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A message: what it says itself, if it says anything, and what is attached to it."""

    reading: ParsedArticle | None
    attached: tuple[Attached, ...] = ()


def read_mail(data: bytes) -> Mail:
    """Read a message; of its plain and its HTML text, the plain one, unless that is a stub.

    Of a message that was forwarded in the text of another, the text, sender, subject and date are its own.

    Raises:
        RefusedError: it holds no text and nothing is attached, or it has too many parts.
    """
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise RefusedError("it has no e-mail headers; save the message as .eml again, or its text as .txt")
    parts = _parts(message)
    attached = tuple(_attached(part, number) for number, part in enumerate(filter(_is_attached, parts), 1))
    try:
        return Mail(_described(message, *_text([part for part in parts if not _is_attached(part)])), attached)
    except RefusedError:
        if not attached:
            raise
        return Mail(None, attached)


def _described(message: EmailMessage, text: str, seen: str) -> ParsedArticle:
    """Return a message as an article; ``seen`` is all that is seen of it, in which the head of another may stand."""
    inner = forwarded(seen)
    if inner and seen != text:
        whole = letters(inner.text)
        kept = "\n\n".join(part for part in text.split("\n\n") if letters(part) in whole)
        inner = replace(inner, text=kept or inner.text)
    subject, sender, sent = (_header(message, name) for name in ("subject", "from", "date"))
    if inner:
        text, subject, sender, sent = inner.text, inner.subject or subject, inner.sender or sender, inner.sent or sent
    author = _author(sender)
    while match := _FORWARD.match(subject):
        subject = subject[match.end() :]
    return ParsedArticle(
        text=_without_signature(text).strip("\r\n"),
        title=one_line(subject),
        authors=(author,) if author else (),
        publisher=one_line(_header(message, "organization"), 200),
        published=_date(sent),
    )


def _header(message: EmailMessage, name: str) -> str:
    return _if_whole(lambda: message.get(name))[:4_000]


def _if_whole(read: Callable[[], object]) -> str:
    """Return what is read of a header; nothing of one that the library cannot take apart."""
    try:
        return str(read() or "")
    except _BROKEN:
        return ""


def _author(sender: str) -> str:
    """Return the name in a ``From`` line, or its address where there is none; Outlook writes that in brackets."""
    sender = _BRACKETED.sub("", sender)
    named = _NAMED.fullmatch(sender)
    if named and named[1].strip(" \"'"):
        return one_line(named[1].strip(" \"'"), 100)
    name, address = parseaddr(sender)
    found = name or address if "@" in sender else sender
    return one_line(found, 100) if any(map(str.isalnum, found)) else ""


def _date(value: str) -> str:
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return any_date(value)


def _without_signature(text: str) -> str:
    """Cut a signature off: what follows a line of two hyphens (RFC 3676), when there is text above and it is short."""
    for mark in _SIGNATURE.finditer(text, max(0, len(text) - _LONGEST_SIGNATURE)):
        if any(character.isalnum() for character in text[: mark.start()]):
            return text[: mark.start()]
    return text


# --- parts ---


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """Return the parts that hold something, in order; an attached message is one part."""
    found: list[EmailMessage] = []
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart":
            waiting += reversed([each for each in part.iter_parts() if isinstance(each, EmailMessage)])
        else:
            found.append(part)
        if len(found) + len(waiting) > _MAX_PARTS:
            raise RefusedError(f"it has over {_MAX_PARTS} parts; save the article's text alone")
    return found


def _is_attached(part: EmailMessage) -> bool:
    """Tell a file or message that somebody attached from the text, and from what belongs to its looks."""
    kind = part.get_content_type()
    if kind in _NOT_READ:
        return False
    if kind == "message/rfc822" or _if_whole(part.get_content_disposition) == "attachment":
        return True
    return part.get_content_maintype() != "text" and not part.get("content-id") and bool(_name(part))


def _name(part: EmailMessage) -> str:
    return one_line(_if_whole(part.get_filename).replace("\\", "/").rpartition("/")[2], 100)


def _attached(part: EmailMessage, number: int) -> Attached:
    name = _name(part)
    if part.get_content_type() == "message/rfc822":
        inner = next((each for each in part.iter_parts()), None)
        subject = _header(inner, "subject") if isinstance(inner, EmailMessage) else ""
        name = name or f"{one_line(subject.replace('/', '-'), 60) or f'message {number}'}.eml"
        data = inner.as_bytes() if inner is not None else b""
    elif part.get_content_maintype() == "text" and (text := _decoded(part)):
        data = codecs.BOM_UTF8 + text.encode(errors="replace")
    else:
        data = _payload(part)
    return Attached(name or f"attachment {number}", base64.b64encode(data).decode())


# --- text ---


def _text(parts: list[EmailMessage]) -> tuple[str, str]:
    """Return the text of a message, and all that is seen of it."""
    plain = _first(parts, "text/plain")
    page = _first(parts, "text/html")
    if page and len(plain.strip()) < _ENOUGH:
        try:
            return message_text(page)
        except RefusedError:
            if not plain.strip():
                raise
    if not any(character.isalnum() for character in plain):
        raise RefusedError("there is no text in the message")
    return plain, plain


def _first(parts: list[EmailMessage], kind: str) -> str:
    return next((text for part in parts if part.get_content_type() == kind and (text := _decoded(part)).strip()), "")


def _payload(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _decoded(part: EmailMessage) -> str:
    data = _payload(part)
    charset = part.get_content_charset() or "utf-8"
    if part.get_content_type() == "text/html":
        return decode_page(data, charset)
    text = decode_as(data, charset)
    text = (data.decode("utf-8", "replace") if text is None else text).replace("\r\n", "\n")
    return _unfolded(text) if part.get_param("format") == "flowed" else text


def _unfolded(text: str) -> str:
    """Join the lines that ``format=flowed`` broke for the screen (RFC 3676): they end with a space."""
    return re.sub(r"(?<! ) \n(?!\n|-- $|>)", " ", text)
