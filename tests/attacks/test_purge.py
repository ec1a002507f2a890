"""What was purged stays gone, whatever is done next with what had quoted it."""

import json
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from articles import found, holders
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kills import ToyEncoder
from scripted import Scripted, answered, passage

from footnote.corpus.settings import Settings
from footnote.index.passages import PassageIndex
from footnote.page import strings
from footnote.page.chat.chat import Chat
from footnote.page.chat.conversations import ShownTurn

SECRET = "Zyxquorv sold nineteen quandles to Brumley on a wet evening."
PART = "nineteen quandles"
TEXT = f"The market opened early. {SECRET} Nobody minded."
OTHER = "Oil fell by 3 percent. Gas rose."
ASKED, FOLLOW, PLAIN = "Who sold them?", "And to whom?", "What fell?"
NOBODY = SimpleNamespace(username=None)


class World:
    """A library with an article that will be purged, and a page on which it was quoted."""

    def __init__(self, home):
        home.mkdir()
        # another process has Chroma: this one searches the library's own vectors, and opens at once
        self.lock = FileLock(str(home / "chroma.lock"))
        self.lock.acquire()
        self.home = home
        self.index = PassageIndex(Settings(home), ToyEncoder("toy", 16))
        list(self.index.add([found("secret", TEXT), found("oil", OTHER)]))
        secret, oil = (self.index.library.article(name) for name in ("secret", "oil"))
        self.script = {
            ASKED: answered(ASKED, passage(secret, SECRET)),
            FOLLOW: replace(
                answered(FOLLOW, passage(oil, "Gas rose.")), standalone_question=f"To whom were {PART} sold?"
            ),
            PLAIN: answered(PLAIN, passage(oil, "Oil fell by 3 percent.")),
        }
        self.record = self.script[ASKED].to_dict()
        ready = threading.Event()
        ready.set()
        self.chat = Chat(Scripted(self.index.library, self.script), ready)
        self.key = self.chat.kept.start()
        self.ready = ready
        for question in (ASKED, FOLLOW, PLAIN):
            list(self.chat.ask(question, None, self.key))

    def close(self):
        self.index.close()
        self.lock.release()

    def restart(self):
        """Stop the server and start it again: its conversations are those that the library has."""
        self.index.close()
        self.index = PassageIndex(Settings(self.home), ToyEncoder("toy", 16))
        self.chat = Chat(Scripted(self.index.library, self.script), self.ready)


def event(**data):
    return SimpleNamespace(_data=data or None)


def shown(value):
    return json.dumps(value, default=str, ensure_ascii=False)


def resume(world):
    return world.chat.start(f"?c={world.key.id}", NOBODY)[0]


def link(world):
    """Open each answer by its link, as anybody may."""
    return [world.chat.start(f"?a={turn.link}", NOBODY)[0] for turn in world.chat.kept.turns(world.key)]


def search(world):
    return world.chat.kept.store.listed("", "nineteen"), world.chat.kept.store.listed("", "oil fell")


def delete_and_undo(world):
    world.chat.kept.delete(world.key)
    world.chat.kept.delete(world.key, deleted=False)
    return resume(world)


def ask(world):
    *_, last = world.chat.ask(PLAIN, None, world.key)
    return last


def ask_again(world):
    return list(world.chat.again(event(turn=2, drop=""), world.key))


def away_and_back(world):
    _, _, new = world.chat.fresh(event(), world.key)
    talk, _, world.key = world.chat.fresh(event(conversation=world.key.id), new)
    return talk


def read(world):
    return [world.chat.open(event(view="read", article="", turn=n), world.key) for n in range(3)]


def open_source(world):
    return world.chat.open(event(article="secret", version=world.record["citations"][0]["version"]), world.key)


def say(kind):
    def said(world):
        return [world.chat.feedback(event(turn=n, kind=kind, citation=int("citation" in kind), note="As I said."),
                                    world.key)[1] for n in range(4)]  # fmt: skip

    return said


def take(form, turn=None):
    return lambda world: world.chat.take(event(form=form, turn=turn), world.key)


def say_elsewhere(world):
    """Another process had the answer before the purge, and sends what was said of it only now."""
    world.index.library.add_feedback("wrong citation", world.record, 1, f"It says {PART}.")


def bring_back_another(world):
    """The same id comes back with another text: what quotes the old one is gone all the same."""
    list(world.index.add([found("secret", "Somebody else sold bread.")]))


def purge_another(world):
    if "oil" in world.index.library.versions():
        world.index.purge(["oil"])


DOINGS = {
    "resume": resume, "link": link, "search": search, "delete and undo": delete_and_undo, "ask": ask,
    "ask again": ask_again, "away and back": away_and_back, "read": read,
    "open": open_source, "helpful": say("helpful"), "wrong citation": say("wrong citation"),
    "take markdown": take("markdown"), "take evidence": take("evidence"), "take one": take("evidence", 0),
    "take follow-up": take("markdown", 1), "say elsewhere": say_elsewhere, "another": bring_back_another,
    "restart": lambda world: world.restart(),
    "purge once more": purge_another,
}  # fmt: skip


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(DOINGS)), min_size=1, max_size=8), st.booleans())
def test_whatever_is_done_after_a_purge_no_byte_of_it_is_in_a_file(tmp_path_factory, doings, said_before):
    world = World(tmp_path_factory.mktemp("purged") / "home")
    try:
        if said_before:
            say("helpful")(world)
            assert holders(world.home, PART.encode())
        world.index.purge(["secret"])
        assert holders(world.home, PART.encode()) == []
        for doing in doings:
            assert PART not in shown(DOINGS[doing](world)), doing
            assert holders(world.home, PART.encode()) == [], doing
            assert holders(world.home, b"quandl") == [], f"as a word of the full-text index, after {doing}"
    finally:
        world.close()


@pytest.fixture
def world(tmp_path):
    opened = World(tmp_path / "home")
    yield opened
    opened.close()


def test_what_is_said_of_an_answer_that_is_gone_is_kept_without_text(world):
    world.index.purge(["secret"])
    say_elsewhere(world)
    (kept,) = world.index.library.feedback()
    assert (kept.kind, kept.note) == ("wrong citation", "")
    assert kept.answer == {"schema": "footnote.answer/1", "id": "scripted", "status": "answered"}
    bring_back_another(world)
    say_elsewhere(world)
    assert world.index.library.feedback()[-1].answer == kept.answer, "the version that it quotes is another"


def test_a_conversation_that_quoted_it_goes_on_and_says_what_is_gone(world):
    world.index.purge(["secret"])
    talk = resume(world)
    assert talk.count(strings.ERASED) == 2, "its answer, and the one that carried words of it on"
    assert "Oil fell by 3 percent." in talk
    assert "Oil fell by 3 percent." in take("markdown")(world)
    assert strings.ERASED in ask_again(world)[-1]


def test_what_is_shown_of_an_answer_in_the_making_goes_too(world):
    """While a language model is silent, the articles' own sentences are shown."""
    turn = world.chat.kept.ask(world.key, ShownTurn(ASKED, growing=world.script[ASKED]))
    assert PART in resume(world)
    world.index.purge(["secret"])
    assert PART not in resume(world)
    assert world.chat.kept.turn(world.key, turn.number).pending


def test_a_follow_up_does_not_carry_on_from_what_is_gone(world):
    world.index.purge(["secret"])
    ask(world)
    history = world.chat.engine.asked[-1].history
    assert PART not in shown(history)
    assert len(history) == 1
