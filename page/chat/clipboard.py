"""An answer or a quote as text, to be pasted elsewhere."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

from footnote.page import strings
from footnote.qa.answer import Answer, AnswerSentence, Quote

CONVERSATION_SCHEMA = "footnote.conversation/1"
_LEADS = re.compile(r"\[(?=\^)|(?<=\])[(\[]|<(?=[A-Za-z/!?])")
_ACTIVE = re.compile(r"[\\`*_<>\[\]#|&~]")


def inert(words: str) -> str:
    """Return words that can be read as they are, and of which Markdown makes no footnote, link, image or tag."""
    return _LEADS.sub(r"\\\g<0>", words)


def as_markdown(answer: Answer, label: str = "", written: Callable[[str], str] = inert) -> str:
    """Return the answer with Markdown footnotes, whose names begin with ``label``; ``written`` prepares its words.

    The sentences are one line, and each footnote is one, after an empty line.
    """
    said = answer.sentences
    body = " ".join(written(_line(one.text)) + _marks(label, one.citations) + written(doubt(one)) for one in said)
    notes = [f"[^{label}{citation.n}]: {written(quotation(citation.source))}" for citation in answer.citations]
    return "\n".join([body, "", *notes])


def doubt(sentence: AnswerSentence) -> str:
    """Return what checking a sentence showed, in brackets after a space; nothing where it showed nothing to doubt."""
    notes = [strings.NOT_CONFIRMED] if sentence.verdict == "not confirmed" else []
    if sentence.mismatches:
        notes.append(strings.MISMATCH.format(details=_line("; ".join(sentence.mismatches))))
    return f" ({'. '.join(notes)})" if notes else ""


def conversation_as_markdown(answers: Iterable[Answer]) -> str:
    """Return questions and answers as a Markdown document, in which no word of theirs is markup."""
    parts = (part for number, answer in enumerate(answers, 1) for part in _as_parts(answer, f"{number}-"))
    return "\n\n".join([f"# {strings.EXPORT_TITLE}", *parts]) + "\n"


def _as_parts(answer: Answer, label: str) -> Iterator[str]:
    """Yield the paragraphs of a question and its answer: all that a reader must know to rely on it."""
    question, understood = _line(answer.question), _line(answer.standalone_question)
    yield f"## {plain(question)}"
    if understood.casefold() != question.casefold():
        yield plain(strings.ASKED_AS.format(question=understood))
    for notice in answer.notices:
        yield plain(_line(notice))
    if answer.status == "abstained":
        yield plain(_line(answer.missing or strings.NO_ANSWER_TEXT))
        return
    for found in answer.disagreements:
        title = plain(strings.DISAGREEMENT[found.kind].format(about=_line(found.about)))
        sides = []
        for side in found.sides:
            when = strings.SIDE.format(date=strings.date(side.published) or strings.UNDATED)
            sides.append(plain(f"{_line(side.value)} {when}") + _marks(label, (side.citation,)))
        yield f"{title}: {'; '.join(sides)}"
    yield as_markdown(answer, label, plain)


def _marks(label: str, numbers: Iterable[int]) -> str:
    return "".join(f"[^{label}{n}]" for n in numbers)


def _line(words: str) -> str:
    return " ".join(words.split())


def conversation_as_json(answers: Iterable[Answer]) -> str:
    """Return the records of all answers, as ``footnote verify`` takes them."""
    record = {"schema": CONVERSATION_SCHEMA, "answers": [answer.to_dict() for answer in answers]}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def answers_in(text: str) -> list[tuple[str, str]]:
    """Return question and JSON of each answer of a saved conversation.

    Anything else comes back as one answer without a question: whoever checks it says what is wrong with it.
    """
    try:
        record = json.loads(text)
        if record["schema"] == CONVERSATION_SCHEMA:
            return [(_line(str(each["question"])), json.dumps(each)) for each in record["answers"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # it is no conversation
    return [("", text)]


def plain(words: str) -> str:
    """Return words as Markdown that shows just them: no tag, link, image, heading or footnote comes of them."""
    return _ACTIVE.sub(r"\\\g<0>", words)


def quotation(quote: Quote) -> str:
    """Return a quote with its reference on one line."""
    where = ", ".join(part for part in (quote.title, quote.publisher, strings.date(quote.published), quote.url) if part)
    return f"“{_line(quote.quote)}” ({_line(where or quote.article_id)})"
