"""ONNX Runtime: what the shipped models run in. Their graphs are made once, from their weights, and kept.

They are kept in the user's cache folder (``FOOTNOTE_CACHE`` names another), under the digest of the weights and the
version of what makes them; a graph that is damaged is made again, and where nothing can be kept, it is made each time.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from footnote.corpus.offline import silence

Precision = Literal["int8", "int7", "fp32"]
"""What the products of the models are made of: whole numbers of so many bits, or floating-point ones."""

EXPORTER = 4
"""The version of `index.embedding.onnx_graphs`: what an earlier one made is made anew."""


def cache_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Return the user's cache folder for Footnote, by the custom of the platform."""
    if named := env.get("FOOTNOTE_CACHE"):
        return Path(named).expanduser()
    home = Path(env.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "footnote"
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "footnote" / "cache"
    return Path(env.get("XDG_CACHE_HOME") or home / ".cache") / "footnote"


def open_graph(name: str, make: Callable[[], bytes]) -> Any:  # noqa: ANN401 - onnxruntime is untyped
    """Return a session of the graph that is kept under a name, or that ``make`` gives, which is then kept."""
    file = cache_folder() / f"{name}.{EXPORTER}.onnx"
    try:
        return session_of(file.read_bytes())
    except Exception:  # it is not there, or damaged: onnxruntime raises kinds of its own
        content = make()
        keep(file, content)
        return session_of(content)


def keep(file: Path, content: bytes) -> None:
    """Write a file of the cache in one step, where that can be done: another process finds all of it, or nothing."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(file)


def runtime() -> Any:  # noqa: ANN401 - onnxruntime is untyped
    """Return ONNX Runtime. It reports to Microsoft what is run in it, unless it is told not to beforehand."""
    silence()
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # where another part of the program imported it first
    return onnxruntime


def session_of(content: bytes) -> Any:  # noqa: ANN401 - onnxruntime is untyped
    """Return a session of a graph; it can be run from several threads."""
    onnxruntime = runtime()
    options = onnxruntime.SessionOptions()
    # a text is read by one thread, and several texts at a time: threads that share one wait for each other at each step
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # for inputs of one size
    options.log_severity_level = 3
    # together the sum and the norm take four times as long as one after the other
    return onnxruntime.InferenceSession(
        content, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
