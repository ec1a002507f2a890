"""Readers that were taught with some articles left out, so that what they make of those can be learnt from.

`eval.reading` writes one for each fold, and names in each file the clusters that it has not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from safetensors import safe_open

from corpus.errors import UsageError
from eval.cases import Case
from eval.lessons import Texts, places_of, seeds_of, window_of
from qa.reader import Reader, load_reader, reading

READERS = Path("build/readers")
"""The folder that they are written to."""
UNSEEN = "unseen"
"""The entry of a reader's metadata that lists, as JSON, the clusters that it was not taught on."""


def readers_apart(folder: Path) -> dict[str, Reader]:
    """Return, by cluster, the reader in a folder that was taught on none of its articles.

    Raises:
        UsageError: there is none that names clusters.
        ModelError: a file is no reader.
    """
    found: dict[str, Reader] = {}
    for file in sorted(folder.glob("*.safetensors")):
        reader = load_reader(str(file))
        with safe_open(file, framework="numpy") as held:
            names: list[str] = json.loads((held.metadata() or {}).get(UNSEEN, "[]"))
        found.update(dict.fromkeys(names, reader))
    if not found:
        raise UsageError(f"{folder}: no readers that leave articles out; `make reader` writes them")
    return found


def read_apart(cases: Iterable[Case], readers: Mapping[str, Reader], texts: Texts) -> Iterator[Case]:
    """Give cases the columns `qa.reader.READ` by readers that have not seen their articles; the others are left out."""
    for case in cases:
        if reader := readers.get(case.cluster):
            shown = partial(window_of, case, texts=texts)
            columns = reading(reader, case.question.question, places_of(case), shown, seeds_of(case))()
            yield replace(case, features=np.column_stack([case.features, columns]))
