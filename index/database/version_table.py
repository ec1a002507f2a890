"""The versions of an article, and where each came from."""

from dataclasses import dataclass

from footnote.corpus.article import Article
from footnote.corpus.result import Provenance
from footnote.index.database.connection import Database
from footnote.index.database.records import FIELDS, article_from, no_article


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article: ``article`` is without text, ``characters`` the length of that.

    ``current`` is that it is the one that answers rest on, or would if the article were not withdrawn.
    """

    article: Article
    version: str
    added_at: str
    provenance: Provenance
    characters: int
    current: bool


def history(database: Database, article_id: str) -> list[Version]:
    """Return the versions of an article, the current one last; raises ``NotFoundError`` where there is none."""
    rows = database.read(
        f"SELECT {FIELDS}, v.version, v.added_at, v.reader, v.read_at, v.bytes_sha256, length(v.text),"
        " v.version = a.version FROM versions v JOIN articles a ON a.id = v.article_id"
        " WHERE v.article_id = ? ORDER BY v.number, v.rowid",
        (article_id,),
    )
    if not rows:
        raise no_article(article_id)
    found = []
    for *fields, version, added_at, reader, read_at, digest, characters, current in rows:
        article = article_from(fields)
        provenance = Provenance(article.source, reader, read_at, digest)
        found.append(Version(article, version, added_at, provenance, characters, bool(current)))
    return found
