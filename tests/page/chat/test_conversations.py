"""Conversations in memory: bounded, by an unguessable key, and never somebody else's."""

import threading
from dataclasses import asdict, replace

from footnote.index.search.scope import Scope
from footnote.page.chat.conversations import MAX_TURNS, Conversations, Key, ShownTurn


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self):
        return self.now


def begun(kept, owner=""):
    key = kept.start(owner)
    kept.ask(key, ShownTurn("Who?"))
    return key


def test_keys_cannot_be_guessed_and_are_their_owners():
    kept = Conversations()
    key = begun(kept, "ann")
    assert len(key.id) >= 32
    assert kept.resume(key.id, "ann") == key
    for conversation, owner in ((key.id, "bob"), (key.id, ""), ("", "ann"), (None, "ann"), ([key.id], "ann")):
        other = kept.resume(conversation, owner)
        assert other.id not in ("", key.id)
        assert other.owner == owner


def test_a_conversation_is_kept_from_its_first_question_on():
    kept = Conversations(most=1)
    key = begun(kept)
    for _ in range(5):
        kept.start()
        assert kept.turns(Key("unknown")) == ()
    assert len(kept.turns(key)) == 1


def test_the_least_recently_used_goes_first():
    kept = Conversations(most=2)
    first, second = begun(kept), begun(kept)
    kept.ask(first, ShownTurn("More?"))
    begun(kept)
    assert len(kept.turns(first)) == 2
    assert kept.turns(second) == ()


def test_a_conversation_ends_with_its_age():
    clock = Clock()
    kept = Conversations(age=10, clock=clock)
    old, read = begun(kept), begun(kept)
    clock.now = 9
    kept.ask(read, ShownTurn("More?"))
    clock.now = 11
    assert kept.turns(old) == ()
    assert len(kept.turns(read)) == 2
    clock.now = 30
    key = begun(kept)
    assert list(kept._kept) == [key]


def test_numbers_go_on_when_early_turns_are_dropped():
    kept = Conversations()
    key = kept.start()
    numbers = [kept.ask(key, ShownTurn("Who?")).number for _ in range(MAX_TURNS + 3)]
    assert numbers == list(range(MAX_TURNS + 3))
    assert [turn.number for turn in kept.turns(key)] == numbers[2:]
    assert kept.turn(key, 0) is None
    assert not kept.change(key, 0, lambda turn: turn)


def test_stop_reaches_what_is_being_answered_only():
    kept = Conversations()
    key = kept.start()
    done = kept.ask(key, ShownTurn("Who?", error="No."))
    running = kept.ask(key, ShownTurn("When?"))
    assert not kept.stopped(key, running.number)
    kept.stop(key)
    assert kept.stopped(key, running.number)
    assert not kept.stopped(key, done.number)
    kept.delete(key)
    assert kept.stopped(key, running.number)
    assert kept.turns(key) == ()


def test_changes_from_several_threads_are_all_kept():
    kept = Conversations()
    key = begun(kept)

    def say():
        for _ in range(200):
            kept.change(key, 0, lambda turn: replace(turn, said=(*turn.said, ("helpful", 0))))

    threads = [threading.Thread(target=say) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept.turns(key)[0].said) == 800


def test_a_question_takes_the_place_of_an_earlier_one_only_when_that_is_done():
    kept = Conversations()
    key = kept.start()
    kept.ask(key, ShownTurn("Who?", error="No."))
    kept.ask(key, ShownTurn("Whom?"), replaces=0)
    assert [turn.question for turn in kept.turns(key)] == ["Whom?"]
    kept.ask(key, ShownTurn("When?"), replaces=0)
    assert [(turn.number, turn.question) for turn in kept.turns(key)] == [(0, "Whom?"), (1, "When?")]
    kept.change(key, 0, lambda turn: replace(turn, error="No."))
    kept.ask(key, ShownTurn("Where?"), replaces=0)
    assert [(turn.number, turn.question) for turn in kept.turns(key)] == [(0, "Where?"), (1, "When?")]


def test_a_turn_asked_anew_keeps_the_question_and_how_it_is_asked():
    turn = ShownTurn("Who?", 3, error="No.", carry=False, scope=Scope("2020"), said=(("helpful", 0),), further=("?",))
    assert asdict(turn.anew("Wait")) == asdict(ShownTurn("Who?", 3, waiting="Wait", carry=False, scope=Scope("2020")))
