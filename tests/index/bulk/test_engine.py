"""Adding by a gateway: in order, what is new alone, and in one line what went wrong. Without Ray."""

import gateway_script
import pytest
from articles import assert_same_library

import footnote.index.bulk.engine
from footnote.cli.main import main

TEXTS = {
    "one/story.txt": "Harbour\n\nThe harbour closed on Monday. Ships went to Bay Town, the mayor said.",
    "two/story.txt": "Bread\n\nBread costs two euros now. Bakers blame the drought in the north.",
    "three.md": "---\nid: named\ntitle: Volcano\n---\nThe volcano woke up on Tuesday. Villages were emptied.",
    "four.jsonl": '{"id": "line-1", "title": "Vote", "text": "The vote was held."}\nnonsense\n',
    "page.html": "<html><article><h1>Rail</h1><p>The railway was sold to a bank in May.</p></article></html>",
    "empty.txt": "",
    "z-copy.txt": "Bread\n\nBread costs two euros now. Bakers blame the drought in the north.",
}


@pytest.fixture
def news(tmp_path):
    for name, text in TEXTS.items():
        file = tmp_path / "news" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path / "news"


@pytest.fixture
def gateway(monkeypatch, tmp_path):
    """Let another process play the gateway; gives the file in which it writes what it does."""
    log = tmp_path / "tasks"

    def play(end=""):
        log.unlink(missing_ok=True)
        monkeypatch.setattr(footnote.index.bulk.engine, "_START", gateway_script.starting(log, end))
        monkeypatch.setattr(footnote.index.bulk.engine, "find_spec", lambda name: name)
        return log

    return play


@pytest.fixture
def run(not_owner, loaded_once, capsys):
    def run_(*arguments, home=not_owner):
        code = main(["--home", str(home), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err.splitlines()

    return run_


def test_it_says_and_does_what_adding_without_it_does(run, gateway, news, tmp_path):
    gateway()
    sources = (news, tmp_path / "none", "")
    code, lines, said = run("add", "--engine", "ray", *sources)
    other = run("add", *sources, home=tmp_path / "other")
    assert (code, sorted(lines)) == (other[0], sorted(other[1]))
    assert set(other[2]) - {"footnote: building the Chroma index from the library"} == set(said)
    added = [line for line in lines if "refused" not in line]
    assert added == [line for line in other[1] if "refused" not in line]
    assert {"story\tadded", "story-2\tadded", "story-2\tunchanged", "named\tadded"} <= set(added)
    assert len(lines) - len(added) == 4
    assert_same_library(tmp_path / "home", tmp_path / "other")
    assert run("doctor")[0] == 0


def test_what_is_there_is_not_embedded_again(run, gateway, news):
    log = gateway()
    before = run("add", "--engine", "ray", news)[1]
    sent = [line for line in log.read_text().splitlines() if line.startswith("encode")]
    assert sent == [f"encode {name}" for name in ("line-1", "story", "page", "named", "story", "z-copy")]
    log.unlink()
    (news / "new.txt").write_text("Fog hid the airport.", "utf-8")
    lines = run("add", "--engine", "ray", news)[1]
    assert [line for line in log.read_text().splitlines() if line.startswith("encode")] == ["encode new"]
    assert sorted(lines) == sorted([*(line.replace("\tadded", "\tunchanged") for line in before), "new\tadded"])


def test_what_the_workers_die_of_is_refused_and_the_rest_added(run, gateway, news):
    gateway()
    (news / "file.txt").write_text(f"A file {gateway_script.LOST}.", "utf-8")
    (news / "line.jsonl").write_text(f'{{"id": "x", "text": "A line {gateway_script.LOST}."}}', "utf-8")
    code, lines, _ = run("add", "--engine", "ray", news)
    assert code == 1
    reason = "refused: 5 workers died over it; add it without --engine ray"
    assert [line for line in lines if "died" in line] == [
        f"{news / 'file.txt'}\t{reason}", f"{news / 'line.jsonl'}:1\t{reason}"
    ]  # fmt: skip
    assert len([line for line in lines if line.endswith("added")]) == 5
    assert run("doctor")[0] == 0


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("failed", "footnote: Ray cannot go on: the model is another one"),
        ("gone", "footnote: the Ray cluster is gone; what was added is kept, and the same command goes on from there"),
    ],
)
def test_what_was_added_when_it_ends_is_kept(run, gateway, news, end, said):
    gateway(end)
    code, lines, errors = run("add", "--engine", "ray", news)
    assert code == 1
    assert errors[-1] == said
    assert not any("Traceback" in line for line in errors)
    added = [line for line in lines if line.endswith("added")]
    assert len(run("list")[1]) == len(added) > 0
    assert run("doctor")[0] == 0
    gateway()
    again = run("add", "--engine", "ray", news)[1]
    assert [line for line in again if line.startswith("line-1")] == ["line-1\tunchanged"]
    assert len(run("list")[1]) == 5


@pytest.mark.parametrize(("address", "where"), [("127.0.0.1:1", "at 127.0.0.1:1 "), ("auto", "at auto "), ("", "")])
def test_a_cluster_that_does_not_answer(run, gateway, news, monkeypatch, address, where):
    gateway()
    monkeypatch.setattr(footnote.index.bulk.engine, "_START", "import time; time.sleep(60)")
    monkeypatch.setattr(footnote.index.bulk.engine, "_BEGIN_SECONDS", 0.1)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    code, lines, errors = run("add", "--engine", "ray", "--ray-address", address, news)
    assert (code, lines) == (1, [])
    assert errors == [f"footnote: the Ray cluster {where}does not answer; check it, or add without --engine ray"]


def test_without_ray_it_says_what_to_install(run, news, monkeypatch):
    monkeypatch.setattr(footnote.index.bulk.engine, "find_spec", lambda name: None)
    code, lines, errors = run("add", "--engine", "ray", news)
    assert (code, lines) == (2, [])
    assert errors == ["footnote: --engine ray needs Ray: pip install 'footnote[ray]'"]


def test_fields_are_for_a_single_article_here_too(run, gateway, news):
    gateway()
    assert run("add", "--engine", "ray", "--title", "New", news / "three.md")[1] == ["named\tadded"]
    assert run("list")[1] == ["named\t-\t-\tNew"]
    code, _, errors = run("add", "--engine", "ray", "--title", "New", news)
    assert code == 2
    assert "for a single article" in errors[-1]
