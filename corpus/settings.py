"""One frozen object of plain values, read at the entry points and passed down."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from footnote.corpus.errors import UsageError

MAX_SENTENCES = 4  # an answer quotes at most this many, unless it is told otherwise
LLM_CONTEXT = 12_000  # so many characters a language model is sent at most: about 3,000 tokens
MIN_LLM_CONTEXT = 4_000

_SERVER = re.compile(r"https?://[\w.-]+(:\d{1,5})?", re.ASCII)
_VARIABLES = ("home", "model", "reader", "llm_url", "llm_model", "llm_context", "chroma", "chroma_token", "library")
_DATABASE = re.compile(r"postgres(ql)?://\S+")
_YES = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside.

    ``model`` is a sentence-transformers name or folder; empty means the one that the library was made with, and for a
    new library the MiniLM that ships as a package.
    ``reader`` is a folder that `make reader` wrote, or the name or folder of a published cross-encoder, which then
    orders the likeliest sentences; empty means the one that ships. Models that are not here are downloaded by their
    names only with ``allow_download``.
    ``min_confidence`` is a probability in 0..1 below which a question is declined; ``None`` takes the threshold that
    the reader was calibrated with, and 0 never declines. ``llm_url`` and ``llm_model`` name a language model behind an
    OpenAI-compatible endpoint; without them answers are sentences of the articles. ``llm_context`` is how many
    characters it is sent at most, rules and question included. ``chroma`` is the address of a Chroma server that holds
    the vectors, and ``chroma_token`` what it, or a proxy before it, wants to be told; without one they are in ``home``.
    ``library`` is the address of a PostgreSQL database that holds the library; without one it is a file in ``home``.
    """

    home: Path
    model: str = ""
    reader: str = ""
    min_confidence: float | None = None
    max_sentences: int = MAX_SENTENCES
    allow_download: bool = False
    llm_url: str = ""
    llm_model: str = ""
    llm_context: int = LLM_CONTEXT
    chroma: str = ""
    chroma_token: str = field(default="", repr=False)
    library: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
        """Read the settings from the environment; an override that is not ``None`` wins.

        The variables are called as the fields, as in ``FOOTNOTE_LLM_URL``.
        Raises ``UsageError`` when the folder starts with ``~`` and a user whom the system does not know, the language
        model's context is no number, or too small a one, or the address of the Chroma server or the database is none.
        """
        env = os.environ if environ is None else environ
        values: dict[str, object] = {
            **{"llm_context": LLM_CONTEXT, "chroma": "", "library": ""},
            **{name: value for name in _VARIABLES if (value := env.get(f"FOOTNOTE_{name.upper()}"))},
            "allow_download": env.get("FOOTNOTE_ALLOW_DOWNLOAD", "").lower() in _YES,
            **{name: value for name, value in overrides.items() if value is not None},
        }
        try:
            values["home"] = Path(str(values.get("home") or default_home(env))).expanduser()
        except RuntimeError as error:
            raise UsageError(f"the library's folder {values.get('home', '')} cannot be found: {error}") from None
        context = str(values["llm_context"])
        if not (context.isdecimal() and len(context) < 10 and int(context) >= MIN_LLM_CONTEXT):
            raise UsageError(f"the language model's context is a number of characters, at least {MIN_LLM_CONTEXT}")
        values["llm_context"] = int(context)
        values["chroma"] = str(values["chroma"]).rstrip("/")
        if values["chroma"] and not _SERVER.fullmatch(str(values["chroma"])):
            raise UsageError(
                f"--chroma takes a server's address, as in http://127.0.0.1:8000, not {values['chroma']!r}"
            )
        if values["library"] and not is_address(str(values["library"])):  # which may hold a password
            raise UsageError("--library takes a PostgreSQL database's address, as in postgresql://user@host/news")
        return cls(**values)  # type: ignore[arg-type]


def is_address(value: str) -> bool:
    """Tell whether a value is the address of a PostgreSQL database."""
    return bool(_DATABASE.fullmatch(value))


def default_home(environ: Mapping[str, str]) -> Path:
    """Return the user's data folder for Footnote, by the custom of the platform."""
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "footnote"
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "footnote"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "footnote"
