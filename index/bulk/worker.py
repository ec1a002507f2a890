"""What runs on the cluster: reads files, and cuts and encodes articles. It opens no library."""

import os
import threading
from dataclasses import dataclass

from footnote.corpus.article import Article
from footnote.corpus.errors import ModelError
from footnote.corpus.offline import shut_network
from footnote.corpus.sandbox.process import Sandbox
from footnote.corpus.sources import Item, UnreadFile, read_unread
from footnote.index.database.records import IndexedWith, StoredChunk
from footnote.index.embedding.encoder import Encoder
from footnote.index.embedding.minilm import open_encoder
from footnote.index.embedding.plan import CHUNKING, cut_and_encode

TASKS_AT_ONCE = 2
"""So many tasks a worker has at once: while one waits for the process that parses, another encodes."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How every worker has to encode: what the library is made with, and in which precision the shipped model runs."""

    made: IndexedWith
    precision: str
    allow_download: bool


class Worker:
    """One of a cluster's workers, for one processor. Safe to use from several threads once it is prepared."""

    _encoder: Encoder

    def __init__(self) -> None:
        self._sandbox = Sandbox()
        self._parsing = threading.Lock()

    def prepare(self, encoding: Encoding) -> None:
        """Load the model. Raises ``ModelError`` where it is not here, or not the same as where the library is."""
        shut_network(encoding.allow_download)
        os.environ["FOOTNOTE_PRECISION"] = encoding.precision
        made = encoding.made
        self._encoder = open_encoder(made.location, encoding.allow_download, threads=1)
        if (self._encoder.digest, CHUNKING) != (made.digest, made.chunking):
            raise ModelError("a worker of the cluster has another Footnote, or another model, than this computer")

    def read(self, file: UnreadFile) -> list[Item]:
        """Return what a file holds, or why it holds nothing."""
        with self._parsing:
            return read_unread(file, self._sandbox)

    def encode(self, article: Article) -> list[StoredChunk]:
        """Return an article's chunks, with their vectors."""
        return cut_and_encode([article], self._encoder)[0]
