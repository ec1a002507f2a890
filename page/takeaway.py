"""An answer or a quote as text, to be pasted elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from page import strings
from qa.answer import Answer, Quote

CONVERSATION_SCHEMA = "footnote.conversation/1"
_ACTIVE = re.compile(r"[\\`*_<>\[\]#|&~]")


def as_markdown(answer: Answer, label: str = "", written: Callable[[str], str] = str) -> str:
    """Return the answer with Markdown footnotes, whose names begin with ``label``; ``written`` prepares its words."""
    body = " ".join(
        written(" ".join(sentence.text.split())) + "".join(f"[^{label}{n}]" for n in sentence.citations)
        for sentence in answer.sentences
    )
    notes = [f"[^{label}{citation.n}]: {written(quotation(citation.source))}" for citation in answer.citations]
    return "\n".join([body, "", *notes])


def conversation_as_markdown(answers: Iterable[Answer]) -> str:
    """Return questions and answers as a Markdown document, in which no word of theirs is markup."""
    parts = [f"# {strings.EXPORT_TITLE}"]
    for number, answer in enumerate(answers, 1):
        parts.append(f"## {plain(' '.join(answer.question.split()))}")
        if answer.status == "abstained":
            parts.append(plain(" ".join((answer.missing or strings.NO_ANSWER_TEXT).split())))
        else:
            parts.append(as_markdown(answer, f"{number}-", plain))
    return "\n\n".join(parts) + "\n"


def conversation_as_json(answers: Iterable[Answer]) -> str:
    """Return the records of all answers; ``footnote verify`` takes one of them."""
    record = {"schema": CONVERSATION_SCHEMA, "answers": [answer.to_dict() for answer in answers]}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def plain(words: str) -> str:
    """Return words as Markdown that shows just them: no tag, link, image, heading or footnote comes of them."""
    return _ACTIVE.sub(r"\\\g<0>", words)


def quotation(quote: Quote) -> str:
    """Return a quote with its reference on one line."""
    where = ", ".join(part for part in (quote.title, quote.publisher, strings.date(quote.published), quote.url) if part)
    return f"“{' '.join(quote.quote.split())}” ({where or quote.article_id})"
