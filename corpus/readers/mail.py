"""A saved e-mail (``.eml``) to an article: who sent it, when, the subject, and what it says; and what is attached."""

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
from footnote.corpus.readers.html.page import decode_page, message_text
from footnote.corpus.readers.html.prose import letters
from footnote.corpus.result import ParsedArticle
from footnote.corpus.text import decode_as, one_line

_MAX_PARTS = 200
_ENOUGH = 200  # a plain part shorter than this, in characters, is often a note that the message is in HTML
_LONGEST_SIGNATURE = 1_000
_SIGNATURE = re.compile(r"\n-- ?\n(?=[^\n])")
_FORWARD = re.compile(r"(?:fwd?|wg|tr|rv|enc|doorst)\s?:\s*", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\[[^\]]*\]")
_NAMED = re.compile(r"([^<>]*)<[^<>]*>?\s*")
_NOT_READ = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
             "text/calendar", "application/ics", "text/x-vcard", "text/vcard")  # fmt: skip
_FROM = "from|von|de|da|van|från|fra"
_SUBJECT = "subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne"
_DATE = "date|sent|datum|gesendet|envoyé|fecha|enviado|data|inviato|verzonden|skickat|sendt|dato"
_KINDS = {name: kind for kind, names in (("from", _FROM), ("subject", _SUBJECT), ("date", _DATE))
          for name in names.split("|")}  # fmt: skip
_OTHER = "to|an|à|a|para|aan|till|til|cc|kopie|reply-to|antwort an|importance|organization|organisation"
_FIELD = re.compile(rf"[ *]*({_FROM}|{_SUBJECT}|{_DATE}|{_OTHER})[ \u00a0]*:[*]*[ \u00a0]*(.*)", re.IGNORECASE)
_MARK = re.compile(r"(?i)(?:-{2,}|_{5,}|={5,}|begin forwarded|anfang der weiter|début du message|inicio del mensaje)")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_LONGEST_NOTE = 600  # what stands above a forwarded message, in characters, when it is no article itself
_MOST_FIELDS = 12
_MOST_DEEP = 5
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
    Raises ``RefusedError`` when it holds no text and nothing is attached, or it has too many parts.
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
    inner = _forwarded(seen)
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
        if any(map(str.isalnum, text[: mark.start()])):
            return text[: mark.start()]
    return text


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
        inner = next(iter(part.iter_parts()), None)
        subject = _header(inner, "subject") if isinstance(inner, EmailMessage) else ""
        name = name or f"{one_line(subject.replace('/', '-'), 60) or f'message {number}'}.eml"
        data = inner.as_bytes() if inner is not None else b""
    elif part.get_content_maintype() == "text" and (text := _decoded(part)):
        data = codecs.BOM_UTF8 + text.encode(errors="replace")
    else:
        data = _payload(part)
    return Attached(name or f"attachment {number}", base64.b64encode(data).decode())


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
    if part.get_param("format") == "flowed":  # lines that were broken for the screen end with a space (RFC 3676)
        text = re.sub(r"(?<! ) \n(?!\n|-- $|>)", " ", text)
    return text


# --- a message that was forwarded in the text of another one ---


@dataclass(frozen=True, slots=True)
class _Forwarded:
    """A forwarded message's own text, and what its head, as mail programs write it, says; empty for nothing."""

    text: str
    sender: str = ""
    sent: str = ""
    subject: str = ""


def _forwarded(text: str) -> _Forwarded | None:
    """Return the message that ``text`` forwards, the innermost one; nothing when it is an ordinary message."""
    found: _Forwarded | None = None
    for _ in range(_MOST_DEEP):
        if (inner := _once(text)) is None:
            break
        found, text = inner, inner.text
    return found


def _once(text: str) -> _Forwarded | None:
    """Find a head near the top: three fields in a row, sender and subject or date among them, below a mark or nothing.

    Further down stands what a reply quotes, which is left where it is.
    """
    lines = text[: _LONGEST_NOTE + 4_000].split("\n")
    above = 0
    for n, line in enumerate(lines):
        if above > _LONGEST_NOTE:
            return None
        if _FIELD.match(_QUOTED.sub("", line)):
            values, end = _fields(lines, n)
            is_head = "from" in values and len(values) >= 3 and not values.keys().isdisjoint(("subject", "date"))
            if is_head and _is_marked(lines[:n]):
                rest = "\n".join(text.split("\n")[end:])
                rest = _QUOTED.sub("", rest) if line.startswith(">") else rest
                said = values["from"], values.get("date", ""), values.get("subject", "")
                return _Forwarded(rest.strip("\r\n"), *said) if any(map(str.isalnum, rest)) else None
        above += len(line)
    return None


def _fields(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """Return the fields of a head by their kinds, and the number of the line after it; blank lines may be between."""
    values: dict[str, str] = {}
    end = n = start
    while n < len(lines) and len(values) < _MOST_FIELDS:
        line = _QUOTED.sub("", lines[n]).strip()
        if field := _FIELD.match(line):
            name = field[1].lower()
            values.setdefault(_KINDS.get(name, name), field[2].strip(" *"))
            end = n + 1
        elif line and not (n == end and lines[n][:1].isspace()):  # no blank line, and no field that goes on
            break
        n += 1
    return values, end


def _is_marked(above: list[str]) -> bool:
    """Tell by the last line above that a message follows: a program's mark, or nothing at all."""
    last = next((line for line in reversed(above) if _QUOTED.sub("", line).strip()), "")
    return not last or bool(_MARK.match(_QUOTED.sub("", last).strip()))
