"""Which articles the reader is taught on, so that it is never measured on them.

Two in three of QAMR's documents, and five of squad2-dev's eight articles; none of another suite.
"""

from __future__ import annotations

import hashlib

_SQUAD = frozenset({"1973_oil_crisis", "french_and_indian_war", "huguenot", "normans", "warsaw"})


def taught(cluster: str) -> bool:
    """Tell whether the reader is taught on a cluster's articles; see `eval.cases.Case`."""
    if cluster.startswith("squad2-dev "):
        return cluster.rpartition("sq-")[2] in _SQUAD
    return cluster.startswith("qamr ") and int(hashlib.md5(cluster.encode()).hexdigest(), 16) % 3 != 0
