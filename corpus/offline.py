"""Keep the libraries that Footnote builds on from talking to the network."""

import os
import sys

# The frequency and the number of events: Gradio keeps the last 10,000 things that it did, and after each of them makes
# a table of them all, in 5 to 25 ms, for a page that Footnote does not have.
QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}


def silence() -> None:
    """Set what keeps those libraries from reporting to anybody; best called before any of them is imported."""
    os.environ.update(QUIET)


def shut_network(allow_download: bool = False) -> None:
    """Set what Chroma, Gradio and Hugging Face read at import; best called before any of them is imported.

    With ``allow_download`` models may be fetched by name; telemetry stays off.
    """
    silence()
    os.environ["HF_HUB_OFFLINE"] = "0" if allow_download else "1"
    # another part of the program may have imported it first, and then its own switch is what counts: without it
    # even a model that is named as local is looked for with a request to the hub (its "agent registry")
    if hub := sys.modules.get("huggingface_hub.constants"):
        vars(hub).update(HF_HUB_DISABLE_TELEMETRY=True, HF_HUB_OFFLINE=not allow_download)
