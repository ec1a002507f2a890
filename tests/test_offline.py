"""Nothing leaves this computer: not at import, not while adding, asking or opening the page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Python runs this in the command and in every child of it, before anything else.
GUARD = """
import os, sys

def local(host):
    host = host.decode() if isinstance(host, bytes) else str(host)
    return host in ("", "None", "localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")

def guard(event, args):
    if event == "socket.connect":
        address = args[1]
        if isinstance(address, tuple) and not local(address[0]):
            refuse(event, address)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        host = args[0] if event != "socket.sendto" else (args[1] or ("",))[0]
        if not local(host):
            refuse(event, args)

def refuse(event, what):
    with open(os.environ["FOOTNOTE_TEST_LEAKS"], "a") as leaks:
        leaks.write(f"{event} {what!r}\\n")
    raise OSError("the network is shut")

sys.addaudithook(guard)
"""

IMPORT_ALL = """
import importlib, pathlib
import footnote.app
for package in ("corpus", "index", "qa", "eval", "page", "cli"):
    for file in sorted(pathlib.Path(package).rglob("*.py")):
        if file.name in ("with_haystack.py", "with_llama_index.py", "with_txtai.py"):
            continue  # run where the program that each speaks to is installed
        importlib.import_module("footnote." + ".".join(file.with_suffix("").parts).removesuffix(".__init__"))
import chromadb, gradio, sentence_transformers
"""

USE = """
import sys, pathlib
from footnote.cli.main import main
home = sys.argv[1]
story = pathlib.Path(home).with_name("story.txt")
story.write_text("Mayor Ana Ruiz closed the harbour on Monday.\\n\\nIt rained all day.", "utf-8")
assert main(["--home", home, "add", str(story)]) == 0
assert main(["--home", home, "ask", "Who closed the harbour?", "--min-confidence", "0"]) == 0
assert main(["--home", home, "doctor"]) == 0
assert main(["--home", home, "ask", "Who?", "--embedding", "nobody/no-such-model"]) == 1
assert main(["--home", home, "ask", "Who?", "--reader", "nobody/no-such-model"]) == 1
"""

DOWNLOAD = """
import sys
from footnote.cli.main import main
assert main(["--home", sys.argv[1], "ask", "Who?", "--reader", "nobody/no-such-model", "--allow-download"]) == 1
"""

LEAK = """
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=0.1)
except OSError:
    pass
"""


def run(code, tmp_path, *arguments):
    """Run ``code`` behind the guard; returns what tried to leave."""
    (tmp_path / "guard").mkdir(exist_ok=True)
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD, "utf-8")
    leaks = tmp_path / "leaks"
    leaks.touch()
    keep = ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
    environ = {name: os.environ[name] for name in keep if name in os.environ}
    environ |= {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "guard"), str(ROOT)]),
        "HOME": str(tmp_path),
        "FOOTNOTE_TEST_LEAKS": str(leaks),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return leaks.read_text("utf-8")


def test_the_guard_sees_a_leak(tmp_path):
    assert "192.0.2.1" in run(LEAK, tmp_path)


@pytest.mark.slow
def test_importing_adding_and_asking_and_what_leaves_when_a_download_is_allowed(tmp_path):
    home = str(tmp_path / "home")
    assert run(IMPORT_ALL + USE, tmp_path, home) == ""
    assert "huggingface.co" in run(DOWNLOAD, tmp_path, home)
