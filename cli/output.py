"""What the command line prints: results to standard output, everything else to standard error."""

import json
import re
import sys
from typing import TextIO

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)


def safe(text: str) -> str:
    """Return ``text`` without what could steer a terminal: escapes, control and direction characters."""
    return _CONTROL.sub("", text)


def result(text: str) -> None:
    """Print a result for reading."""
    _print(safe(text), sys.stdout)


def record(value: object, indent: int | None = None) -> None:
    """Print a result as JSON; what could steer a terminal is escaped, so that the text is exactly what was stored."""
    is_unicode = (sys.stdout.encoding or "utf-8").lower().replace("-", "").startswith("utf")
    text = json.dumps(value, ensure_ascii=not is_unicode, indent=indent)
    _print(_CONTROL.sub(lambda match: json.dumps(match.group())[1:-1], text), sys.stdout)


def note(text: str) -> None:
    """Print something that is not a result, on one line: progress, a repair, an error."""
    _print(f"footnote: {' '.join(safe(text).split())}", sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
