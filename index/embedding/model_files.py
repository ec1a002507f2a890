"""Models of sentence-transformers by name or folder, and what tells two of them apart."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from footnote.corpus.errors import ModelError

WEIGHTS = "model.safetensors"


def load_model(kind: Callable[..., Any], model: str, allow_download: bool) -> Any:  # noqa: ANN401 - untyped there
    """Load a model of a ``kind`` of sentence-transformers, on the CPU.

    Raises:
        ModelError: it is not here (nothing is downloaded unless ``allow_download``), or cannot be loaded.
    """
    try:
        return kind(model, device="cpu", local_files_only=not allow_download).eval()
    except (OSError, ValueError, ImportError) as error:
        hint = "" if allow_download else "; name a folder that holds it, or download it with --allow-download"
        raise ModelError(f"the model {model!r} cannot be loaded: {str(error).splitlines()[0][:200]}{hint}") from None


def file_sha256(file: Path) -> str:
    """Return SHA-256 of what a file holds."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def weights_digest(model: Any, folder: str | Path) -> str:  # noqa: ANN401 - sentence-transformers is untyped
    """Return SHA-256 of the weights file where there is one in ``folder``, else of the weights in memory."""
    file = Path(folder) / WEIGHTS
    if file.is_file():
        return file_sha256(file)
    digest = hashlib.sha256()
    for name, weights in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.float().numpy().tobytes())
    return digest.hexdigest()
