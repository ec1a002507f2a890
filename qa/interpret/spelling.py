"""A name that the articles spell in another way: "Rohani" is read as "Rouhani" where only that one is in the library.

One that they spell in several ways, "Soleimani" and "Suleimani", is asked about in each of them (`qa.pipeline`).

The candidates are the words one edit away, as in Norvig's corrector (2007); the one that most passages hold is taken.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from string import ascii_lowercase

from footnote.index.library import Library
from footnote.index.search.full_text import Finder, skeleton
from footnote.index.search.query_words import clean, fts_query, words
from footnote.qa.interpret.interpret import Interpretation
from footnote.qa.interpret.question import Question, forms, read_question, stem

_SHORTEST = 5
"""A name of fewer letters is one edit away from too many words."""
_WAYS = 2
"""So many other ways of spelling a question's names are tried."""
_NAME = re.compile(r"[^\W\d_]+")


def respell(interpretation: Interpretation, library: Library) -> Interpretation:
    """Return an interpretation with the names as the library spells them."""
    spelling = respelled(interpretation.question, library)
    note = f"The articles hold no such spelling, so this was read in theirs: {_listed(spelling)}."
    return _spelled(interpretation, spelling, note) if spelling else interpretation


def other_spellings(interpretation: Interpretation, finder: Finder) -> Iterator[Interpretation]:
    """Yield what was understood, with its names in the other ways in which the library spells them, if it does."""
    text = interpretation.question.text
    typed = [word for word in _NAME.findall(text) if word[0].isupper() and len(word) >= _SHORTEST]
    named = [word for word in dict.fromkeys(typed) if stem(word.lower()) in interpretation.question.names]
    ways = {word: _alike(word.lower(), finder) for word in named}
    for n in range(min(_WAYS, max(map(len, ways.values()), default=0))):
        spelling = {word: others[min(n, len(others) - 1)] for word, others in ways.items() if others}
        note = f"The articles have several spellings; this was read with {_listed(spelling)}."
        yield _spelled(interpretation, spelling, note)


def _alike(word: str, finder: Finder) -> list[str]:
    """Return a name's other spellings; for one that no passage holds, only those with its consonants."""
    ways = finder.spellings(word)
    return [o.capitalize() for o in ways if o != word and (word in ways or skeleton(o) == skeleton(word))]


def respelled(question: Question, library: Library) -> dict[str, str]:
    """Return the names of a question that no passage holds, each with the spelling that passages do hold."""
    names = [name for name in question.names if len(name) >= _SHORTEST]
    if not names:
        return {}
    known = library.document_frequencies([form for name in names for form in forms(name)])
    unknown = {name for name in names if known.keys().isdisjoint(forms(name))}
    found: dict[str, str] = {}
    for match in _NAME.finditer(question.text) if unknown else ():
        typed = match.group()
        named = typed[0].isupper() and len(typed) >= _SHORTEST and unknown.intersection(map(stem, words(typed)))
        # the index stems some words in its own way
        if named and not library.count_matches(fts_query([typed]), 1) and (other := _held(typed.lower(), library)):
            found[typed] = other.capitalize()
    return found


def _held(word: str, library: Library) -> str:
    """Return the word one edit away that most passages hold, of the same first letter for choice; empty for none."""
    size = len(stem(word))
    stems = {other: own for other in _one_edit_away(word) if abs(len(own := stem(other)) - size) <= 1}
    held = library.document_frequencies(sorted(set(stems.values())))
    likely = [other for other, own in stems.items() if own in held]
    return max(likely, key=lambda other: (other[0] == word[0], held[stems[other]], other), default="")


def _spelled(interpretation: Interpretation, spelling: Mapping[str, str], note: str) -> Interpretation:
    """Return an interpretation with each name as ``spelling`` has it, and a note that says so."""
    text = _NAME.sub(lambda match: spelling.get(match.group(), match.group()), clean(interpretation.question.text))
    return replace(interpretation, question=read_question(text), notices=(*interpretation.notices, note))


def _listed(spelling: Mapping[str, str]) -> str:
    return ", ".join(f"“{typed}” as “{other}”" for typed, other in spelling.items())


def _one_edit_away(word: str) -> Iterator[str]:
    """Yield what one letter left out, put in, changed, or swapped with the next makes of a word."""
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    yield from (before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1)
    for letter in ("", *ascii_lowercase):
        yield from (before + letter + after[1:] for before, after in cuts if after)
        yield from (before + letter + after for before, after in cuts if letter)
