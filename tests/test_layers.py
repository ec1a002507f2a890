"""Imports point one way, and each package's contents page is complete."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("corpus", "index", "qa", "eval", "page", "cli")


def imports(file):
    """The modules that a file imports, by their full names, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(package):
    return [file for file in (ROOT / package).rglob("*.py") if file.name != "__init__.py"]


def importers(name):
    files = [ROOT / "app.py", *(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))]
    return {
        str(file.relative_to(ROOT))
        for file in files
        if any(module == name or module.startswith(f"{name}.") for module in imports(file))
    }


def test_the_contracts_of_the_import_linter():
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command, "import-linter comes with the dev extra"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_does_not_import_the_evaluation():
    found = set(imports(ROOT / "app.py"))
    assert not {module for module in found if module.startswith(("footnote.eval", "footnote.cli", "chromadb"))}


def test_chroma_and_gradio_are_each_imported_in_one_place():
    assert importers("chromadb") == {"index/search/chroma.py"}
    assert all(name == "app.py" or name.startswith("page/") for name in importers("gradio"))


def test_ray_is_imported_in_one_place():
    assert importers("ray") == {"index/bulk/gateway.py"}


def test_sql_is_in_one_package():
    outside = {name for name in importers("sqlite3") if not name.startswith("index/")}
    assert all(name.startswith("eval/") for name in outside)
    assert importers("psycopg") == {"index/database/postgresql.py"}


def test_a_package_is_imported_by_its_full_name():
    for file in [
        ROOT / "app.py",
        *(file for package in (*PACKAGES, "tests") for file in (ROOT / package).rglob("*.py")),
    ]:
        assert not [name for name in imports(file) if name.split(".")[0] in PACKAGES], file


def test_siblings_never_import_their_own_package():
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            assert not {"footnote", f"footnote.{package}"} & set(imports(file)), file


ROOMS = [
    room for package in PACKAGES for room in (ROOT / package, *(ROOT / package).rglob("*")) if any(room.glob("*.py"))
]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_each_room_says_what_is_in_it(room):
    listed = set(re.findall(r"`(\w+)/?`", ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))))
    held = {file.stem for file in room.glob("*.py")} - {"__init__"}
    assert held <= listed <= held | {found.name for found in room.iterdir() if found.is_dir()}


def test_every_room_is_installed():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    assert {"footnote", *(f"footnote.{room.relative_to(ROOT)}".replace("/", ".") for room in ROOMS)} == set(listed)


@pytest.mark.parametrize("folder", ["corpus", "index", "qa", "eval", "page", "cli", "tests"])
def test_no_folder_holds_more_than_a_person_reads(folder):
    for room in (ROOT / folder, *(found for found in (ROOT / folder).rglob("*") if found.is_dir())):
        assert len([file for file in room.glob("*.py") if file.name != "__init__.py"]) <= 16, room


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_imports_by_itself_and_says_what_it_is_for(package):
    for file in sorted((ROOT / package).rglob("*.py")):
        assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), file


def test_errors_are_drawn_as_they_are():
    from footnote.corpus import errors

    drawn = set(re.findall(r"(\w+Error)\b", errors.__doc__))
    assert drawn == {name for name in vars(errors) if name.endswith("Error")}
    for name in drawn:
        assert issubclass(getattr(errors, name), errors.FootnoteError)
