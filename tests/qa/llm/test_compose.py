"""From a scripted model's reply to checked sentences, with the real MiniLM."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_script import Scripted, offered, prompt_of
from llm_server import llm_server

from footnote.qa.llm.compose import MAX_SENTENCES, Composed, compose, declines, unsaid
from footnote.qa.llm.endpoint import Endpoint, EndpointError, ReplyLimits
from footnote.qa.llm.parse import parsed
from footnote.qa.llm.verify import WordRelation

SOURCES = offered(
    "Mayor Ana Ruiz closed the harbour on Monday after 12 boats sank.",
    "Inflation rose to 2.8 percent in May, the central bank said.",
    "The strike ended after four days.",
)
QUESTION = "Who closed the harbour?"
CLOSED = "Did Ana Ruiz close the harbour?"


@pytest.fixture
def answer(encoder):
    def answer_(*replies, question=QUESTION, sources=SOURCES, stop=lambda: False, size=7):
        return list(compose(Scripted(*replies, size=size), prompt_of(question, sources), WordRelation(encoder), stop))

    return answer_


REPLIES = [
    ("It closed. [1] It rained [2].", [("It closed.", (1,)), ("It rained.", (2,))]),
    ("It closed [1][3]. It rained [1, 2].", [("It closed.", (1, 3)), ("It rained.", (1, 2))]),
    ("It closed.[1] It rained.[2]", [("It closed.", (1,)), ("It rained.", (2,))]),
    ("[1] It closed.\n[2] It rained.", [("It closed.", (1,)), ("It rained.", (2,))]),
    ("- It closed [1]\n- It rained [2]", [("It closed", (1,)), ("It rained", (2,))]),
    ("1. It closed today.\n2. It rained. [3]", [("It closed today.", ()), ("It rained.", (3,))]),
    ("It closed [1-3]. It rained [2–9].", [("It closed.", (1, 2, 3)), ("It rained.", (2, 9))]),
    ("It closed [Source 1]. It rained [^2].", [("It closed.", (1,)), ("It rained.", (2,))]),
    ("It closed 【1】. It rained ［２］.", [("It closed.", (1,)), ("It rained.", (2,))]),
    ("Answer: It closed on **Jan. 3** in the U.S. [1]", [("It closed on Jan. 3 in the U.S.", (1,))]),
    ("It closed [1](http://x.example/a).", [("It closed.", (1,))]),
    ("[1]: It closed.", [(": It closed.", (1,))]),
    ("<think>Maybe [3]. Hm.</think>It closed. [1]", [("It closed.", (1,))]),
    ("It closed (see [1] and [2]).", [("It closed.", (1, 2))]),
    ("[2]", [("", (2,))]),
    ("[2][3]", [("", (2, 3))]),
    ("“It closed,” she said. [1] It rained.", [("“It closed,” she said.", (1,)), ("It rained.", ())]),
    ("", []),
    ("   \n ", []),
]


@pytest.mark.parametrize(("reply", "expected"), REPLIES)
@pytest.mark.parametrize("size", [1, 5, 1_000])
def test_reply_is_cut_into_sentences_with_their_numbers(reply, expected, size):
    pieces = (reply[n : n + size] for n in range(0, len(reply), size))
    assert [(one.text, one.numbers) for one in parsed(pieces)] == expected


@given(
    st.text(
        alphabet=st.sampled_from("aB .!\n[]()<>*_`#|1²⁷①【】\\\u202e\u200b\x00\x1b\U000e0041&lt;/:ht"), max_size=120
    )
)
def test_no_mark_is_left_whatever_is_written(text):
    for draft in parsed([text]):
        assert not set(draft.text) & set("[]【】<>{}\\\u202e\u200b\x00\x1b\U000e0041⁷①")
        assert "\n" not in draft.text
        assert all(0 <= n <= 9_999 for n in draft.numbers)


@pytest.mark.parametrize(
    "text", ["[" * 6_000, "[1" * 3_000, "![" * 3_000, "<a" * 3_000, "." * 6_000, "[a](" * 1_500, "a. " * 2_000]
)
def test_a_long_reply_of_marks_takes_no_time(text):
    started = time.monotonic()
    assert isinstance(list(parsed(text)), list)
    assert time.monotonic() - started < 20


def test_sentences_come_while_the_model_writes(encoder):
    model = Scripted(
        "Ana Ruiz closed the harbour on Monday. [1] " + "The strike ended after four days. [3] " * 3, size=4
    )
    composition = compose(model, prompt_of(QUESTION, SOURCES), WordRelation(encoder))
    first = next(iter(composition))
    assert (first.text, first.verdict) == ("Ana Ruiz closed the harbour on Monday.", "supported")
    assert first.cited == (SOURCES[0],)
    assert model.said < 20
    composition.close()


def test_supported_marked_and_attached(answer):
    said = answer(
        "Ana Ruiz closed the harbour on Monday. [1] Inflation rose to 3.1 percent in May. [2]"
        " The strike ended after four days, so they all danced. The strike ended after four days [9]."
    )
    assert [(s.verdict, [c.text for c in s.cited]) for s in said] == [
        ("supported", [SOURCES[0].text]),
        ("not confirmed", [SOURCES[1].text]),
        ("not confirmed", []),
        ("verbatim", [SOURCES[2].text]),
    ]
    assert said[1].mismatches == ("answer 3.1%, source 2.8%",)


def test_numbers_that_were_not_offered_are_dropped(answer):
    said = answer("Ana Ruiz closed the harbour on Monday [7][0][1][9999].")
    assert said[0].cited == (SOURCES[0],)
    assert "[" not in said[0].text


def test_a_number_alone_chooses_the_sentence_itself(answer):
    said = answer("[2]")
    assert [(s.text, s.verdict, s.cited) for s in said] == [(SOURCES[1].text, "verbatim", (SOURCES[1],))]


@pytest.mark.parametrize(
    ("question", "reply", "text", "verdict"),
    [
        (CLOSED, "Yes. Ana Ruiz closed the harbour. [1]", "Yes. Ana Ruiz closed the harbour.", "supported"),
        (CLOSED, "Yes, Ana Ruiz closed the harbour. [1]", "Yes, Ana Ruiz closed the harbour.", "supported"),
        (CLOSED, "No, Ana Ruiz closed the harbour. [1]", "Ana Ruiz closed the harbour.", "supported"),
        (CLOSED, "Yes, the sea was calm. [1]", "The sea was calm.", "not confirmed"),
        ("Did 13 boats sink?", "Yes, 12 boats sank. [1]", "12 boats sank.", "supported"),
        (
            "Did the strike fail?",
            "Yes. The strike ended after 4 days. [3]",
            "The strike ended after 4 days.",
            "supported",
        ),
        (CLOSED, "Yes. [1]", SOURCES[0].text, "verbatim"),
        (CLOSED, "No. 10 is in London. [1]", "No. 10 is in London.", "not confirmed"),
        (CLOSED, f"Yes. {SOURCES[0].text} [1]", SOURCES[0].text, "verbatim"),
    ],
)
def test_yes_or_no_stays_where_the_sentence_decides_it(answer, question, reply, text, verdict):
    said = answer(reply, question=question)
    assert [(s.text, s.verdict) for s in said] == [(text, verdict)]


def test_no_needs_a_relation_that_says_so(encoder):
    class Refuting(WordRelation):
        def relate(self, claim, evidence):
            supported, _, rest = super().relate(claim, evidence)
            return (0.0, 1.0, 0.0) if claim == "the strike go on for a week" else (supported, 0.0, rest)

    prompt = prompt_of("Did the strike go on for a week?", SOURCES)
    composition = compose(Scripted("No. The strike ended after 4 days. [3]"), prompt, Refuting(encoder))
    assert [s.text for s in composition] == ["No. The strike ended after 4 days."]


def test_what_the_articles_say_against_the_model_is_found(encoder):
    relation = WordRelation(encoder)

    def composed(text, *cited, verdict="supported"):
        return Composed(text, cited, verdict)

    quoted, third = [SOURCES[0], SOURCES[1]], SOURCES[2]
    assert unsaid([composed("It ended.", third)], quoted, [], relation) == quoted
    assert unsaid([composed("It ended.", third), composed("It rose.", SOURCES[1])], quoted, [], relation) == quoted[:1]
    assert unsaid([composed("Inflation was 2.8 percent.", SOURCES[0])], quoted, [], relation) == []
    assert unsaid([composed("Ana Ruiz closed the harbour.", third)], quoted, [], relation) == []
    assert unsaid([composed("It rose.", SOURCES[1], verdict="not confirmed")], quoted, [], relation) == quoted
    assert unsaid([composed("It fell.", SOURCES[0])], quoted, [SOURCES[0], third], relation) == [third]
    assert unsaid([composed("It ended.", third)], [], [], relation) == []


def test_a_copy_is_verbatim(answer):
    said = answer(
        "“Mayor Ana Ruiz closed the harbour on Monday after 12 boats sank.” It was so.".replace("“", "").replace(
            "”", ""
        )
    )
    assert (said[0].verdict, said[0].cited) == ("verbatim", (SOURCES[0],))


def test_a_copy_that_had_to_be_made_plain_is_not_called_verbatim(answer):
    said = answer("[1]", sources=offered("The harbour [7] closed \u202eon Monday."))
    assert (said[0].text, said[0].verdict) == ("The harbour (7) closed on Monday.", "supported")


@pytest.mark.parametrize(
    "reply",
    [
        "NO ANSWER", "no answer.", "**NO ANSWER** [1]", "The sentences do not hold the answer.",
        "The provided sentences do not contain information about that. [1][2]", "I cannot answer this question.",
        "There is no information about it in the text.", "I'm sorry, but it is not stated.",
    ],
)  # fmt: skip
def test_the_model_may_decline(answer, reply):
    said = answer(reply)
    assert said == []
    assert declines(reply.strip("*"))


@pytest.mark.parametrize("text", ["No one was hurt.", "The source of the river is not far.", "He cannot swim.", ""])
def test_what_only_sounds_so_is_no_declining(text):
    assert not declines(text)


def test_declining_ends_the_stream(encoder):
    model = Scripted("NO ANSWER. " + "And so on and on. " * 100, size=5)
    assert list(compose(model, prompt_of(QUESTION, SOURCES), WordRelation(encoder))) == []
    assert model.said < 20


@pytest.mark.parametrize(
    "reply", ["", " \n", "!!! ???", "qwertz uiop. asdf ghjk.", "Bananas grow on the moon.", "[99]"]
)
def test_what_rests_on_nothing_is_no_answer(answer, reply):
    with pytest.raises(EndpointError, match="rests on the articles"):
        answer(reply)


def test_repeats_are_left_out_and_the_model_is_not_heard_for_ever(answer):
    said = answer("The strike ended after four days. [3] " * 40)
    assert len(said) == 1
    said = answer(" ".join(f"On day {n} the strike ended. [3]" for n in range(40)))
    assert len(said) == MAX_SENTENCES


def test_stop_is_no_error(answer):
    assert answer("Ana Ruiz closed it. [1]", stop=lambda: True) == []


def test_nothing_offered(answer):
    with pytest.raises(EndpointError):
        answer("Ana Ruiz closed the harbour. [1]", sources=[])


@pytest.mark.parametrize("behaviour", ["cut", "endless", "silent_after_a_word", "html", "empty"])
def test_a_server_that_fails_is_one_error(encoder, behaviour):
    with llm_server(behaviour) as (url, _):
        endpoint = Endpoint(url, "tiny", limits=ReplyLimits(connect=1, silence=1.0, total=20.0, characters=2_000))
        with pytest.raises(EndpointError):
            list(compose(endpoint, prompt_of(QUESTION, SOURCES), WordRelation(encoder)))
        endpoint.close()


def test_over_the_wire(encoder):
    with llm_server(text="Ana Ruiz closed the harbour on Monday. [1]") as (url, script):
        endpoint = Endpoint(url, "tiny", limits=ReplyLimits(total=60.0))
        said = list(compose(endpoint, prompt_of(QUESTION, SOURCES), WordRelation(encoder)))
        endpoint.close()
    assert [(s.text, s.verdict) for s in said] == [("Ana Ruiz closed the harbour on Monday.", "supported")]
    assert "[1] Mayor Ana Ruiz" in script.seen[0]["messages"][1]["content"]
