"""What the processes that answer share: ONNX Runtime and the rest, imported before they fork.

`gc.freeze` keeps the garbage collector from writing into these pages, so that they stay shared (copy-on-write).
"""

import gc

from footnote.corpus.memory import importing
from footnote.corpus.offline import silence

silence()
with importing():
    import onnxruntime

    import footnote.qa.engine
    import footnote.qa.rank.reader_network

__all__ = ["footnote", "onnxruntime"]

gc.collect()
gc.freeze()
