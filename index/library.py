"""The library: the one source of truth, in one SQLite file, or on a PostgreSQL server.

It holds articles, their versions, chunks with the spans and vectors of their sentences, and a full-text index. One
transaction adds, replaces, edits, withdraws or restores an article: a crash leaves
the old state or the new one. Every change raises ``generation``, so that other processes see it.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, NotFoundError
from footnote.corpus.result import Provenance
from footnote.index.database import chunk_table, feedback, integrity, origin_table, records, version_table
from footnote.index.database.connection import FILE_NAME as FILE_NAME
from footnote.index.database.connection import Database, now
from footnote.index.database.engine import META_NUMBER, Connection
from footnote.index.database.feedback import Feedback
from footnote.index.database.records import CHUNK_FIELDS, CURRENT, FIELDS, article_from, article_row, chunk_from
from footnote.index.database.records import IndexedWith as IndexedWith
from footnote.index.database.records import StoredChunk as StoredChunk
from footnote.index.database.version_table import Version
from footnote.index.embedding.encoder import Vectors
from footnote.index.near_duplicates import Signature, signature

METADATA = ("title", "authors", "publisher", "published", "url")
"""The fields of an article that a person may edit."""


@dataclass(frozen=True, slots=True)
class Put:
    """That an article was put into the library; ``near`` is the live article that it is a near-duplicate of, if any."""

    near: str


class Library(Database):
    """An open library. Safe to use from several threads and processes; each thread has its own connection."""

    _listed: tuple[int, list[Article]] = (-1, [])

    def identity(self) -> str:
        """Return what a derived store must have been made from: another one is of no use, and is thrown away."""
        kept = dict(self.read("SELECT key, value FROM meta"))
        made = IndexedWith.from_json(kept["indexed_with"]).digest if "indexed_with" in kept else ""
        return f"{kept.get('uid')}/{made}/{kept.get('index')}/{kept.get('epoch')}"

    def indexed_with(self) -> IndexedWith | None:
        """Return what the vectors were made with, or None in a library that never had one."""
        rows = self.read("SELECT value FROM meta WHERE key = 'indexed_with'")
        return IndexedWith.from_json(rows[0][0]) if rows else None

    def articles(self, only: Iterable[str] | None = None) -> list[Article]:
        """Return the live articles without their text, by id; with ``only``, those of them.

        All of them are kept in memory for as long as the library does not change.
        """
        if only is not None:
            live = "a.withdrawn_at IS NULL AND a.id IN (SELECT value FROM json_each(?))"
            return self._articles(live, (json.dumps(list(only)),))
        generation = self.generation()  # read first: what is kept is never older than its number
        kept = self._listed
        if kept[0] != generation:
            kept = self._listed = generation, self._articles("a.withdrawn_at IS NULL")
        return list(kept[1])

    def _articles(self, condition: str, values: Sequence[object] = ()) -> list[Article]:
        rows = self.read(f"SELECT {FIELDS} FROM {CURRENT} WHERE {condition} ORDER BY a.id", values)
        return [article_from(row) for row in rows]

    def changed_since(self, generation: int) -> set[str]:
        """Return the live articles that were added, replaced, edited or restored after ``generation``."""
        return set(self.column("SELECT id FROM articles WHERE changed > ? AND withdrawn_at IS NULL", (generation,)))

    def article(self, article_id: str, version: str = "") -> Article:
        """Return an article with its text: live, or of a version, even a replaced one; raises ``NotFoundError``."""
        where = "v.version = ?" if version else "v.version = a.version AND a.withdrawn_at IS NULL"
        held = "articles a JOIN versions v ON v.article_id = a.id"
        one = f"SELECT {FIELDS}, v.text FROM {held} WHERE a.id = ? AND {where}"
        rows = self.read(one, (article_id, version) if version else (article_id,))
        if not rows:
            raise records.no_article(article_id, f"version {version[:12]} of " if version else "")
        return article_from(rows[0][:-1], rows[0][-1])

    def texts_of(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return the text of each (article id, version), also replaced; raises ``NotFoundError`` for one not kept."""
        rows = self.read(
            f"WITH w (article_id, version) AS (VALUES {','.join(['(?, ?)'] * len(wanted))})"
            " SELECT article_id, version, v.text FROM w JOIN versions v USING (article_id, version)",
            [*chain.from_iterable(wanted)],
        )
        found = {(article_id, version): text for article_id, version, text in rows}
        if missing := next((key for key in wanted if key not in found), None):
            raise NotFoundError(f"there is no version {missing[1][:12]} of article {missing[0]!r} any more")
        return found

    def versions(self) -> dict[str, str]:
        """Return the version of each live article, by id."""
        return dict(self.read("SELECT id, version FROM articles WHERE withdrawn_at IS NULL ORDER BY id"))

    def origins(self) -> dict[str, str]:
        """Return the origin of each live article, by id: the first added article that it is a copy of, or itself."""
        return dict(self.read("SELECT id, origin FROM articles WHERE withdrawn_at IS NULL ORDER BY id"))

    def withdrawn(self) -> list[Article]:
        """Return the withdrawn articles without their text, by id."""
        return self._articles("a.withdrawn_at IS NOT NULL")

    def history(self, article_id: str) -> list[Version]:
        """Return the versions of an article, live or withdrawn, the current one last; raises ``NotFoundError``."""
        return version_table.history(self, article_id)

    def version_of(self, article_id: str) -> str | None:
        """Return the version of a live article; None when there is none."""
        rows = self.read("SELECT version FROM articles WHERE id = ? AND withdrawn_at IS NULL", (article_id,))
        return str(rows[0][0]) if rows else None

    def ids_with_version(self, version: str) -> list[str]:
        """Return the live articles whose stored text has this SHA-256."""
        held = "SELECT id FROM articles WHERE version = ? AND withdrawn_at IS NULL ORDER BY id"
        return self.column(held, (version,))

    def ids_with_url(self, url: str) -> list[str]:
        """Return the live articles that came from this address; none for an empty one."""
        live = "v.url = ? AND v.url != '' AND a.withdrawn_at IS NULL"
        return self.column(f"SELECT a.id FROM {CURRENT} WHERE {live} ORDER BY a.id", (url,))

    def source_of(self, article_id: str) -> str | None:
        """Return where the latest version of an article, live or withdrawn, came from; None when there is none."""
        rows = self.read(f"SELECT v.source FROM {CURRENT} WHERE a.id = ?", (article_id,))
        return str(rows[0][0]) if rows else None

    def edited(self, article_id: str) -> dict[str, Any]:
        """Return the fields of an article's current version that a person has set, each with what its source said."""
        rows = self.read(f"SELECT v.edited FROM {CURRENT} WHERE a.id = ?", (article_id,))
        return dict(json.loads(rows[0][0])) if rows else {}

    def digest(self) -> str:
        """Return SHA-256 over the live articles' ids and versions and what indexed them."""
        held = "".join(f"{article_id}\0{version}\0" for article_id, version in self.versions().items())
        return hashlib.sha256(f"{self.indexed_with()!r}{held}".encode()).hexdigest()

    def chunk_keys(self, only: Iterable[str] | None = None) -> list[tuple[int, str]]:
        """Return (chunk id, article id) of all live chunks, by chunk id; with ``only``, those of these articles."""
        keys = "SELECT id, article_id FROM chunks"  # of the index alone, which holds both, where no order is asked for
        if only is None:
            return sorted(self.read(keys))
        return sorted(self.read(f"{keys} WHERE article_id IN (SELECT value FROM json_each(?))", (json.dumps([*only]),)))

    def chunk_count(self) -> int:
        """Return how many chunks are live."""
        return int(self.read("SELECT count(*) FROM chunks")[0][0])

    def chunk_vectors(self, after: int = 0) -> Iterator[tuple[int, Vectors]]:
        """Yield (chunk id, vector) of the live chunks with an id above ``after``, by id."""
        for page in self.packed_vectors(after):
            yield from ((chunk_id, records.unpacked(stored)[0]) for chunk_id, stored in page)

    def packed_vectors(self, after: int = 0) -> Iterator[list[tuple[int, bytes]]]:
        """Yield what `chunk_vectors` does, a page at a time, as it is stored: `index.database.records.packed`."""
        page = "SELECT id, vector FROM chunks WHERE id > ? ORDER BY id LIMIT 2000"
        while rows := self.read(page, (after,)):
            yield rows
            after = rows[-1][0]

    def vectors_of(self, ids: Sequence[int]) -> dict[int, Vectors]:
        """Return the vectors of those of the chunks that are live, by id."""
        return {chunk_id: records.unpacked(stored)[0] for chunk_id, stored in self.packed_vectors_of(ids)}

    def packed_vectors_of(self, ids: Sequence[int]) -> list[tuple[int, bytes]]:
        """Return what `vectors_of` does as it is stored, by rising id."""
        return self.read(
            "SELECT id, vector FROM chunks WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY id",
            (json.dumps(list(ids)),),
        )

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Return the chunks that are still live, in the order of ``ids``."""
        marks = ",".join("?" * len(ids))
        rows = self.read(f"SELECT {CHUNK_FIELDS} FROM chunks WHERE id IN ({marks})", [int(n) for n in ids])
        found = {row[0]: chunk_from(row) for row in rows}
        return [found[int(n)] for n in ids if int(n) in found]

    def match_words(self, query: str, limit: int) -> list[tuple[int, float]]:
        """Return (chunk id, BM25 score) of the best chunks for an FTS5 query, best (highest) first."""
        return self.ask(lambda connection: connection.match_words(query, limit))

    def count_matches(self, query: str, most: int) -> int:
        """Return how many chunks an FTS5 query matches, counting no further than ``most``."""
        return self.ask(lambda connection: connection.count_matches(query, most))

    def owners_of(self, chunks: Collection[int]) -> dict[int, str]:
        """Return the article of each of these chunks that is live."""
        asked = "SELECT id, article_id FROM chunks WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"
        return dict(self.read(asked, (json.dumps(list(chunks)),)))

    def terms(self) -> list[str]:
        """Return the words of the full-text index, as it keeps them: in lower case, without accents, stemmed."""
        return self.ask(lambda connection: connection.terms())

    def document_frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many live chunks (title included) each stem occurs; those in none are left out."""
        return self.ask(lambda connection: connection.document_frequencies(stems))

    def feedback(self) -> list[Feedback]:
        """Return what people said about answers, oldest first."""
        return feedback.feedback(self)

    def put(
        self, article: Article, chunks: Sequence[StoredChunk], made: IndexedWith, provenance: Provenance | None = None
    ) -> Put | None:
        """Add an article, or replace it by this version, in one transaction.

        Returns None, and changes nothing, when the live version is already this one with the same metadata (another
        process may have added it meanwhile). Raises ``LibraryError`` where the vectors were made with something else
        than this library's, or the write failed.
        """
        return self.put_all([(article, chunks, provenance)], made)[0]

    def put_all(
        self, articles: Sequence[tuple[Article, Sequence[StoredChunk], Provenance | None]], made: IndexedWith
    ) -> list[Put | None]:
        """Add articles as `put` does, all in one transaction: the full-text index is written once for all."""
        signatures = [signature(article.text) for article, _, _ in articles]
        with self.change() as connection:
            self._same_index(connection, made)
            return [
                self._put(connection, article, chunks, provenance or Provenance(), own)
                for (article, chunks, provenance), own in zip(articles, signatures, strict=True)
            ]

    def _put(
        self, connection: Connection, article: Article, chunks: Sequence[StoredChunk], provenance: Provenance,
        own: Signature,
    ) -> Put | None:  # fmt: skip
        if self._is_live(article):
            return None
        origin_table.leave(connection, article.id)
        chunk_table.erase(connection, article.id)
        self._put_version(connection, article, provenance)
        connection.execute(
            "INSERT INTO articles (id, version) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET version = excluded.version, withdrawn_at = NULL",
            (article.id, article.version),
        )
        self._now_live(connection, article, chunks)
        return Put(origin_table.join(connection, article.id, own))

    def edit(
        self, known: Article, fields: Mapping[str, Any], chunks: Sequence[StoredChunk] | None, made: IndexedWith | None
    ) -> None:
        """Set metadata of a live article, keeping its text and version, in one transaction.

        ``known`` is the article as it was when the edit was made; ``fields`` are some of `METADATA`, cleaned;
        ``chunks`` are given, with what they were ``made`` with, when the title changes, which the model reads. Raises
        ``NotFoundError`` where there is no such live article; ``LibraryError`` where it has changed meanwhile, the
        vectors were made with something else than this library's, or the write failed.
        """
        article_id = known.id
        with self.change() as connection:
            if self.article(article_id) != known:
                raise LibraryError(f"{article_id!r} has been changed by somebody else meanwhile; edit it again")
            if chunks is not None:  # before the title changes, which their words are found by
                chunk_table.erase(connection, article_id)
            said = {name: getattr(known, name) for name in fields}
            edited = json.dumps({**said, **self.edited(article_id)}, ensure_ascii=False)
            _, *values, _ = article_row(replace(known, **fields))
            connection.execute(
                "UPDATE versions SET title = ?, authors = ?, publisher = ?, published = ?, url = ?, edited = ?"
                " WHERE article_id = ? AND version = ?",
                (*values, edited, article_id, known.version),
            )
            if chunks is not None and made is not None:
                self._same_index(connection, made)
                self._now_live(connection, self.article(article_id), chunks)
            else:
                connection.execute(f"UPDATE articles SET changed = {_NEXT} WHERE id = ?", (article_id,))

    def withdraw(self, article_ids: Iterable[str]) -> None:
        """Take articles out of every answer, all or none; their versions stay readable, and `restore` undoes it.

        Raises ``NotFoundError`` where one of them is not in the library.
        """
        with self.change() as connection:
            for article_id in dict.fromkeys(article_ids):
                if self.version_of(article_id) is None:
                    raise records.no_article(article_id)
                origin_table.leave(connection, article_id)
                chunk_table.shelve(connection, article_id)
                connection.execute(
                    f"UPDATE articles SET withdrawn_at = ?, changed = {_NEXT} WHERE id = ?", (now(), article_id)
                )

    def is_shelved(self, article_id: str) -> bool:
        """Tell whether a withdrawn article can come back without embedding; raises ``NotFoundError`` for another."""
        rows = self.read(
            f"SELECT made = {META_NUMBER.format('index')} FROM articles WHERE id = ? AND withdrawn_at IS NOT NULL",
            (article_id,),
        )
        if not rows:
            raise NotFoundError(f"there is no withdrawn article {article_id!r}; `footnote list --withdrawn` shows them")
        return bool(rows[0][0])

    def restore(
        self, article_ids: Iterable[str], fresh: Mapping[str, Sequence[StoredChunk]], made: IndexedWith | None
    ) -> None:
        """Let withdrawn articles answer again, all or none.

        ``fresh`` are the chunks of those that are not shelved (see `is_shelved`), ``made`` what they were made with.
        Raises ``NotFoundError`` where one of them is not withdrawn; ``LibraryError`` where one of them has no
        chunks, shelved or fresh, or the write failed.
        """
        with self.change() as connection:
            for article_id in dict.fromkeys(article_ids):
                shelved = self.is_shelved(article_id)
                connection.execute("UPDATE articles SET withdrawn_at = NULL WHERE id = ?", (article_id,))
                article = self.article(article_id)
                if shelved:
                    chunk_table.unshelve(connection, article)
                    connection.execute(f"UPDATE articles SET changed = {_NEXT} WHERE id = ?", (article_id,))
                elif article_id in fresh and made is not None:
                    self._same_index(connection, made)
                    chunk_table.erase(connection, article_id)
                    self._now_live(connection, article, fresh[article_id])
                else:
                    raise LibraryError(f"the library has moved to another model; restore {article_id!r} again")
                origin_table.join(connection, article_id, signature(article.text))

    def renew(self, article: Article, chunks: Sequence[StoredChunk], made: IndexedWith) -> None:
        """Give a live article other chunks of the same text: those that it had are damaged.

        Raises:
            LibraryError: the vectors were made with something else than this library's, or the write failed.
        """
        with self.change() as connection:
            self._same_index(connection, made)
            if self.version_of(article.id) == article.version:
                chunk_table.erase(connection, article.id)
                self._now_live(connection, article, chunks)

    def add_feedback(self, kind: str, answer: dict[str, Any], citation: int | None = None, note: str = "") -> int:
        """Keep what somebody said about an answer: see `index.database.feedback.add_feedback`."""
        return feedback.add_feedback(self, kind, answer, citation, note)

    def problems(self) -> list[str]:
        """Return what is wrong inside the database, in words; empty when all is well."""
        return integrity.problems(self)

    def repair(self) -> None:
        """Make anew, in one transaction, what SQL can make from articles and chunks: `index.database.integrity`."""
        integrity.repair(self)

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Yield (article id, version, text) of every version that is kept."""
        page = "SELECT rowid, article_id, version, text FROM versions WHERE rowid > ? ORDER BY rowid LIMIT 100"
        after = 0
        while rows := self.read(page, (after,)):
            yield from (row[1:] for row in rows)
            after = rows[-1][0]

    def _put_version(self, connection: Connection, article: Article, provenance: Provenance) -> None:
        """Keep a version; one that was there before gets this metadata, and becomes the newest."""
        kept: dict[str, Any] = {}
        if self.version_of(article.id):
            known = self.article(article.id)
            said = self.edited(article.id)
            kept = {name: said[name] for name in said if getattr(known, name) == getattr(article, name)}
        reading = (provenance.reader, provenance.read_at, provenance.bytes_sha256)
        edited = json.dumps(kept, ensure_ascii=False)
        connection.execute(
            "INSERT INTO versions (article_id, title, authors, publisher, published, url, source, version, added_at,"
            " text, reader, read_at, bytes_sha256, edited, number) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
            " (SELECT coalesce(max(number), 0) + 1 FROM versions WHERE article_id = ?))"
            f" ON CONFLICT (article_id, version) DO UPDATE SET {_REPLACED}",
            (*article_row(article), article.version, now(), article.text, *reading, edited, article.id),
        )

    def _now_live(self, connection: Connection, article: Article, chunks: Sequence[StoredChunk]) -> None:
        chunk_table.insert(connection, article, chunks)
        connection.execute(
            f"UPDATE articles SET changed = {_NEXT}, chunks = ?, made = {META_NUMBER.format('index')} WHERE id = ?",
            (len(chunks), article.id),
        )

    def _same_index(self, connection: Connection, wanted: IndexedWith) -> None:
        current = self.indexed_with()
        if current is None:
            connection.execute("INSERT INTO meta VALUES ('indexed_with', ?)", (wanted.to_json(),))
        elif current != wanted:
            raise LibraryError(records.mixed(current, wanted))

    def _is_live(self, article: Article) -> bool:
        if self.version_of(article.id) != article.version:
            return False
        known = self.articles([article.id])  # none where a damaged library has lost the text
        return bool(known) and all(getattr(known[0], name) == getattr(article, name) for name in METADATA)


_REPEATED = (*METADATA, "source", "reader", "read_at", "bytes_sha256", "edited", "number")
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in _REPEATED)
_NEXT = META_NUMBER.format("generation") + " + 1"  # the generation that a change under way will have
