"""What a command is given to read."""

from __future__ import annotations

import sys
from pathlib import Path

from footnote.corpus.errors import UsageError


def text_of(source: str, what: str) -> str:
    """Return the text of a file, or of standard input for ``-``; ``what`` names it in an error, as in "the answer".

    Raises:
        UsageError: it cannot be read, or is not UTF-8.
    """
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source}: {what} cannot be read ({error})") from None
