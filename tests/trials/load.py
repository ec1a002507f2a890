"""Let many people ask at once, through the page's own HTTP interface, and look at speed, errors and memory.

``python -m tests.trials.load`` makes a library of 10,000 chunks (from the shipped articles, blurred: see
`eval.benchmarks.bulk`), serves it with ``footnote serve``, and does what browsers do:

1. one browser, where Chromium is there: how soon the page shows something, and how soon after Enter an answer;
2. 50 people at once ask ten questions each, the next as soon as the last is answered: errors, and the time from Enter
   to the final answer;
3. 2,000 questions, ten in a conversation, by a few people at once: the server's memory before and after.

It ends with 1 when something failed; whether it was fast enough is for the reader to say. ``--home`` keeps the library.
There are fewer questions than are asked, and a server gives an answer again to who asks the same: with
``--serve=--repeats=0`` it answers each anew.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from gradio_client.utils import apply_diff

from footnote.cli.output import note, result
from footnote.corpus.settings import Settings
from footnote.corpus.sources import SourcedArticle, read_sources
from footnote.eval.benchmarks.bulk import fill
from footnote.qa.engine import Engine

ROOT = Path(__file__).resolve().parents[2]
CONVERSATION = 10
"""So many questions, and then a new page is opened."""
_WARM_UP = 20
"""So many questions of two people before anything is measured: what is loaded at the first is loaded then."""
_SETTLING = 120
_CLIENT_SECONDS = 120
_TURN, _ERROR = '<article class="fn-turn"', 'class="fn-error"'
_BROWSER_QUESTIONS = 5


# --- the server ---


def make_library(home: Path, chunks: int) -> None:
    """Fill a library in ``home``, unless one is there."""
    if (home / "library.sqlite").exists():
        return
    began = time.perf_counter()
    engine = Engine.open(Settings(home=home), note)
    try:
        shipped = read_sources([str(ROOT / "corpus" / "articles")])
        for _ in engine.add_many(found for found in shipped if isinstance(found, SourcedArticle)):
            pass
        for _ in fill(engine.index, chunks):
            pass
        engine.index.derived.sync()
        size = engine.index.size()
    finally:
        engine.close()
    result(f"library: {size:,} chunks, made in {time.perf_counter() - began:.0f} s")


@contextmanager
def serving(home: Path, options: list[str]) -> Iterator[tuple[str, int]]:
    """Run ``footnote serve`` over a library until the model is loaded; gives its address and process id."""
    command = [sys.executable, "-m", "footnote.cli.main", "--home", str(home), "serve", "--port", "0", *options]
    log = home / "server.log"
    with log.open("w") as errors:
        server = subprocess.Popen(command, cwd=ROOT, stdout=errors, stderr=errors)
    try:
        found = None
        for _ in range(600):
            found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
            if server.poll() is not None or (found and is_ready(found.group())):
                break
            time.sleep(0.2)
        if not found or server.poll() is not None:
            raise RuntimeError(log.read_text())
        yield found.group(), server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        said = log.read_text()
        if "Traceback" in said or "ERROR" in said:
            note(f"the server's log has errors: {said[-2000:]}")


def is_ready(address: str) -> bool:
    """Tell whether the server answers and has loaded its model."""
    try:
        return bool(httpx.get(f"{address}/healthz", timeout=2).json()["ready"])
    except (httpx.HTTPError, ValueError):
        return False


def family(pid: int) -> list[int]:
    """Return a process and all that it has started, and those have."""
    if sys.platform != "linux":
        return [pid]
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found


def memory_of(pid: int) -> float:
    """Return the memory of a process and what it has started, in MB; what they share is counted once."""
    if sys.platform == "linux":
        return sum(shared_out(each) for each in family(pid))
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024


def shared_out(pid: int) -> float:
    """Return a process's proportional set size in MB; 0 for one that has ended."""
    with suppress(OSError):
        return int(re.search(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())[1]) / 1024
    return 0.0


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and what it has started used, in seconds; 0 where it cannot be told."""
    seconds = 0.0
    for each in family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


# --- people ---


@dataclass
class Tally:
    """What was seen: seconds from Enter to the final answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    bytes: int = 0
    unasked: int = 0


@dataclass(frozen=True)
class Event:
    """Something that the page can ask of the server: Gradio's number for it, and what it takes along."""

    number: int
    trigger: int | None
    kinds: tuple[str, ...]

    def data(self, typed):
        """The inputs as a browser sends them: what was typed, and nothing that only the server knows."""
        return [typed if kind == "textbox" else None for kind in self.kinds]


def events_of(config):
    """Return the page's loading and its asking, as the page's own configuration names them."""
    parts = {part["id"]: part for part in config["components"]}
    button = next(n for n, part in parts.items() if part["props"].get("elem_id") == "fn-ask")

    def event(dependency, trigger):
        kinds = tuple(parts[n]["type"] for n in dependency["inputs"])
        return Event(dependency["id"], trigger, kinds)

    load = next(d for d in config["dependencies"] if any(kind == "load" for _, kind in d["targets"]))
    ask = next(d for d in config["dependencies"] if [button, "click"] in [list(target) for target in d["targets"]])
    return event(load, None), event(ask, button)


