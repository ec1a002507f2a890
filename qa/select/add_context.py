"""Sentences that cannot be understood alone get the one that names who or what they speak of.

"He resigned in August." needs the sentence with his name; a quotation that runs on needs the one with its speaker.
Each extra sentence costs the reader time, so one is brought only where nothing that is quoted already will do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from footnote.index.search.query_words import tokens
from footnote.qa.rank.candidates import Sentence, Where
from footnote.qa.rank.reader import Matrix
from footnote.qa.select.repeats import repeats
from footnote.qa.text.lexicon import HE, SHE, THEY
from footnote.qa.text.mentions import names, proper_words, quoting, speaker

BACK = 2
"""How many sentences before it are searched for what a sentence speaks of."""
_CITED_WITHIN = 700
"""A sentence that is quoted already and stands at most this many characters before it explains a sentence, too."""
_ADJACENT = 40
"""More characters than this between two sentences are a gap: another passage, or what is never quoted."""
_ALIKE = 0.8
"""A sentence that stands alone may take the place of one that does not from this share of its probability."""

_PERSONS = (HE | SHE | THEY) & {"he", "she", "they", "his", "her"}
_EMPTY_IT = re.compile(
    r"\W*(?:\w+,? )?it (?:\w+ ){0,2}(?:seems?|appears?|rain\w*|turns out|took|takes"
    r"|(?:\w+ ){1,6}(?:that|whether|if|to|who))\b",
    re.IGNORECASE,
)
_MAY_NEED = re.compile(r"[“”«»\"]|^\W*(?:\w+\W+){0,2}(?:he|she|they|his|her|it)\b", re.IGNORECASE)
_AROUND = 2_500
_LEAD_INS = frozenset("but and so yet then still also however instead later meanwhile moreover".split())
_BARE_SAID = re.compile(
    r"[,”\"] (?:he|she|they) (?:also )?(?:said|says|added|told|wrote|argued|warned|explained)\b", re.I
)

Need = Literal["", "person", "thing", "speaker"]


def need(text: str, inside: bool = False, known: Collection[str] = ()) -> Need:
    """Return what ``text`` leaves open: who or what its first word stands for, or who speaks; empty for nothing.

    ``inside`` tells that it opens inside a quotation that began in an earlier sentence; ``known`` as in `names`.
    """
    if _only_quoted(text, inside) or (inside and not speaker(text, known)):
        return "speaker"
    said = _BARE_SAID.search(text)
    if said and not names(text[: said.start()], known):
        return "person"
    opening = [token for token in tokens(text) if token.is_word][:6]
    while opening and opening[0].word in _LEAD_INS:
        opening = opening[1:]
    first = opening[0].word if opening else ""
    if first in ("his", "her"):
        # "His successor Louis XIII" says whom it is about
        return "" if any(name.start < opening[-1].end for name in names(text, known)) else "person"
    if first == "it":
        return "" if _EMPTY_IT.match(text) else "thing"
    return "person" if first in _PERSONS else ""


def _only_quoted(text: str, inside: bool) -> bool:
    """Tell whether nothing of ``text`` stands outside quotation marks."""
    now, outside = inside, ""
    for character in text:
        if character in '“”«»"':
            now = quoting(character, now).after
        elif not now:
            outside += character
    return not any(character.isalnum() for character in outside)


@dataclass(frozen=True, slots=True)
class _Around:
    """The candidates by article, in the order of their text, each place once, and what is known of them."""

    rows: Mapping[str, Sequence[Sentence]]
    known: Collection[str]
    scores: Mapping[Where, float]

    @classmethod
    def of(cls, sentences: Sequence[Sentence], probabilities: Matrix, chosen: Sequence[Sentence]) -> _Around:
        """Take what stands near a chosen sentence; the rest of a long article has no say."""
        by_place = {
            s.where: s
            for s in sentences
            if any(s.article.id == c.article.id and abs(s.start - c.start) <= _AROUND for c in chosen)
        }
        rows: dict[str, list[Sentence]] = {}
        for key in sorted(by_place):
            rows.setdefault(key[0], []).append(by_place[key])
        scores = {s.where: float(p) for s, p in zip(sentences, probabilities, strict=True)}
        return cls(rows, proper_words(s.text for s in by_place.values()), scores)

    def probability(self, sentence: Sentence) -> float:
        """Return how probable it is that a candidate belongs to the answer."""
        return self.scores[sentence.where]

    def before(self, sentence: Sentence) -> list[Sentence]:
        """Return the sentences right before one, nearest first, as far as they follow each other."""
        row = self.rows.get(sentence.article.id, ())
        n = next((n for n, each in enumerate(row) if each.start == sentence.start), 0)
        found: list[Sentence] = []
        while n and row[n].start - row[n - 1].end <= _ADJACENT:
            n -= 1
            found.append(row[n])
        return found

    def need(self, sentence: Sentence) -> Need:
        """Return what a sentence leaves open; a quotation is followed from the start of its paragraph."""
        inside = False
        for each in reversed([s for s in self.before(sentence) if s.paragraph == sentence.paragraph]):
            inside = quoting(each.text, inside).after
        return need(sentence.text, inside, self.known)

    def explains(self, other: Sentence, wanted: Need) -> bool:
        """Tell whether a sentence names what another leaves open."""
        if wanted == "speaker":
            return bool(speaker(other.text, self.known))
        return bool(names(other.text, self.known)) and not self.need(other)


def add_context(
    chosen: Sequence[Sentence],
    sentences: Sequence[Sentence],
    probabilities: Matrix,
    limit: int,
    pinned: Sequence[Sentence] = (),
) -> list[Sentence]:
    """Return ``chosen`` with what its sentences need to be understood, each right before them; at most ``limit``.

    What is needed and quoted already moves there. What is not comes from the article's sentences just before, in
    place of the least probable of the others if there is no room. Where none is found, a sentence that stands
    alone and is nearly as probable takes the place. ``sentences`` holds ``chosen``; ``probabilities`` are theirs.
    The ``pinned`` ones are not given up for others.
    """
    if not any(_MAY_NEED.search(s.text) for s in chosen):
        return list(chosen)
    around = _Around.of(sentences, probabilities, chosen)

    def placed(support: Sentence, sentence: Sentence) -> list[Sentence]:
        """Put ``support`` right before ``sentence``; the least probable other one gives way if there is no room."""
        rest = [s for s in done if s is not support]
        spare = [s for s in rest[1:] if s is not sentence and s not in pinned]
        in_place = support in done and done.index(support) < done.index(sentence)
        if in_place or (len(rest) >= limit and not spare):
            return done
        if len(rest) >= limit:
            rest.remove(min(spare, key=around.probability))
        rest.insert(rest.index(sentence), support)
        return rest

    done = list(chosen)
    for sentence in chosen:
        if sentence not in done or not (wanted := around.need(sentence)):
            continue
        if support := _support(sentence, wanted, done, around):
            done = placed(support, sentence)
        elif sentence not in pinned and (other := _instead(sentence, done, sentences, around)):
            done[done.index(sentence)] = other
    return done


def _support(sentence: Sentence, wanted: Need, done: Sequence[Sentence], around: _Around) -> Sentence | None:
    """Return the nearest sentence that explains ``sentence``, one that is quoted already for choice."""
    cited = [s for s in done if s.article.id == sentence.article.id and 0 < sentence.start - s.end <= _CITED_WITHIN]
    near = around.before(sentence)[:BACK]
    first = near[:1] if wanted == "thing" else near
    for each in [*sorted(cited, key=lambda s: -s.start), *first]:
        if around.explains(each, wanted):
            return each
    return None


def _instead(
    sentence: Sentence, done: Sequence[Sentence], sentences: Sequence[Sentence], around: _Around
) -> Sentence | None:
    """Return the most probable sentence that stands alone and may take the place of ``sentence``."""
    least, held = _ALIKE * around.probability(sentence), [s.text for s in done if s is not sentence]
    spare = [s for s in sentences if s not in done and around.probability(s) >= least and not around.need(s)]
    new = (s for s in spare if not any(repeats(s.text, text) for text in held))
    return max(new, key=around.probability, default=None)
