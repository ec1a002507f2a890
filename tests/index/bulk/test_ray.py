"""Adding on a real Ray cluster of two workers: the same library, whatever becomes of workers and driver."""

import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest
from articles import assert_same_library

from footnote.corpus.settings import Settings
from footnote.corpus.sources import read_sources
from footnote.index.doctor import problems
from footnote.index.passages import PassageIndex
from tests.trials import ray_cluster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray: pip install ray"),
]
COUNT = 160
SECONDS = 600


@pytest.fixture(scope="module")
def kept():
    with ray_cluster.kept() as cluster:
        yield cluster


@pytest.fixture
def cluster(kept):
    kept.start()
    return kept


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    """A folder of articles in three formats, each of a few sentences of its own."""
    folder, chance = tmp_path_factory.mktemp("news"), random.Random(7)
    places = "harbour council market river bridge school museum railway clinic theatre".split()
    for n in range(COUNT):
        said = [f"The {chance.choice(places)} of district {chance.randrange(999)} closed." for _ in range(12)]
        text = "\n\n".join(" ".join(said[k : k + 4]) for k in range(0, 12, 4))
        if n % 3 == 0:
            page = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
            (folder / f"a{n:02}.html").write_text(f"<html><article><h1>Story {n}</h1>{page}</article></html>")
        elif n % 3 == 1:
            (folder / f"a{n:02}.md").write_text(f"---\nid: named-{n}\ntitle: Story {n}\n---\n{text}\n")
        else:
            (folder / f"a{n:02}.txt").write_text(f"Story {n}\n\n{text}\n")
    return folder


@pytest.fixture(scope="module")
def without_ray(news, encoder, tmp_path_factory):
    """The library that is made of the articles without Ray, and the lines that tell of it; some are near-duplicates."""
    home = tmp_path_factory.mktemp("without") / "home"
    with closing(PassageIndex(Settings(home), encoder)) as index:
        lines = [f"{added.id}\t{added}" for added in index.add(read_sources([str(news)]))]
    assert {line.split("\t")[1].split()[0] for line in lines} == {"added", "near-duplicate"}
    return home, lines


@contextmanager
def adding(home, *arguments, address=""):
    """The command, as a process."""
    command = [sys.executable, "-m", "footnote.cli.main", "--home", str(home), "add", "--engine", "ray"]
    environment = {**ray_cluster.ENVIRONMENT, "RAY_ADDRESS": address}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([*command, *map(str, arguments)], env=environment, text=True, **pipes)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def added(home, *arguments, address=""):
    """Exit code, lines of stdout, and of stderr but for progress and Chroma's."""
    with adding(home, *arguments, address=address) as process:
        out, said = process.communicate(timeout=SECONDS)
    notes = [line for line in said.splitlines() if line.startswith("footnote: ") and "Chroma" not in line]
    assert "Traceback" not in said
    assert "ray::" not in said
    return process.returncode, out.splitlines(), notes


def assert_sound(home, encoder):
    with closing(PassageIndex(Settings(home), encoder)) as index:
        index.derived.sync()
        assert problems(index) == []


def test_it_makes_the_same_library_as_without_ray(cluster, news, without_ray, tmp_path, encoder):
    (tmp_path / "empty.txt").touch()
    code, lines, notes = added(tmp_path / "home", news, tmp_path / "empty.txt", address=cluster.address)
    assert code == 1
    refused = f"{tmp_path / 'empty.txt'}\trefused: it is empty: there is no text in it"
    assert [line for line in lines if "refused" in line] == [refused]
    assert [line for line in lines if line != refused] == without_ray[1]
    assert len(notes) == 1
    assert_same_library(tmp_path / "home", without_ray[0])
    assert_sound(tmp_path / "home", encoder)


def test_ten_workers_are_killed(cluster, news, without_ray, tmp_path, encoder):
    chance, killed, lines = random.Random(1), 0, []
    with adding(tmp_path / "home", news, address=cluster.address) as process:
        for line in process.stdout:
            lines.append(line.rstrip())
            while killed < 10 and len(lines) > 5 * killed and (workers := cluster.workers()):
                os.kill(chance.choice(workers), signal.SIGKILL)
                killed += 1
        assert process.wait() == 0
    assert killed == 10
    assert lines == without_ray[1]
    assert_same_library(tmp_path / "home", without_ray[0])
    assert_sound(tmp_path / "home", encoder)


def test_the_driver_is_killed_ten_times(cluster, news, without_ray, tmp_path, encoder):
    chance, done = random.Random(2), set()
    for _ in range(10):
        with adding(tmp_path / "home", news, address=cluster.address) as process:
            more = chance.randrange(1, 6)
            for line in process.stdout:
                article_id, outcome = line.rstrip().split("\t")
                assert outcome == "unchanged" or article_id not in done, line
                done.add(article_id)
                more -= outcome != "unchanged"
                if not more:
                    break
            assert not more, "it was ended before all was added"
            time.sleep(chance.uniform(0, 0.2))
            process.kill()
            out, _ = process.communicate()
        done |= {line.split("\t")[0] for line in out.splitlines()}
    code, lines, _ = added(tmp_path / "home", news, address=cluster.address)
    assert code == 0
    assert len(lines) == COUNT
    assert {line.split("\t")[0] for line in lines if line.endswith("unchanged")} >= done
    assert_same_library(tmp_path / "home", without_ray[0])
    assert_sound(tmp_path / "home", encoder)


def test_a_cluster_of_its_own_ends_with_the_command(news, tmp_path):
    file = news / "a01.md"
    for _ in range(5):  # on a busy computer, Ray may not wait long enough
        code, lines, notes = added(tmp_path / "home", file)
        if code == 0:
            break
        assert "timed out" in notes[0] or "does not answer" in notes[0]
    assert lines == ["named-1\tadded"]
    with adding(tmp_path / "other", file) as process:
        until = time.monotonic() + SECONDS
        while not (below := [pid for pid, title in ray_cluster.descendants(process.pid) if "raylet" in title]):
            assert process.poll() is None
            time.sleep(0.2)
        process.kill()
        while any(map(is_raylet, below)):
            assert time.monotonic() < until
            time.sleep(0.2)


def is_raylet(pid):
    shown = subprocess.run(["ps", "-wwo", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "raylet" in shown.stdout and "defunct" not in shown.stdout


@pytest.mark.parametrize(
    ("address", "said"),
    [("127.0.0.1:1", "the Ray cluster at 127.0.0.1:1 does not answer; "), ("nonsense", "Ray cannot go on: Invalid ")],
)
def test_a_cluster_that_is_not_there(news, tmp_path, address, said):
    code, lines, notes = added(tmp_path / "home", news, "--ray-address", address)
    assert (code, lines) == (1, [])
    assert [note.startswith(f"footnote: {said}") for note in notes] == [True]


def test_a_cluster_that_goes_away(cluster, news, tmp_path, encoder):
    with adding(tmp_path / "home", news, address=cluster.address) as process:
        first = process.stdout.readline()
        cluster.stop()
        out, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert [line for line in said.splitlines() if "cluster" in line or "Ray" in line] == [
        "footnote: the Ray cluster is gone; what was added is kept, and the same command goes on from there"
    ]
    with closing(PassageIndex(Settings(tmp_path / "home"), encoder, chroma=False)) as index:
        assert len(index.library.versions()) == len([first, *out.splitlines()]) < COUNT
    assert_sound(tmp_path / "home", encoder)
