"""Who may ask, and who may also edit.

A server without users is one person's own: everyone who reaches it may ask, and edit unless it was told otherwise.
With users, everybody signs in; see `page.signin.sessions`.
"""

import hashlib
import hmac
import secrets
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request

from footnote.corpus.errors import UsageError
from footnote.page import strings
from footnote.page.server.scopes import USER, scope_of

MAX_NAME, MAX_PASSWORD = 100, 1000  # the longest ones, in characters
_OTHERS = 0o077


class ForbiddenError(UsageError):
    """Somebody may not do what they asked for; the text is one line for them."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may ask, and may add, edit and remove articles where ``edits`` is true."""

    name: str
    password: str = field(repr=False)
    edits: bool = False


class Access:
    """The users of a server, and what each may do.

    Without users, ``anyone_edits`` decides for all. Passwords are kept as salted hashes, in memory.
    Raises ``UsageError`` for a name that is given twice, and for a name or password that is empty or too long.
    """

    def __init__(self, users: Sequence[User] = (), anyone_edits: bool = True) -> None:
        self._salt = secrets.token_bytes(16)
        self._anyone_edits = anyone_edits
        self._edits: dict[str, bool] = {}
        self._hashes: dict[str, bytes] = {}
        for user in users:
            if user.name in self._edits:
                raise UsageError(strings.USER_TWICE.format(name=user.name))
            if not 0 < len(user.name) <= MAX_NAME or not 0 < len(user.password) <= MAX_PASSWORD:
                raise UsageError(strings.BAD_USER.format(name=MAX_NAME, password=MAX_PASSWORD))
            self._edits[user.name] = user.edits
            self._hashes[user.name] = self._hash(user.password)

    @property
    def has_users(self) -> bool:
        """Whether everybody has to sign in."""
        return bool(self._edits)

    def is_user(self, name: str) -> bool:
        """Tell whether there is a user of this name."""
        return name in self._edits

    def right(self, name: str, password: str) -> bool:
        """Tell whether this is the password of that user; takes as long for a name that nobody has."""
        kept = self._hashes.get(name)
        same = hmac.compare_digest(kept or self._salt, self._hash(password))
        return same and kept is not None

    def may_edit(self, name: str | None) -> bool:
        """Tell whether somebody may add, edit and remove articles; ``name`` is None for who has not signed in."""
        if not self.has_users:
            return self._anyone_edits
        return name is not None and self._edits.get(name, False)

    def require_edit(self, request: Request) -> None:
        """Raise ``ForbiddenError`` unless who sent this request may edit."""
        if not self.may_edit(self.user_of(request)):
            raise ForbiddenError(strings.READ_ONLY if self.has_users else strings.READ_ONLY_HERE)

    def user_of(self, request: Any) -> str | None:  # noqa: ANN401
        """Return the name of who sent a Gradio or a Starlette request; None for nobody that is a user here.

        `page.signin.sessions.SignInMiddleware` has checked it, and put it where no client can.
        """
        scope = scope_of(request)
        name = scope.get(USER) if scope else getattr(request, "username", None)
        return name if isinstance(name, str) and name in self._edits else None

    def _hash(self, password: str) -> bytes:
        return hashlib.sha256(self._salt + password.encode("utf-8", "surrogatepass")).digest()


def user_from(value: str, edits: bool) -> User:
    """Return the user of ``NAME:PASSWORD``; the password may hold colons. Raises ``UsageError`` for anything else."""
    name, colon, password = value.partition(":")
    if not (name.strip() and colon and password):
        option = "--editor" if edits else "--auth"
        raise UsageError(strings.NOT_A_LOGIN.format(option=option))
    return User(name.strip(), password, edits)


def users_from(path: Path) -> list[User]:
    """Return the users of a TOML file: a table for each, ``[ann]``, with ``password`` and perhaps ``edit = true``.

    Raises ``UsageError`` when the file cannot be read, is not of that form, or can be read by others than its owner.
    """
    try:
        with path.open("rb") as file:
            mode = path.stat().st_mode
            tables = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise UsageError(strings.AUTH_FILE_UNREADABLE.format(file=path, why=error)) from error
    if mode & _OTHERS:
        raise UsageError(strings.AUTH_FILE_OPEN.format(file=path))
    users = [_user(path, name.strip(), table) for name, table in tables.items()]
    if not users:
        raise UsageError(strings.AUTH_FILE_FORM.format(file=path, name="ann"))
    return users


def _user(path: Path, name: str, table: object) -> User:
    fields = table if isinstance(table, dict) else {}
    password, edits = fields.get("password"), fields.get("edit", False)
    if not isinstance(password, str) or not isinstance(edits, bool) or fields.keys() - {"password", "edit"}:
        raise UsageError(strings.AUTH_FILE_FORM.format(file=path, name=name))
    return User(name, password, edits)
