"""The unused part of Chroma's index files, which holds whatever was in the process's memory.

hnswlib makes room for vectors that are still to come, does not clear it, and writes all of it to disk when an index is
made (a small one, each time that its store is opened): words of any article that the process has read, erased ones
among them. The room is cleared here, in place; it is never read, and each vector's part is set when the vector comes.
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER = struct.Struct("=iQQQQ")
"""The start of header.bin: version, offset of the links, room (vectors), vectors, bytes of each."""
_VERSION = 1
_LENGTH_BYTES = 4


def clear_unused(folder: Path) -> None:
    """Overwrite with zeros what no vector uses, in each index below ``folder``; nothing where that is zeros already.

    Only the process that has the store open may call this, and not while it writes.

    Raises:
        OSError: a file cannot be read or written.
        ValueError: a header is not one that this knows.
    """
    for header in folder.rglob("header.bin"):
        vectors, size = _read(header)
        _clear(header.with_name("data_level0.bin"), vectors * size)
        _clear(header.with_name("length.bin"), vectors * _LENGTH_BYTES)


def _read(header: Path) -> tuple[int, int]:
    """Return how many vectors an index holds on disk, and the bytes that each takes."""
    content = header.read_bytes()
    if len(content) < _HEADER.size:
        raise ValueError(f"{header} is too short")
    version, _, _, vectors, size = _HEADER.unpack_from(content)
    if version != _VERSION:
        raise ValueError(f"{header} is of version {version}, not {_VERSION}")
    return vectors, size


def _clear(path: Path, start: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        unused = file.read()
        zeros = bytes(len(unused))
        if unused != zeros:
            file.seek(start)
            file.write(zeros)
