"""Which articles of the library share an origin, kept with each change: SQL inside a transaction.

The origin is the first added live article that this one is a copy of, directly or through others, or itself.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from footnote.index.database.engine import Connection
from footnote.index.near_duplicates import Signature, are_copies, shared

_MOST_COMPARED = 100
"""A new article is compared with this many others at most: those with which it has the most bands in common."""
_MOST_ENTRIES = 5_000
_MOST_GROUPED = 1_000  # a group above this size is not looked through again when one of it goes


def join(connection: Connection, article_id: str, own: Signature) -> str:
    """Keep the signature of a live article and give it its origin; returns the nearest copy's id, or nothing."""
    keys = own.keys() if own.size else []
    near = _copies(connection, own, keys)
    connection.execute("INSERT INTO signatures VALUES (?, ?, ?)", (article_id, own.minima.tobytes(), own.size))
    connection.executemany("INSERT INTO bands VALUES (?, ?)", [(key, article_id) for key in keys])
    connection.execute("UPDATE articles SET origin = id WHERE id = ?", (article_id,))
    if not near:
        return ""
    # what this article is a copy of on two sides has one origin from now on: the first added
    groups = {origin for _, origin, _ in near} | {article_id}
    first = connection.execute(
        "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY rowid LIMIT 1",
        (json.dumps(sorted(groups)),),
    ).fetchone()[0]
    connection.execute(
        "UPDATE articles SET origin = ? WHERE origin IN (SELECT value FROM json_each(?)) AND withdrawn_at IS NULL",
        (first, json.dumps(sorted(groups - {first}))),
    )
    return max(near, key=lambda copy: copy[2])[0]


def leave(connection: Connection, article_id: str) -> None:
    """Forget the signature of an article that is changed or withdrawn, and group its copies without it."""
    row = connection.execute("SELECT minima, size FROM signatures WHERE article_id = ?", (article_id,)).fetchone()
    if row is None:
        return
    keys = _signature(row).keys() if row[1] else []
    connection.executemany("DELETE FROM bands WHERE key = ? AND article_id = ?", [(key, article_id) for key in keys])
    connection.execute("DELETE FROM signatures WHERE article_id = ?", (article_id,))
    origin = connection.execute("SELECT origin FROM articles WHERE id = ?", (article_id,)).fetchone()[0]
    connection.execute("UPDATE articles SET origin = id WHERE id = ?", (article_id,))
    group = "FROM articles a JOIN signatures s ON s.article_id = a.id WHERE a.origin = ?"
    rest = connection.execute(
        f"SELECT a.id, s.minima, s.size {group} ORDER BY a.rowid LIMIT ?", (origin, _MOST_GROUPED + 1)
    )
    rows = rest.fetchall()
    if len(rows) > _MOST_GROUPED:  # too many to look through again; the first of them takes its place
        connection.execute(
            "UPDATE articles SET origin = ? WHERE origin = ? AND origin != ? AND withdrawn_at IS NULL",
            (rows[0][0], origin, rows[0][0]),
        )
        return
    connection.executemany("UPDATE articles SET origin = ? WHERE id = ?", _regrouped(rows))


def _regrouped(rows: Sequence[Sequence[Any]]) -> list[tuple[str, str]]:
    """Return (origin, article id) for the articles of a group, each compared with the others; first added first."""
    ids = [row[0] for row in rows]
    signatures = [_signature(row[1:]) for row in rows]
    origin = list(range(len(ids)))
    for n, own in enumerate(signatures):
        joined = {origin[int(m)] for m in np.flatnonzero(are_copies(own, signatures[:n]))}
        if joined:
            first = min(joined)
            origin = [first if root in joined else root for root in origin]
            origin[n] = first
    return [(ids[root], article_id) for root, article_id in zip(origin, ids, strict=True)]


def _copies(connection: Connection, own: Signature, keys: Sequence[int]) -> list[tuple[str, str, float]]:
    """Return (article id, its origin, how much is shared) of the live copies of a text."""
    rows = connection.execute(
        "SELECT a.id, a.origin, s.minima, s.size FROM articles a JOIN signatures s ON s.article_id = a.id"
        " WHERE a.id IN (SELECT article_id FROM (SELECT article_id FROM bands WHERE key IN"
        " (SELECT CAST(value AS BIGINT) FROM json_each(?)) LIMIT ?) entries GROUP BY article_id"
        " ORDER BY count(*) DESC, article_id LIMIT ?) AND a.withdrawn_at IS NULL ORDER BY a.rowid",
        (json.dumps(keys), _MOST_ENTRIES, _MOST_COMPARED),
    ).fetchall()
    others = [_signature(row[2:]) for row in rows]
    parts = shared(own, others)
    return [(rows[n][0], rows[n][1], float(parts[n])) for n in np.flatnonzero(are_copies(own, others))]


def _signature(row: Sequence[Any]) -> Signature:
    return Signature(np.frombuffer(row[0], "<u4"), int(row[1]))
