"""Every error that a user can meet, as one tree.

::

    FootnoteError                 a clear line for the user; exit 1
    ├── UsageError                the command was called wrongly; exit 2
    ├── RefusedError              a source that cannot become an article
    ├── NotFoundError             an article or version that the library does not hold
    ├── LibraryError              the library cannot be opened or changed
    │   └── NewerLibraryError     it was made by a later version of Footnote
    ├── ModelError                a model that cannot be loaded or does not fit the library
    └── SuiteError                a question suite that is not well formed

A message says what is wrong and what to do next, on one line.
"""


class FootnoteError(Exception):
    """Something the user can act on; its text is one line."""

    exit_code = 1


class UsageError(FootnoteError):
    """The command or function was called in a way that cannot work."""

    exit_code = 2


class RefusedError(FootnoteError):
    """A source that cannot become an article; nothing was changed."""


class NotFoundError(FootnoteError):
    """No article, or no version of it, with this id."""


class LibraryError(FootnoteError):
    """The library cannot be opened, read or changed."""


class NewerLibraryError(LibraryError):
    """The library's schema is newer than this program knows."""


class ModelError(FootnoteError):
    """A model that cannot be loaded, or is not the one the library was made with."""


class SuiteError(FootnoteError):
    """A question suite that is not well formed; the message names file and line."""
