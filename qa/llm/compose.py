"""An answer in a language model's words, each sentence with the article sentences that it rests on.

The model chooses and phrases; the program reads its numbers, drops those that were not offered, checks each sentence
(`qa.llm.verify`) and only then passes it on, as plain text without a mark of the model's own.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from footnote.corpus.text import fold
from footnote.qa.answer import Verdict
from footnote.qa.llm.endpoint import EndpointError, LanguageModel
from footnote.qa.llm.parse import ParsedSentence, made_plain, parsed
from footnote.qa.llm.prompt import NO_ANSWER, Prompt
from footnote.qa.llm.verify import SUPPORTED, ClaimVerifier, Relation
from footnote.qa.rank.candidates import Sentence

MAX_SENTENCES = 6
"""After as many sentences the model is not heard any more."""
MAX_CITED = 4
"""How many numbers of one sentence are looked at; a model that cites everything has cited nothing."""

_YES_OR_NO = re.compile(r"(?!no\.\s*\d)(yes|no)(?:[.,:;!—–-]\s*|\s*$)", re.IGNORECASE)
_REFUSAL = re.compile(
    r"(?:i |we )?(?:can ?not|can't|am unable to|are unable to) (?:answer|determine|find|say|tell)"
    r"|(?:i'm |i am )?sorry\b|there is no (?:information|mention|answer|sentence)"
    r"|no (?:information|answer|mention|relevant)\b"
    r"|(?:(?:the|these|this|any|none of the|provided|given|numbered|available|news) ){0,4}"
    r"(?:sentences?|sources?|texts?|articles?|information|context|passages?)(?: \w+){0,2}"
    r" (?:do not|does not|don't|doesn't|did not|cannot|can not|fail to|contains? no|holds? no|provides? no)"
    r"|it is not (?:mentioned|stated|specified|clear)|not (?:mentioned|stated|specified)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Composed:
    """A sentence of the answer, checked: what it rests on, the verdict, and how it differs from what it cites.

    It is `verbatim` where the model chose a sentence by its number alone, or copied it; the text is then the article's.
    """

    text: str
    cited: tuple[Sentence, ...]
    verdict: Verdict
    mismatches: tuple[str, ...] = ()


def compose(
    endpoint: LanguageModel, prompt: Prompt, relation: Relation, stop: Callable[[], bool] = lambda: False
) -> Generator[Composed, None, None]:
    """Have the model answer from what ``prompt`` offers, and yield the checked sentences as they come.

    Nothing is passed on before one sentence cites something: a reply in which none does is no answer from the articles.
    It ends early, without an error, once ``stop()`` is true. When the model says that it has no answer, nothing comes.

    Raises:
        EndpointError: also in the middle; the model could not be used: it cannot be reached, took too long, broke off,
            or wrote nothing, or nothing that rests on the sentences.
    """
    verifier = ClaimVerifier(prompt.question, prompt.offered, relation)
    held: list[Composed] = []
    said: set[str] = set()
    passed, refused = 0, False
    with closing(_pieces(endpoint, prompt, stop)) as pieces:
        for written in _with_yes_or_no(parsed(pieces)):
            if declines(written.text):
                refused = True
                if not held and not passed:
                    break
                continue
            fresh = _checked(written, prompt.offered, verifier)
            held += [sentence for sentence in fresh if fold(sentence.text) not in said]
            said |= {fold(sentence.text) for sentence in fresh}
            if passed or any(sentence.cited for sentence in held):
                passed += len(held)
                yield from held
                held.clear()
            if passed + len(held) >= MAX_SENTENCES:
                break
    if not (passed or refused or stop()):
        raise EndpointError(f"the language model {endpoint.model} wrote nothing that rests on the articles")


def unsaid(
    said: Sequence[Composed], quoted: Sequence[Sentence], sides: Sequence[Sentence], relation: Relation
) -> list[Sentence]:
    """Return what the articles' own answer, ``quoted``, holds against the model's, ``said``; empty where they agree.

    They agree where the model cites the first of the sentences that would have been quoted, or says what it supports.
    The ``sides`` of a disagreement between articles are all wanted in any case.
    """
    confirmed = [each for each in said if each.verdict != "not confirmed"]
    cited = {sentence.where for each in confirmed for sentence in each.cited}
    supported = (relation.relate(each.text, [first.text])[0] for first in quoted[:1] for each in confirmed)
    agreed = not cited.isdisjoint(first.where for first in quoted[:1]) or any(p >= SUPPORTED for p in supported)
    wanted = dict.fromkeys([*([] if agreed else quoted), *sides])
    return [sentence for sentence in wanted if sentence.where not in cited]


def _pieces(endpoint: LanguageModel, prompt: Prompt, stop: Callable[[], bool]) -> Generator[str, None, None]:
    yield from endpoint.stream(prompt.system, prompt.user, stop)


def _with_yes_or_no(sentences: Iterable[ParsedSentence]) -> Iterator[ParsedSentence]:
    """Put a "Yes." that stands alone before the sentence that gives its reason; one without any is only its numbers."""
    held: ParsedSentence | None = None
    for one in sentences:
        if held:
            one = ParsedSentence(f"{held.text} {one.text}", tuple(dict.fromkeys(one.numbers or held.numbers)))
        held = one if _YES_OR_NO.fullmatch(one.text) else None
        if not held:
            yield one
    if held and held.numbers:
        yield ParsedSentence("", held.numbers)


def _checked(written: ParsedSentence, offered: Sequence[Sentence], verifier: ClaimVerifier) -> list[Composed]:
    """Check one sentence; several come where the model chose by numbers alone. Numbers that were not offered go.

    "Yes" or "No" before a sentence stays only where the sentences that are then cited decide the question so.
    """
    known = [n for n in written.numbers if 1 <= n <= len(offered)][:MAX_CITED]
    answer = _YES_OR_NO.match(written.text)
    said = written.text[answer.end() :] if answer else written.text
    chosen = [offered[n - 1] for n in known]
    same = [s for s in (chosen or offered) if fold(s.text) == fold(said)]
    if same or not said:  # what has to be made plain is verbatim no more
        copied = [(made_plain(sentence.text), sentence) for sentence in same[:1] or chosen]
        return [Composed(text, (s,), "verbatim" if text == s.text else "supported") for text, s in copied]
    found = verifier.confirm(said, known)
    decided = answer and found.verdict == "supported" and verifier.decides(answer[1].lower() == "yes", found.cited)
    text = written.text if decided else said[:1].upper() + said[1:]
    return [Composed(text, tuple(offered[n - 1] for n in found.cited), found.verdict, found.mismatches)]


def declines(text: str) -> bool:
    """Tell whether a sentence says that there is no answer."""
    plain = text.strip(" \"'“”‘’.!*-:()").casefold()
    return plain.startswith(NO_ANSWER.casefold()) or _REFUSAL.match(plain) is not None
