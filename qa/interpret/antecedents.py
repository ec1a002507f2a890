"""What a conversation is about: the person, thing, group or place that a later question leaves unsaid.

The turn before counts first, then those before it. In a turn, a question that asked for somebody or something makes
its answer the topic; otherwise what the question itself named is; then what was quoted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, takewhile

from footnote.corpus.dates import MONTHS
from footnote.index.search.full_text import skeleton
from footnote.index.search.query_words import content_words, tokens, words
from footnote.qa.interpret.turns import MAX_TURNS, Turn
from footnote.qa.text.lexicon import ARTICLES, AUXILIARIES, PREPOSITIONS, ROLES, VAGUE, WOMEN, word_set
from footnote.qa.text.noun_phrases import Kind, Phrase, full_names, phrases

_QUOTES = 4
_NEAR = 90
"""How many characters around a name are compared with the question that it may answer."""

_LATER = 4
"""What a person in a sentence after the first must make up for by fitting."""

_CHOSEN = word_set("named appointed nominated chose elected picked installed confirmed")
_SUCCESSION = word_set("replaced succeeded succeed replace followed appointed named put place successor became")
_SUFFERED = word_set("""killed murdered assassinated shot stabbed poisoned kidnapped abducted arrested detained jailed
    imprisoned freed attacked injured wounded fired dismissed sacked""")
"""What is done to somebody whom the talk is then about, and not about who did it."""
_BODY_ROLES = word_set("executive ceo boss chairman chairwoman chair president director founder shares")
"""What a company or body has, and a person has not."""


@dataclass(frozen=True)
class Utterance:
    """One turn, read: the phrases of its question, as it was searched with, and of what it quoted.

    ``people`` are the full names in the conversation; ``kinds`` tells of names in lower case that something happened in
    or at there, or that are those of companies and the like.
    """

    question: str
    quotes: tuple[str, ...]
    people: tuple[str, ...]
    kinds: Mapping[str, Kind]

    @cached_property
    def question_phrases(self) -> list[Phrase]:
        """The phrases of the question, in order, without dates and without words like "number" that name no topic."""
        return [phrase for phrase in self._read(self.question) if phrase.kind != "time" and not phrase.is_vague]

    @cached_property
    def quoted_phrases(self) -> list[tuple[str, list[Phrase]]]:
        """The cited sentences, each with its phrases."""
        return [(quote, self._read(quote)) for quote in self.quotes]

    @property
    def all_quoted(self) -> list[Phrase]:
        """The phrases of all cited sentences."""
        return [phrase for _, found in self.quoted_phrases for phrase in found]

    def _read(self, text: str) -> list[Phrase]:
        """Return the phrases of a text, with the kind that a name has elsewhere in the conversation."""
        found = phrases(text, self.people)
        return [replace(phrase, kind=self.kinds.get(phrase.text.lower(), phrase.kind)) for phrase in found]


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
    kinds: dict[str, Kind] = {name.lower(): "group" for text in texts for name in _bodies(text)}
    kinds |= {p.text.lower(): "place" for text in texts for p in phrases(text) if p.kind == "place" and p.named}
    people = tuple(name for name in full_names(texts) if name.lower() not in kinds)
    return Discourse(tuple(Utterance(turn.standalone, turn.quotes[:_QUOTES], people, kinds) for turn in recent), people)


def _bodies(text: str) -> Iterator[str]:
    """Yield the names that have a chief executive and the like: "Norfone's chairman", "the director of Norfone"."""
    found = phrases(text)
    for one, two in pairwise(found):
        between = text[one.end : two.start].replace("’", "'").strip()
        owner, office = (one, two) if between == "'s" else (two, one)
        if between in ("'s", "of", "at") and owner.named and _BODY_ROLES & set(office.bare.lower().split()):
            yield owner.text


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
    for said in talk.turns:
        named = _people_of(said, is_done_to, asking)
        others = [name for name in named if name.split()[0].lower() not in WOMEN]
        women = [name for name in named if name not in others]
        if fitting := [*women, *others] if female else others:
            return full_name(fitting[0], talk.people)
    return next((_the(role, said) for said in talk.turns for role in said.question_phrases if _is_office(role)), "")


def _is_office(phrase: Phrase) -> bool:
    return phrase.kind == "role" and not phrase.plural


def _people_of(said: Utterance, is_done_to: bool = False, asking: Sequence[str] = ()) -> list[str]:
    """Return the people of a turn, the likeliest first.

    Of "Who killed Soleimani?" and its answer, he is whom it was done to, and of "Who replaced Soleimani?" the new one,
    unless he is said to have suffered it; of other questions, whoever has the same part in both.
    """
    asked = [phrase.text for phrase in said.question_phrases if phrase.may_be_person]
    words = _words(said.question)
    who_is = len(asked) == 1 and words[1:2] in (["is"], ["was"]) and len(words) <= 3 + len(asked[0].split())
    if who_is or not asks_person(said.question):
        held = [name for phrase in _owned_first(said) for name in _named(phrase, said, asked)]
        return [*held, *(phrase.text for phrase in said.all_quoted if phrase.kind == "person")]
    same = not _SUFFERED.isdisjoint(asking) if _SUCCESSION & set(words) else is_done_to
    answers = _answers(said, asked)
    return [*asked, *answers] if same or _SUFFERED & set(words[1:2]) else [*answers, *asked]


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
    if phrase.may_be_person:
        return [phrase.text]
    if not _is_office(phrase):
        return []
    wanted = set(content_words(phrase.bare))
    for quote, found in said.quoted_phrases:
        for other in found:
            if other.kind == "person" and other.text not in asked and wanted <= _office_of(other, quote):
                return [other.text]
    return [_the(phrase, said)] if _owner(phrase, said) else []


def _office_of(person: Phrase, quote: str) -> set[str]:
    """Return the words right before a name, and those between commas after it."""
    before = words(quote[max(0, person.start - _NEAR // 3) : person.start])
    return {*before, *words(_apposition(person, quote))}


def _apposition(person: Phrase, quote: str) -> str:
    """Return what stands between commas after a name; nothing for most."""
    return quote[person.end + 1 :].partition(",")[0] if quote.startswith(",", person.end) else ""


def asks_person(question: str) -> bool:
    """Tell whether a person answers a question: "who", "which commander"."""
    first = _words(question)[:1]
    noun = "" if first == ["how"] else asked_noun(question)
    return first in (["who"], ["whom"], ["whose"]) or (noun != "" and noun.split()[-1].removesuffix("s") in ROLES)


def asked_noun(question: str) -> str:
    """Return the noun of "which tanker" or "how many sailors" in small letters; empty when there is none."""
    words = _words(question)
    start = 2 if words[:2] == ["how", "many"] else 1 if words[:1] in (["which"], ["what"]) else 0
    ends = AUXILIARIES | PREPOSITIONS
    noun = list(takewhile(lambda word: word not in ends and not word.endswith("ed"), words[start:])) if start else []
    return " ".join(noun) if len(noun) < 4 else ""


def _words(question: str) -> list[str]:
    return [token.lower for token in tokens(without_topic(question)[1]) if token.is_word]


def without_topic(question: str) -> tuple[str, str]:
    """Divide "About the drone: who shot it down?" after the topic, which is empty in most questions."""
    if question.startswith("About ") and ": " in question[:200]:
        head, _, rest = question.partition(": ")
        return f"{head}: ", rest[:1].upper() + rest[1:]
    return "", question


def _answers(said: Utterance, asked: Sequence[str]) -> list[str]:
    """Return the people quoted, but those asked about: first who fits the question's words best.

    A sentence after the first counts only where it fits well: what is quoted first answers most directly. What is said
    of a person right after the name counts most: "Majid Taheri, an Iranian-American doctor".
    """
    known = {skeleton(name.split()[-1]) for name in asked}
    wanted = {word for word in content_words(said.question) if word not in MONTHS and not word.isdecimal()}
    found: list[tuple[int, str]] = []
    for n, (quote, named) in enumerate(said.quoted_phrases):
        others = (p for p in named if p.kind == "person" and skeleton(p.text.split()[-1]) not in known)
        fits = [(_fit(phrase, quote, wanted) - (_LATER if n else 0), phrase.text) for phrase in others]
        found += [each for each in fits if each[0] > 0 or n == 0]
    return [name for _, name in sorted(found, key=lambda each: -each[0])]


def _fit(phrase: Phrase, quote: str, wanted: set[str]) -> int:
    """Return how well a person in a quote fits the words of a question."""
    near = content_words(quote[max(0, phrase.start - _NEAR // 3) : phrase.end + _NEAR])
    described = content_words(_apposition(phrase, quote))
    before = set(words(quote[max(0, phrase.start - _NEAR) : phrase.start])[-4:])
    chosen = bool(before & _CHOSEN and wanted & _SUCCESSION)
    return 2 * len(wanted & set(near)) + 4 * len(wanted & set(described)) + bool(described) + 6 * chosen


# --- a thing, several, a place


def thing(said: Utterance, agent: bool) -> str:
    """Return what "it" means; ``agent`` for one that says or decides: a country or body. Empty when nothing fits."""
    if answer := _named_answer(said):
        return answer
    bodies = _bodies_that_act(said)
    bare_names = [phrase for phrase in said.question_phrases if phrase.may_be_person and phrase.kind == "thing"]
    things = [phrase for phrase in said.question_phrases if phrase.kind == "thing" and phrase not in bare_names]
    names = [phrase for phrase in things if phrase.named]
    definite = [phrase for phrase in things if phrase.bare != phrase.text]
    groups = [phrase for phrase in bodies if phrase.kind == "group"]
    order = [*bodies, *names, *definite] if agent else [*names, *definite, *things, *groups, *bare_names]
    return _the(order[0], said) if order else ""


def _bodies_that_act(said: Utterance) -> list[Phrase]:
    """Return the countries and bodies of a question, but for where or when something was."""
    able = [phrase for phrase in said.question_phrases if phrase.named and phrase.kind in ("group", "place")]
    return [phrase for phrase in able if phrase.word_before(said.question) not in PREPOSITIONS]


def _named_answer(said: Utterance) -> str:
    """Return "the tanker Grace 1" for a question that asked which tanker."""
    noun = asked_noun(said.question)
    if not noun or noun.split()[-1] in ROLES | VAGUE or noun.endswith("s"):
        return ""
    named = (p.bare for p in said.all_quoted if p.named and noun.split()[-1] in p.bare.lower().split()[:-1])
    return f"the {next(named, noun)}"


def several(said: Utterance, agent: bool) -> str:
    """Return what "they" means; ``agent`` as in `thing`. Empty when nothing fits."""
    pair = [phrase.text for phrase in said.question_phrases if phrase.kind == "person"]
    if len(pair) == 2:
        return " and ".join(pair)
    plural = [phrase for phrase in said.question_phrases if phrase.plural]
    bodies = _bodies_that_act(said)
    able = [phrase for phrase in plural if phrase.kind in ("group", "role")]
    groups = [phrase for phrase in bodies if phrase.kind == "group"]
    order = [*able, *bodies, *plural] if agent else [*plural, *groups]
    return _the(order[0], said) if order else ""


def place(said: Utterance) -> str:
    """Return where "there" is: the last place that a question named, or the first that was quoted; empty for none."""
    located = _words(said.question)[:2] in (["where", "is"], ["where", "was"])
    asked = [p.text for p in said.question_phrases if p.kind == "place" or (located and p.named and p.kind == "thing")]
    held = ((quote, phrase) for quote, found in said.quoted_phrases for phrase in found if phrase.kind == "place")
    quoted = (phrase.text for quote, phrase in held if phrase.word_before(quote) in ("in", "at", "near", "to"))
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
    return f"the {rest}" if first.lower() in ARTICLES else text


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
    if head := without_topic(said.question)[0]:
        return head.removeprefix("About ").removesuffix(": ")
    things = [p for p in said.question_phrases if p.kind in ("thing", "group", "role") and not p.may_be_person]
    if asks_person(said.question):
        people = _people_of(said)
        if people and not any(phrase.kind == "thing" for phrase in things):
            return full_name(people[0], said.people)
    elif (answer := _named_answer(said)).count(" ") > 1:
        return answer
    things.sort(key=lambda phrase: (phrase.kind != "thing", not phrase.named, phrase.bare == phrase.text))
    if not said.question_phrases:
        return ""
    chosen = [*things, *said.question_phrases][0]
    text = _topic_text(chosen, said)
    if chosen.named or any(map(str.isupper, text)):
        return text
    named = sorted((p for p in said.question_phrases if p.named), key=lambda phrase: phrase.may_be_person)
    return " and ".join([text, *(_after_a(phrase.text) for phrase in named[:1])])


def _topic_text(phrase: Phrase, said: Utterance) -> str:
    """Return a phrase as it stands after "about": with whose it is, and "the" before one thing that is no name."""
    text = extended(phrase, said.question, said.people)
    if owner := _owner(phrase, said):
        return f"{owner}'s {text}"
    single = phrase.text == phrase.bare and not phrase.plural and phrase.text.split()[-1].islower()
    return f"the {_after_a(text)}" if single else _after_a(text)
