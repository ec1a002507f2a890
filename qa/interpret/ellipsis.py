"""Questions that only make sense as a change to the one before: "Why?", "What about Iraq?", "And in May?"."""

import re
from collections.abc import Sequence

from footnote.corpus.dates import MONTHS
from footnote.index.search.query_words import Token, content_words, tokens
from footnote.qa.interpret.antecedents import Discourse, extended, full_name, topic, without_topic
from footnote.qa.text import lexicon as lex
from footnote.qa.text.noun_phrases import Kind, Phrase, phrases

OPENERS = lex.word_set("and but so then or also okay ok")
_NO_OTHER = lex.ASKING | lex.AUXILIARIES | lex.SUBJECTS | {"we", "i", "you", "there"}
_BARE = re.compile(
    r"(why not|why|when|where|how come|how so|how|who|since when|until when|by whom|with whom|for how long|how long"
    r"|how much|how many|how often|what for|to whom)(?: of (?:them|those|these))?(?: exactly)?"
)
_OF_THAT = re.compile(
    r"(why|when|where|how) (?:(?:was|is) (?:that|this)"
    r"|(?:did|does) (?:that|this|it) (?:happen|occur|take place|come about)"
    r"|(?:did|does|has|would) (?:he|she|they|it|[a-z]+) (?:do|done) (?:that|this|so|it))"
)
_ELSE = re.compile(r"(what|who|where|when|why|how) else")
_SHIFT = re.compile(
    r"(?:in |on )?(?:(?:the|a|one) (?P<unit>day|week|month|year) (?P<side>after|later|before|earlier)(?: that)?"
    r"|the (?P<next>next|following|previous) (?P<unit2>day|week|month|year)|(?P<that>after|before) that|afterwards)"
)
_TIME = re.compile(
    r"(?:\b(?P<lead>in|on|by|since|until|before|after|during) )?(?P<time>(?:(?:early|late|mid) )?"
    rf"(?:(?:{'|'.join(MONTHS).title()})(?: \d{{1,2}})?(?:,? \d{{4}})?|(?:19|20)\d\d)"
    r"|(?:last|this) (?:week|month|year)|yesterday)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ALSO_TRIED: dict[Kind, tuple[Kind, ...]] = {
    "place": ("place", "group"), "group": ("group", "place", "role"), "person": ("person", "role"),
    "role": ("role", "person", "group"), "thing": ("thing",), "time": (),
}  # fmt: skip


def bare(body: str, talk: Discourse) -> str:
    """Return the last question asked for its reason, time or place, for "Why?" and "When was that?"; else nothing."""
    asked = body.rstrip(" ?.!").lower()
    if match := _BARE.fullmatch(asked) or _OF_THAT.fullmatch(asked):
        return _rephrased(match.group(1), talk.last, talk.people)
    match = _ELSE.fullmatch(asked)
    return _else(match.group(1), talk) if match else ""


def _rephrased(how: str, last: str, people: Sequence[str]) -> str:
    """Return the question ``last`` put another way: "Did it end?" and "why" give "Why did it end?".

    Where that takes more grammar than words, both are asked: "Who won, and why?".
    """
    head, plain = without_topic(last)
    plain = re.sub(r", and (?:\w+ ){0,2}\w+\?$", "", plain).rstrip(" ?.!")
    how = {"how come": "why", "how so": "how", "what for": "why"}.get(how, how)
    found = tokens(plain)
    words = [token.lower for token in found]
    asks = how.capitalize()
    adverbs = ("when", "where", "why", "how")
    if how in adverbs and words:
        if words[0] in lex.AUXILIARIES:
            return f"{head}{asks} {lowered(plain)}?"
        if words[0] in adverbs and words[1:2] and words[1] in lex.AUXILIARIES:
            return f"{head}{asks} {plain[found[1].start :]}?"
        if turned := _passive(asks, plain, found) or _done_to(asks, plain, found, people):
            return f"{head}{turned}"
    return f"{head}{plain}, and {how}?"


