"""The engine over a real library: SQLite, Chroma and MiniLM."""

import contextlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.schema import QueryBundle

from footnote.corpus.article import Article
from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.index.search.scope import Scope
from footnote.qa.engine import Engine

HARBOUR = Article(
    "harbour",
    "Port of Vardo opens second quay\n\n"
    "The port of Vardo opened its second quay on Tuesday, Mayor Ingrid Solheim said. The quay cost 42 million kroner"
    " and took three years to build. It will serve 60 fishing boats.\n\n"
    "“We waited long enough,” said Lars Moen, who heads the fishermen's union.\n\n"
    "As the 2019 plan puts it, “all boats are equal” [7].\n\nComments are closed.",
    title="Port of Vardo opens second quay",
    publisher="Northern Gazette",
    published="2021-06-08",
)
FERRY = Article(
    "ferry",
    "The ferry between Vardo and Hamnes stopped running in March because its engine failed. The county has ordered a"
    " new engine, which will arrive in August.",
    title="Ferry to Hamnes stopped",
    publisher="County News",
    published="2021-07-02",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory, encoder):
    opened = Engine.open(Settings(tmp_path_factory.mktemp("home")), encoder=encoder)
    assert [added.outcome for added in opened.add_many([HARBOUR, FERRY])] == ["added", "added"]
    yield opened
    opened.close()


def check(engine: Engine, answer) -> None:
    """Assert what always holds of an answer."""
    record = answer.to_dict()
    numbers = [int(n) for n in re.findall(r"\[(\d+)\]", record["text"])]
    assert list(dict.fromkeys(numbers)) == [c["n"] for c in record["citations"]] == list(range(1, len(numbers) + 1))
    for quote in [*record["citations"], *record["nearest"]]:
        text = engine.library.article(quote["article_id"], quote["version"]).text
        assert text[quote["start"] : quote["end"]] == quote["quote"]
    assert 0 <= record["confidence"] <= 1
    if record["status"] == "abstained":
        assert not record["citations"]
        assert not record["sentences"]
    else:
        assert record["citations"]
        assert not record["nearest"]
    json.dumps(record)


@pytest.mark.parametrize(
    ("question", "article", "words"),
    [
        ("How much did the second quay cost?", "harbour", "42 million"),
        ("Who heads the fishermen's union?", "harbour", "Lars Moen"),
        ("Why did the ferry to Hamnes stop running?", "ferry", "engine failed"),
        ("When will the new engine arrive?", "ferry", "August"),
    ],
)
def test_the_best_sentence_is_quoted_first(engine, question, article, words):
    final = engine.answer(question)
    check(engine, final.answer)
    assert final.selected[0].article_id == article
    assert words in final.selected[0].quote


@pytest.mark.parametrize(
    "question", ["What is the boiling point of tungsten?", "Who won the chess olympiad in Batumi?"]
)
def test_a_question_off_the_topic_is_declined_with_the_nearest_passages(engine, question):
    answer = engine.ask(question)
    check(engine, answer)
    assert answer.status == "abstained"
    assert answer.nearest
    assert answer.text


def test_furniture_is_never_quoted(engine):
    for question in ("Are comments closed?", "Port of Vardo opens second quay"):
        final = engine.answer(question)
        quotes = [q.quote for q in final.selected] + [q.quote for q in final.answer.nearest]
        assert "Comments are closed." not in quotes
        assert HARBOUR.title not in quotes


def test_numbers_in_brackets_that_an_article_holds_are_no_markers(engine):
    answer = Engine.ask(engine, "What does the 2019 plan say of all boats?")
    check(engine, answer)
    assert any("[7]" in q.quote for q in [*(c.source for c in answer.citations), *answer.nearest])


def test_scope_limits_what_is_quoted(engine):
    for scope in (Scope(publisher="county"), Scope(after="2021-07"), Scope(as_of="2021-06-30")):
        allowed = "harbour" if scope.as_of else "ferry"
        assert {q.article_id for q in engine.answer("What happened in Vardo?", scope=scope).selected} == {allowed}
    answer = engine.ask("How much did the quay cost?", Scope(before="2020"))
    assert (answer.status, answer.nearest) == ("abstained", ())


