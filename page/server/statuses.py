"""What is said of an error, wherever it is met: to programs a status, to people a line."""

import logging
import math
from dataclasses import dataclass

from footnote.corpus.errors import NotFoundError, RefusedError, UsageError
from footnote.page import strings
from footnote.page.server.rate_limits import ServerBusyError, TooOftenError
from footnote.page.signin.access import ForbiddenError

_LOG = logging.getLogger("footnote.app")


@dataclass(frozen=True, slots=True)
class Status:
    """A status, and in how many seconds the same may be tried again; 0 where that does not help."""

    code: int
    seconds: float = 0.0

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say it."""
        return {"retry-after": str(math.ceil(self.seconds))} if self.seconds else {}


def status_of(error: Exception) -> Status:
    """Return what an error is called: 429, 503, 404, 403, 422 for what was asked wrongly, 500 for all else."""
    if isinstance(error, TooOftenError):
        return Status(503 if isinstance(error, ServerBusyError) else 429, error.seconds)
    if isinstance(error, NotFoundError):
        return Status(404)
    if isinstance(error, ForbiddenError):
        return Status(403)
    return Status(422 if isinstance(error, UsageError | RefusedError) else 500)


def line_of(error: Exception, edits: bool) -> str:
    """Return the line that says what went wrong; of the server itself, its folders and its model, only to an editor."""
    if edits or isinstance(error, UsageError | NotFoundError | RefusedError):
        return str(error)
    _LOG.error("%s", error)
    return strings.UNEXPECTED
