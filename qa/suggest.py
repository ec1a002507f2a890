"""Questions to start from, made of what the library's articles say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.library import Library
from index.sentences import Sentence, split_sentences

_NAME = r"(?:[A-Z][\w’'-]+ ){1,2}(?:al-)?[A-Z][\w’'-]+"
_OFFICES = (
    r"president|minister|secretary|commander|governor|adviser|envoy|representative|ambassador|fellow|spokes\w+"
    r"|chief|director|general|senator|leader|diplomat|analyst|professor|author"
)
_SAID = re.compile(rf"(?:,”|,\") said (?P<name>{_NAME})\b|\b(?P<name2>{_NAME}) (?:said|told|argued|warned)\b")
_DESCRIBED = re.compile(rf"\b(?P<name>{_NAME}), (?:an? |the )?(?:\w+ ){{0,4}}(?:{_OFFICES})\b")
_NO_PERSON = re.compile(
    r"\b(?:President|Prime|Foreign|Minister|Ministry|Secretary|Department|Defense|State|House|Council|Force|Guards?"
    r"|Times|Office|Command|Party|Agency|Union|Nations|States|General|Gen|Navy|Army|Court|Bank|Committee|News|The"
    r"|Kingdom|Group|International|Company|University|Institute|Center|Board)\b|[’']s\b"
)
_ARTICLES_READ = 40


def suggestions(library: Library, limit: int) -> list[str]:
    """Return up to ``limit`` different questions, from as many different articles as possible."""
    found: dict[str, str] = {}
    spare: dict[str, None] = {}
    for article in library.articles()[:_ARTICLES_READ]:
        text = library.article(article.id).text
        asked = list(dict.fromkeys(question for question, _ in people(text, article.title)))
        fresh = [question for question in asked if question not in found.values()]
        if fresh:
            found[article.id] = fresh[len(found) % len(fresh)]
            spare.update(dict.fromkeys(fresh))
    chosen = list(found.values())
    step = max(1, len(chosen) // max(1, limit))
    picked = chosen[::step][:limit]
    return (picked + [question for question in spare if question not in picked])[:limit]


def people(text: str, title: str) -> Iterator[tuple[str, Sentence]]:
    """Yield questions about the people of an article, each with the sentence that it was made of."""
    for sentence in split_sentences(text, title):
        if not sentence.quotable:
            continue
        words = text[sentence.start : sentence.end]
        if (match := _SAID.search(words)) and not _NO_PERSON.search(match.group("name") or match.group("name2")):
            yield f"What did {match.group('name') or match.group('name2')} say?", sentence
        if (match := _DESCRIBED.search(words)) and not _NO_PERSON.search(match.group("name")):
            yield f"Who is {match.group('name')}?", sentence
