"""Footnote's language-model mode beside llama-index's ``CitationQueryEngine``.

Both get the same model, questions and chunks: the three chunks that are closest to the question. The other system cites
chunks, so that its citations count for more text than a sentence, and are found right more easily. A line of JSON is
written for each question and system as soon as it is answered: a run that is cut short goes on from there, and
``--report`` gives the table of what there is.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from tqdm import tqdm

from footnote.corpus.errors import FootnoteError, SuiteError
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings
from footnote.eval.score.measures import citation_agreement
from footnote.eval.score.scoring import WRITTEN
from footnote.eval.suite import GoldSpan, Suite, SuiteQuestion, load_suite
from footnote.index.passages import Candidate
from footnote.index.search.scope import Scope
from footnote.qa.engine import Engine
from footnote.qa.events import Growing, Traced
from footnote.qa.llm.compose import declines
from footnote.qa.llm.endpoint import Endpoint, ReplyLimits
from footnote.qa.llm.parse import drafts
from footnote.qa.llm.particulars import mismatches
from footnote.qa.pipeline import Pipeline
from footnote.qa.retriever import PassageRetriever, ScopedQuery

CHUNKS = 3
OURS, THEIRS = "footnote", "CitationQueryEngine"
GOLD = Path(__file__).resolve().parents[1] / "gold"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "suites" / "seeds-dev"
_PATIENT = ReplyLimits(silence=400.0, total=900.0)
_DIGITS = re.compile(r"\d[\d,.]{0,20}\d|\d")


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """A sentence as a reader sees it: what it cites (text and spans), and whether it is marked as not confirmed."""

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
    """One question's outcome: all that the table is made of, as it is kept in the log.

    ``unmarked`` counts the sentences that hold a number, date, name or quotation that is not in what they cite, and are
    not marked; ``digits`` the same by plain search for their digits alone; ``uncited`` unmarked ones without citation.
    """

    id: str
    system: str
    answerable: bool
    answered: bool
    precision: float
    recall: float
    sentences: int
    marked: int
    unmarked: int
    digits: int
    uncited: int
    first: float
    shown: float
    total: float
    note: str
    said: tuple[dict[str, Any], ...]


def row_of(question: SuiteQuestion, system: str, reply: Reply) -> SystemRow:
    """Score a reply."""
    spans = {span for said in reply.sentences for span in said.cited}
    agreement = citation_agreement(spans, question)
    plain = [said for said in reply.sentences if not said.marked]
    return SystemRow(
        id=question.id,
        system=system,
        answerable=question.answerable,
        answered=bool(reply.sentences),
        precision=agreement.precision,
        recall=agreement.recall,
        sentences=len(reply.sentences),
        marked=len(reply.sentences) - len(plain),
        unmarked=sum(bool(mismatches(said.text, said.source)) for said in plain),
        digits=sum(bool(digits(said.text) - digits(said.source)) for said in plain),
        uncited=sum(not said.cited for said in plain),
        first=round(reply.first, 2),
        shown=round(reply.shown, 2),
        total=round(reply.total, 2),
        note=reply.note,
        said=tuple({**asdict(said), "mismatches": mismatches(said.text, said.source)} for said in reply.sentences),
    )


def digits(text: str) -> set[str]:
    """Return the figures in a text, without commas: nothing of the gate's own reading."""
    return {match.group().replace(",", "").strip(".") for match in _DIGITS.finditer(text)}


def table(rows: Sequence[SystemRow]) -> str:
    """Return the comparison as Markdown; questions that only one system has answered yet are left out."""
    systems = (THEIRS, OURS)
    asked = set.intersection(*({row.id for row in rows if row.system == system} for system in systems))
    found = {system: [row for row in rows if row.system == system and row.id in asked] for system in systems}
    if not asked:
        return "no question has been answered by both systems yet\n"
    able = sum(row.answerable for row in found[OURS])
    lines = [
        f"| {len(asked)} questions, {able} answerable | {' | '.join(systems)} |",
        "|---|" + "---|" * len(systems),
        *(f"| {name} | {' | '.join(measure(found[system]) for system in systems)} |" for name, measure in MEASURES),
    ]
    return "\n".join(lines) + "\n"


def _mean(values: Iterable[float]) -> str:
    found = list(values)
    return f"{sum(found) / len(found):.3f}" if found else "-"


