"""The page's list of questions: what was asked, said, cited and expected, and why it scored as it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from footnote.corpus.article import Article
from footnote.eval.record import Record
from footnote.eval.report.report import RunReport, number
from footnote.eval.score.catalogue import BY_NAME, CITED_F1
from footnote.eval.suite import GoldSpan, SuiteQuestion

WHY = ("right", CITED_F1, "citation_precision", "citation_recall", "draft_f1", "right_first", "alce_recall",
       "alce_precision", "answer_in_quote", "token_f1", "article_recall@1", "passage_mrr@10")  # fmt: skip
"""The scores that are shown with their reasons."""
OUTCOMES = {
    "": "every outcome",
    "right": "right",
    "wrong": "wrong",
    **{stage: f"lost at {stage}" for stage in ("retrieval", "selection", "abstention", "verification")},
    "error": "failed to run",
    "answered": "answered",
    "abstained": "declined",
    "answerable": "answerable",
    "not answerable": "not answerable",
}
MARGIN = 140
"""So many letters of an article are shown around what is cited or gold."""
LEGEND = (
    '<p class="soft">In the articles: <mark class="cited">cited</mark>, <mark class="gold">gold</mark>, '
    '<mark class="cited gold">both</mark>.</p>'
)
"""What the colours in an article mean."""


def question_list(report: RunReport) -> Iterator[str]:
    """Yield the heading, the filters and each question, folded up."""
    articles = {article.id: article for article in report.suite.articles}
    yield '<h2 id="questions">Questions</h2>'
    yield LEGEND
    yield from filters(report)
    asked = {question.id: question for question in report.suite.questions}
    for record in report.records:
        yield from question(record, circumstances(asked[record.id]), articles)


def filters(report: RunReport) -> Iterator[str]:
    """Yield the controls that narrow the list."""
    yield '<form class="filters"><input id="find" type="search" placeholder="Find in questions"'
    yield ' aria-label="Find in questions">'
    yield select("outcome", "Outcome", outcomes_of(report.records))
    if report.summary.tags:
        yield select("tag", "Tag", [("", "every tag"), *((tag, tag) for tag in report.summary.tags)])
    yield '<output id="shown"></output></form>'


def outcomes_of(records: Iterable[Record]) -> list[tuple[str, str]]:
    """Return the outcomes that there are, in their order and with their names; the first is all of them."""
    present = {outcome for record in records for outcome in outcomes(record)}
    return [(value, name) for value, name in OUTCOMES.items() if not value or value in present]


def select(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    """Return a drop-down list."""
    items = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options)
    return f'<select id="{name}" aria-label="{label}">{items}</select>'


def outcomes(record: Record) -> list[str]:
    """Return the outcomes that a question is listed under."""
    kind = "answerable" if record.answerable else "not answerable"
    return [name for name in (verdict(record), record.stage, record.status, kind) if name]


def verdict(record: Record) -> str:
    """Return whether a question was got right; ``unjudged`` when it has no gold to tell by."""
    right = record.value("right")
    return "unjudged" if right is None else "right" if right else "wrong"


def circumstances(asked: SuiteQuestion) -> str:
    """Say on which day a question is asked, and after which others, where that matters."""
    day = [f"Asked as of {asked.as_of}."] if asked.as_of else []
    return " ".join([*day, *(f"Asked before: {turn}" for turn in asked.turns)])


def question(record: Record, note: str, articles: Mapping[str, Article]) -> Iterator[str]:
    """Yield one question, with a note on how it was asked."""
    f1 = record.value(CITED_F1)
    badge = record.stage if record.stage else verdict(record)
    yield f'<details class="question {verdict(record)}" id="{escape("q-" + record.id)}" '
    yield f'data-outcome="{escape(chr(10).join(outcomes(record)))}" '
    yield f'data-tags="{escape(chr(10).join(record.tags))}"><summary><span class="badge">{escape(badge)}</span>'
    yield f'<span class="asked">{escape(record.question)}</span>'
    yield f'<span class="soft">{"" if f1 is None else "F1 " + number(f1)}</span></summary><div class="body">'
    yield f'<p class="soft">{escape(record.id)} · {"answerable" if record.answerable else "not answerable"} · '
    yield f"{escape(record.status)} at confidence {number(record.confidence)} "
    yield " ".join(f'<span class="tag">{escape(tag)}</span>' for tag in record.tags) + "</p>"
    if note:
        yield f"<p>{escape(note)}</p>"
    yield f"<h3>Said</h3><blockquote>{escape(record.text) or '(nothing)'}</blockquote>"
    if record.accepted:
        yield f"<h3>Accepted</h3><p>{escape(' / '.join(record.accepted))}</p>"
    yield from contexts(record, articles)
    yield from reasons(record)
    yield "</div></details>"


def contexts(record: Record, articles: Mapping[str, Article]) -> Iterator[str]:
    """Yield the articles with the cited and gold sentences marked; the draft's, when it was declined."""
    cited = record.cited or record.draft
    gold = [span for item in record.gold for span in item.places]
    note = "" if record.cited or not cited else " (marked as cited: what it would have cited)"
    for article_id in dict.fromkeys(span.article_id for span in (*cited, *gold)):
        if article := articles.get(article_id):
            here, wanted = ([span for span in spans if span.article_id == article_id] for spans in (cited, gold))
            yield f"<h3>{escape(article.label)}{note}</h3>"
            yield f"<blockquote>{''.join(map(marked, excerpt(article.text, here, wanted)))}</blockquote>"
        else:
            yield from quotes(record, article_id)


