"""Conversations, kept in the library beside the articles that they quote: purging an article reaches what quotes it.

What a question became is a record in JSON that whoever keeps it understands. An article that it rests on is named
anywhere in it, as ``article_id``.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from footnote.corpus.text import fold, storable
from footnote.index.database.connection import Database
from footnote.index.database.engine import Connection
from footnote.index.database.feedback import quotes

MOST_LISTED = 500
UNDO = timedelta(days=1)
"""For so long a conversation that was deleted can be had back."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question, and the record of what became of it; ``link`` is the unguessable name by which it can be shown."""

    number: int
    question: str
    record: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation of the list; ``found`` is the first question that a search met, ``used_at`` ISO 8601 in UTC."""

    id: str
    name: str
    pinned: bool
    used_at: str
    found: str = ""


class ConversationStore:
    """The conversations of a library. Safe to use from several threads and processes.

    Each belongs to an ``owner``, and exists for nobody else. Raises ``LibraryError`` where the library cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, conversation: str, owner: str, turn: KeptTurn, words: str) -> None:
        """Keep a turn, in the place of one with its number; ``words`` are what a search finds it by."""
        texts = (storable(turn.question), storable(turn.record), fold(storable(words)))
        row = (conversation, turn.number, *texts, turn.link)
        with self._database.change(visible=False) as connection:
            connection.execute("DELETE FROM conversations WHERE id = ? AND deleted_at IS NOT NULL", (conversation,))
            connection.execute(
                "INSERT INTO conversations (id, owner, used_at) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at",
                (conversation, owner, _now()),
            )
            connection.execute("DELETE FROM turns WHERE conversation = ? AND number = ?", row[:2])
            connection.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)", row)

    def turns(self, conversation: str, owner: str) -> list[KeptTurn]:
        """Return the turns of somebody's conversation, oldest first; none of one that was deleted."""
        rows = self._database.read(
            "SELECT t.number, t.question, t.record, t.link FROM turns t JOIN conversations c ON c.id = t.conversation"
            " WHERE c.id = ? AND c.owner = ? AND c.deleted_at IS NULL ORDER BY t.number",
            (conversation, owner),
        )
        return [KeptTurn(*row) for row in rows]

    def linked(self, link: str) -> tuple[str, KeptTurn] | None:
        """Return a turn by its link, whoever asks, and its owner; None when there is none any more."""
        rows = self._database.read(
            "SELECT c.owner, t.number, t.question, t.record, t.link FROM turns t JOIN conversations c"
            " ON c.id = t.conversation WHERE t.link = ? AND t.link != '' AND c.deleted_at IS NULL",
            (link,),
        )
        return (rows[0][0], KeptTurn(*rows[0][1:])) if rows else None

    def epoch(self) -> str:
        """Return what changes with each purge: what was copied before may hold what was erased."""
        return self._database.meta("epoch")

    def listed(self, owner: str, words: str = "", limit: int = MOST_LISTED) -> list[Listed]:
        """Return somebody's conversations, pinned ones first, and then what was used last.

        Every word of ``words`` has to occur in one question with its answer, or in the conversation's name.
        """
        sought = ["%" + re.sub(r"([\\%_])", r"\\\1", word) + "%" for word in fold(words).split()]
        met = " AND ".join(["w.words LIKE ? ESCAPE '\\'"] * len(sought)) or "TRUE"
        named = " AND ".join(["lower(c.name) LIKE ? ESCAPE '\\'"] * len(sought)) or "TRUE"
        rows = self._database.read(
            "SELECT * FROM (SELECT c.id, CASE c.name WHEN '' THEN (SELECT t.question FROM turns t WHERE"
            " t.conversation = c.id ORDER BY t.number LIMIT 1) ELSE c.name END, c.pinned, c.used_at,"
            f" (SELECT w.question FROM turns w WHERE w.conversation = c.id AND {met} ORDER BY w.number LIMIT 1)"
            f" AS found, ({named}) AS named FROM conversations c WHERE c.owner = ? AND c.deleted_at IS NULL) listed"
            " WHERE found IS NOT NULL OR named ORDER BY pinned DESC, used_at DESC LIMIT ?",
            (*sought, *sought, owner, limit),
        )
        return [
            Listed(id_, name or "", bool(pinned), used_at, (found or "") if sought else "")
            for id_, name, pinned, used_at, found, _ in rows
        ]

    def rename(self, conversation: str, owner: str, name: str) -> bool:
        """Give a conversation a name, or with an empty one that of its first question; tells whether there is one."""
        return self._set("name = ?", storable(name), conversation, owner)

    def pin(self, conversation: str, owner: str, pinned: bool) -> bool:
        """Put a conversation first in the list, or not any more; tells whether there is one."""
        return self._set("pinned = ?", int(pinned), conversation, owner)

    def delete(self, conversation: str, owner: str, deleted: bool = True) -> bool:
        """Delete a conversation, or have it back within `UNDO`; tells whether there is one."""
        done = self._set("deleted_at = ?", _now() if deleted else None, conversation, owner)
        with self._database.change(visible=False, erasing=True) as connection:
            connection.execute("DELETE FROM conversations WHERE deleted_at < ?", (_now(-UNDO),))
        return done

    def _set(self, what: str, value: object, conversation: str, owner: str) -> bool:
        with self._database.change(visible=False) as connection:
            done = connection.execute(
                f"UPDATE conversations SET {what} WHERE id = ? AND owner = ?", (value, conversation, owner)
            )
        return done.rowcount > 0


def forget(connection: Connection, article_ids: set[str]) -> int:
    """Empty the records that name one of the articles, and those that cannot be read; returns how many.

    Those of watched questions and their news are among them. The questions stay: they are what people typed.
    """
    gone = 0
    for table in ("turns", "watches", "news"):
        key = "conversation || '/' || number" if table == "turns" else "id"
        rows = connection.execute(f"SELECT {key}, record FROM {table} WHERE record != ''").fetchall()
        named = [(name,) for name, record in rows if _names(record, article_ids)]
        words = ", words = lower(question)" if table == "turns" else ""
        connection.executemany(f"UPDATE {table} SET record = ''{words} WHERE {key} = ?", named)
        gone += len(named)
    return gone


def _names(record: str, article_ids: set[str]) -> bool:
    try:
        return quotes(json.loads(record), article_ids)
    except (ValueError, RecursionError):
        return True


def _now(later: timedelta = timedelta(0)) -> str:
    return (datetime.now(UTC) + later).isoformat(timespec="milliseconds")
