"""Chroma is derived: whatever happens to its files, the answers stay the same and it mends itself."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from articles import found

from footnote.index.doctor import problems
from footnote.index.search import chroma as module
from footnote.index.search.chroma import FOLDER, ChromaFolder, build, newest_folder, open_store
from footnote.index.search.scope import Scope

TOPICS = "harbour election bread volcano football treaty drought museum vaccine railway".split()


def articles():
    return [
        found(f"{topic}{n}", f"The {topic} made news on day {n}. People talked of the {topic} for {n} weeks.")
        for topic in TOPICS
        for n in range(3)
    ]


def near(index, question="Who talked about the volcano?"):
    vector = index.encoder.encode_query(question)
    return [(c.chunk.id, c.article.id, round(c.similarity, 5)) for c in index.search(vector, question, Scope(), 5)]


@pytest.fixture(scope="module")
def made(tmp_path_factory, encoder):
    """A library with its Chroma store, closed: tests damage copies of it."""
    from footnote.corpus.settings import Settings
    from footnote.index.passages import PassageIndex

    home = tmp_path_factory.mktemp("made") / "home"
    index = PassageIndex(Settings(home=home), encoder)
    outcomes = [added.outcome for added in index.add(articles())]
    assert set(outcomes) == {"added"}
    index.derived.sync()
    answer = near(index)
    assert problems(index) == []
    index.close()
    return home, answer


@pytest.fixture
def home(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "home")
    return tmp_path / "home"


def store_files(home, pattern="**/*"):
    return sorted(path for path in (home / FOLDER).glob(pattern) if path.is_file())


def remove_folder(home):
    shutil.rmtree(home / FOLDER)


def remove_mark(home):
    for path in store_files(home, "*/footnote.json"):
        path.unlink()


def empty_sqlite(home):
    for path in store_files(home, "*/*.sqlite3"):
        path.write_bytes(b"")


def cut_sqlite(home):
    for path in store_files(home, "*/*.sqlite3"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_all(home):
    for path in store_files(home):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def flip_bytes(home):
    chance = random.Random(1)
    for path in store_files(home):
        data = bytearray(path.read_bytes())
        for _ in range(len(data) // 50):
            data[chance.randrange(len(data))] ^= 0xFF
        path.write_bytes(data)


def test_a_store_that_was_being_written_is_not_opened_again(home, made, open_index):
    """Chroma can be killed into a state that opens, answers, and ends the process at a later write."""
    (mark,) = store_files(home, "*/footnote.json")
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "writing": True}))
    lines = []
    index = open_index(notify=lines.append)
    index.derived.wait()
    assert "is damaged; building it anew" in lines[0]
    assert near(index) == made[1]


@pytest.mark.parametrize(("opened", "kept"), [(0, True), (1, True), (2, False)])
def test_a_store_that_was_left_open_twice_is_not_trusted(home, made, open_index, opened, kept):
    (mark,) = store_files(home, "*/footnote.json")
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "opened": opened}))
    lines = []
    index = open_index(notify=lines.append)
    index.derived.wait()
    assert mark.exists() == kept
    assert bool(lines) == (not kept)
    assert near(index) == made[1]
    index.close()
    (mark,) = store_files(home, "*/footnote.json")
    assert json.loads(mark.read_text())["opened"] == 0, "once closed in good order it is as any other"


def test_a_store_that_holds_less_than_it_held_is_built_anew(home, made, open_index):
    (mark,) = store_files(home, "*/footnote.json")
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "count": 31}))
    lines = []
    index = open_index(notify=lines.append)
    index.derived.wait()
    assert "is damaged; building it anew" in lines[0]
    assert near(index) == made[1]
    assert problems(index) == []


@pytest.mark.parametrize("error", [RuntimeError, BaseException])
def test_a_store_that_raises_when_it_is_opened_is_built_anew(home, made, open_index, monkeypatch, error):
    """Panics of Chroma's core are no `Exception`."""
    real, raised = module._chromadb, []

    def chromadb():
        if not raised:
            raised.append(True)
            raise error
        return real()

    monkeypatch.setattr(module, "_chromadb", chromadb)
    opened = open_index()
    opened.derived.wait()
    assert raised
    assert problems(opened) == []


def test_what_differs_from_the_library_is_a_problem(home, open_index):
    index = open_index()
    index.derived.wait()
    store = index.derived._store
    store._collection.update(ids=["3"], embeddings=[-np.ones(384, np.float32) / 384**0.5])
    assert problems(index) == ["1 vectors in the Chroma index are not the library's"]
    store._collection.delete(ids=["4", "5"])
    assert problems(index)[0] == "2 vectors are missing from the Chroma index"
    index.derived.rebuild()
    assert problems(index) == []


def replace_by_a_file(home):
    shutil.rmtree(home / FOLDER)
    (home / FOLDER).write_text("not a folder")


