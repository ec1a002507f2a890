"""The versions of an article, and what changed between them, for reading in a terminal."""

import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from footnote.cli.output import note, record, result
from footnote.corpus.errors import NotFoundError, UsageError
from footnote.index.database.version_table import Version
from footnote.index.difference import DiffPiece, difference
from footnote.index.library import Library

_LEAST = 6  # so many characters of a version's SHA-256 name it, at least
_AROUND = 60  # of what is the same between two changes, this many characters are shown on each side
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}


def full_version(versions: Sequence[Version], start: str) -> str:
    """Return the version whose SHA-256 starts with ``start``; what names none is returned as it is.

    Raises ``UsageError`` when it is too short, or names more than one.
    """
    if not start:
        return ""
    found = [each.version for each in versions if each.version.startswith(start.lower())]
    if len(start) < _LEAST or len(found) > 1:
        raise UsageError(f"--version takes a version's SHA-256, or its first {_LEAST} characters or more")
    return found[0] if found else start


def show_versions(versions: Sequence[Version], as_json: bool) -> int:
    """Print the versions of an article, the current one last."""
    if as_json:
        record([_described(each) for each in versions], indent=1)
        return 0
    for each in versions:
        fields = (each.version[:12], each.added_at, f"{each.characters:,} characters", came_from(each) or "-")
        result("\t".join([*fields, *(["current"] if each.current else [])]))
    return 0


def _described(version: Version) -> dict[str, object]:
    fields = asdict(version)
    article = {name: value for name, value in fields.pop("article").items() if name != "text"}
    return {**fields, "article": article}


def came_from(version: Version) -> str:
    """Return where a version came from, on one line; empty when that is not known."""
    kept = version.provenance
    reading = f"read as {kept.reader} at {kept.read_at}" if kept.reader else ""
    digest = f"SHA-256 {kept.bytes_sha256[:16]}" if kept.bytes_sha256 else ""
    return ", ".join(part for part in (kept.source, reading, digest) if part)


def show_difference(library: Library, versions: Sequence[Version], since: str) -> int:
    """Print what changed from a version, or the one before the current one, to the current one.

    Raises ``NotFoundError`` when there is no such version.
    """
    current = versions[-1]
    if not since and len(versions) == 1:
        note("there is one version; nothing has changed")
        return 0
    old = next((each for each in versions if each.version == since), None) if since else versions[-2]
    if old is None:
        raise NotFoundError(
            f"there is no version {since[:12]} of {current.article.id!r}; --versions lists those there are"
        )
    for name in ("title", "authors", "publisher", "published", "url"):
        before, after = getattr(old.article, name), getattr(current.article, name)
        if before != after:
            result(f"{name}: {_shown(before)} -> {_shown(after)}")
    pieces = difference(*(library.article(current.article.id, each.version).text for each in (old, current)))
    if all(piece.kind == "same" for piece in pieces):
        note("the text is the same")
    else:
        result(f"{old.version[:12]} ({old.added_at}) -> {current.version[:12]} ({current.added_at})\n")
        _print_pieces(pieces)
    return 0


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value) or "-"


def _print_pieces(pieces: Sequence[DiffPiece]) -> None:
    """Print the changes, marked as ``[-removed-]`` and ``{+added+}``, with some words around each."""
    shown = []
    for n, piece in enumerate(pieces):
        text = piece.text if piece.kind != "same" else _shortened(piece.text, n == 0, n == len(pieces) - 1)
        before, after = _MARKS[piece.kind]
        space = text[len(text.rstrip()) :]
        shown.append(f"{before}{text.rstrip()}{after}{space}" if text.strip() else text)
    for line in "".join(shown).split("\n"):
        result(textwrap.fill(line, 100, drop_whitespace=False) if line.strip() else "")


def _shortened(text: str, first: bool, last: bool) -> str:
    """Keep what stands next to a change, up to the nearest space; the rest becomes an ellipsis."""
    if len(text) <= 2 * _AROUND + 20:
        return text
    head = "" if first else text[:_AROUND].rpartition(" ")[0] + " "
    tail = "" if last else " " + text[-_AROUND:].partition(" ")[2]
    return f"{head}[…]{tail}"