def test_a_withdrawn_article_is_out_of_the_next_answer(engine):
    engine.library.withdraw(["ferry"])
    assert "ferry" not in {p.article_id for p in engine.answer("Why did the ferry stop?").passages}
    list(engine.add_many([FERRY]))
    assert engine.answer("Why did the ferry stop?").selected[0].article_id == "ferry"


def test_a_replaced_article_is_quoted_as_it_is_now_and_stays_readable_as_it_was(engine):
    old = engine.library.article("ferry").version
    newer = Article("ferry", FERRY.text.replace("August", "October"), FERRY.title, (), "County News", "2021-07-03")
    assert [added.outcome for added in engine.add_many([newer])] == ["new version"]
    assert "October" in engine.answer("When will the new engine arrive?").selected[0].quote
    assert "August" in engine.library.article("ferry", old).text
    list(engine.add_many([FERRY]))


def test_it_is_a_llama_index_query_engine(engine):
    response = engine.query_engine.query(QueryBundle("How much did the second quay cost?"))
    assert response.metadata["answer"]["schema"] == "footnote.answer/1"
    assert response.source_nodes
    for node in response.source_nodes:
        text = engine.library.article(node.node.metadata["article_id"]).text
        assert text[node.node.start_char_idx : node.node.end_char_idx] == node.node.text


def test_the_same_question_gives_the_same_answer(engine):
    one, two = (engine.ask("How much did the second quay cost?").to_dict() for _ in range(2))
    assert {**one, "timings_ms": 0} == {**two, "timings_ms": 0}


@settings(max_examples=25)
@given(question=st.text(min_size=1, max_size=120))
def test_any_question_gets_a_sound_answer_or_a_clear_refusal(engine, question):
    with contextlib.suppress(UsageError):
        check(engine, engine.ask(question))


@pytest.mark.parametrize("question", ['"', "AND OR NOT", "NEAR(a b)", "col:umn*", "'; DROP TABLE words; --", "^(a"])
def test_the_full_text_index_gets_no_syntax_from_a_question(engine, question):
    try:
        check(engine, engine.ask(question))
    except UsageError:
        assert not any(character.isalnum() for character in question)


def test_nothing_is_ever_declined_at_zero_but_an_empty_library(tmp_path, encoder):
    with_all = Engine.open(Settings(tmp_path / "home", min_confidence=0.0), encoder=encoder)
    try:
        assert with_all.ask("Who is the mayor?").status == "abstained"
        list(with_all.add_many([HARBOUR]))
        assert with_all.ask("What is the boiling point of tungsten?").status == "answered"
    finally:
        with_all.close()


def test_suggestions_are_of_different_kinds_and_articles(tmp_path, encoder):
    texts = [
        f"Lars Moen{n}, the governor of Town{n}, opened the bridge on May {n}, 2020. The road was {n} miles long."
        for n in range(1, 5)
    ]
    engine = Engine.open(Settings(tmp_path), encoder=encoder)
    list(engine.add_many([Article(f"a{n}", text) for n, text in enumerate(texts)]))
    suggested = engine.suggestions(4)
    engine.close()
    assert sum(question.startswith("Who is Lars Moen") for question in suggested) == 2
    assert sum(question.startswith("What happened on May ") for question in suggested) == 2
    assert len({re.sub(r"\D", "", question)[:1] for question in suggested}) == 4, "one of each article"


def test_the_spelling_of_a_name_does_not_decide_which_article_answers(tmp_path, encoder):
    told = "The port of Vardo on Friday dismissed Karim Rohmani, the pilot of the ferry, for sleeping on duty."
    spoken_of = "The dismissal of Rahmani, it said, was no way to run a port. A pilot needs his sleep."
    with contextlib.closing(Engine.open(Settings(tmp_path), encoder=encoder)) as opened:
        list(opened.add_many([Article("news", told), Article("comment", spoken_of), HARBOUR]))
        for name in ("Rohmani", "Rahmani"):
            answer = opened.ask(f"Who dismissed {name}?")
            assert answer.status == "answered"
            assert answer.citations[0].source.article_id == "news"
        assert "“Rahmani” as “Rohmani”" in answer.notices[-1]