def lowered(text: str) -> str:
    """Return text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def _passive(asks: str, plain: str, found: Sequence[Token]) -> str:
    """Return "Why was the tanker seized?" for "Which tanker was seized?"; empty when it is not built like that."""
    words = [token.lower for token in found]
    start = 2 if words[:2] == ["how", "many"] else 1 if words[0] in ("which", "what") else 0
    verb = next((n for n, word in enumerate(words) if word in ("was", "were", "is", "are")), 0)
    if not 0 < start < verb < len(words) - 1 or not lex.AUXILIARIES.isdisjoint(words[start:verb]):
        return ""
    done = words[verb + 1]
    noun = plain[found[start].start : found[verb - 1].end]
    the = "" if start == 2 else "the "
    passive = done in lex.PASTS or done.endswith("ed")
    return f"{asks} {words[verb]} {the}{noun} {plain[found[verb + 1].start :]}?" if passive else ""


_DONE = {"took": "taken", "gave": "given", "saw": "seen", "threw": "thrown", "wrote": "written", "broke": "broken"}
_NOT_PASSIVE = lex.word_set("became began came died fell went ran rose sank spoke said arrived happened led")


def _done_to(asks: str, plain: str, found: Sequence[Token], people: Sequence[str]) -> str:
    """Return "Why was Flight 752 shot down?" for "Who shot Flight 752 down?"; empty when it is not built like that."""
    verb = found[1].lower if len(found) > 2 else ""
    past = verb in lex.PASTS or verb in _DONE or (verb.endswith("ed") and len(verb) > 4)
    if found[0].lower not in ("who", "what") or not past or verb in _NOT_PASSIVE:
        return ""
    target = next((phrase for phrase in phrases(plain, people) if phrase.start == found[2].start), None)
    if target is None or plain.startswith(("'", "’"), target.end):
        return ""
    be = "were" if target.plural else "was"
    return f"{asks} {be} {target.text} {_DONE.get(verb, verb)}{plain[target.end :]}?"


def _else(how: str, talk: Discourse) -> str:
    head, plain = without_topic(talk.last)
    first, _, rest = plain.partition(" ")
    if first.lower() == how:
        return f"{head}{first} {'' if rest.startswith('else ') else 'else '}{rest}"
    subject = talk.first(topic)
    return f"About {subject}: {how} else?" if subject else ""


# --- the number that was asked for

_COUNTS = lex.word_set("number count figure toll tally total")
_OF_COUNTS = lex.VAGUE | lex.word_set("""accurate actual confirmed correct current early exact final full grow grown
    increase increased known latest lower official preliminary revised rising same still sure true update updated""")
_LINK = lex.word_set("is was isn't wasn't are were did does has")
_OTHER_SUBJECT = lex.word_set("did do does can could would will")


def of_the_count(body: str, talk: Discourse) -> str:
    """Return "Is that the final number of people who died?" for a question about the count before it; else nothing.

    Where the last question is turned around, as in "How many troops did Iran send?", it is repeated behind.
    """
    text = body.rstrip(" ?.!")
    asked = tokens(text)
    words = [token.lower for token in asked]
    count = next((token for token in asked if token.lower in _COUNTS), None)
    head, last = without_topic(talk.last.rstrip(" ?.!"))
    before = tokens(last)
    counted = [token.lower for token in before[:2]] in (["how", "many"], ["how", "much"])
    about_it = words[:1] and words[0] in _LINK | {"what"} and "of" not in words
    if not (counted and count and about_it and _OF_COUNTS.issuperset(content_words(text))):
        return ""
    if kept := _relative(last, before):
        return f"{head}{text[: count.end]} of {kept}{text[count.end :]}?"
    return f"{head}{text}: {lowered(last)}?"


def _relative(last: str, found: Sequence[Token]) -> str:
    """Return "people who died in Iran" of "How many people died in Iran?"; empty for one that is turned around."""
    verb = next((n for n, token in enumerate(found) if n > 2 and _is_verb(token)), 0)
    if not verb or found[verb].lower in _OTHER_SUBJECT:
        return ""
    after = found[verb + 1] if verb + 1 < len(found) else None
    has = found[verb].lower in lex.AUXILIARIES
    if has and after and (after.capital or after.lower in ("the", "it", "he", "she", "they")):
        return ""
    noun = found[verb - 1].word
    who = noun in lex.PEOPLES or noun in ("people", "men", "women", "children") or noun.removesuffix("s") in lex.ROLES
    return f"{last[found[2].start : found[verb - 1].end]} {'who' if who else 'that'} {last[found[verb].start :]}"


def _is_verb(token: Token) -> bool:
    past = token.lower.endswith("ed") and len(token.lower) > 4 and not token.capital
    return past or token.lower in lex.AUXILIARIES | lex.PASTS | lex.VERBS


# --- what about ...


def instead(body: str, opened: bool, talk: Discourse) -> str:
    """Return the last question with something else in its place, for "What about Iraq?"; else nothing."""
    other = _other(body, opened)
    if not other:
        return ""
    last = talk.last.rstrip(" ?.!")
    if match := _SHIFT.fullmatch(other.lower()):
        return _shifted(match, last)
    if match := _TIME.fullmatch(other):
        return _at_another_time(match, last)
    return _replaced(other, last, talk)


def _other(body: str, opened: bool) -> str:
    """Return the X of "what about X?", "and X?" or "in X?"; empty when the question is something else."""
    text = body.rstrip(" ?.!")
    words = [token.lower for token in tokens(text)]
    if words[:2] in (["what", "about"], ["how", "about"]):
        words, text = words[2:], "".join(text.split(maxsplit=2)[2:])
    elif not (opened or (words[:1] and words[0] in lex.PREPOSITIONS and len(words) <= 4)):
        return ""
    if not 0 < len(words) <= 8 or words[0] in _NO_OTHER | lex.VERBS:
        return ""
    no_verb = (lex.AUXILIARIES | lex.PASTS | lex.SAYING).isdisjoint(words)
    return text if no_verb or _TIME.fullmatch(text) else ""  # may is a month


def _shifted(match: re.Match[str], last: str) -> str:
    """Return the question about the week after its time, or after what it asks about."""
    unit = match["unit"] or match["unit2"]
    side = "before" if {match["side"], match["next"], match["that"]} & {"before", "earlier", "previous"} else "after"
    then = f"in the {unit} {side}" if unit else side
    if at := _last_time(last):
        return f"{last[: at.start()]}{then} {at['time']}{last[at.end() :]}?"
    return f"{last}, and {then}{'' if unit else ' that'}?"


def _last_time(text: str) -> re.Match[str] | None:
    return next(reversed(list(_TIME.finditer(text))), None)


def _at_another_time(match: re.Match[str], last: str) -> str:
    """Return the question about another month, with the year of the one before when it has none."""
    time, before = match["time"], _last_time(last)
    year = _YEAR.search(before["time"]) if before else None
    relative = time == "yesterday" or time.startswith(("last ", "this "))
    if year and not _YEAR.search(time) and not relative:
        time += f", {year.group()}" if " " in time else f" {year.group()}"
    lead = "" if relative else f"{match['lead'] or (before and before['lead']) or 'in'} "
    if before is None:
        return f"{last} {lead}{time}?"
    return f"{last[: before.start()]}{lead}{time}{last[before.end() :]}?"


def _replaced(other: str, last: str, talk: Discourse) -> str:
    """Return the last question with ``other`` for what is most like it; about it, when nothing is."""
    lead, _, rest = other.partition(" ")
    lead, name = (lead, rest) if lead.lower() in lex.PREPOSITIONS and rest else ("", other)
    new = _as_phrase(name, talk)
    if new is None or name.lower() in last.lower():
        return ""
    old = _most_like(new, lead.lower(), last, talk)
    if old is None:
        head, plain = without_topic(last)
        return f"About {name}: {plain if head else lowered(plain)}?"
    end = old.end if old.named or new.named else old.start + len(extended(old, last, talk.people))
    name = full_name(name, talk.people) if new.kind == "person" else name
    return f"{last[: old.start]}{name}{last[end:]}?"


def _as_phrase(name: str, talk: Discourse) -> Phrase | None:
    """Return ``name`` as a phrase, of the kind that it has in what was quoted where that is known."""
    found = phrases(f"about {name}", talk.people)
    if not found:
        return None
    quoted = (phrase for said in talk.turns for phrase in said.all_quoted)
    return next((phrase for phrase in quoted if phrase.bare.lower() == found[0].bare.lower()), found[0])


def _most_like(new: Phrase, lead: str, last: str, talk: Discourse) -> Phrase | None:
    found = [phrase for phrase in phrases(last, talk.people) if phrase.kind != "time" and not phrase.is_vague]
    if lead:
        found = [phrase for phrase in found if phrase.word_before(last) == lead] or found
    for kind in _ALSO_TRIED[new.kind]:
        if same := [phrase for phrase in found if phrase.kind == kind and phrase.named == new.named]:
            return same[0] if new.named else same[-1]
    if new.named:
        return next((phrase for phrase in reversed(found) if phrase.named and _alike(phrase, new)), None)
    return next((p for p in reversed(found) if p.kind in ("thing", "role", "group") and not p.may_be_person), None)


def _alike(old: Phrase, new: Phrase) -> bool:
    """Tell whether one name may stand for another where neither kind is sure."""
    unsure = {old.kind, new.kind} <= {"thing", "person"}
    return old.kind == new.kind or unsure or (old.kind == "thing" and new.kind == "place" and not old.may_be_person)


# --- the same verb


def parallel(body: str, talk: Discourse) -> str:
    """Return the question with the end of the last one, when it is built alike and stops at the same verb.

    "How did China vote?" after "How did France vote on the embargo?" gives "How did China vote on the embargo?".
    """
    text, plain = body.rstrip(" ?.!"), without_topic(talk.last.rstrip(" ?.!"))[1]
    asked, before = [token.lower for token in tokens(text)], tokens(plain)
    if len(asked) < 4 or len(before) < 5 or asked[:2] != [token.lower for token in before[:2]]:
        return ""
    if asked[1] not in lex.DO or asked[-1] not in lex.VERBS:
        return ""
    end = next((token.end for token in before if token.lower == asked[-1]), len(plain))
    return f"{text}{plain[end:]}?" if plain[end:].strip() else ""
