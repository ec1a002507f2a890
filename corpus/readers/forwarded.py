"""A message that was forwarded in the text of another one: its own head, as mail programs write it, and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FROM = "from|von|de|da|van|från|fra"
_SUBJECT = "subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne"
_DATE = "date|sent|datum|gesendet|envoyé|fecha|enviado|data|inviato|verzonden|skickat|sendt|dato"
_OTHER = "to|an|à|a|para|aan|till|til|cc|kopie|reply-to|antwort an|importance|organization|organisation"
_FIELD = re.compile(rf"[ *]*({_FROM}|{_SUBJECT}|{_DATE}|{_OTHER})[ \u00a0]*:[*]*[ \u00a0]*(.*)", re.IGNORECASE)
_MARK = re.compile(
    r"(?:-{2,}|_{5,}|={5,}|begin forwarded|anfang der weiter|début du message|inicio del mensaje)", re.IGNORECASE
)
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_LONGEST_NOTE = 600
"""What stands above a forwarded message, in characters, when it is no article itself."""
_MOST_FIELDS = 12
_MOST_DEEP = 5


@dataclass(frozen=True, slots=True)
class ForwardedMessage:
    """A forwarded message's own text, and what its head says; empty where it says nothing."""

    text: str
    sender: str = ""
    sent: str = ""
    subject: str = ""


def forwarded(text: str) -> ForwardedMessage | None:
    """Return the message that ``text`` forwards, the innermost one; nothing when it is an ordinary message."""
    found: ForwardedMessage | None = None
    for _ in range(_MOST_DEEP):
        inner = _once(text)
        if inner is None:
            break
        found, text = inner, inner.text
    return found


def _once(text: str) -> ForwardedMessage | None:
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
            if _is_head(values) and _is_marked(lines[:n]):
                rest = "\n".join(text.split("\n")[end:])
                return _made(values, rest, quoted=line.startswith(">"))
        above += len(line)
    return None


def _fields(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """Return the fields of a head by their kinds, and the number of the line after it; blank lines may be between."""
    values: dict[str, str] = {}
    end = n = start
    while n < len(lines) and len(values) < _MOST_FIELDS:
        line = _QUOTED.sub("", lines[n]).strip()
        field = _FIELD.match(line)
        if field:
            values.setdefault(_kind(field[1].lower()), field[2].strip(" *"))
            end = n + 1
        elif line and not (n == end and lines[n][:1].isspace()):  # no blank line, and no field that goes on
            break
        n += 1
    return values, end


def _kind(name: str) -> str:
    for kind, names in (("from", _FROM), ("subject", _SUBJECT), ("date", _DATE)):
        if name in names.split("|"):
            return kind
    return name


def _is_head(values: dict[str, str]) -> bool:
    return "from" in values and len(values) >= 3 and bool({"subject", "date"} & set(values))


def _is_marked(above: list[str]) -> bool:
    """Tell by the last line above that a message follows: a program's mark, or nothing at all."""
    last = next((line for line in reversed(above) if _QUOTED.sub("", line).strip()), "")
    return not last or bool(_MARK.match(_QUOTED.sub("", last).strip()))


def _made(values: dict[str, str], rest: str, quoted: bool) -> ForwardedMessage | None:
    if quoted:
        rest = _QUOTED.sub("", rest)
    if not any(character.isalnum() for character in rest):
        return None
    return ForwardedMessage(rest.strip("\r\n"), values["from"], values.get("date", ""), values.get("subject", ""))
