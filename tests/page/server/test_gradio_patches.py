"""Gradio is spared what Footnote has no use of: looking for matplotlib at each event, and a copy of every page."""

import asyncio
from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState

from footnote.page.server import gradio_patches


@pytest.mark.parametrize(("found", "modules"), [(None, {"matplotlib": None}), (object(), {})])
def test_matplotlib_is_known_to_be_missing_only_where_it_is(monkeypatch, found, modules):
    python = SimpleNamespace(modules={})
    monkeypatch.setattr(gradio_patches, "sys", python)
    monkeypatch.setattr(gradio_patches, "find_spec", lambda name: found if name == "matplotlib" else object())
    gradio_patches.skip_plots()
    assert python.modules == modules


def test_one_that_is_imported_already_stays(monkeypatch):
    python = SimpleNamespace(modules={"matplotlib": "there"})
    monkeypatch.setattr(gradio_patches, "sys", python)
    monkeypatch.setattr(gradio_patches, "find_spec", lambda name: None)
    gradio_patches.skip_plots()
    assert python.modules == {"matplotlib": "there"}


def test_gradio_keeps_no_copy_of_what_a_page_shows(monkeypatch):
    for name in ("_update_config", "_update_value_in_config"):  # which Gradio calls, and which are put back at the end
        monkeypatch.setattr(SessionState, name, getattr(SessionState, name))

    async def a_page():  # where there is no event loop, Gradio makes one and leaves it open
        with gr.Blocks() as page:
            return page, gr.HTML("at first")

    page, shown = asyncio.run(a_page())
    gradio_patches.keep_no_values()
    session = SessionState(page)
    asyncio.run(page.postprocess_data(an_event(shown), "a conversation", session))
    assert "a conversation" not in repr(session.config_values)
    (skipped,) = asyncio.run(page.postprocess_data(an_event(shown), gr.skip(), session))
    assert skipped["__type__"] == "update"


def an_event(shown):
    """Return what Gradio has of a function that shows something."""
    return BlockFunction(
        None, [], [shown], preprocess=False, postprocess=True, inputs_as_dict=False, targets=[], _id=0, batch=False
    )


def test_a_gradio_that_does_so_otherwise_is_left_alone(monkeypatch):
    monkeypatch.setattr(gradio_patches, "SessionState", SimpleNamespace())
    gradio_patches.keep_no_values()
    assert vars(gradio_patches.SessionState) == {}
