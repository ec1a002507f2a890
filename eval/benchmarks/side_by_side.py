"""Footnote's language-model mode beside llama-index's ``CitationQueryEngine``.

Both get the same model, questions and chunks: the three chunks that are closest to the question. The other system cites
chunks, so that its citations count for more text than a sentence, and are found right more easily. A line of JSON is
written for each question and system as soon as it is answered: a run that is cut short goes on from there, and
``--report`` gives the table of what there is.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.query_engine.citation_query_engine import CITATION_QA_TEMPLATE, CITATION_REFINE_TEMPLATE
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import NodeWithScore, QueryBundle
from llama_index.llms.openai_like import OpenAILike
from pydantic import TypeAdapter, ValidationError
from tqdm import tqdm

from footnote.eval.commands import offline_program
from footnote.eval.engine import engine_over
from footnote.eval.jsonl import as_jsonl
from footnote.eval.report.report import md_table
from footnote.eval.score.measures import citation_agreement
from footnote.eval.score.scoring import WRITTEN, span_of
from footnote.eval.suite import GOLD, GoldSpan, QuestionFilter, Suite, SuiteQuestion, load_suite
from footnote.index.search.scope import Scope
from footnote.qa.engine import Engine
from footnote.qa.events import FinalAnswer, Growing
from footnote.qa.llm.compose import declines
from footnote.qa.llm.endpoint import Endpoint, ReplyLimits
from footnote.qa.llm.parse import parsed
from footnote.qa.llm.particulars import mismatches
from footnote.qa.pipeline import Pipeline
from footnote.qa.retriever import PassageRetriever, ScopedQuery

CHUNKS = 3
OURS, THEIRS = "footnote", "CitationQueryEngine"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "suites" / "seeds-dev"
_PATIENT = ReplyLimits(silence=400.0, total=900.0)
_DIGITS = re.compile(r"\d[\d,.]{0,20}\d|\d")


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """A sentence as a reader sees it: what it cites (spans and their text), and whether it is marked unconfirmed."""

    text: str
    cited: tuple[GoldSpan, ...]
    source: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system answered; no sentences where it declined. Times are seconds from the question."""

    sentences: tuple[SaidSentence, ...]
    first: float
    shown: float
    total: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One question's outcome: all that the table is made of, as it is kept in the log."""

    id: str
    system: str
    answerable: bool
    precision: float
    recall: float
    reply: Reply


_READER = TypeAdapter(SystemRow)


def row_of(question: SuiteQuestion, system: str, reply: Reply) -> SystemRow:
    """Score a reply."""
    agreement = citation_agreement((span for said in reply.sentences for span in said.cited), question)
    return SystemRow(question.id, system, question.answerable, agreement.precision, agreement.recall, reply)


def digits(text: str) -> set[str]:
    """Return the figures in a text, without commas: nothing of the gate's own reading."""
    return {match.group().replace(",", "").strip(".") for match in _DIGITS.finditer(text)}


def table(rows: Sequence[SystemRow]) -> str:
    """Return the comparison as Markdown; questions that only one system has answered yet are left out."""
    systems = (THEIRS, OURS)
    both = set.intersection(*({row.id for row in rows if row.system == system} for system in systems))
    if not both:
        return "no question has been answered by both systems yet\n"
    columns = [_column([row for row in rows if row.system == system and row.id in both]) for system in systems]
    able = sum(row.answerable for row in rows if row.system == OURS and row.id in both)
    head = (f"{len(both)} questions, {able} answerable", *systems)
    cells = [(name, *(column[name] for column in columns)) for name in columns[0]]
    return "\n".join(md_table([head, *cells])) + "\n"


