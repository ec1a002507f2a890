"""The parsing process: it ends at its limits, can do nothing but parse, and the next file is none the worse for it."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from documents import atom, mail, one_column, pdf, word
from pages import SAMPLES

from footnote.corpus.errors import RefusedError
from footnote.corpus.sandbox.process import Sandbox, SandboxLimits

PAGE = SAMPLES[0].data
MANY_ATTRIBUTES = b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">words"
LARGE = b"<p>" + b"<b>word</b> <i>and</i> " * 850_000


@pytest.fixture
def quick():
    with Sandbox(SandboxLimits(seconds=2.0)) as sandbox:
        yield sandbox


def refused(sandbox, *arguments, **options):
    with pytest.raises(RefusedError) as caught:
        sandbox.run(*arguments, **options)
    return str(caught.value)


def child_of(sandbox):
    return sandbox._child.pid


def test_one_child_reads_many_files(quick):
    assert quick.run("html", PAGE)["title"] == quick.run("html", PAGE)["title"]
    first = child_of(quick)
    assert quick.run("pdf", pdf(one_column))["published"] == "2020-05-21"
    assert child_of(quick) == first


def test_it_is_replaced_now_and_then():
    with Sandbox(SandboxLimits(jobs=2)) as sandbox:
        sandbox.run("robots", b"", url="http://a.example/", agent="Footnote")
        first = child_of(sandbox)
        sandbox.run("robots", b"", url="http://a.example/", agent="Footnote")
        sandbox.run("robots", b"", url="http://a.example/", agent="Footnote")
        assert child_of(sandbox) != first


@pytest.mark.slow
def test_the_limit_of_time(quick):
    quick.run("html", PAGE)
    started = time.monotonic()
    assert "over 2 seconds" in refused(quick, "html", MANY_ATTRIBUTES)
    assert time.monotonic() - started < 4
    assert quick.run("html", PAGE)["title"]


def test_the_time_of_imports_is_not_the_files():
    with Sandbox(SandboxLimits(seconds=0.2)) as sandbox:  # importing trafilatura alone takes longer
        assert sandbox.run("html", b"<p>It closed in May, and nobody was told of it.</p>")["text"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems set no limit of memory")
def test_the_limit_of_memory():
    with Sandbox(SandboxLimits(memory=200_000_000)) as sandbox:
        assert "200 MB of memory" in refused(sandbox, "html", LARGE)
        assert sandbox.run("html", PAGE)["title"]
    with Sandbox() as sandbox:
        sandbox.run("html", PAGE)
        assert resource.prlimit(child_of(sandbox), resource.RLIMIT_AS)[0] < 500_000_000
        assert resource.prlimit(child_of(sandbox), resource.RLIMIT_FSIZE)[0] == 0


def test_a_child_that_is_killed(quick):
    quick.run("html", PAGE)
    os.kill(child_of(quick), signal.SIGKILL)
    assert quick.run("html", PAGE)["title"], "the next file gets a new one"


FIRST = [
    ("html", PAGE),
    ("html", "<p>Där står en färja, och på kajen väntar många människor länge.</p>".encode("latin-1")),
    ("pdf", pdf(one_column)),
    ("docx", word(lambda document: document.add_paragraph("It closed."))),
    ("mail", bytes(mail("It closed."))),
    ("mail", bytes(mail(page=SAMPLES[0].page))),
    ("mail", bytes(mail("See the page.", SAMPLES[0].page))),
    ("markdown", b"---\ntitle: T\n---\n# H\n\nIt closed."),
    ("feed", atom(["https://bay.example/a"])),
]


@pytest.mark.parametrize(("task", "data"), FIRST)
def test_each_kind_is_read_first_in_a_new_process(task, data):
    with Sandbox() as sandbox:
        assert sandbox.run(task, data)


def test_a_refusal_is_the_parsers_own(quick):
    assert refused(quick, "html", b"") == "it is empty: there is no text in it"
    assert "damaged" in refused(quick, "pdf", b"%PDF-1.4 nothing")


@pytest.mark.slow
def test_an_answer_that_is_too_long():
    with Sandbox(SandboxLimits(result=300)) as sandbox:
        assert "without a result" in refused(sandbox, "html", PAGE)


def test_closed_twice_and_used_again():
    sandbox = Sandbox()
    assert sandbox.run("html", PAGE)["title"]
    sandbox.close()
    sandbox.close()
    with sandbox:
        assert sandbox.run("html", PAGE)["title"]


def test_it_does_not_import_what_takes_long():
    code = """
        import sys
        from footnote.corpus.sandbox.child import TASKS
        import importlib
        for module, _ in TASKS.values():
            importlib.import_module(module)
        heavy = {"torch", "llama_index", "chromadb", "gradio", "transformers", "numpy", "sqlite3"} & set(sys.modules)
        assert not heavy, heavy
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_what_a_parser_may_not_do(tmp_path):
    """What the guard of the parsing process lets pass, tried one by one in a process that has it."""
    code = f"""
        import os, socket, subprocess, sys, urllib.request
        from footnote.corpus.sandbox.child import _ImportGuard
        guard = _ImportGuard()
        sys.addaudithook(guard.check)
        guard.armed = True
        path = {str(tmp_path / "written")!r}
        tries = [
            lambda: open(path, "w"), lambda: open(path, "ab"), lambda: open({__file__!r}, "r+"),
            lambda: os.open(path, os.O_WRONLY | os.O_CREAT), lambda: os.mkdir(path), lambda: os.remove(path),
            lambda: os.rename(path, path + "2"), lambda: os.system("true"), lambda: subprocess.run(["true"]),
            lambda: os.symlink(path, path + "2"), lambda: socket.create_connection(("127.0.0.1", 9)),
            lambda: socket.getaddrinfo("localhost", 80), lambda: urllib.request.urlopen("file:///etc/hostname"),
        ]
        for n, attempt in enumerate(tries):
            try:
                attempt()
            except PermissionError as error:
                assert "may not" in str(error), (n, error)
                continue
            raise SystemExit(f"attempt {{n}} was let pass")
        open({__file__!r}).close()
        guard.armed = False
        open(path, "w").close()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["written"]


def test_the_working_folder_is_not_searched_for_modules(tmp_path, monkeypatch):
    for name in ("lxml", "json", "pypdf", "corpus"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", "utf-8")
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        assert sandbox.run("html", PAGE)["title"]
    assert not (tmp_path / "ran").exists()
