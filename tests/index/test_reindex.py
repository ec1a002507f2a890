"""Moving to another model: the old index answers until the new one is whole."""

import json

import numpy as np
import pytest
import tiny_models
from articles import found
from kills import ToyEncoder

import footnote.index.passages
from footnote.cli.main import main
from footnote.corpus.errors import LibraryError, NotFoundError
from footnote.corpus.settings import Settings
from footnote.index import shadow_index
from footnote.index.doctor import problems
from footnote.index.library import Library
from footnote.index.passages import SHIPPED, PassageIndex
from footnote.index.reindex import reindex
from footnote.index.search.scope import Scope

OLD, NEW = ToyEncoder("toy-old", 16), ToyEncoder("toy-new", 24)
WORDS = [f"word{n}" for n in range(90)]


def text(n):
    return " ".join(f"{word}x{n}." if m % 8 == 7 else f"{word}x{n}" for m, word in enumerate(WORDS)) + "."


def fill(settings):
    index = PassageIndex(settings, OLD)
    list(index.add(found(f"a{n}", text(n), title=f"T{n}") for n in range(12)))
    index.close()


@pytest.fixture
def home(not_owner):
    fill(Settings(not_owner))
    return not_owner


@pytest.fixture
def opened(not_owner, library_server):
    """Open the library with an encoder; all are closed at the end."""
    indexes, settings = [], Settings(not_owner, library=library_server)
    fill(settings)

    def open_(encoder):
        indexes.append(PassageIndex(settings, encoder))
        return indexes[-1]

    yield open_
    for each in indexes:
        each.close()


def asked(index, question):
    found_ = index.search(index.encoder.encode_query(question), question, Scope(), 40)
    return {(c.article.id, c.chunk.id) for c in found_}


def test_the_old_one_answers_until_the_new_one_is_whole(opened):
    old, new = opened(OLD), opened(NEW)
    before = asked(old, "word3x4")
    left = []
    for n in reindex(new):
        left.append(n)
        assert asked(old, "word3x4") == before
        assert problems(old) == []
        with pytest.raises(LibraryError, match="cannot mix"):
            asked(new, "word3x4")
    assert left == list(range(11, -1, -1))
    assert new.library.indexed_with() == new.made_with()
    assert problems(new) == []
    now = asked(new, "word3x4")
    assert {article for article, _ in now} == {article for article, _ in before}
    assert not {n for _, n in now} & {n for _, n in before}, "an id never means two chunks"
    assert {len(vector) for _, vector in new.library.chunk_vectors()} == {24}
    with pytest.raises(LibraryError, match=r"reindex --model"):
        asked(old, "word3x4")
    assert [added.outcome for added in new.add([found("b", text(99))])] == ["added"]
    assert problems(new) == []


def test_it_goes_on_where_it_was(opened):
    first, encoder = opened(NEW), Counting("toy-new", 24)
    for n in reindex(first):
        if n == 5:
            break
    second = opened(encoder)
    assert list(reindex(second)) == [4, 3, 2, 1, 0]
    assert problems(second) == []
    assert encoder.articles == {f"T{n}" for n in (5, 6, 7, 8, 9)} | encoder.articles
    assert len(encoder.articles) == 5


class Counting(ToyEncoder):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.articles = set()

    def encode_passages(self, passages):
        self.articles.update(passage.title for passage in passages)
        return super().encode_passages(passages)


def test_what_changes_meanwhile_is_taken_along(opened):
    old, new = opened(OLD), opened(NEW)
    changes = iter(
        [
            lambda: list(old.add([found("a0", text(50), title="T0")])),
            lambda: old.edit("a1", {"title": "Other"}),
            lambda: old.library.withdraw(["a2"]),
            lambda: list(old.add([found("new", text(51))])),
            lambda: old.purge(["a3", "a11"]),
            lambda: (old.library.withdraw(["a4"]), old.restore(["a4"])),
        ]
    )
    for _ in reindex(new):
        next(changes, lambda: None)()
    assert problems(new) == []
    assert sorted(new.library.versions()) == sorted([f"a{n}" for n in (0, 1, 4, 5, 6, 7, 8, 9, 10)] + ["new"])
    assert new.library.article("a0").text == text(50)
    chunk = next(new.library.chunks([n])[0] for n, owner in new.library.chunk_keys() if owner == "a1")
    read = f"Other\n{new.library.article('a1').text[chunk.start : chunk.end]}"
    assert np.allclose(chunk.vector, NEW.encode_query(read), atol=3e-3)


def test_what_was_withdrawn_before_comes_back_read_by_the_new_model(opened):
    opened(OLD).library.withdraw(["a5", "a6"])
    new = opened(NEW)
    list(reindex(new))
    assert not new.library.is_shelved("a5")
    new.restore(["a5", "a6"])
    assert problems(new) == []
    assert len(new.library.versions()) == 12


