"""An answer as a terminal shows it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from footnote.qa.answer import Answer, Citation, Disagreement, Quote, Side

_WIDTH = 100


def as_text(answer: Answer) -> str:
    """Return an answer for reading in a terminal."""
    return "\n".join(
        [*_standalone(answer), _filled(answer.text), "", *_notes(answer), *_sources(answer), *_last(answer)]
    )


def _standalone(answer: Answer) -> Iterator[str]:
    """Yield what was made of the question, where that is not what was typed."""
    if answer.standalone_question.casefold() != " ".join(answer.question.split()).casefold():
        yield _filled(f"Asked as: {answer.standalone_question}")
    for limit in answer.inferred:
        ends = [f"from {limit.after}" if limit.after else "", f"to {limit.before}" if limit.before else ""]
        basis = f" (the newest article is of {limit.newest})" if limit.newest else ""
        yield _filled(
            f"“{limit.phrase}” taken as: {' '.join(end for end in ends if end)}{basis}; articles of then first"
        )


def _notes(answer: Answer) -> Iterator[str]:
    """Yield what a reader must know before relying on the answer."""
    yield from (_filled(f"Note: {notice}") for notice in answer.notices)
    for number, sentence in enumerate(answer.sentences, 1):
        if sentence.verdict == "not confirmed":
            why = f": {'; '.join(sentence.mismatches)}" if sentence.mismatches else ""
            yield _filled(f"Sentence {number} is not confirmed by its source{why}")
    yield from (_filled(_disagreement(each)) for each in answer.disagreements)


def _disagreement(found: Disagreement) -> str:
    sides = "; ".join(_side(side, found.dated) for side in found.sides)
    name = "A later update" if found.kind == "later update" else "The articles differ"
    return f"{name} on “{found.about}”: {sides}"


def _side(side: Side, dated: bool) -> str:
    return f"{side.value} [{side.citation}]" + (f", {side.published or 'undated'}" if dated else "")


def _sources(answer: Answer) -> Iterator[str]:
    yield from (_filled(_reference(citation)) for citation in answer.citations)
    if answer.nearest:
        yield "The nearest passages:"
    for quote in answer.nearest:
        yield textwrap.indent(_filled(f"“{quote.quote}”"), "    ")
        yield f"    - {quote.title or quote.article_id} ({_place(quote)})"


def _reference(citation: Citation) -> str:
    quote = citation.source
    origin = ", ".join(part for part in (quote.title or quote.article_id, quote.publisher, quote.published) if part)
    return f"[{citation.n}] {origin} ({_place(quote)})"


def _last(answer: Answer) -> Iterator[str]:
    articles = len({citation.source.article_id for citation in answer.citations})
    facts = [f"confidence {answer.confidence:.2f}", answer.status]
    if articles > answer.origins:
        facts.append(f"{articles} articles, {answer.origins} origin{'s' if answer.origins > 1 else ''}")
    if answer.newest:
        facts.append(f"newest article used: {answer.newest}")
    yield f"\n{', '.join(facts)}"


def _place(quote: Quote) -> str:
    return f"{quote.article_id}:{quote.start}-{quote.end}"


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH)
