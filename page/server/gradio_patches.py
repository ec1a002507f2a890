"""Patches that skip work which Gradio does at each event, and which Footnote does not need."""

import sys
from importlib.util import find_spec

from gradio.state_holder import SessionState


def skip_plots() -> None:
    """Let Gradio see at once that there is no matplotlib, where there is none.

    It tries to import it before and after each call of a function, which looks through every folder of the import path:
    a twentieth of what an event costs.
    """
    if find_spec("matplotlib") is None:
        sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]


def keep_no_values() -> None:
    """Let Gradio keep no copy of what each open page shows.

    It keeps the last value of each part of a page, for an hour after the page was closed and longer, to make links to
    a page as it is: Footnote has none, and a conversation with a list of articles takes 200 KB.
    """
    for name in ("_update_config", "_update_value_in_config"):
        if hasattr(SessionState, name):
            setattr(SessionState, name, lambda *_: None)
