"""JSON lines: written, and read within a bound; an error names file and line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, Strict, ValidationError

from footnote.corpus.errors import SuiteError

Text = Annotated[str, Strict()]
Share = Annotated[float, Strict(), Field(ge=0, le=1)]
Count = Annotated[int, Strict(), Field(ge=0, le=10**9)]
"""Fields of what pydantic reads back, such as a run; anybody may have put anything there."""

Kind = TypeVar("Kind")

LINE_LIMIT = 8_000_000
"""The longest line that is read, in bytes; the rest of a longer one is never loaded."""


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One JSON object, with the place it came from and typed access to its fields.

    ``null`` counts as absent everywhere. Every method raises :class:`SuiteError` when a field does not hold
    what is asked for, or is absent and required.
    """

    where: str
    values: Mapping[str, Any]

    def text(self, name: str, *, required: bool = False) -> str:
        """Return a string, empty when absent; a required one must hold more than white space."""
        value = self._typed(name, str, "a string", required) or ""
        if required and not value.strip():
            raise self.error(f"“{name}” is empty")
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise self.error(f"“{name}” holds half of a surrogate pair, which is not text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings, empty when absent."""
        return tuple(item.text(key, required=True) for key, item in self._items(name))

    def flag(self, name: str, *, required: bool = True) -> bool:
        """Return true or false; false when absent."""
        return bool(self._typed(name, bool, "true or false", required))

    def items(self, name: str) -> list[Any]:
        """Return a list of anything, empty when absent."""
        return self._typed(name, list, "a list") or []

    def rows(self, name: str) -> list[JsonRow]:
        """Return a list of objects, empty when absent."""
        found = (item._typed(key, dict, "an object", required=True) for key, item in self._items(name))
        return [JsonRow(self.where, value or {}) for value in found]

    def error(self, what: str) -> SuiteError:
        """Return the error to raise about this line."""
        return SuiteError(f"{self.where}: {what}")

    def _typed(self, name: str, kind: type[Kind], what: str, required: bool = False) -> Kind | None:
        value = self.values.get(name)
        if isinstance(value, kind) or (value is None and not required):
            return value
        raise self.error(f"“{name}” must be {what}, not {kind_of(value)}")

    def _items(self, name: str) -> Iterator[tuple[str, JsonRow]]:
        """Yield the items of a list, each as the one field of a row, with the name of that field."""
        for i, value in enumerate(self.items(name)):
            key = f"{name}[{i}]"
            yield key, JsonRow(self.where, {key: value})


def told(error: ValidationError) -> str:
    """Return the first thing that pydantic found wrong, on one line of at most 200 characters."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return " ".join(f"{place}: {first['msg']}".removeprefix(": ").split())[:200]


def kind_of(value: object) -> str:
    """Name a JSON value's type as JSON calls it."""
    names = {type(None): "missing", bool: "true or false", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")


def read_rows(path: Path, *, limit: int = LINE_LIMIT) -> Iterator[JsonRow]:
    """Yield a row for each line of a JSON lines file that is not blank.

    Raises :class:`SuiteError` for a missing file, a line over ``limit`` bytes, text that is not UTF-8, broken
    JSON, and a line that is not an object.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error
    with stream:
        for number, line in enumerate(iter(lambda: stream.readline(limit + 1), b""), start=1):
            where = f"{path}:{number}"
            if len(line) > limit:
                raise SuiteError(f"{where}: the line is longer than {limit:,} bytes; split the article")
            if line.strip():
                yield JsonRow(where, parse_object(line, where))


def as_jsonl(rows: Iterable[object]) -> str:
    """Return JSON values as lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def parse_object(line: bytes, where: str) -> dict[str, Any]:
    """Return the JSON object that a line holds, or raise :class:`SuiteError`."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SuiteError(f"{where}: not UTF-8 (byte {error.start + 1} of the line)") from error
    except json.JSONDecodeError as error:
        raise SuiteError(f"{where}: broken JSON at column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise SuiteError(f"{where}: JSON that cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise SuiteError(f"{where}: must be an object, not {kind_of(value)}")
    return value
