"""What the processes that answer share: torch and the rest, imported before they fork.

`gc.freeze` keeps the garbage collector from writing into these pages, so that they stay shared (copy-on-write).
"""

import gc

import sentence_transformers
import torch

import footnote.qa.engine  # noqa: F401

__all__ = ["sentence_transformers", "torch"]

gc.collect()
gc.freeze()
