"""Whether a sentence says its source's words with its source's meaning: denials, doubts and who did it to whom.

Word overlap cannot tell "Iran attacked the ship" from "Iran denied that it attacked the ship". What can be told from
the words alone is when a word that turns or softens a claim stands in one and not in the other; that is enough to
withhold a confirmation, and never to call a sentence false.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from footnote.corpus.dates import MONTHS
from footnote.index.search.query_words import STOP_WORDS, clean, tokens, words
from footnote.qa.interpret.question import stem
from footnote.qa.llm.particulars import particulars
from footnote.qa.text.lexicon import BE, NEGATIONS, PREPOSITIONS, word_set

_GROUPS: Mapping[str, str] = {
    "not": f"{' '.join(NEGATIONS)} hardly",
    "denied": """deny denies denied denial denying dispute disputes disputed reject rejects rejected rejecting refuse
        refuses refused refusing refusal decline declines declined dismiss dismissed disavow disavowed""",
    "failed": """fail fails failed failing failure collapse collapsed blocked abandon abandoned cancel canceled
        cancelled halt halted stopped ended ends suspend suspended withdrew withdraw withdrawn withdraws quit avoid
        avoided prevented""",
    "accused": """accuse accuses accused accusing allege alleges alleged allegedly blame blames blamed claim claims
        claimed suspect suspected suspects purported purportedly supposedly rumored rumoured""",
    "may": """might could may possibly perhaps maybe potentially likely unlikely probably apparently seemingly
        reportedly""",
    "would": "would should if unless whether hypothetical",
    "plans to": """plan plans planned planning propose proposed proposes proposal intend intended intends threaten
        threatened threatens threatening vow vowed vows promise promised promises consider considered considering urge
        urged urges ask asked asks demand demanded demands warn warned warns offer offered offers predict predicted
        expected expects hope hoped hopes want wants wanted seek sought seeks tried attempt attempted""",
    "more": """rise rises rose risen increase increases increased grew grow gain gained climbed higher exceed
        exceeded""",
    "less": """fall falls fell fallen decrease decreases decreased drop drops dropped shrank lost decline lower cut
        reduce reduced""",
    "before": "before prior",
    "after": "after following",
    "all": "all every always entire",
    "only": "only solely exclusively",
}
_GROUP_OF = {word: group for group, listed in _GROUPS.items() for word in listed.split()}
_EITHER_WAY = frozenset(("not", "denied", "failed", "more", "less"))
"""These change a claim when they are added as much as when they are left out."""
_ADDED_ONLY = frozenset(("all", "only", "before", "after"))
_TURNS_BOTH = frozenset(("failed", "more", "less"))
"""These may say something of the word before them: prices fell."""
_CLAUSE = re.compile(r"[;:—]\s|,?\s(?:and|while|but|whereas|although)\s")
_NEAR = 8
_PASSIVE = BE | {"got", "gets"}
_COPULA = word_set("is was are were became becomes remains remained")
_IRREGULAR = word_set("""shot struck told won beat hit took gave sent met led chose hurt built bought sold caught drove
    overthrew fought hid held left paid sued sees saw stole taught wrote said says backs made hires fires kills""")
_BREAKS = PREPOSITIONS - {"of", "by"} | word_set("and but which who that when after before")


class Sides(NamedTuple):
    """The names nearest to a verb: of those who do it, and of those that it is done to."""

    doers: frozenset[str]
    done: frozenset[str]


def distortions(answer: str, source: str) -> tuple[str, ...]:
    """Return how ``answer`` says more, or other, than ``source`` does, as short texts; empty where nothing shows it."""
    said, held = _tokens(answer), _tokens(source)
    found = _softened(said, held)
    if verb := swapped(said, held):
        found.append(f"answer and source differ on who did what to whom: {verb}")
    if role := mistaken(said, held):
        found.append(f"answer and source differ on who or what is {role}")
    if number := misjoined(answer, source):
        found.append(f"answer and source differ on what {number} counts")
    return tuple(found)


def _softened(said: Sequence[str], held: Sequence[str]) -> list[str]:
    """Tell which turning and softening words stand in one text and not in the other."""
    ours, theirs = _groups(said), _groups(held)
    wanted = set(map(stem, _meaning(said)))
    left_out = [group for group in theirs if group not in ours and group not in _ADDED_ONLY]
    turned = ([n for n in theirs[group] if _turns(group, held, n, wanted)][:1] for group in left_out)
    found = [f"source “{held[n]}”, answer without it" for places in turned for n in places]
    added = [group for group in ours if group not in theirs and group in _EITHER_WAY | _ADDED_ONLY]
    return found + [f"answer “{said[ours[group][0]]}”, source without it" for group in added]


def _groups(tokens: Sequence[str]) -> dict[str, list[int]]:
    """Return where the turning and softening words of each group stand."""
    found: dict[str, list[int]] = {}
    for n, token in enumerate(tokens):
        word = token.lower().replace("'", "")
        if word in _GROUP_OF and not (word == "may" and token[0].isupper()):
            found.setdefault(_GROUP_OF[word], []).append(n)
    return found


def _turns(group: str, tokens: Sequence[str], n: int, wanted: Collection[str]) -> bool:
    """Tell whether the word at ``n`` turns what the answer says: one of the next two that carry meaning is in it."""
    after = _meaning(tokens[n + 1 : n + 1 + _NEAR])[:2]
    before = _meaning(tokens[max(0, n - _NEAR) : n])[-1:] if group in _TURNS_BOTH else []
    return any(stem(word) in wanted for word in after + before)


def _meaning(tokens: Iterable[str]) -> list[str]:
    return [word for token in tokens for word in words(token) if word not in STOP_WORDS]


def swapped(said: Sequence[str], held: Sequence[str]) -> str:
    """Return a verb whose sides the answer gives otherwise than the source; empty when none is seen.

    Only a verb that both hold is looked at, with the nearest names on either side of it, active or passive. The sides
    may be exchanged, or what is done may be done to another, whom the answer does not name.
    """
    names = {_bare(token) for token in said if _is_name(token)}
    ours, theirs = _sides(said), _sides(held)
    both = (verb for verb in ours if verb in theirs)
    return next((v for v in both if all(_conflict(own, other, names) for own in ours[v] for other in theirs[v])), "")


def _conflict(own: Sides, other: Sides, names: Collection[str]) -> bool:
    crossed = own.doers & other.done or own.done & other.doers
    return bool(crossed) or any(
        ours and theirs and theirs.isdisjoint(names) for ours, theirs in zip(own, other, strict=True)
    )


def _tokens(text: str) -> list[str]:
    """Return the words, cut at hyphens, and the commas."""
    kept = (token.text for token in tokens(clean(text)) if token.is_word or token.text == ",")
    return [part for word in kept for part in word.split("-")]


def _sides(tokens: Sequence[str]) -> dict[str, list[Sides]]:
    """Return for each likely verb its sides, wherever it stands."""
    found: dict[str, list[Sides]] = {}
    for n in range(1, len(tokens)):
        if not _is_verb(tokens, n):
            continue
        names = (m for m in range(n - 1, max(-1, n - 1 - 2 * _NEAR), -1) if _is_name(tokens[m]))
        before = next((run for m in names if (run := _run_at(tokens, m))), frozenset())
        sides = Sides(before, _nearest(tokens[n + 1 : n + 1 + _NEAR]))
        if not tokens[n].endswith("ing") and not _PASSIVE.isdisjoint(tokens[max(0, n - 3) : n]):
            reach = tokens[n : n + _NEAR]
            by = _nearest(tokens[n + reach.index("by") + 1 :][:_NEAR]) if "by" in reach else frozenset()
            sides = Sides(by, before)
        found.setdefault(stem(tokens[n]), []).append(sides)
    return found


def _is_verb(tokens: Sequence[str], n: int) -> bool:
    token = tokens[n]
    doing = token.endswith("ing") and not _PASSIVE.isdisjoint(tokens[max(0, n - 2) : n])
    return token.islower() and (token in _IRREGULAR or doing or (len(token) > 4 and token.endswith("ed")))


def _nearest(tokens: Iterable[str]) -> frozenset[str]:
    """Return the first run of words written as a name; none where a clause or a place comes before it."""
    found: list[str] = []
    for token in tokens:
        if _is_name(token):
            found.append(_bare(token))
        elif found or token.lower() in _BREAKS:
            break
    return frozenset(found)


def _is_name(token: str) -> bool:
    lower = token.lower()
    return token[0].isupper() and lower not in STOP_WORDS and lower not in MONTHS


def _bare(token: str) -> str:
    return token.lower().removesuffix("'s").replace(".", "")


def _run_at(tokens: Sequence[str], n: int) -> frozenset[str]:
    """Return the words of the name that ends at ``n``; none where it goes on, or cannot be a subject."""
    following = tokens[n + 1] if n + 1 < len(tokens) else ""
    describes = following.islower() and following not in STOP_WORDS and not _is_verb(tokens, n + 1)
    if describes or tokens[n].endswith("'s") or (following and _is_name(following)):
        return frozenset()
    name = [tokens[n], *takewhile(_is_name, (tokens[m] for m in range(n - 1, -1, -1)))]
    before = (tokens[m].lower() for m in range(n - len(name), -1, -1))
    head = next((word for word in before if word not in ("the", "a", "an", "its", "their", "his", "her")), "")
    return frozenset() if head in PREPOSITIONS else frozenset(map(_bare, name))


def mistaken(said: Sequence[str], held: Sequence[str]) -> str:
    """Return what the answer says somebody is, where the source has another name nearer to it; empty when none is seen.

    Read are sentences of the form "A is B"; another name is one that the answer does not give.
    """
    forms = (n for n, token in enumerate(said) if n and token in _COPULA)  # but for those that only help a verb
    be = next((n for n in forms if not any(_is_verb(said, m) for m in range(n + 1, min(len(said), n + 3)))), 0)
    if not be:
        return ""
    names = {_bare(token) for token in said if _is_name(token)}
    places = [(n, _bare(token) in names) for n, token in enumerate(held) if _is_name(token)]
    for side, other in ((said[:be], said[be + 1 :]), (said[be + 1 :], said[:be])):
        subject = {_bare(token) for token in other if _is_name(token)}
        own = [n for n, known in places if known and _bare(held[n]) in subject]
        strange = [n for n, known in places if not known and not _beside(held, n, names)]
        for word in (token for token in side if token.islower() and token not in STOP_WORDS):
            at = [n for n, token in enumerate(held) if stem(token.lower()) == stem(word)]
            if at and own and strange and _distance(at, strange) < _distance(at, own):
                return word
    return ""


def _beside(tokens: Sequence[str], n: int, names: Collection[str]) -> bool:
    """Tell whether the name at ``n`` is part of one of ``names``, or cannot be who is meant: "Tuesday", "Ana's"."""
    before, after = tokens[max(0, n - 4) : n][::-1], tokens[n + 1 : n + 5]
    run = [*takewhile(_is_name, before), *takewhile(_is_name, after)]
    return any(_bare(token) in names for token in run) or tokens[n].lower().endswith(("day", "'s"))


def _distance(places: Iterable[int], others: Collection[int]) -> int:
    return min(abs(place - other) for place in places for other in others)


def misjoined(answer: str, source: str) -> str:
    """Return a number that the source gives with another verb than the answer does; empty when none is seen."""
    verbs = _verbs(answer)
    for number in particulars(answer).numbers if verbs else ():
        clauses = [
            _verbs(clause)
            for clause in _CLAUSE.split(clean(source))
            if any(number.values & other.values for other in particulars(clause).numbers)
        ]
        if clauses and all(theirs and theirs.isdisjoint(verbs) for theirs in clauses):
            return number.text
    return ""


def _verbs(text: str) -> set[str]:
    found = _tokens(text)
    return {stem(token) for n, token in enumerate(found) if _is_verb(found, n)}
