"""Keep the libraries that Footnote builds on from talking to the network."""

from __future__ import annotations

import os

QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}


def shut_network(allow_download: bool = False) -> None:
    """Set what Chroma, Gradio and Hugging Face read at import, before any of them is imported.

    With ``allow_download`` models may be fetched by name; telemetry stays off.
    """
    os.environ.update(QUIET)
    if not allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