def _column(rows: Sequence[SystemRow]) -> dict[str, str]:
    """Return what one system is worth, by the names of the table's rows."""
    able, never = ([row for row in rows if row.answerable is answerable] for answerable in (True, False))
    answered = [row for row in able if row.reply.sentences]
    wrong = sum(bool(row.reply.sentences) for row in never)
    said = [sentence for row in rows for sentence in row.reply.sentences]
    plain = [sentence for sentence in said if not sentence.marked]

    def mean(values: Sequence[float]) -> str:
        return f"{fmean(values):.3f}" if values else "-"

    def share(those: Iterable[object]) -> str:
        part = sum(map(bool, those))
        return f"{part} of {len(said)} ({part / len(said):.1%})" if said else "-"

    def middle(times: Iterable[float]) -> str:
        known = [seconds for seconds in times if seconds > 0]
        return f"{median(known):.1f} s" if known else "-"

    return {
        "answerable questions answered": f"{len(answered)} of {len(able)}",
        "unanswerable questions answered (wrong)": f"{wrong} of {len(never)}",
        "citation precision, answered": mean([row.precision for row in answered]),
        "citation recall, answered": mean([row.recall for row in answered]),
        "citation recall, all answerable": mean([row.recall for row in able]),
        "sentences without a citation, unmarked": share(not each.cited for each in plain),
        "sentences with a particular that is not in what they cite, unmarked": share(
            mismatches(each.text, each.source) for each in plain
        ),
        "the same by plain search for digits": share(digits(each.text) - digits(each.source) for each in plain),
        "sentences marked “not confirmed”": share(each.marked for each in said),
        "first token, median of those asked": middle(row.reply.first for row in rows),
        "first sentence shown, median": middle(row.reply.shown for row in rows),
        "whole answer, median": middle(row.reply.total for row in rows),
    }


class _Clock:
    """A model that notes when its first words came."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.model = endpoint.model
        self.first = 0.0

    def stream(self, system: str, user: str, stop: Callable[[], bool]) -> Iterator[str]:
        """Pass the reply on."""
        started = time.perf_counter()
        for piece in self._endpoint.stream(system, user, stop):
            self.first = self.first or time.perf_counter() - started
            yield piece


class _PlacedRetriever(PassageRetriever):
    """Puts a chunk's place into its metadata, which ``CitationQueryEngine`` keeps; offsets it drops."""

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        nodes = super()._retrieve(query_bundle)
        for each in nodes:
            chunk = each.node.candidate.chunk
            each.node.metadata = {"article_id": chunk.article_id, "start": chunk.start, "end": chunk.end}
        return nodes


def ours(engine: Engine, endpoint: Endpoint, question: SuiteQuestion) -> Reply:
    """Answer as Footnote does with a model, from the chunks that both read."""
    started = time.perf_counter()
    clock, shown = _Clock(endpoint), 0.0
    pipeline = Pipeline(engine.index, PassageRetriever(engine.index, CHUNKS), engine.pipeline.answers, model=clock)
    for event in pipeline.events(_query(question)):
        if isinstance(event, Growing) and event.answer.answerer.startswith(WRITTEN):
            shown = shown or time.perf_counter() - started
        elif isinstance(event, FinalAnswer):
            answer = event.answer
    total = time.perf_counter() - started
    spans = {citation.n: span_of(citation.source) for citation in answer.citations}
    said = tuple(
        _said(engine, each.text, [spans[n] for n in each.citations], marked=each.verdict == "not confirmed")
        for each in answer.sentences
    )
    note = " ".join([answer.answerer, *answer.notices, answer.missing]).strip()
    return Reply(said, clock.first, shown or (total if said else 0.0), total, note)


def theirs(engine: Engine, endpoint: Endpoint, question: SuiteQuestion) -> Reply:
    """Answer with ``CitationQueryEngine`` as it comes, but streaming."""
    llm = OpenAILike(
        model=endpoint.model, api_base=endpoint.url, api_key="none", is_chat_model=True, temperature=0.0,
        max_tokens=endpoint.limits.tokens, max_retries=0, timeout=endpoint.limits.silence, context_window=4096,
    )  # fmt: skip
    synthesizer = get_response_synthesizer(
        llm=llm, text_qa_template=CITATION_QA_TEMPLATE, refine_template=CITATION_REFINE_TEMPLATE, streaming=True
    )
    retriever = _PlacedRetriever(engine.index, CHUNKS)
    started, first = time.perf_counter(), 0.0
    citing: Any = CitationQueryEngine(retriever, llm=llm, response_synthesizer=synthesizer)
    response = citing.query(_query(question))
    pieces: list[str] = []
    for piece in response.response_gen:
        first = first or time.perf_counter() - started
        pieces.append(piece)
    total = time.perf_counter() - started
    places = [GoldSpan(**node.metadata) for node in response.source_nodes]
    found = list(parsed(["".join(pieces)]))
    if not found or declines(found[0].text):
        return Reply((), first, 0.0, total, "declined by the model")
    known = [(draft.text, [places[n - 1] for n in draft.numbers if 1 <= n <= len(places)]) for draft in found]
    return Reply(tuple(_said(engine, text, cited) for text, cited in known), first, first, total)


