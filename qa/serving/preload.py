"""What the processes that answer share: imported once, before they part, by the process that they are made from.

What the garbage collector has once looked at is not looked at again: it writes into each thing that it looks at, and a
page of memory that is written to is not shared any more.
"""

import gc

import sentence_transformers
import torch

import footnote.qa.engine  # noqa: F401

__all__ = ["sentence_transformers", "torch"]

gc.collect()
gc.freeze()
