"""What can be wrong inside the library's SQLite file, checked in SQL, and what of it can be mended there."""

from __future__ import annotations

from footnote.index.database import origin_table
from footnote.index.database.connection import Database
from footnote.index.database.schema import make_words
from footnote.index.near_duplicates import signature

_UNSHELVED = (
    "withdrawn_at IS NOT NULL AND made = (SELECT value + 0 FROM meta WHERE key = 'index')"
    " AND chunks != (SELECT count(*) FROM shelf WHERE article_id = articles.id)"
)
_COUNTS = (
    (
        "SELECT count(*) FROM chunks c LEFT JOIN articles a ON a.id = c.article_id AND a.withdrawn_at IS NULL"
        " WHERE a.id IS NULL",
        "{} chunks belong to no live article",
    ),
    (
        "SELECT count(*) FROM shelf c LEFT JOIN articles a ON a.id = c.article_id AND a.withdrawn_at IS NOT NULL"
        " WHERE a.id IS NULL",
        "{} shelved chunks belong to no withdrawn article",
    ),
    (
        f"SELECT count(*) FROM articles WHERE {_UNSHELVED}",
        "{} withdrawn articles lack chunks on the shelf, and are to be read again when they are restored",
    ),
    (
        "SELECT (SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT id FROM chunks))"
        " + (SELECT count(*) FROM chunks WHERE id NOT IN (SELECT id FROM words_docsize))",
        "{} chunks differ between the full-text index and the library",
    ),
    (
        "SELECT count(*) FROM articles a LEFT JOIN signatures s ON s.article_id = a.id"
        " WHERE (a.withdrawn_at IS NULL) != (s.article_id IS NOT NULL)",
        "{} articles have no signature for finding copies, or one too many",
    ),
    (
        "SELECT count(*) FROM articles a LEFT JOIN articles o ON o.id = a.origin WHERE a.withdrawn_at IS NULL"
        " AND (o.id IS NULL OR o.withdrawn_at IS NOT NULL OR o.origin != o.id OR o.rowid > a.rowid)",
        "{} articles have an origin that is not one",
    ),
    (
        "SELECT count(*) FROM bands WHERE article_id NOT IN (SELECT article_id FROM signatures)",
        "{} entries for finding copies belong to no article",
    ),
    (
        "SELECT count(*) FROM articles a WHERE a.version != (SELECT v.version FROM versions v"
        " WHERE v.article_id = a.id ORDER BY v.number DESC LIMIT 1)",
        "{} articles have a version that is newer than their current one",
    ),
    ("SELECT count(*) FROM meta WHERE key = 'scrub'", "a purge was not finished, and bytes of it may be left"),
)


def problems(database: Database) -> list[str]:
    """Return what is wrong, in words; empty when all is well."""
    found = [f"SQLite: {row[0]}" for row in database.read("PRAGMA quick_check(5)") if row[0] != "ok"]
    found += [f"foreign key: {row}" for row in database.read("PRAGMA foreign_key_check")]
    for sql, words in _COUNTS:
        if count := database.read(sql)[0][0]:
            found.append(words.format(count))
    # the check is written as an insert, though it changes nothing
    if error := database.trial("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)"):
        found.append(f"the full-text index is damaged ({error})")
    return found


def missing_chunks(database: Database) -> list[str]:
    """Return the live articles that have more or fewer chunks than were made of them."""
    rows = database.read(
        "SELECT a.id FROM articles a LEFT JOIN (SELECT article_id, count(*) AS n FROM chunks GROUP BY article_id) c"
        " ON c.article_id = a.id WHERE a.withdrawn_at IS NULL AND coalesce(c.n, 0) != a.chunks"
        " OR a.withdrawn_at IS NULL AND a.made != (SELECT value + 0 FROM meta WHERE key = 'index')"
    )
    return [row[0] for row in rows]


def repair(database: Database) -> None:
    """Make anew what is derived from articles and chunks: full text, signatures, origins; throw orphans away."""
    with database.change() as connection:
        connection.execute("REINDEX")
        for table, state in (("chunks", "IS NULL"), ("shelf", "IS NOT NULL")):
            connection.execute(
                f"DELETE FROM {table} WHERE article_id NOT IN (SELECT id FROM articles WHERE withdrawn_at {state})"
            )
        connection.execute(f"UPDATE articles SET made = -1 WHERE {_UNSHELVED}")
        make_words(connection)
        origin_table.forget_all(connection)
        texts = connection.execute(
            "SELECT a.id, v.text FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
            " WHERE a.withdrawn_at IS NULL ORDER BY a.rowid"
        )
        for article_id, text in texts.fetchall():
            origin_table.join(connection, article_id, signature(text))