def quotes(record: Record, article_id: str) -> Iterator[str]:
    """Yield what is cited and gold in an article whose text is not at hand."""
    cited = [c["quote"] for c in record.answer.get("citations", ()) if c["article_id"] == article_id]
    gold = [item.quote for item in record.gold if item.article_id == article_id]
    if cited or gold:
        yield f"<h3>{escape(article_id)}</h3>"
    for kind, found in (("cited", cited), ("gold", gold)):
        yield from (f'<blockquote><mark class="{kind}">{escape(quote)}</mark></blockquote>' for quote in found)


def marked(piece: ExcerptPiece) -> str:
    """Return a piece of an article, marked when it is cited or gold."""
    if piece.gap:
        return ' <span class="soft">…</span> '
    if not piece.cited and not piece.gold:
        return escape(piece.text)
    kinds = " ".join(name for name, held in (("cited", piece.cited), ("gold", piece.gold)) if held)
    return f'<mark class="{kinds}">{escape(piece.text)}</mark>'


def reasons(record: Record) -> Iterator[str]:
    """Yield the table of scores with their reasons, and the promises that were broken."""
    for broken in record.violations:
        yield f'<p class="alarm">{escape(broken)}</p>'
    yield '<h3>Why</h3><div class="scroll" tabindex="0"><table>'
    for name in WHY:
        score = record.scores.get(name)
        if score is not None:
            yield f"<tr><td>{escape(BY_NAME[name].title)}</td><td class=n>{number(score.value)}</td>"
            yield f"<td>{escape(score.reason)}</td></tr>"
    yield "</table></div>"


@dataclass(frozen=True, slots=True)
class ExcerptPiece:
    """A run of text that is all cited or not, and all gold or not; ``gap`` stands for text left out."""

    text: str
    cited: bool = False
    gold: bool = False
    gap: bool = False


def excerpt(text: str, cited: Sequence[GoldSpan], gold: Sequence[GoldSpan], margin: int = MARGIN) -> list[ExcerptPiece]:
    """Return the pieces, in order; the spans are all of this one article.

    Joined, the pieces that are no gaps are the article's text around the spans, exactly. No spans, no pieces.
    """
    pieces: list[ExcerptPiece] = []
    reached = 0
    for start, end in windows([*cited, *gold], text, margin):
        if start > reached:
            pieces.append(ExcerptPiece("…", gap=True))
        pieces += cut(text, start, end, cited, gold)
        reached = end
    if pieces and reached < len(text):
        pieces.append(ExcerptPiece("…", gap=True))
    return pieces


def windows(spans: Iterable[GoldSpan], text: str, margin: int) -> list[tuple[int, int]]:
    """Return the stretches of text within ``margin`` of a span, cut between words, those that meet as one."""
    joined: list[tuple[int, int]] = []
    for span in sorted(spans):
        start, end = max(0, span.start - margin), min(len(text), span.end + margin)
        while 0 < start < span.start and not text[start - 1].isspace():
            start += 1
        while span.end < end < len(text) and not text[end].isspace():
            end -= 1
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def cut(text: str, start: int, end: int, cited: Sequence[GoldSpan], gold: Sequence[GoldSpan]) -> list[ExcerptPiece]:
    """Cut a stretch wherever a span begins or ends."""
    cuts = {start, end}
    for span in (*cited, *gold):
        cuts |= {at for at in (span.start, span.end) if start < at < end}
    places = sorted(cuts)
    return [ExcerptPiece(text[a:b], covered(a, b, cited), covered(a, b, gold)) for a, b in pairwise(places)]


def covered(start: int, end: int, spans: Sequence[GoldSpan]) -> bool:
    """Return whether one of the spans holds the whole stretch."""
    return any(span.start <= start and end <= span.end for span in spans)
