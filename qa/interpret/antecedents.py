"""What a conversation is about: the person, thing, group or place that a later question leaves unsaid.

The turn before counts first, then those before it. In a turn, a question that asked for somebody or something makes
its answer the topic; otherwise what the question itself named is; then what was quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from footnote.corpus.dates import MONTHS
from footnote.index.search.full_text import skeleton
from footnote.index.search.query_words import content_words, tokens, words
from footnote.qa.interpret.turns import MAX_TURNS, Turn
from footnote.qa.text.lexicon import AUXILIARIES, PREPOSITIONS, ROLES, VAGUE, WOMEN
from footnote.qa.text.noun_phrases import Phrase, full_names, phrases

_QUOTES = 4
_NEAR = 90
"""How many characters around a name are compared with the question that it may answer."""

_LATER = 4
"""What a person in a sentence after the first must make up for by fitting."""

_CHOSEN = frozenset("named appointed nominated chose elected picked installed confirmed".split())
_SUCCESSION = frozenset(
    "replaced succeeded succeed replace followed appointed named put place successor became".split()
)
_SUFFERED = frozenset(
    """killed murdered assassinated shot stabbed poisoned kidnapped abducted arrested detained jailed imprisoned freed
    attacked injured wounded fired dismissed sacked""".split()
)
"""What is done to somebody whom the talk is then about, and not about who did it."""
_BODY_ROLES = frozenset("executive ceo boss chairman chairwoman chair president director founder shares".split())
"""What a company or body has, and a person has not."""


@dataclass(frozen=True)
class Utterance:
    """One turn, read: the phrases of its question and of what it quoted.

    ``people`` are the full names in the conversation, ``places`` the names that something happened in or at there,
    ``bodies`` those of companies and the like.
    """

    turn: Turn
    people: tuple[str, ...]
    places: frozenset[str]
    bodies: frozenset[str]

    @property
    def question(self) -> str:
        """The question as it was searched with."""
        return self.turn.standalone

    @cached_property
    def question_phrases(self) -> list[Phrase]:
        """The phrases of the question, in order, without dates and without words like "number" that name no topic."""
        known = [self._known(phrase) for phrase in phrases(self.question, self.people)]
        return [phrase for phrase in known if phrase.kind != "time" and not is_vague(phrase)]

    @cached_property
    def quoted_phrases(self) -> list[tuple[str, list[Phrase]]]:
        """The cited sentences, each with its phrases."""
        return [(q, [self._known(p) for p in phrases(q, self.people)]) for q in self.turn.quotes[:_QUOTES]]

    def _known(self, phrase: Phrase) -> Phrase:
        """Return a phrase with the kind that its name has elsewhere in the conversation."""
        name = phrase.text.lower()
        if name in self.places:
            return replace(phrase, kind="place")
        return replace(phrase, kind="group") if name in self.bodies else phrase


@dataclass(frozen=True, slots=True)
class Discourse:
    """The last turns, the newest first, and the full names of people in them."""

    turns: tuple[Utterance, ...]
    people: tuple[str, ...]

    @property
    def last(self) -> str:
        """The question before, standing alone."""
        return self.turns[0].question

    def first(self, find: Callable[[Utterance], str]) -> str:
        """Return what ``find`` finds in the newest turn that has it; empty where none has."""
        return next((text for text in map(find, self.turns) if text), "")


def read_conversation(history: Sequence[Turn]) -> Discourse:
    """Read the last `MAX_TURNS` turns of ``history``, which must not be empty."""
    recent = list(reversed(history[-MAX_TURNS:]))
    texts = [text for turn in recent for text in (turn.standalone, *turn.quotes[:_QUOTES], *turn.titles[:_QUOTES])]
    places = frozenset(p.text.lower() for text in texts for p in phrases(text) if p.kind == "place" and p.named)
    bodies = frozenset(name.lower() for text in texts for name in _bodies(text))
    people = tuple(name for name in full_names(texts) if name.lower() not in places | bodies)
    return Discourse(tuple(Utterance(turn, people, places, bodies) for turn in recent), people)


def _bodies(text: str) -> Iterator[str]:
    """Yield the names that have a chief executive and the like: "Norfone's chairman", "the director of Norfone"."""
    found = phrases(text)
    for one, two in pairwise(found):
        between = text[one.end : two.start].replace("’", "'").strip()
        owner, office = (one, two) if between == "'s" else (two, one)
        if between in ("'s", "of", "at") and owner.named and _BODY_ROLES & set(office.bare.lower().split()):
            yield owner.text


def is_vague(phrase: Phrase) -> bool:
    """Tell whether a phrase names no topic: "the number", "people"."""
    return not phrase.named and all(word in VAGUE for word in content_words(phrase.text))


def full_name(name: str, people: Iterable[str]) -> str:
    """Return the full name of a person who is called by the last one, or the name itself."""
    if " " in name:
        return name
    return next((full for full in people if full.split()[-1].lower() == name.lower()), name)


# --- a person


def person(talk: Discourse, female: bool, is_done_to: bool = False, asking: Sequence[str] = ()) -> str:
    """Return the person that "he" or "she" means in a question of the words ``asking``; empty when nobody was named.

    ``is_done_to`` tells that something is done to that person there: "Who replaced him?".
    """
    fitting = _women_first if female else _no_women
    for said in talk.turns:
        for name in fitting(_people_of(said, is_done_to, asking)):
            return full_name(name, talk.people)
    return next((_the(role, said) for said in talk.turns for role in _offices(said)), "")


def _people_of(said: Utterance, is_done_to: bool = False, asking: Sequence[str] = ()) -> list[str]:
    """Return the people of a turn, the likeliest first.

    Of "Who killed Soleimani?" and its answer, he is whom it was done to, and of "Who replaced Soleimani?" the new one,
    unless he is said to have suffered it; of other questions, whoever has the same part in both.
    """
    asked = [phrase.text for phrase in said.question_phrases if is_person(phrase)]
    if not asks_person(said.question) or _introduces(said.question, asked):
        held = [name for phrase in _owned_first(said) for name in _named(phrase, said, asked)]
        return [*held, *(p.text for _, found in said.quoted_phrases for p in found if p.kind == "person")]
    words = _words(said.question)
    suffers = bool(_SUFFERED & set(asking))
    if _SUFFERED & set(words[1:2]) or (suffers if _SUCCESSION & set(words) else is_done_to):
        return [*asked, *_answers(said, asked)]
    return [*_answers(said, asked), *asked]


def _owned_first(said: Utterance) -> list[Phrase]:
    """Return the phrases of a question, an office before whoever has it: in "Trump's envoy", he is the envoy."""
    found = list(said.question_phrases)
    for n, (one, two) in enumerate(pairwise(said.question_phrases)):
        if two.kind == "role" and said.question[one.end : two.start].replace("’", "'") == "'s ":
            found[n : n + 2] = two, one
    return found


def _named(phrase: Phrase, said: Utterance, asked: Sequence[str]) -> list[str]:
    """Return a person, or whoever was quoted as holding an office: "John Leger, the chief executive".

    Where nobody was, an office that is somebody's stands for its holder: "Trump's envoy".
    """
    if is_person(phrase):
        return [phrase.text]
    if phrase.kind != "role" or phrase.plural:
        return []
    wanted = set(content_words(phrase.bare))
    held = (
        other.text
        for quote, found in said.quoted_phrases
        for other in found
        if other.kind == "person" and other.text not in asked and wanted <= _office_of(other, quote)
    )
    return list(held)[:1] or ([_the(phrase, said)] if _owner(phrase, said) else [])


def _office_of(person: Phrase, quote: str) -> set[str]:
    """Return the words right before a name, and those between commas after it."""
    before = words(quote[max(0, person.start - _NEAR // 3) : person.start])
    after = quote[person.end :]
    return {*before, *(words(after[1:].partition(",")[0]) if after.startswith(",") else ())}


def _women_first(names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: name.split()[0].lower() not in WOMEN)


def _no_women(names: list[str]) -> list[str]:
    return [name for name in names if name.split()[0].lower() not in WOMEN]


def is_person(phrase: Phrase) -> bool:
    """Tell whether a phrase may be a person: known to be one, or a bare name of one word."""
    return phrase.kind == "person" or (phrase.kind == "thing" and phrase.named and " " not in phrase.text)


def asks_person(question: str) -> bool:
    """Tell whether a person answers a question: "who", "which commander"."""
    first = _words(question)
    if first[:1] and first[0] in ("who", "whom", "whose"):
        return True
    if first[:1] == ["how"]:
        return False
    return bool(asked_noun(question)) and asked_noun(question).split()[-1].removesuffix("s") in ROLES


def asked_noun(question: str) -> str:
    """Return the noun of "which tanker" or "how many sailors" in small letters; empty when there is none."""
    words = _words(question)
    start = 2 if words[:2] == ["how", "many"] else 1 if words[:1] in (["which"], ["what"]) else 0
    noun: list[str] = []
    for word in words[start:] if start else ():
        if word in AUXILIARIES or word in PREPOSITIONS or word.endswith("ed") or len(noun) == 4:
            break
        noun.append(word)
    return " ".join(noun) if len(noun) < 4 else ""


def _words(question: str) -> list[str]:
    return [token.lower for token in tokens(without_topic(question)[1]) if token.is_word]


def without_topic(question: str) -> tuple[str, str]:
    """Divide "About the drone: who shot it down?" after the topic, which is empty in most questions."""
    if question.startswith("About ") and ": " in question[:200]:
        head, _, rest = question.partition(": ")
        return f"{head}: ", rest[:1].upper() + rest[1:]
    return "", question


def _introduces(question: str, people: Sequence[str]) -> bool:
    """Tell whether a question is "who is X?", whose answer is about X."""
    words = _words(question)
    return len(people) == 1 and words[1:2] in (["is"], ["was"]) and len(words) <= 3 + len(people[0].split())


def _answers(said: Utterance, asked: Sequence[str]) -> list[str]:
    """Return the people quoted, but those asked about: first who fits the question's words best.

    A sentence after the first counts only where it fits well: what is quoted first answers most directly.

    What is said of a person right after the name counts most: "Majid Taheri, an Iranian-American doctor".
    """
    known = {skeleton(name.split()[-1]) for name in asked}
    wanted = {word for word in content_words(said.question) if word not in MONTHS and not word.isdecimal()}
    found: list[tuple[int, int, str]] = []
    for n, (quote, named) in enumerate(said.quoted_phrases):
        for phrase in named:
            fit = _fit(phrase, quote, wanted) - (_LATER if n else 0)
            own = skeleton(phrase.text.split()[-1])
            if phrase.kind == "person" and own not in known and (fit > 0 or n == 0):
                found.append((-fit, len(found), phrase.text))
    return [name for _, _, name in sorted(found)]


def _fit(phrase: Phrase, quote: str, wanted: set[str]) -> int:
    """Return how well a person in a quote fits the words of a question."""
    near = content_words(quote[max(0, phrase.start - _NEAR // 3) : phrase.end + _NEAR])
    after = quote[phrase.end :]
    described = content_words(after[1:].partition(",")[0]) if after.startswith(",") else []
    before = set(words(quote[max(0, phrase.start - _NEAR) : phrase.start])[-4:])
    chosen = bool(before & _CHOSEN and wanted & _SUCCESSION)
    return 2 * len(wanted & set(near)) + 4 * len(wanted & set(described)) + bool(described) + 6 * chosen


def _offices(said: Utterance) -> Iterator[Phrase]:
    return (phrase for phrase in said.question_phrases if phrase.kind == "role" and not phrase.plural)


# --- a thing, several, a place


def thing(said: Utterance, agent: bool) -> str:
    """Return what "it" means; ``agent`` for one that says or decides: a country or body. Empty when nothing fits."""
    if answer := _named_answer(said):
        return answer
    bodies = _bodies_that_act(said)
    bare_names = [phrase for phrase in said.question_phrases if is_person(phrase) and phrase.kind == "thing"]
    things = [phrase for phrase in said.question_phrases if phrase.kind == "thing" and phrase not in bare_names]
    names = [phrase for phrase in things if phrase.named]
    definite = [phrase for phrase in things if phrase.bare != phrase.text]
    groups = [phrase for phrase in bodies if phrase.kind == "group"]
    order = [*bodies, *names, *definite] if agent else [*names, *definite, *things, *groups, *bare_names]
    return _the(order[0], said) if order else ""


def _bodies_that_act(said: Utterance) -> list[Phrase]:
    """Return the countries and bodies of a question, but for where or when something was."""
    return [
        phrase
        for phrase in said.question_phrases
        if phrase.named
        and phrase.kind in ("group", "place")
        and _word_before(phrase, said.question) not in PREPOSITIONS
    ]


def _word_before(phrase: Phrase, text: str) -> str:
    return text[: phrase.start].rstrip().rpartition(" ")[2].lower()


def _named_answer(said: Utterance) -> str:
    """Return "the tanker Grace 1" for a question that asked which tanker."""
    noun = asked_noun(said.question)
    if not noun or noun.split()[-1] in ROLES | VAGUE or noun.endswith("s"):
        return ""
    for _, found in said.quoted_phrases:
        for phrase in found:
            words = phrase.bare.lower().split()
            if phrase.named and noun.split()[-1] in words[:-1]:
                return f"the {phrase.bare}"
    return f"the {noun}"


def several(said: Utterance, agent: bool) -> str:
    """Return what "they" means; ``agent`` as in `thing`. Empty when nothing fits."""
    pair = [phrase.text for phrase in said.question_phrases if phrase.kind == "person"]
    if len(pair) == 2:
        return " and ".join(pair)
    plural = [phrase for phrase in said.question_phrases if phrase.plural]
    people = [phrase for phrase in plural if phrase.kind in ("group", "role")]
    bodies = _bodies_that_act(said)
    groups = [phrase for phrase in bodies if phrase.kind == "group"]
    order = [*people, *bodies, *plural] if agent else [*plural, *groups]
    return _the(order[0], said) if order else ""


def place(said: Utterance) -> str:
    """Return where "there" is: the last place that a question named, or the first that was quoted; empty for none."""
    located = _words(said.question)[:2] in (["where", "is"], ["where", "was"])
    asked = [p.text for p in said.question_phrases if p.kind == "place" or (located and p.named and p.kind == "thing")]
    quoted = (
        phrase.text
        for quote, phrases_ in said.quoted_phrases
        for phrase in phrases_
        if phrase.kind == "place" and _word_before(phrase, quote) in ("in", "at", "near", "to")
    )
    return next(iter([*asked[::-1], *quoted]), "")


def _the(phrase: Phrase, said: Utterance) -> str:
    """Return a phrase to put into a sentence: a name as it is, anything else with "the" and what describes it."""
    if phrase.named:
        return _after_a(phrase.text)
    text = extended(phrase, said.question, said.people)
    owner = _owner(phrase, said)
    return f"{owner}'s {text}" if owner else f"the {text[len(phrase.text) - len(phrase.bare) :]}"


def _owner(phrase: Phrase, said: Utterance) -> str:
    """Return whose a phrase is, where that stands right before it."""
    before = said.question[: phrase.start].replace("’", "'")
    owner = next((other for other in said.question_phrases if before == f"{before[: other.end]}'s "), None)
    return _after_a(owner.text) if owner else ""


def _after_a(text: str) -> str:
    first, _, rest = text.partition(" ")
    return f"the {rest}" if first.lower() in ("a", "an", "the") else text


def extended(phrase: Phrase, text: str, people: Iterable[str]) -> str:
    """Return a phrase with the phrases that describe it: "the injuries at al-Asad", "the dead in Iran's protests"."""
    end = phrase.end
    for other in phrases(text, people):
        between = text[end : other.start].replace("’", "'").strip(" ")
        if other.start >= end and other.kind != "time" and (between in PREPOSITIONS or between == "'s"):
            end = other.end
    return text[phrase.start : end]


# --- the topic


def topic(said: Utterance) -> str:
    """Return what a turn was about, as it stands after "about"; empty when it names nothing."""
    head, _ = without_topic(said.question)
    if head:
        return head.removeprefix("About ").removesuffix(": ")
    things = [
        phrase
        for phrase in said.question_phrases
        if phrase.kind in ("thing", "group", "role") and not is_person(phrase)
    ]
    if asks_person(said.question):
        people = _people_of(said)
        if people and not any(phrase.kind == "thing" for phrase in things):
            return full_name(people[0], said.people)
    elif (answer := _named_answer(said)).count(" ") > 1:
        return answer
    things.sort(key=lambda phrase: (phrase.kind != "thing", not phrase.named, phrase.bare == phrase.text))
    chosen = next(iter([*things, *said.question_phrases]), None)
    if chosen is None:
        return ""
    text = _topic_text(chosen, said)
    if chosen.named or any(letter.isupper() for letter in text):
        return text
    names = [_after_a(p.text) for p in sorted(said.question_phrases, key=is_person) if p.named]
    return " and ".join([text, *names[:1]])


def _topic_text(phrase: Phrase, said: Utterance) -> str:
    """Return a phrase as it stands after "about": with whose it is, and "the" before one thing that is no name."""
    if owner := _owner(phrase, said):
        return f"{owner}'s {extended(phrase, said.question, said.people)}"
    text = _after_a(extended(phrase, said.question, said.people))
    single = phrase.text == phrase.bare and not phrase.plural and phrase.text.split()[-1].islower()
    return f"the {text}" if single else text
