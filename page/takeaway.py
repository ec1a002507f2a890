"""An answer or a quote as text, to be pasted elsewhere."""

from __future__ import annotations

from page import strings
from qa.answer import Answer, Quote


def as_markdown(answer: Answer) -> str:
    """Return the answer with Markdown footnotes."""
    body = " ".join(
        " ".join(sentence.text.split()) + "".join(f"[^{n}]" for n in sentence.citations)
        for sentence in answer.sentences
    )
    notes = [f"[^{citation.n}]: {quotation(citation.source)}" for citation in answer.citations]
    return "\n".join([body, "", *notes])


def quotation(quote: Quote) -> str:
    """Return a quote with its reference on one line."""
    where = ", ".join(part for part in (quote.title, quote.publisher, strings.date(quote.published), quote.url) if part)
    return f"“{' '.join(quote.quote.split())}” ({where or quote.article_id})"