SYSTEMS: Mapping[str, Callable[[Engine, Endpoint, SuiteQuestion], Reply]] = {OURS: ours, THEIRS: theirs}


def _query(question: SuiteQuestion) -> ScopedQuery:
    return ScopedQuery(question.question, scope=Scope(as_of=question.as_of))


def _said(engine: Engine, text: str, cited: Sequence[GoldSpan], marked: bool = False) -> SaidSentence:
    source = " ".join(engine.library.article(span.article_id).text[span.start : span.end] for span in cited)
    return SaidSentence(text, tuple(cited), source, marked)


def read_log(path: Path) -> list[SystemRow]:
    """Return the rows of a log, passing over a last line that was cut short."""
    rows = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        with suppress(ValidationError):
            rows.append(_READER.validate_json(line))
    return rows


def choose(suite: Suite, limit: int, seed: int) -> tuple[SuiteQuestion, ...]:
    """Return ``limit`` questions without earlier turns, of the half kept for reporting where there is one."""
    alone = [question for question in suite.questions if question.half in ("", "test") and not question.turns]
    return QuestionFilter(sample=limit, seed=seed).choose(alone)


def ask(suite: Suite, endpoint: Endpoint, log: Path, questions: Sequence[SuiteQuestion]) -> None:
    """Ask both systems each question that is not in the log yet; what fails is reported, and asked again next time."""
    done = {(row.id, row.system) for row in read_log(log)}
    log.parent.mkdir(parents=True, exist_ok=True)
    with engine_over(suite.articles) as subject, log.open("a", encoding="utf-8") as out:
        for question in tqdm(questions, desc=suite.name, file=sys.stderr):
            for name, answer in SYSTEMS.items():
                if (question.id, name) in done:
                    continue
                try:
                    row = row_of(question, name, answer(subject.engine, endpoint, question))
                except Exception as error:  # the other system raises what it likes
                    sys.stderr.write(f"{question.id}, {name}: {type(error).__name__}: {error}\n")
                    continue
                out.write(as_jsonl([asdict(row)]))
                out.flush()


@offline_program
def main(argv: Sequence[str] | None = None) -> int:
    """Compare, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m footnote.eval.benchmarks.side_by_side",
        description="The language-model mode beside llama-index's CitationQueryEngine: same model, chunks, questions.",
        epilog="example: python -m footnote.eval.benchmarks.side_by_side --llm http://127.0.0.1:8080/v1 --model qwen",
    )
    parser.add_argument(
        "--llm", metavar="URL", default="http://127.0.0.1:8080/v1", help="an OpenAI-compatible endpoint"
    )
    parser.add_argument("--model", default="local", help="the model's name there (default: %(default)s)")
    parser.add_argument("--suite", type=Path, action="append", help="a suite folder; may be given again (default: the"
                        " shipped gold set, and ../shared/suites/seeds-dev where it is)")  # fmt: skip
    parser.add_argument("--questions", type=int, default=24, help="how many of each suite (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="for choosing them (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("runs/side-by-side"), help="where the log is kept")
    parser.add_argument("--report", action="store_true", help="only print the table of the log")
    args = parser.parse_args(argv)
    log = args.out / "rows.jsonl"
    if not args.report:
        folders = dict.fromkeys(args.suite or [folder for folder in (SEEDS, GOLD) if folder.is_dir()])
        with closing(Endpoint.from_environment(args.llm, args.model, _PATIENT)) as endpoint:
            for suite in map(load_suite, folders):
                ask(suite, endpoint, log, choose(suite, args.questions, args.seed))
    sys.stdout.write(table(read_log(log)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