def _share(count: Callable[[SystemRow], int]) -> Callable[[Sequence[SystemRow]], str]:
    """Return a function that gives a count of sentences as a share of all that were shown."""

    def shares(rows: Sequence[SystemRow]) -> str:
        total = sum(row.sentences for row in rows)
        part = sum(map(count, rows))
        return f"{part} of {total} ({part / total:.1%})" if total else "-"

    return shares


def _answered(rows: Sequence[SystemRow], answerable: bool) -> list[SystemRow]:
    return [row for row in rows if row.answerable == answerable and row.answered]


def _part(rows: Sequence[SystemRow], answerable: bool) -> str:
    return f"{len(_answered(rows, answerable))} of {sum(row.answerable == answerable for row in rows)}"


def _middle(rows: Sequence[SystemRow], time_of: Callable[[SystemRow], float]) -> str:
    times = [time_of(row) for row in rows if time_of(row) > 0]
    return f"{median(times):.1f} s" if times else "-"


MEASURES: tuple[tuple[str, Callable[[Sequence[SystemRow]], str]], ...] = (
    ("answerable questions answered", lambda rows: _part(rows, True)),
    ("unanswerable questions answered (wrong)", lambda rows: _part(rows, False)),
    ("citation precision, answered", lambda rows: _mean(row.precision for row in _answered(rows, True))),
    ("citation recall, answered", lambda rows: _mean(row.recall for row in _answered(rows, True))),
    ("citation recall, all answerable", lambda rows: _mean(row.recall for row in rows if row.answerable)),
    ("sentences without a citation, unmarked", _share(lambda row: row.uncited)),
    ("sentences with a particular that is not in what they cite, unmarked", _share(lambda row: row.unmarked)),
    ("the same by plain search for digits", _share(lambda row: row.digits)),
    ("sentences marked “not confirmed”", _share(lambda row: row.marked)),
    ("first token, median of those asked", lambda rows: _middle(rows, lambda row: row.first)),
    ("first sentence shown, median", lambda rows: _middle(rows, lambda row: row.shown)),
    ("whole answer, median", lambda rows: _middle(rows, lambda row: row.total)),
)


class Systems:
    """Both systems over one suite's articles, in a library of its own."""

    def __init__(self, suite: Suite, home: Path, endpoint: Endpoint) -> None:
        self.engine = Engine.open(Settings(home))
        for _ in self.engine.add_many(suite.articles):
            pass
        self.texts = suite.texts
        self.endpoint = endpoint

    def chunks(self, question: SuiteQuestion) -> list[Candidate]:
        """Return the chunks that both systems read, the best first."""
        vector = self.engine.index.encoder.encode_query(question.question).tolist()
        return self.engine.index.search(vector, question.question, Scope(as_of=question.as_of), CHUNKS)

    def ours(self, question: SuiteQuestion) -> Reply:
        """Answer as Footnote does with a model, from the chunks that both read."""
        started = time.perf_counter()
        clock, shown = _Clock(self.endpoint), 0.0
        engine = Pipeline(
            self.engine.index, PassageRetriever(self.engine.index, CHUNKS), self.engine.pipeline.answers, model=clock
        )
        for event in engine.events(ScopedQuery(question.question, scope=Scope(as_of=question.as_of))):
            if isinstance(event, Growing) and event.answer.answerer.startswith(WRITTEN):
                shown = shown or time.perf_counter() - started
            elif isinstance(event, Traced):
                answer = event.answer
        total = time.perf_counter() - started
        spans = {c.n: GoldSpan(c.source.article_id, c.source.start, c.source.end) for c in answer.citations}
        said = tuple(
            self._said(each.text, tuple(spans[n] for n in each.citations), marked=each.verdict == "not confirmed")
            for each in answer.sentences
        )
        note = " ".join([answer.answerer, *answer.notices, answer.missing]).strip()
        return Reply(said, clock.first, shown or (total if said else 0.0), total, note)

    def theirs(self, question: SuiteQuestion) -> Reply:
        """Answer with ``CitationQueryEngine`` as it comes, but streaming."""
        chunks = self.chunks(question)
        started = time.perf_counter()
        response: Any = _citation_engine(self._nodes(chunks), self.endpoint).query(question.question)
        pieces: list[str] = []
        first = 0.0
        for piece in response.response_gen:
            first = first or time.perf_counter() - started
            pieces.append(piece)
        total = time.perf_counter() - started
        places = [node.metadata for node in response.source_nodes]
        found = list(drafts(["".join(pieces)]))
        if not found or declines(found[0].text):
            return Reply((), first, 0.0, total, "declined by the model")
        said = []
        for draft in found:
            known = [places[n - 1] for n in draft.numbers if 1 <= n <= len(places)]
            said.append(self._said(draft.text, tuple(GoldSpan(p["article_id"], p["start"], p["end"]) for p in known)))
        return Reply(tuple(said), first, first, total)

    def _said(self, text: str, cited: tuple[GoldSpan, ...], marked: bool = False) -> SaidSentence:
        source = " ".join(self.texts[span.article_id][span.start : span.end] for span in cited)
        return SaidSentence(text, cited, source, marked)

    def _nodes(self, chunks: Sequence[Candidate]) -> list[NodeWithScore]:
        found = []
        for candidate in chunks:
            chunk = candidate.chunk
            place = {"article_id": chunk.article_id, "start": chunk.start, "end": chunk.end}
            text = self.texts[chunk.article_id][chunk.start : chunk.end]
            found.append(NodeWithScore(node=TextNode(text=text, metadata=place), score=candidate.score))
        return found


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


