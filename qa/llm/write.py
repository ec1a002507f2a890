"""Have a language model write the answer, sentence by sentence, each checked before it is shown."""

from collections.abc import Callable, Generator
from dataclasses import replace

from footnote.qa.answer import Answer
from footnote.qa.events import Event, Growing, Writing
from footnote.qa.findings import Findings
from footnote.qa.footnotes import Footnotes, footnoted
from footnote.qa.llm.compose import Composed, compose, unsaid
from footnote.qa.llm.endpoint import LanguageModel
from footnote.qa.llm.prompt import make_prompt, ranked_passages
from footnote.qa.llm.verify import Relation
from footnote.qa.refusal import declined
from footnote.qa.select.select import Selection

UNSURE = "The program alone would have declined this question: check whether the sentences cited answer it."


class NotKeptError(Exception):
    """What the model wrote is no better than the articles' own answer; the message says why."""


def write(
    model: LanguageModel,
    blank: Answer,
    findings: Findings,
    sure: bool,
    relation: Relation,
    context: int,
    stop: Callable[[], bool],
) -> Generator[Event, None, Answer]:
    """Yield the answer as it grows, and return it; where the question is not ``sure``, all must be confirmed.

    Raises:
        EndpointError: the model could not be used.
        NotKeptError: the articles' own answer is the better one.
    """
    blank = replace(blank, answerer=f"llm:{model.model}")
    yield Writing()
    quoted = findings.selection.sentences
    passages = ranked_passages(findings.features.sentences, findings.probabilities.tolist(), quoted)
    prompt = make_prompt(findings.interpretation.question.text, passages, context, findings.original_of)
    notes = Footnotes()
    written: list[Composed] = []
    for said in compose(model, prompt, relation, stop):
        written.append(said)
        notes.compose(said)
        yield Growing(footnoted(blank, notes, findings))
    if not written:
        if stop():
            raise NotKeptError("stopped before the language model wrote")
        if sure:
            raise NotKeptError(f"the language model {model.model} finds no answer in the passages")
        why = f"The language model {model.model} finds no answer in the nearest passages."
        return replace(declined(blank, findings), missing=why)
    confirmed = [said for said in written if said.verdict != "not confirmed"]
    if not confirmed or (not sure and len(confirmed) < len(written)):
        raise NotKeptError(f"nothing that {model.model} wrote is confirmed by the articles")
    if all(said.verdict == "verbatim" for said in written):
        raise NotKeptError(f"the language model {model.model} only chose sentences")
    if not sure:
        return replace(footnoted(blank, notes, findings), notices=(*blank.notices, UNSURE))
    sides = [claim.sentence for dispute in findings.selection.disputes for claim in dispute.sides]
    missed = unsaid(written, quoted, sides, relation)
    notes.quote(Selection(tuple(missed)))
    answer = footnoted(blank, notes, findings)
    last = "last sentence is" if len(missed) == 1 else f"last {len(missed)} sentences are"
    notice = f"The model rests on other sentences than the articles' likeliest; the {last} the articles' own."
    return replace(answer, notices=(*blank.notices, notice)) if missed else answer
