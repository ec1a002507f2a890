"""What Gradio does at each event and Footnote has no use of, made cheap."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def skip_plots() -> None:
    """Let Gradio see at once that there is no matplotlib, where there is none.

    It tries to import it before and after each call of a function, which looks through every folder of the import path:
    a twentieth of what an event costs.
    """
    if find_spec("matplotlib") is None:
        sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]
