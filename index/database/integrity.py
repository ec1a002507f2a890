"""What can be wrong inside the library's SQLite file, checked in SQL, and what of it can be mended there."""

from footnote.index.database import origin_table
from footnote.index.database.connection import Database
from footnote.index.database.engine import META_NUMBER
from footnote.index.database.records import CURRENT
from footnote.index.database.schema import make_words
from footnote.index.near_duplicates import signature

_MADE = META_NUMBER.format("index")
_UNSHELVED = (
    f"withdrawn_at IS NOT NULL AND made = {_MADE}"
    " AND chunks != (SELECT count(*) FROM shelf WHERE article_id = articles.id)"
)
_COUNTS = {
    "{} chunks belong to no live article": """
        SELECT count(*) FROM chunks c LEFT JOIN articles a ON a.id = c.article_id AND a.withdrawn_at IS NULL
        WHERE a.id IS NULL""",
    "{} shelved chunks belong to no withdrawn article": """
        SELECT count(*) FROM shelf c LEFT JOIN articles a ON a.id = c.article_id AND a.withdrawn_at IS NOT NULL
        WHERE a.id IS NULL""",
    "{} withdrawn articles lack chunks on the shelf, and are to be read again when they are restored": f"""
        SELECT count(*) FROM articles WHERE {_UNSHELVED}""",
    "{} chunks differ between the full-text index and the library": """
        SELECT (SELECT count(*) FROM ({words}) w WHERE w.id NOT IN (SELECT id FROM chunks))
        + (SELECT count(*) FROM chunks WHERE id NOT IN ({words}))""",
    "{} articles have no signature for finding copies, or one too many": """
        SELECT count(*) FROM articles a LEFT JOIN signatures s ON s.article_id = a.id
        WHERE (a.withdrawn_at IS NULL) != (s.article_id IS NOT NULL)""",
    "{} articles have an origin that is not one": """
        SELECT count(*) FROM articles a LEFT JOIN articles o ON o.id = a.origin WHERE a.withdrawn_at IS NULL
        AND (o.id IS NULL OR o.withdrawn_at IS NOT NULL OR o.origin != o.id OR o.rowid > a.rowid)""",
    "{} entries for finding copies belong to no article": """
        SELECT count(*) FROM bands WHERE article_id NOT IN (SELECT article_id FROM signatures)""",
    "{} articles have a version that is newer than their current one": """
        SELECT count(*) FROM articles a WHERE a.version != (SELECT v.version FROM versions v
        WHERE v.article_id = a.id ORDER BY v.number DESC LIMIT 1)""",
    "a purge was not finished, and bytes of it may be left": "SELECT count(*) FROM meta WHERE key = 'scrub'",
}


def problems(database: Database) -> list[str]:
    """Return what is wrong, in words; empty when all is well."""
    held = database.connection().words_ids
    counts = [(database.read(sql.format(words=held))[0][0], words) for words, sql in _COUNTS.items()]
    own = database.ask(lambda connection: connection.damage())
    return [*(words.format(count) for count, words in counts if count), *own]


def missing_chunks(database: Database) -> list[str]:
    """Return the live articles that have more or fewer chunks than were made of them."""
    return database.column(
        "SELECT a.id FROM articles a LEFT JOIN (SELECT article_id, count(*) AS n FROM chunks GROUP BY article_id) c"
        " ON c.article_id = a.id WHERE a.withdrawn_at IS NULL AND coalesce(c.n, 0) != a.chunks"
        f" OR a.withdrawn_at IS NULL AND a.made != {_MADE}"
    )


def repair(database: Database) -> None:
    """Make anew what is derived from articles and chunks: full text, signatures, origins; throw orphans away."""
    with database.change() as connection:
        connection.make_indexes()
        for table, state in (("chunks", "IS NULL"), ("shelf", "IS NOT NULL")):
            connection.execute(
                f"DELETE FROM {table} WHERE article_id NOT IN (SELECT id FROM articles WHERE withdrawn_at {state})"
            )
        connection.execute(f"UPDATE articles SET made = -1 WHERE {_UNSHELVED}")
        make_words(connection)
        for forget in ("DELETE FROM signatures", "DELETE FROM bands", "UPDATE articles SET origin = id"):
            connection.execute(forget)
        texts = connection.execute(f"SELECT a.id, v.text FROM {CURRENT} WHERE a.withdrawn_at IS NULL ORDER BY a.rowid")
        for article_id, text in texts.fetchall():
            origin_table.join(connection, article_id, signature(text))
