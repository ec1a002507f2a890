"""Questions that are asked again when articles come in, and what became of them, kept in the library.

A record is JSON that whoever keeps it understands; an article that it rests on is named anywhere in it as
``article_id``, and purging the article empties the record.
"""

import secrets
from dataclasses import dataclass

from footnote.corpus.errors import UsageError
from footnote.corpus.text import storable
from footnote.index.database.connection import Database, now

MAX_WATCHES = 100
"""So many questions one owner can have asked again."""
MAX_NEWS = 200


@dataclass(frozen=True, slots=True)
class WatchedQuestion:
    """A question that is asked again: inside which limits, the record of its last answer, and when that was."""

    id: str
    owner: str
    question: str
    scope: str
    record: str
    asked_at: str
    generation: int


@dataclass(frozen=True, slots=True)
class News:
    """That the answer to what ``owner`` watches has changed; ``record`` has the one before and the one now."""

    id: int
    watch: str
    owner: str
    question: str
    told_at: str
    record: str


class Watches:
    """The watched questions of a library. Safe to use from several threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, owner: str, question: str, scope: str) -> str:
        """Watch a question; returns its id, which is the same for the same question inside the same limits.

        Raises ``UsageError`` when there are `MAX_WATCHES` of this owner already.
        """
        wanted = (owner, storable(question), scope)
        known = self._database.read("SELECT id FROM watches WHERE owner = ? AND question = ? AND scope = ?", wanted)
        if known:
            return str(known[0][0])
        if len(self.of(owner)) >= MAX_WATCHES:
            raise UsageError(f"{MAX_WATCHES} questions are watched already; take one out first")
        name = secrets.token_urlsafe(12)
        with self._database.change(visible=False) as connection:
            connection.execute("INSERT INTO watches VALUES (?, ?, ?, ?, '', ?, -1)", (name, *wanted, now()))
        return name

    def remove(self, watch: str, owner: str) -> bool:
        """Watch a question no more; tells whether it was watched."""
        with self._database.change(visible=False, erasing=True) as connection:
            done = connection.execute("DELETE FROM watches WHERE id = ? AND owner = ?", (watch, owner))
        return done.rowcount > 0

    def of(self, owner: str) -> list[WatchedQuestion]:
        """Return somebody's watched questions, the latest first."""
        rows = self._database.read("SELECT * FROM watches WHERE owner = ? ORDER BY asked_at DESC, id", (owner,))
        return [WatchedQuestion(*row) for row in rows]

    def due(self, generation: int) -> list[WatchedQuestion]:
        """Return what was not asked since the library became as it is."""
        rows = self._database.read("SELECT * FROM watches WHERE generation < ?", (generation,))
        return [WatchedQuestion(*row) for row in rows]

    def asked(self, watch: WatchedQuestion, record: str, generation: int, news: str = "") -> None:
        """Keep the answer that a question has by now, and ``news`` where it has changed."""
        with self._database.change(visible=False) as connection:
            there = connection.execute(
                "UPDATE watches SET record = ?, generation = ?, asked_at = ? WHERE id = ?",
                (record, generation, now() if news or not watch.record else watch.asked_at, watch.id),
            )
            if news and there.rowcount:
                values = (watch.id, now(), news)
                connection.execute("INSERT INTO news (watch, told_at, record) VALUES (?, ?, ?)", values)

    def news(self, owner: str | None) -> list[News]:
        """Return what has changed for somebody, or for all, the latest first; what rested on purged articles is not."""
        rows = self._database.read(
            "SELECT n.id, n.watch, w.owner, w.question, n.told_at, n.record FROM news n JOIN watches w"
            " ON w.id = n.watch WHERE w.owner = coalesce(?, w.owner) AND n.record != '' ORDER BY n.id DESC LIMIT ?",
            (owner, MAX_NEWS),
        )
        return [News(*row) for row in rows]