class Person:
    """Somebody with a page open, who asks one question after the other."""

    def __init__(self, client, name, tally):
        self._client, self._name, self._tally = client, name, tally
        self._session, self._heart = "", None
        self._pages = itertools.count()
        self._asked = 0

    async def open(self):
        """Open the page, as a browser does."""
        self._session = f"{self._name}-{next(self._pages)}"
        self._asked = 0
        self.leave()
        (await self._client.get("/")).raise_for_status()
        config = (await self._client.get("/config")).raise_for_status().json()
        self._load, self._ask = events_of(config)
        self._heart = asyncio.create_task(self._beat(f"/gradio_api/heartbeat/{self._session}"))
        await self._do(self._load, "")

    def leave(self):
        """Close the page: the server lets go of it when its heartbeat stops."""
        if self._heart:
            self._heart.cancel()

    async def _beat(self, path):
        async with self._client.stream("GET", path, timeout=None) as stream:
            async for _ in stream.aiter_raw():
                pass

    async def ask(self, question):
        """Ask, wait for the final answer, and note how long that took."""
        began = time.perf_counter()
        try:
            shown = await self._do(self._ask, question)
        except (httpx.HTTPError, ValueError, KeyError, RuntimeError) as error:
            self._tally.errors.append(f"{type(error).__name__}: {error}")
            return
        self._tally.seconds.append(time.perf_counter() - began)
        self._asked += 1
        *_, turn = shown.split(_TURN)
        if _ERROR in turn or shown.count(_TURN) != self._asked or 'aria-busy="true"' in turn:
            self._tally.errors.append(f"not an answer: {turn[:600]}")

    async def _do(self, event, typed):
        """Send an event and follow its stream to the end; returns the conversation that is shown then."""
        body = {"data": event.data(typed), "event_data": None, "fn_index": event.number,
                "trigger_id": event.trigger, "session_hash": self._session}  # fmt: skip
        joined = await self._client.post("/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        shown = None
        path = "/gradio_api/queue/data"
        async with self._client.stream("GET", path, params={"session_hash": self._session}) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                self._tally.bytes += len(line)
                message = json.loads(line[5:])
                if message["msg"] in ("process_generating", "process_completed"):
                    if not message.get("success", True):
                        raise RuntimeError(f"{message}")
                    shown = changed(shown, message["output"]["data"], message["msg"] == "process_generating")
                if message["msg"] in ("close_stream", "unexpected_error"):
                    break
        if not isinstance(shown, list):
            raise RuntimeError("the stream ended without an answer")
        return str(shown[0])


def changed(shown, news, growing):
    """What is shown after a message: while an answer is ``growing``, it says how that differs from what was there."""
    if shown is None or not growing:
        return news
    return [apply_diff(old, each) for old, each in zip(shown, news, strict=True)]


async def crowd(address, people, each, questions, tally, until=float("inf"), reads=0.0):
    """Let so many people at once ask so many questions each, or until a time; returns the seconds that it took.

    Everybody ``reads`` for so many seconds, more or less, before each question; with 0, the next one is asked at once.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=people)
    asked, chance = itertools.cycle(questions), random.Random(0)
    async with httpx.AsyncClient(base_url=address, timeout=_CLIENT_SECONDS, limits=limits) as client:
        everybody = [Person(client, f"{os.urandom(4).hex()}-{n}", tally) for n in range(people)]
        for person in everybody:  # pages are opened one after the other: what is measured is asking
            await person.open()
        began = time.perf_counter()

        async def work(person, wanted):
            for n, question in enumerate(wanted):
                if time.perf_counter() > until:
                    tally.unasked += 1
                    continue
                if n and n % CONVERSATION == 0:
                    await person.open()
                await asyncio.sleep(reads * chance.uniform(0.5, 1.5))
                await person.ask(question)

        await asyncio.gather(*(work(person, [next(asked) for _ in range(each)]) for person in everybody))
        seconds = time.perf_counter() - began
        for person in everybody:
            person.leave()
        return seconds


def read_questions():
    """The gold questions, whose answers are in the shipped articles, or nearly."""
    lines = (ROOT / "eval" / "gold" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


# --- what is done ---


def told(tally, seconds):
    """What a crowd met, on one line."""
    if not tally.seconds:
        return f"no answers, {len(tally.errors)} errors"
    quantiles = statistics.quantiles(tally.seconds, n=20) if len(tally.seconds) > 1 else tally.seconds * 19
    late = f" ({tally.unasked} not asked, for it took too long)" if tally.unasked else ""
    middle = statistics.median(tally.seconds)
    return (
        f"{len(tally.seconds)} answers, {len(tally.errors)} errors{late}; median {middle:.2f} s, "
        f"95% within {quantiles[18]:.2f} s, slowest {max(tally.seconds):.2f} s; "
        f"{len(tally.seconds) / seconds:.1f} questions a second, {tally.bytes / len(tally.seconds) / 1024:.0f} KB each"
    )


def browse(address, questions):
    """Open the page in Chromium and ask.

    Returns the seconds to what is seen first, to the page itself, and from Enter to answers.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        seen, made, waited = [], [], []
        for _ in range(3):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            began = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.wait_for_selector("#fn-first h2, .fn-welcome h2")
            seen.append(time.perf_counter() - began)
            page.wait_for_selector(".fn-welcome h2")
            made.append(time.perf_counter() - began)
            page.wait_for_selector("#fn-question textarea")
            page.close()
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        page.wait_for_selector(".fn-welcome")
        for n, question in enumerate(questions):
            page.fill("#fn-question textarea", question)
            began = time.perf_counter()
            page.press("#fn-question textarea", "Enter")
            page.wait_for_function(
                "n => document.querySelector(`[data-turn='${n}'] :is(.fn-answer, .fn-none)`)"
                " && !document.querySelector('[aria-busy]')",
                arg=n,
                polling=10,
            )
            waited.append(time.perf_counter() - began)
        browser.close()
    return seen, made, waited


def in_seconds(times):
    """Times on one line."""
    return f"{', '.join(f'{seconds:.2f}' for seconds in times)} s"


def main():
    """Make the library, serve it, let people ask, and print what they met."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.load", description=__doc__.partition("\n")[0])
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--each", type=int, default=10, help="questions of each of them")
    parser.add_argument("--reads", type=float, default=0.0, help="seconds that each reads an answer, more or less")
    parser.add_argument("--questions", type=int, default=2_000, help="in the test of memory; 0 leaves it out")
    parser.add_argument("--at-once", type=int, default=8, help="people in the test of memory")
    parser.add_argument("--minutes", type=float, default=20, help="no question is asked after so many")
    parser.add_argument("--home", type=Path, help="a folder for the library, kept; it is filled when it is empty")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--serve", action="append", default=[], metavar="OPTION", help="an option for footnote serve")
    args = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        home = args.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        make_library(home, args.chunks)
        with serving(home, args.serve) as (address, pid):
            failed = measure(address, pid, args, began + args.minutes * 60)
    result(f"all of it took {time.perf_counter() - began:.0f} s")
    return 1 if failed else 0


def settle(pid):
    """Wait until the server rests: after its first questions it may build its vectors' index anew."""
    for _ in range(_SETTLING // 2):
        before = processor_seconds(pid)
        time.sleep(2)
        if processor_seconds(pid) - before < 0.3:
            return


def measure(address, pid, args, until):
    """Measure the server at an address; returns how many errors there were."""
    questions = read_questions()
    first = Tally()
    asyncio.run(crowd(address, 2, _WARM_UP, questions, first, until))
    settle(pid)
    if shutil.which("chromium") and not args.no_browser:
        seen, made, waited = map(in_seconds, browse(address, questions[:_BROWSER_QUESTIONS]))
        result(f"one browser: something useful after {seen}, the page after {made}; from Enter to the answer {waited}")
    many = Tally()
    used, own = processor_seconds(pid), time.process_time()
    seconds = asyncio.run(crowd(address, args.people, args.each, questions, many, until, args.reads))
    pause = f", each read for {args.reads:g} s" if args.reads else ""
    result(f"{args.people} people at once, {args.each} questions each{pause}: {told(many, seconds)}")
    result(
        f"in these {seconds:.0f} s the server used {processor_seconds(pid) - used:.0f} s of processor time, the people"
        f" {time.process_time() - own:.0f} s"
    )
    errors = first.errors + many.errors
    if args.questions:
        errors += memory(address, pid, args.questions, args.at_once, questions, until)
    for error, count in sorted({error: errors.count(error) for error in errors}.items())[:10]:
        note(f"{count} times: {error}")
    return len(errors)


def memory(address, pid, count, at_once, questions, until):
    """Ask many questions, and print the server's memory before, on the way, and after; returns the errors."""
    tally = Tally()
    each = max(1, count // at_once // 4)
    seen, seconds = [memory_of(pid)], 0.0
    for _ in range(4):
        seconds += asyncio.run(crowd(address, at_once, each, questions, tally, until))
        seen.append(memory_of(pid))
    growth, later = seen[-1] / seen[0] - 1, seen[-1] / seen[-2] - 1
    result(f"{at_once} people at once, {len(tally.seconds):,} questions: {told(tally, seconds)}")
    each_quarter = ", ".join(f"{mb:.0f}" for mb in seen)
    result(f"memory: {each_quarter} MB before and after each quarter: {growth:+.1%}, {later:+.1%} in the last")
    return tally.errors


if __name__ == "__main__":
    sys.exit(main())
