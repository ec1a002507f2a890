"""What the command line prints: results to standard output, everything else to standard error."""

from __future__ import annotations

import re
import sys

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def safe(text: str) -> str:
    """Return ``text`` without what could steer a terminal: escapes, control and direction characters."""
    return _CONTROL.sub("", text)


def result(text: str) -> None:
    """Print a result."""
    print(safe(text), flush=True)


def note(text: str) -> None:
    """Print something that is not a result: progress, a repair, an error."""
    print(f"footnote: {safe(text)}", file=sys.stderr, flush=True)
