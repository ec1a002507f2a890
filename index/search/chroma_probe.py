"""Open a Chroma store and ask it for vectors that it must hold.

Run as a child process by `index.search.chroma.is_sound`, since a damaged store may hang or abort. Prints ``sound`` when
all is well.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from footnote.index.search.chroma import probe


def main() -> int:
    """Read a request on standard input; exit 0 when the store holds what it must, else 1."""
    from pathlib import Path

    request = json.load(sys.stdin)
    known = {int(n): np.array(vector, dtype=np.float32) for n, vector in request["known"].items()}
    if not probe(Path(request["folder"]), known, request["least"]):
        return 1
    sys.stdout.write("sound\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