def test_a_begun_one_is_replaced_by_one_to_a_third_model_or_thrown_away(opened):
    next(reindex(opened(NEW)))
    third = opened(ToyEncoder("toy-third", 8))
    assert len(list(reindex(third))) == 12
    assert problems(third) == []
    next(reindex(opened(NEW)))
    shadow_index.abandon(third.library)
    with pytest.raises(LibraryError, match="next_chunks"):
        third.library.read("SELECT count(*) FROM next_chunks")
    assert problems(third) == []


def test_one_at_a_time(opened):
    running = reindex(opened(NEW))
    next(running)
    with pytest.raises(LibraryError, match="another process is reindexing"):
        next(reindex(opened(ToyEncoder("toy-third", 8))))
    running.close()
    assert len(list(reindex(opened(NEW)))) == 11


def test_the_same_model_again_by_force(opened):
    old = opened(OLD)
    before = asked(old, "word3x4")
    list(reindex(old))
    assert {article for article, _ in asked(old, "word3x4")} == {article for article, _ in before}
    assert problems(old) == []


def test_the_owner_of_chroma_follows(tmp_path):
    owner = PassageIndex(Settings(tmp_path), OLD)
    list(owner.add([found("a", text(1)), found("b", text(2))]))
    owner.derived.sync()
    new = PassageIndex(Settings(tmp_path), NEW)
    list(reindex(new))
    new.close()
    assert owner.derived.query(np.ones(16, np.float32), 3) is None, "the old store is not asked any more"
    owner.derived.wait()
    assert len(owner.derived.query(np.ones(24, np.float32), 3)) == 3
    owner.close()


class TestWhichModel:
    """A library that is opened without naming a model uses the one that it was made with."""

    @pytest.fixture
    def models(self, monkeypatch):
        made = {"": OLD, "/models/new": NEW, SHIPPED: OLD}
        loaded = []

        def load(model, *_):
            loaded.append(model)
            return made[model]

        monkeypatch.setattr(footnote.index.passages, "open_encoder", load)
        return loaded

    def open(self, home, model=""):
        return PassageIndex(Settings(home, model=model))

    def test_the_recorded_one_is_used(self, home, models):
        mover = self.open(home, "/models/new")
        running = self.open(home)
        assert asked(running, "word3x4")
        list(reindex(mover))
        assert mover.library.indexed_with().location == "/models/new"
        later = self.open(home)
        assert asked(later, "word3x4")
        assert asked(running, "word3x4"), "who has it open follows"
        assert [str(added) for added in later.add([found("b", text(77))])] == ["added"]
        assert models == ["", "/models/new", "/models/new", "/models/new"]
        named = self.open(home, SHIPPED)
        with pytest.raises(LibraryError, match="cannot mix"):
            asked(named, "word3x4")
        list(reindex(named))
        assert named.library.indexed_with().location == ""
        assert asked(later, "word3x4")
        for each in (mover, running, later, named):
            each.close()

    def test_a_vector_of_the_model_before_is_refused(self, home, models):
        running = self.open(home)
        vector = running.encoder.encode_query("word3x4")
        mover = self.open(home, "/models/new")
        list(reindex(mover))
        with pytest.raises(LibraryError, match="ask again"):
            running.search(vector, "word3x4", Scope(), 5)
        mover.close()
        running.close()


def test_an_article_that_goes_while_it_is_read_is_left_out(opened, monkeypatch):
    new = opened(NEW)
    real = new.library.article

    def article(article_id, version=""):
        if article_id == "a3" and not version:
            raise NotFoundError("gone")
        return real(article_id, version)

    monkeypatch.setattr(new.library, "article", article)
    steps = reindex(new)
    for _ in range(11):
        next(steps)
    monkeypatch.undo()
    assert list(steps) == [0]


@pytest.mark.slow
def test_to_a_model_in_a_folder_of_another_size_and_back(tmp_path, capsys):
    (tmp_path / "story.txt").write_text("Mayor Ana Ruiz closed the harbour on Monday. It rained all day.", "utf-8")
    home = ["--home", str(tmp_path / "library")]
    ask = ["ask", "Who closed the harbour?", "--json", "--min-confidence", "0"]
    assert main([*home, "add", str(tmp_path / "story.txt")]) == 0
    folder = str(tiny_models.embedding(tmp_path / "tiny"))
    assert main([*home, "ask", "Who?", "--embedding", folder]) == 1
    assert "footnote reindex --model" in capsys.readouterr().err
    for model, name, size in ((folder, "tiny", tiny_models.SIZE), (SHIPPED, SHIPPED, 384)):
        assert main([*home, "reindex", "--model", model]) == 0
        assert main([*home, *ask]) == 0
        *_, answer = capsys.readouterr().out.strip().splitlines()
        assert "Ana Ruiz" in json.loads(answer)["text"]
        library = Library(tmp_path / "library")
        assert (library.indexed_with().model, library.indexed_with().dimension) == (name, size)
        library.close()
