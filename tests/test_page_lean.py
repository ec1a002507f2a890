"""Gradio is spared looking for matplotlib at each event, where there is none."""

from types import SimpleNamespace

import pytest

from page import lean


@pytest.mark.parametrize(("found", "modules"), [(None, {"matplotlib": None}), (object(), {})])
def test_matplotlib_is_known_to_be_missing_only_where_it_is(monkeypatch, found, modules):
    python = SimpleNamespace(modules={})
    monkeypatch.setattr(lean, "sys", python)
    monkeypatch.setattr(lean, "find_spec", lambda name: found if name == "matplotlib" else object())
    lean.skip_plots()
    assert python.modules == modules


def test_one_that_is_imported_already_stays(monkeypatch):
    python = SimpleNamespace(modules={"matplotlib": "there"})
    monkeypatch.setattr(lean, "sys", python)
    monkeypatch.setattr(lean, "find_spec", lambda name: None)
    lean.skip_plots()
    assert python.modules == {"matplotlib": "there"}