DAMAGES = [remove_folder, remove_mark, empty_sqlite, cut_sqlite, cut_all, flip_bytes]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_built_anew_and_answers_the_same(home, made, open_index, damage):
    damage(home)
    lines = []
    index = open_index(notify=lines.append)
    assert near(index) == made[1], "answers do not wait for it"
    index.derived.wait()
    assert near(index) == made[1]
    assert problems(index) == []
    assert len(lines) == 1
    assert "from the library" in lines[0]
    assert index.derived.query(index.encoder.encode_query("volcano"), 3), "Chroma answers again"


def test_a_store_that_cannot_be_built_does_not_stop_answers(home, made, open_index):
    replace_by_a_file(home)
    lines = []
    index = open_index(notify=lines.append)
    index.derived.wait()
    assert near(index) == made[1]
    assert any("answers go on from the library" in line for line in lines)
    assert problems(index) == ["the Chroma index cannot be opened"]


def test_a_sound_store_is_opened_without_a_word(home, made, open_index):
    lines = []
    index = open_index(notify=lines.append)
    index.derived.wait()
    assert near(index) == made[1]
    assert lines == []


def test_a_second_process_searches_exactly_and_finds_the_same(home, made, open_index):
    owner, second = open_index(), open_index()
    owner.derived.wait()
    assert (owner.derived.owner, second.derived.owner) == (True, False)
    assert second.derived.query(second.encoder.encode_query("x"), 3) is None
    assert near(owner) == near(second) == made[1]
    assert problems(second) == []


def test_what_is_withdrawn_or_replaced_is_out_at_once_in_every_process(home, open_index):
    owner, second = open_index(), open_index()
    owner.derived.wait()
    question = "Who talked about the volcano?"
    assert near(owner)[0][1].startswith("volcano")
    second.library.withdraw(["volcano0", "volcano1"])
    list(second.add([found("volcano2", "Bakers sold fewer loaves.")]))
    for index in (owner, second):
        ids = [article for _, article, _ in near(index)]
        assert not {"volcano0", "volcano1"} & set(ids)
        texts = [
            index.text(c.article.id, c.version)[c.chunk.start : c.chunk.end]
            for c in index.search(index.encoder.encode_query(question), question, Scope(), 30)
        ]
        assert texts
        assert not any("volcano" in text for text in texts)
    list(second.add([found("lava", "Everybody talked about the volcano and its lava.")]))
    assert near(owner)[0][1] == "lava", "what another process adds is found"
    owner.derived.sync()
    assert problems(owner) == []


def test_a_killed_owner_frees_the_folder(home, made, open_index):
    code = (
        "import sys, time; from pathlib import Path; from footnote.index.search.chroma import ChromaFolder\n"
        "folder = ChromaFolder(Path(sys.argv[1])); print(folder.take(), flush=True); time.sleep(60)"
    )
    root = Path(__file__).resolve().parents[3]
    child = subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True, cwd=root)
    assert child.stdout.readline() == "True\n"
    folder = ChromaFolder(home)
    assert not folder.take()
    child.kill()
    child.wait()
    child.stdout.close()
    assert folder.take()
    folder.release()


def test_the_folder_is_given_free_by_whichever_thread_closes(tmp_path):
    folder, other = ChromaFolder(tmp_path), ChromaFolder(tmp_path)
    assert folder.take()
    assert not other.take()
    thread = Thread(target=folder.release)
    thread.start()
    thread.join()
    assert other.take()
    other.release()


def test_rebuild_by_hand(home, made, open_index):
    index = open_index()
    index.derived.rebuild()
    assert near(index) == made[1]
    assert len(list((home / FOLDER).glob("[0-9]*"))) == 1, "the old one is gone"


def vectors(count):
    chance = np.random.default_rng(0)
    made = chance.normal(size=(count, 16)).astype(np.float32)
    return [(n + 1, row / np.linalg.norm(row)) for n, row in enumerate(made)]


def test_a_store_by_itself(tmp_path):
    pairs = vectors(30)
    store = build(tmp_path, "mine", pairs)
    assert store.query(pairs[4][1], 3)[0] == 5
    assert store.query(pairs[4][1], 100) != []
    assert (store.count(), {n for n, _ in store.pairs()}, store.newest) == (30, set(range(1, 31)), 30)
    assert store.add(pairs) == 30, "adding again changes nothing"
    assert store.count() == 30
    store.close()
    folder = newest_folder(tmp_path, "mine")
    assert newest_folder(tmp_path, "another library's") is None
    again = open_store(folder, "mine")
    assert (again.count(), again.newest) == (30, 30)
    again.close()


def test_an_empty_store(tmp_path):
    store = build(tmp_path, "mine", [])
    assert store.query(vectors(1)[0][1], 3) == []
    assert {n for n, _ in store.pairs()} == set()
    store.close()


def test_other_things_in_the_folder_are_left_alone(tmp_path):
    (tmp_path / FOLDER / "1 note").mkdir(parents=True)
    build(tmp_path, "mine", vectors(2)).close()
    assert (tmp_path / FOLDER / "1 note").is_dir()


def test_no_text_goes_into_chroma(made):
    assert not any(b"volcano" in path.read_bytes() for path in store_files(made[0]))
