"""Articles in, candidate passages out."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from articles import found
from hypothesis import given
from hypothesis import strategies as st

import footnote.index.passages
from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, NotFoundError
from footnote.corpus.settings import Settings
from footnote.index.doctor import problems
from footnote.index.embedding.encoder import Encoded, unit
from footnote.index.identify import Added, identify
from footnote.index.library import Library
from footnote.index.passages import PassageIndex, fused
from footnote.index.search.exact import Exact, top
from footnote.index.search.scope import Scope
from footnote.index.search.snapshot import load

HARBOUR = "The harbour closed on Monday.\n\nShips went to Bay Town, the mayor said."
BREAD = "Bread costs two euros.\n\nBakers blame the drought in the north."


class CountingEncoder:
    """The real model, counting what it encodes."""

    def __init__(self, encoder):
        self._encoder = encoder
        self.passages = 0

    def __getattr__(self, name):
        return getattr(self._encoder, name)

    def encode_passages(self, passages):
        self.passages += len(passages)
        return self._encoder.encode_passages(passages)


def add(index, *items):
    return [(added.id, str(added)) for added in index.add(items)]


def ids(index, question, scope=None, limit=5):
    vector = index.encoder.encode_query(question)
    return [c.article.id for c in index.search(vector, question, Scope() if scope is None else scope, limit)]


class TestAdding:
    def test_outcomes(self, exact):
        assert add(exact, found("a", HARBOUR), found("b", BREAD)) == [("a", "added"), ("b", "added")]
        assert add(exact, found("a", HARBOUR)) == [("a", "unchanged")]
        assert add(exact, found("a", BREAD)) == [("a", "new version")]
        assert add(exact, found("a", BREAD, title="Bread")) == [("a", "new version")]
        exact.library.withdraw(["a", "b"])
        assert add(exact, found("a", BREAD), found("b", BREAD)) == [("a", "added"), ("b", "near-duplicate of a")]
        assert problems(exact) == []

    def test_the_same_again_embeds_nothing_and_loads_no_model(self, exact, monkeypatch):
        add(exact, found("a", HARBOUR, title="T", source="/one"))
        counting = CountingEncoder(exact.encoder)
        again = PassageIndex(Settings(home=exact.library.home), counting)
        assert add(again, found("a", HARBOUR, source="/two"), found("other", HARBOUR, named=False)) == [
            ("a", "unchanged"),
            ("a", "unchanged"),
        ]
        assert counting.passages == 0
        again.close()
        monkeypatch.setattr(footnote.index.passages, "open_encoder", None)
        unloaded = PassageIndex(Settings(home=exact.library.home))
        assert add(unloaded, found("a", HARBOUR)) == [("a", "unchanged")]
        unloaded.close()

    def test_metadata_that_a_second_reading_lacks_is_kept(self, exact):
        add(exact, found("a", HARBOUR, title="T", publisher="P"))
        assert add(exact, found("a", HARBOUR, published="2020")) == [("a", "new version")]
        article = exact.library.article("a")
        assert (article.title, article.publisher, article.published) == ("T", "P", "2020")

    def test_two_files_of_one_name_are_two_articles(self, exact):
        one = found("story", HARBOUR, named=False, source="/x/story.txt")
        two = found("story", BREAD, named=False, source="/y/story.txt")
        assert add(exact, one, two) == [("story", "added"), ("story-2", "added")]
        assert add(exact, two, one) == [("story-2", "unchanged"), ("story", "unchanged")]
        edited = replace(two, article=replace(two.article, text=BREAD + " Again."))
        assert add(exact, edited) == [("story-2", "new version")]

    def test_two_new_files_of_one_name_in_one_command_keep_their_own_chunks(self, exact):
        two = [found("story", HARBOUR, named=False, source="/one"), found("story", BREAD, named=False, source="/two")]
        assert add(exact, *two) == [("story", "added"), ("story-2", "added")]
        assert [owner for _, owner in exact.library.chunk_keys()] == ["story", "story-2"]
        assert problems(exact) == []

    def test_one_article_twice_in_one_command(self, exact):
        assert add(exact, found("a", HARBOUR), found("a", HARBOUR), found("a", BREAD)) == [
            ("a", "added"),
            ("a", "unchanged"),
            ("a", "new version"),
        ]
        assert problems(exact) == []

    def test_each_outcome_comes_once_it_is_committed(self, exact):
        for added in exact.add([found("a", HARBOUR), found("b", BREAD)]):
            other = Library(exact.library.home)
            assert other.version_of(added.id)
            other.close()

    def test_an_article_of_furniture_alone_can_be_kept(self, exact):
        assert add(exact, found("a", "Comments are closed.")) == [("a", "added")]
        assert ids(exact, "What is closed?") == []
        assert problems(exact) == []

    def test_settling_tells_what_adding_would_do(self, exact):
        add(exact, found("a", HARBOUR))
        assert identify(exact.library, found("a", HARBOUR))[1] == Added("a", "unchanged")
        assert identify(exact.library, found("a", BREAD))[1] is None

    def test_processes_adding_the_same_article(self, exact):
        second = PassageIndex(exact._settings, exact.encoder)
        outcomes = []

        def work(index):
            outcomes.extend(add(index, *(found(f"a{n}", f"Words of {n}.") for n in range(5))))

        threads = [threading.Thread(target=work, args=(each,)) for each in (exact, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcome for _, outcome in outcomes) == ["added"] * 5 + ["unchanged"] * 5
        assert problems(exact) == []
        second.close()


class TestSearching:
    def test_the_near_one_comes_first(self, exact):
        add(exact, found("a", HARBOUR), found("b", BREAD))
        assert ids(exact, "What do bakers charge?")[0] == "b"
        assert ids(exact, "When did the port shut?")[0] == "a"

    def test_offsets_count_in_the_version_that_is_named(self, exact):
        add(exact, found("a", "■ Intro.\n\n" + HARBOUR), found("b", BREAD))
        for candidate in exact.search(exact.encoder.encode_query("ships"), "ships", Scope(), 5):
            text = exact.text(candidate.article.id, candidate.version)
            assert text[candidate.chunk.start : candidate.chunk.end]
            for start, end, _ in candidate.chunk.spans:
                assert text[start:end].endswith(".")

    def test_words_find_what_vectors_do_not(self, exact):
        add(exact, *(found(f"x{n}", f"A line about case number {n}.") for n in range(30)))
        add(exact, found("odd", "The Zzyzx file was sealed in a vault."))
        assert "odd" in ids(exact, "case Zzyzx number", limit=2)

    def test_both_engines_together_give_no_more_than_asked_for(self, exact):
        add(exact, *(found(f"x{n}", f"A line about case number {n}.") for n in range(30)))
        vector = exact.encoder.encode_query("case number")
        best = exact.search(vector, "case number 7", Scope(), 4)
        assert len(best) == 4
        assert best[0].article.id == "x7"
        assert [c.score for c in best] == sorted((c.score for c in best), reverse=True)

    def test_an_empty_library(self, exact):
        assert ids(exact, "anything") == []

    def test_a_question_without_words(self, exact):
        add(exact, found("a", HARBOUR))
        assert ids(exact, "the of and ?!") == ["a"]

    def test_a_period_comes_first_and_hides_nothing(self, exact):
        told = Scope(period_start="2020-03-25", period_end="2020-03-25")
        add(
            exact,
            found("before", HARBOUR, published="2020-03-01"),
            found("then", BREAD, published="2020-03-26"),
            found("undated", BREAD + " Again."),
            found("later", "The council met. It had closed the baths on 25 March.", published="2020-09-01"),
            found("earlier", "The fair of March 25 was loud.", published="2019-04-01"),
        )
        asked = "When did the port shut?"
        assert ids(exact, asked)[0] == "before"
        assert ids(exact, asked, told)[0] in ("then", "later")
        assert ids(exact, asked, told)[1] == "before"
        assert set(ids(exact, asked, told, limit=4)[::2]) == {"then", "later"}
        assert set(ids(exact, asked, told)) == {"before", "then", "undated", "later", "earlier"}
        assert set(ids(exact, asked, replace(told, before="2020-03-31"))) == {"before", "then", "earlier"}
        assert ids(exact, asked, Scope(period_start="1999-01-01", period_end="1999-01-01")) == ids(exact, asked)

    def test_scope(self, exact):
        add(
            exact,
            found("a", HARBOUR, published="2020-01-05", publisher="Post"),
            found("b", HARBOUR + " More.", published="2020-03", publisher="Wire"),
            found("c", HARBOUR + " Most."),
        )
        assert set(ids(exact, "harbour")) == {"a", "b", "c"}
        assert ids(exact, "harbour", Scope(after="2020-02")) == ["b"]
        assert ids(exact, "harbour", Scope(publisher="post")) == ["a"]
        assert ids(exact, "harbour", Scope(as_of="2020-01")) == ["a"]
        assert ids(exact, "harbour", Scope(publisher="nobody")) == []

    def test_another_model_is_refused(self, exact):
        class Other(CountingEncoder):
            digest = "1" * 64

        add(exact, found("a", HARBOUR))
        other = PassageIndex(exact._settings, Other(exact.encoder))
        with pytest.raises(LibraryError, match="cannot mix"):
            ids(other, "harbour")
        with pytest.raises(LibraryError, match="cannot mix"):
            add(other, found("b", BREAD))
        assert add(other, found("a", HARBOUR)) == [("a", "unchanged")]
        other.close()

    @given(question=st.text(st.characters(), max_size=60))
    def test_any_question_can_be_searched(self, question, encoder, tmp_path_factory):
        index = self.shared(encoder, tmp_path_factory)
        vector = np.ones(384, dtype=np.float32)
        assert len(index.search(vector, question, Scope(), 5)) == 2

    kept = None

    def shared(self, encoder, tmp_path_factory):
        if TestSearching.kept is None:
            index = PassageIndex(Settings(home=tmp_path_factory.mktemp("any")), encoder)
            add(index, found("a", HARBOUR), found("b", BREAD))
            TestSearching.kept = index
        return TestSearching.kept

    @classmethod
    def teardown_class(cls):
        if cls.kept:
            cls.kept.close()


class FakeEncoder:
    """Random unit vectors, for libraries of a size that the real model takes minutes for."""

    name, digest, dimension, budget = "fake", "0" * 64, 384, 254

    def __init__(self):
        self._chance = np.random.default_rng(0)

    def pieces(self, text):
        return []

    def vectors(self, *shape):
        return unit(self._chance.normal(size=(*shape, 384)).astype(np.float32))

    def encode_passages(self, passages):
        return [Encoded(self.vectors(), self.vectors(len(p.sentences))) for p in passages]

    def encode_query(self, text):
        return self.vectors()


@pytest.fixture
def large(not_owner, monkeypatch):
    """A library of some thousand chunks."""
    index = PassageIndex(Settings(home=not_owner), FakeEncoder())
    index.library.connection().execute("PRAGMA synchronous = OFF")
    add(index, *(found(f"a{n}", f"Sanctions on the harbour {n}. Word{n % 97} was said.") for n in range(3_000)))
    yield index
    index.close()


@pytest.mark.slow
def test_a_large_library_stays_quick(large):
    def seconds(work):
        times = []
        for _ in range(7):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
        return sorted(times)[3]

    large.snapshot()
    assert seconds(lambda: ids(large, "What was said of sanctions on the harbour in Word5?", limit=20)) < 0.1
    number = iter(range(1_000))

    def one_more():
        add(large, found(f"new{next(number)}", "One more."))
        large.snapshot()

    assert seconds(one_more) < 0.3
    assert large._rarest(["sanctions", "word5", "nowhere"]) == ["word5"]


def test_where_all_words_are_common_chunks_that_hold_two_of_them_are_looked_for(exact, monkeypatch):
    monkeypatch.setattr("footnote.index.passages._MOST_MATCHES", 1)
    add(exact, found("both", "The harbour is on strike."), found("one", HARBOUR), found("other", "A strike of bakers."))
    assert exact._rarest(["harbour", "strike"]) == []
    matched = exact._matching(exact.snapshot(), "harbour strike", [None], 10, False)
    assert {exact.snapshot().article(exact.snapshot().row(n)).id for n in matched} == {"both"}
    assert exact._matching(exact.snapshot(), "harbour", [None], 10, False) == {}


def test_a_snapshot_follows_the_library_and_leaves_older_ones_alone(exact):
    add(exact, *(found(f"a{n}", f"Words of {n}.") for n in range(4)))
    seen = [exact.snapshot()]
    for change in (
        lambda: add(exact, found("b", BREAD)),
        lambda: exact.library.withdraw(["a1"]),
        lambda: add(exact, found("a0", HARBOUR)),
        lambda: add(exact, found("c", BREAD + " More.", title="C")),
        lambda: add(exact, found("c", BREAD + " More.", title="Other")),
        lambda: exact.library.withdraw(["b", "c"]),
        lambda: add(exact, found("d", BREAD + " Most.")),
    ):
        change()
        now = exact.snapshot()
        fresh = load(exact.library)
        assert now.ids.tolist() == fresh.ids.tolist()
        assert [now.article(row) for row in range(len(now.ids))] == [fresh.article(r) for r in range(len(fresh.ids))]
        assert (now.versions, now.digest) == (fresh.versions, fresh.digest)
        seen.append(now)
    assert exact.snapshot() is seen[-1]
    assert seen[-1].row(10**9) is None
    assert seen[-1].row(0) is None


class TestNearest:
    """Chroma is asked, and believed; few chunks are searched exactly."""

    @pytest.fixture
    def opened(self, tmp_path):
        index = PassageIndex(Settings(home=tmp_path / "home"), FakeEncoder())
        years = [f"{2000 + n % 4}" for n in range(60)]
        add(index, *(found(f"a{n}", f"Story {n}.", published=years[n]) for n in range(60)))
        index.derived.sync()
        yield index
        index.close()

    @staticmethod
    def exactly(index, vector, limit, among=None):
        known = dict(index.library.chunk_vectors())
        kept = sorted(among if among is not None else known, key=lambda n: (-float(known[n] @ vector), n))
        return kept[:limit]

    @pytest.mark.parametrize("hold", [False, True])
    def test_exact_search_is_exact_whatever_is_kept_in_memory(self, opened, monkeypatch, hold):
        monkeypatch.setattr("footnote.index.search.exact._PAGE", 7)
        exact = Exact(opened.library)
        for limit in (1, 9, 100):
            vector = opened.encoder.encode_query("")
            live = load(opened.library).ids
            assert exact.nearest(vector, limit, live, hold=True) == self.exactly(opened, vector, limit)
            some = np.arange(2, 40, 3)
            assert exact.nearest(vector, limit, some, hold) == self.exactly(opened, vector, limit, some)
        opened.library.withdraw(["a3", "a4"])
        add(opened, found("new", "A new story."))
        live = load(opened.library).ids
        wanted = self.exactly(opened, vector, 100)
        assert exact.nearest(vector, 100, live, hold=True) == wanted, "what is held follows the library"
        assert exact.nearest(vector, 5, live[:0]) == []

    @pytest.mark.parametrize("few", [0, 5_000])
    @pytest.mark.parametrize("scope", [Scope(), Scope(after="2001", before="2002"), Scope(period_start="2003")])
    def test_filters_find_what_exact_search_finds(self, opened, monkeypatch, scope, few):
        monkeypatch.setattr("footnote.index.passages.FEW", few)
        snapshot = opened.snapshot()
        vector = opened.encoder.encode_query("")
        for pool in opened._pools(snapshot, scope):
            among = None if pool is None else snapshot.ids[pool].tolist()
            assert opened._nearest(snapshot, vector, pool, 8) == self.exactly(opened, vector, 8, among)

    def test_chroma_answers_without_any_vector_being_searched(self, opened, monkeypatch):
        monkeypatch.setattr(Exact, "nearest", None)
        assert len(ids(opened, "What is the story?", limit=20)) == 20

    def test_withdrawn_chunks_leave_no_gap(self, opened):
        opened.library.withdraw([f"a{n}" for n in range(50)])
        assert len(ids(opened, "What is the story?", limit=20)) == 10

    def test_recall_is_measured(self, opened):
        assert opened.derived.recall() == 1.0
        opened.derived._store.query = lambda vector, limit: list(range(1, 6))
        assert opened.derived.recall() < 0.6
        assert any("of the ten nearest chunks" in line for line in problems(opened))


@given(st.lists(st.floats(-1, 1, width=32), max_size=30), st.integers(0, 40))
def test_top_is_the_start_of_the_sorted_list(scores, limit):
    array = np.array(scores, dtype=np.float32)
    wanted = sorted(range(len(scores)), key=lambda n: (-scores[n], n))[:limit]
    assert array[top(array, limit)].tolist() == [scores[n] for n in wanted]


class TestProblems:
    def test_a_sound_library_has_none(self, exact):
        add(exact, found("a", HARBOUR), found("b", BREAD))
        assert problems(exact) == []

    @pytest.mark.parametrize(
        ("sql", "problem"),
        [
            (
                "UPDATE versions SET text = 'Another text. It is long enough to hold all of the spans.'",
                "version",
            ),
            ("UPDATE chunks SET vector = zeroblob(388)", "not of length one"),
            ("UPDATE chunks SET sentence_vectors = zeroblob(196 * 2)", "not of length one"),
            ("UPDATE chunks SET spans = zeroblob(5)", "is damaged"),
            ("UPDATE chunks SET vector = zeroblob(3)", "is damaged"),
            ("UPDATE chunks SET start = 3", "outside its span"),
            ("UPDATE chunks SET vector = zeroblob(16)", "another model"),
        ],
    )
    def test_what_is_wrong_is_said(self, exact, sql, problem):
        add(exact, found("a", HARBOUR))
        exact.library.connection().execute(sql)
        assert any(problem in line for line in problems(exact))


def test_texts_come_in_the_order_asked_for_and_one_that_is_gone_is_said(exact):
    add(exact, found("a", HARBOUR), found("b", BREAD))
    keys = [("b", Article("b", BREAD).version), ("a", Article("a", HARBOUR).version)]
    exact.text(*keys[1])
    assert exact.texts([*keys, keys[0]]) == [BREAD, HARBOUR, BREAD]
    with pytest.raises(NotFoundError, match="'c'"):
        exact.texts([*keys, ("c", keys[0][1])])


def test_article_text_is_read_once(exact):
    add(exact, found("a", HARBOUR))
    version = Article("a", HARBOUR).version
    assert exact.text("a", version) is exact.text("a", version)


def test_the_best_match_of_words_is_worth_a_quarter_of_cosine():
    assert fused({1: 0.5, 2: 0.25, 3: 0.625}, {1: 4.0, 2: 8.0}) == {1: 0.625, 2: 0.5, 3: 0.625}
    assert fused({1: 0.5}, {}) == {1: 0.5}
