"""The model that answers are chosen with: a folder with a reader, its calibration, and a manifest of both.

The manifest says what made each file, from what, and its digest, which is checked when the folder is opened; and which
embedding model the calibration goes with.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footnote.corpus.errors import ModelError
from footnote.corpus.settings import Settings
from footnote.index.embedding.model_files import file_sha256
from footnote.qa.rank.calibration import Calibration, parse_calibration

if TYPE_CHECKING:
    from footnote.qa.rank.reader_network import TransformerReader

FORM = "footnote.model/1"
MANIFEST, READER, CALIBRATION = "manifest.json", "reader.safetensors", "calibration.json"


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """A model's folder, checked; ``digest`` is of all of it, ``trained_on`` names the sets that it learnt from."""

    folder: Path
    digest: str
    trained_on: tuple[str, ...]
    encoder: str
    with_encoder: Calibration
    without_encoder: Calibration

    def calibration(self, encoder: str) -> Calibration:
        """Return the calibration for the embedding model of that digest."""
        return self.with_encoder if encoder == self.encoder else self.without_encoder

    @property
    def reader(self) -> TransformerReader:
        """The reader, loaded at first use.

        Raises:
            ModelError: it cannot be loaded.
        """
        return _reader(self.folder / READER)


@cache
def _reader(file: Path) -> TransformerReader:
    from footnote.qa.rank.reader_network import TransformerReader  # torch takes seconds to load

    return TransformerReader(file)


def is_model(folder: str) -> bool:
    """Tell whether a folder holds a model of ours; an empty name is the one that ships."""
    return not folder or (Path(folder).expanduser() / MANIFEST).is_file()


def answering_model(settings: Settings) -> AnswerModel:
    """Return the model of the settings; a published cross-encoder goes with the one that ships.

    Raises:
        ModelError: as `open_model` does.
    """
    return open_model(settings.reader if is_model(settings.reader) else "")


@cache
def open_model(folder: str = "") -> AnswerModel:
    """Open the model in a ``folder``, or the one that ships.

    Raises:
        ModelError: a file is missing, is not what the manifest says, or was made for another version.
    """
    held = (
        Path(folder).expanduser() if folder else Path(str(importlib.resources.files("footnote.qa").joinpath("model")))
    )
    try:
        text = (held / MANIFEST).read_text("utf-8")
        manifest = json.loads(text)
        if manifest["form"] != FORM:
            raise ModelError(f"{held}: its form is {manifest['form']}; this version reads {FORM}")
        for name, about in manifest["files"].items():
            if file_sha256(held / name) != about["sha256"]:
                raise ModelError(f"{held / name}: it is not the file that the manifest names; get the folder again")
        own, other = parse_calibration((held / CALIBRATION).read_text("utf-8"))
        trained_on = tuple(map(str, manifest["files"][READER]["trained_on"]))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return AnswerModel(held, digest, trained_on, str(manifest["encoder"]["sha256"]), own, other)
    except OSError as error:
        raise ModelError(f"{held}: this is no model of Footnote's ({error.strerror}: {error.filename})") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{held}: this is no model of Footnote's ({error})") from None


def write_manifest(folder: Path, encoder: Mapping[str, str], made_by: str, trained_on: Sequence[str]) -> None:
    """Write the manifest of a folder that has a reader and a calibration."""
    about: dict[str, Any] = {
        READER: {"made_by": made_by, "trained_on": list(trained_on)},
        CALIBRATION: {"made_by": made_by},
    }
    files = {name: {"sha256": file_sha256(folder / name), **each} for name, each in about.items()}
    text = json.dumps({"form": FORM, "encoder": dict(encoder), "files": files}, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")
