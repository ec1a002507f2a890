"""What the documents say is so: files that they name exist, and the README's examples run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PLACES = re.compile(r"`((?:corpus|index|qa|eval|page|cli|tests|docs)/[\w./-]*[\w/]|app\.py)`")
LINKS = re.compile(r"\]\((?!https?:)([^)#]+)\)")
MODULES = re.compile(r"python -m (footnote[\w.]+|tests[\w.]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_is_there(document):
    text = document.read_text("utf-8")
    for place in PLACES.findall(text):
        if "NAME" not in place:
            assert (ROOT / place).exists(), place
    for link in LINKS.findall(text):
        assert (document.parent / link).exists(), link
    for module in MODULES.findall(text):
        assert ROOT.joinpath(*module.removeprefix("footnote.").split(".")).with_suffix(".py").exists(), module


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 130


def test_the_commands_of_the_readme_exist():
    listed = subprocess.run([sys.executable, "-m", "footnote.cli.main", "--help"], capture_output=True, text=True)
    named = set(re.findall(r"footnote ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert {"add", "ask", "serve", "doctor"} <= named
    for command in named:
        assert re.search(rf"\b{command}\b", listed.stdout), command


def test_the_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"`make ([a-z]+)", document.read_text("utf-8"))) <= targets, document


@pytest.mark.slow
def test_the_readmes_program_runs(tmp_path):
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "added" in done.stdout
    assert "Hook" in done.stdout
    assert "[1]" in done.stdout