class _Given(BaseRetriever):
    """Returns the nodes that it was given, whatever the question."""

    def __init__(self, nodes: Sequence[NodeWithScore]) -> None:
        self._nodes = list(nodes)
        super().__init__(callback_manager=CallbackManager())

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._nodes


def _citation_engine(nodes: Sequence[NodeWithScore], endpoint: Endpoint) -> Any:  # noqa: ANN401 - llama-index is untyped
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.core.query_engine.citation_query_engine import CITATION_QA_TEMPLATE, CITATION_REFINE_TEMPLATE
    from llama_index.core.response_synthesizers import get_response_synthesizer
    from llama_index.llms.openai_like import OpenAILike

    llm = OpenAILike(
        model=endpoint.model, api_base=endpoint.url, api_key="none", is_chat_model=True, temperature=0.0,
        max_tokens=endpoint.limits.tokens, max_retries=0, timeout=endpoint.limits.silence, context_window=4096,
    )  # fmt: skip
    synthesizer = get_response_synthesizer(
        llm=llm, text_qa_template=CITATION_QA_TEMPLATE, refine_template=CITATION_REFINE_TEMPLATE, streaming=True
    )
    return CitationQueryEngine(_Given(nodes), llm=llm, response_synthesizer=synthesizer)


def read_log(path: Path) -> list[SystemRow]:
    """Return the rows of a log, passing over a last line that was cut short."""
    rows = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            rows.append(SystemRow(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return rows


def choose(suite: Suite, limit: int, seed: int) -> list[SuiteQuestion]:
    """Return ``limit`` questions without earlier turns, of the half kept for reporting where there is one."""
    kept = [question for question in suite.questions if question.half in ("", "test") and not question.turns]
    return kept if len(kept) <= limit else random.Random(seed).sample(kept, limit)


def run(suites: Sequence[Suite], endpoint: Endpoint, log: Path, limit: int, seed: int) -> list[SystemRow]:
    """Ask both systems each question that is not in the log yet; what fails is reported, and asked again next time."""
    rows = read_log(log)
    done = {(row.id, row.system) for row in rows}
    log.parent.mkdir(parents=True, exist_ok=True)
    for suite in suites:
        with tempfile.TemporaryDirectory() as home, log.open("a", encoding="utf-8") as out:
            systems = Systems(suite, Path(home), endpoint)
            for question in tqdm(choose(suite, limit, seed), desc=suite.name, file=sys.stderr):
                for name, ask in ((OURS, systems.ours), (THEIRS, systems.theirs)):
                    if (question.id, name) in done:
                        continue
                    try:
                        row = row_of(question, name, ask(question))
                    except Exception as error:  # the other system raises what it likes
                        sys.stderr.write(f"{question.id}, {name}: {type(error).__name__}: {error}\n")
                        continue
                    rows.append(row)
                    out.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
                    out.flush()
            systems.engine.close()
    return rows


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
    shut_network()
    log = args.out / "rows.jsonl"
    folders: Mapping[Path, None] = dict.fromkeys(args.suite or [folder for folder in (SEEDS, GOLD) if folder.is_dir()])
    try:
        if args.report:
            rows = read_log(log)
        else:
            if not folders:
                raise SuiteError("there is no suite to ask; name one with --suite")
            endpoint = Endpoint.from_environment(args.llm, args.model, _PATIENT)
            rows = run([load_suite(folder) for folder in folders], endpoint, log, args.questions, args.seed)
            endpoint.close()
    except FootnoteError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
