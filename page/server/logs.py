"""What happens, as log lines: for people, or as JSON for programs that collect them.

Neither questions nor passwords are in them; a question's words are, when that was asked for.
"""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path

from footnote.corpus.errors import UsageError
from footnote.page import strings

_EVENTS = logging.getLogger("footnote.events")

Field = str | int | float | bool | None | dict[str, float]


def event(name: str, level: int = logging.INFO, line: str = "", **fields: Field) -> None:
    """Log that something happened: its name, what is known of it, and a line for people where nobody collects JSON."""
    _EVENTS.log(level, "%s", line or name, extra={"name_of_event": name, "fields": fields})


class JsonLines(logging.Formatter):
    """One JSON object a line, in ASCII: nothing in it can steer a terminal or begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "name_of_event", None) or record.getMessage(),
        }
        if record.name != _EVENTS.name:
            line["logger"] = record.name
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def to_stderr() -> logging.Handler:
    """Write everything that is logged to standard error, as JSON lines; returns what does so."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    _EVENTS.setLevel(logging.INFO)
    return handler


def to_file(file: Path) -> logging.Handler:
    """Append what happens to a file that only its owner can read, as JSON lines; returns what does so.

    A file that was moved away is begun anew. Raises ``UsageError`` when it cannot be written.
    """
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        handler = WatchedFileHandler(file, encoding="utf-8")
    except OSError as error:
        raise UsageError(strings.LOG_UNWRITABLE.format(file=file, why=error)) from error
    handler.setFormatter(JsonLines())
    _EVENTS.addHandler(handler)
    _EVENTS.setLevel(logging.INFO)
    return handler


def stop(handler: logging.Handler) -> None:
    """Take back what `to_stderr` or `to_file` did."""
    for logger in (logging.getLogger(), _EVENTS):
        logger.removeHandler(handler)
    handler.close()
