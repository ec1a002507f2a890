"""The entry point: help, exit codes, settings, and the command as it is installed."""

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from footnote.cli.main import build_parser, main
from footnote.cli.output import note, record, result, safe
from footnote.corpus.errors import UsageError
from footnote.corpus.settings import LLM_CONTEXT, Settings, default_home
from footnote.corpus.sources import read_sources

ROOT = Path(__file__).resolve().parents[2]
FOOTNOTE = [sys.executable, "-m", "footnote.cli.main"]


def commands(parser, path=()):
    """Every command under ``parser``: its words and its parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                nested = list(commands(child, (*path, name)))
                yield from nested or [((*path, name), child)]


ALL = dict(commands(build_parser()))


def test_the_commands_of_the_contract():
    wanted = {"add", "list", "show", "remove", "ask", "serve", "doctor"}
    assert wanted <= {words[0] for words in ALL}
    assert ("eval", "run") in ALL


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_has_an_example(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"example: footnote {' '.join(words)}" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["add"],
        ["show"],
        ["remove"],
        ["ask", "Who?", "--min-confidence", "2"],
        ["ask", "Who?", "--min-confidence", "nan"],
        ["list", "--nonsense"],
        ["serve", "--port", "x"],
    ],
)
def test_called_wrongly(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "usage: footnote" in printed.err


def test_an_unknown_user(capsys):
    assert main(["--home", "~nobody-of-this-name/x", "list"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_can_be_imported(words):
    run = ALL[words].get_default("run")
    if run.__closure__:  # the evaluation's commands are functions already
        module, name = (cell.cell_contents for cell in run.__closure__)
        assert callable(getattr(importlib.import_module(module), name))


def test_a_quick_command_imports_nothing_slow():
    code = "import sys, cli.main; cli.main.main(['--home', '/nowhere', 'list']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    loaded = done.stdout
    assert not [
        name for name in ("torch", "llama_index", "chromadb", "gradio", "transformers") if f"'{name}'" in loaded
    ]


def test_stopping_is_not_a_crash(monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("footnote.cli.articles.show_list", stop)
    assert main(["list"]) == 1
    assert "stopped" in capsys.readouterr().err


class TestSettings:
    def test_home(self, tmp_path):
        assert Settings.from_environment({"FOOTNOTE_HOME": "/a"}).home == Path("/a")
        assert Settings.from_environment({"FOOTNOTE_HOME": "/a"}, home="/b").home == Path("/b")
        assert Settings.from_environment({"HOME": "/h", "FOOTNOTE_HOME": ""}).home == default_home({"HOME": "/h"})
        assert Settings.from_environment({}, home="~").home == Path.home()

    def test_model(self):
        assert Settings.from_environment({"FOOTNOTE_MODEL": "m"}).model == "m"
        assert Settings.from_environment({"FOOTNOTE_MODEL": "m"}, model=None).model == "m"
        assert Settings.from_environment({"FOOTNOTE_READER": "r"}).reader == "r"

    def test_downloads_are_asked_for(self):
        assert not Settings.from_environment({"FOOTNOTE_ALLOW_DOWNLOAD": "0"}).allow_download
        assert Settings.from_environment({"FOOTNOTE_ALLOW_DOWNLOAD": "1"}).allow_download
        assert Settings.from_environment({}, allow_download=True).allow_download

    def test_a_language_models_context(self):
        assert Settings.from_environment({}).llm_context == LLM_CONTEXT
        assert Settings.from_environment({"FOOTNOTE_LLM_CONTEXT": "30000"}).llm_context == 30_000
        assert Settings.from_environment({"FOOTNOTE_LLM_CONTEXT": "30000"}, llm_context="5000").llm_context == 5_000
        for wrong in ("12k", "-1", "", "3999", "9" * 5_000):
            with pytest.raises(UsageError, match="at least 4000"):
                Settings.from_environment({}, llm_context=wrong)

    @pytest.mark.parametrize(
        ("platform", "environ", "folder"),
        [
            ("linux", {"HOME": "/h"}, "/h/.local/share/footnote"),
            ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x/footnote"),
            ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/footnote"),
            ("win32", {"HOME": "/h", "LOCALAPPDATA": "/l"}, "/l/footnote"),
        ],
    )
    def test_default_home(self, monkeypatch, platform, environ, folder):
        monkeypatch.setattr(sys, "platform", platform)
        assert default_home(environ) == Path(folder)

    def test_unknown_user(self):
        with pytest.raises(UsageError):
            Settings.from_environment({}, home="~nobody-of-this-name")


class TestOutput:
    EVIL = "a\x1b[31m\r\x9b\u202eb\u200b\U000e0041\tc"

    def test_safe(self):
        assert safe(self.EVIL) == "a[31mb\tc"

    def test_results_and_notes(self, capsys):
        result(self.EVIL)
        note(f"one\n{self.EVIL}")
        printed = capsys.readouterr()
        assert printed.out == "a[31mb\tc\n"
        assert printed.err == "footnote: one a[31mb c\n"

    def test_json_is_exact_and_shows_nothing_that_steers(self, capsys):
        record({"text": self.EVIL + "é\u2028"})
        printed = capsys.readouterr().out
        assert json.loads(printed) == {"text": self.EVIL + "é\u2028"}
        assert safe(printed) == printed
        assert "é" in printed


def run(*arguments, **options):
    environ = {**os.environ, **options.pop("environ", {})}
    return subprocess.run(
        [*FOOTNOTE, *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=environ,
        encoding="utf-8",
        timeout=120,
        **options,
    )


def test_as_a_user_runs_it(tmp_path, exact):
    story = "Mayor Ana Ruiz closed the harbour — on Monday.\n\nIt rained."
    (tmp_path / "harbour.txt").write_text(story, "utf-8")
    list(exact.add(item for item in read_sources([str(tmp_path / "harbour.txt")])))
    home = {"FOOTNOTE_HOME": str(exact.library.home), "PYTHONWARNINGS": "error"}
    added = run("add", "--dry-run", tmp_path / "harbour.txt", "-", environ=home, input="")
    assert added.stdout.splitlines() == [
        "harbour\twould be unchanged",
        "-\trefused: it is empty: there is no text in it",
    ]
    assert added.returncode == 1
    assert added.stderr.splitlines() == [
        "footnote: harbour: no title | no author | no date (set others with --title, --author, --date)",
        "footnote: -: refused: it is empty: there is no text in it",
    ]
    ascii_only = {**home, "PYTHONIOENCODING": "ascii"}
    shown = run("show", "harbour", "--json", environ=ascii_only)
    assert json.loads(shown.stdout)["text"] == story
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "harbour \\u2014 on" in run("show", "harbour", environ=ascii_only).stdout


def test_the_installed_command():
    command = shutil.which("footnote", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("the command is not installed beside this Python")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("footnote 0.")


def test_a_reader_that_has_seen_enough(tmp_path):
    rows = [{"id": f"a{n}", "text": f"Words of {n}."} for n in range(3)]
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with subprocess.Popen(
        [*FOOTNOTE, "add", "--dry-run", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_HOME": str(tmp_path / "home")},
    ) as child:
        child.stdout.close()
        errors = child.stderr.read()
        assert child.wait(60) == 1
    assert errors == b""
