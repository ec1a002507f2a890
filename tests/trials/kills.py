"""Kill a process that changes a library, again and again, and look whether anything was lost.

``python -m tests.trials.kills --seed 1 --kills 500`` (Linux). A child process adds, replaces, edits, removes, restores
and purges articles, keeps what a conversation that quotes them says of its answers (also after they were purged), and
moves the library to another model; it tells what it begins and what it has done, and is ended with SIGKILL: at a random
moment, at a chosen one (between the stores, for example), or while Chroma writes its index files, with and without
deletes in Chroma (which Footnote itself never does). Then the library is opened again. What was told as done must be
there, what was begun is done or not, nothing half; it opens by itself, `index.doctor.problems` finds nothing, a search
gives what an exact search gives, and of what was purged no byte is in any file. Vectors come from a toy encoder, so
that this takes minutes.
"""

import argparse
import hashlib
import json
import os
import random
import re
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import chromadb  # noqa: F401 - loaded once, here, so that a forked child does not load it
import numpy as np

import footnote.index.reindex
import footnote.index.search.chroma
from footnote.cli.output import note, result
from footnote.corpus.article import Article
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.corpus.text import Span
from footnote.index.database.connection import Database
from footnote.index.doctor import problems
from footnote.index.embedding.encoder import Encoded
from footnote.index.passages import PassageIndex
from footnote.index.reindex import reindex
from footnote.index.search.chroma import FOLDER, ChromaStore
from footnote.index.search.scope import Scope

INDEX_FILES = ("data_level0.bin", "header.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
OPERATIONS = {"add": 5, "many": 2, "replace": 4, "edit": 2, "remove": 3, "restore": 2, "purge": 2, "say": 3,
              "reindex": 1}  # fmt: skip
POINTS = {
    "before commit": "add", "after commit": "add", "before upsert": "add", "before mark": "add", "after mark": "add",
    "before removing the old store": "purge", "before scrub": "purge", "after scrub": "purge",
    "before switch": "reindex", "after switch": "reindex", "before store": "reindex", "after store": "reindex",
}  # fmt: skip
"""The moments that are chosen, and an operation that comes by there."""
_QUOTED = re.compile(rb"quoted(a\d+)end")
KINDS = {"random": 2, "point": 3, "persist": 2, "persist after deletes": 4}
"""The kinds of moments, and how often each is tried; a kill that comes too late for its kind is a random one."""
_LIMIT_SECONDS = 300
_OPERATIONS_EACH = 15
_ROUND = 20
"""So many kills go at one library, before the next starts anew."""


class ToyEncoder:
    """Unit vectors made from a hash of the text: the same for the same text, otherwise at random."""

    budget = 40

    def __init__(self, name, dimension):
        self.name, self.dimension = name, dimension
        self.digest = hashlib.sha256(name.encode()).hexdigest()

    def pieces(self, text):
        return [Span(*match.span()) for match in re.finditer(r"\S+", text)]

    def encode_passages(self, passages):
        return [
            Encoded(
                self.encode_query(passage.joined),
                np.stack([self.encode_query(passage.text[start:end]) for start, end in passage.sentences]),
            )
            for passage in passages
        ]

    def encode_query(self, text):
        seed = int.from_bytes(hashlib.blake2b((self.name + text).encode(), digest_size=8).digest(), "little")
        vector = np.random.default_rng(seed).normal(size=self.dimension)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


ENCODERS = [ToyEncoder("toy-a", 384), ToyEncoder("toy-b", 320)]


def open_library(home, notify=lambda line: None):
    """Open the library with the encoder that it was made with."""
    opened = PassageIndex(Settings(home), ENCODERS[0], notify)
    made = opened.library.indexed_with()
    if made is None or made.digest == ENCODERS[0].digest:
        return opened
    opened.close()
    return PassageIndex(Settings(home), ENCODERS[1], notify)


# --- the child that is killed ---


class Worker:
    """Changes a library at random, and tells what it begins and what it has done."""

    def __init__(self, home, seed, tell):
        self._home, self._chance, self._tell = home, random.Random(seed), tell
        self._index = open_library(home)
        self._number = seed * 1_000
        self._conversation = []

    def run(self, first):
        """Work, starting with the operation ``first``, and for a few more."""
        names, weights = list(OPERATIONS), list(OPERATIONS.values())
        for n in range(_OPERATIONS_EACH):
            name = first if n == 1 else self._chance.choices(names, weights)[0]
            getattr(self, f"_{name}")()
            if self._chance.random() < 0.7:
                self._index.derived.sync()

    def grow(self):
        """Add and remove articles, and let Chroma follow each time."""
        for _ in range(_OPERATIONS_EACH):
            self._many()
            self._index.derived.sync()
            self._remove()

    def churn(self):
        """Delete and put back vectors in Chroma itself: what breaks it, and what Footnote never does."""
        self._index.derived.sync()
        self._tell("churn", {})
        store = self._index.derived._store
        pairs = list(self._index.library.chunk_vectors())
        while pairs:
            some = self._chance.sample(pairs, min(20, len(pairs)))
            store._mark(writing=True)
            store._collection.delete(ids=[str(n) for n, _ in some])
            store._collection.upsert(ids=[str(n) for n, _ in some], embeddings=[vector for _, vector in some])
            store._mark()

    def _text(self, article_id):
        words = [f"word{self._chance.randrange(400)}" for _ in range(self._chance.randrange(30, 200))]
        return " ".join(f"{word}." if n % 9 == 8 else word for n, word in enumerate(words)) + f". {quoted(article_id)}."

    def _some(self, most=1):
        live = sorted(self._index.library.versions())
        return self._chance.sample(live, min(len(live), most))

    def _put(self, articles):
        found = [SourcedArticle(article, named=True) for article in articles]
        for article, added in zip(articles, self._index.add(found), strict=True):
            assert added.outcome != "unchanged", added
            self._tell("done", {article.id: state_of(article)})

    def _add(self):
        self._number += 1
        article = Article(name := f"a{self._number}", self._text(name), "A title")
        self._tell("add", {article.id: state_of(article)})
        self._put([article])

    def _many(self):
        articles = [Article(name := f"a{self._number + n}", self._text(name), "A title") for n in range(1, 6)]
        self._number += 5
        self._tell("many", {article.id: state_of(article) for article in articles})
        self._put(articles)

    def _replace(self):
        for article_id in self._some():
            article = Article(article_id, self._text(article_id), "Another title")
            self._tell("replace", {article.id: state_of(article)})
            self._put([article])

    def _edit(self):
        for article_id in self._some():
            article = self._index.library.article(article_id)
            title = self._chance.choice([f"Title {self._chance.random()}", article.title])
            fields = {"title": title, "publisher": f"P{self._chance.random()}"}
            wanted = state_of(Article(article_id, article.text, title))
            self._tell("edit", {article_id: wanted})
            self._index.edit(article_id, fields)
            self._tell("done", {article_id: wanted})

    def _remove(self):
        ids = self._some(2)
        self._tell("remove", dict.fromkeys(ids, "withdrawn"))
        self._index.library.withdraw(ids)
        self._tell("done", dict.fromkeys(ids, "withdrawn"))

    def _restore(self):
        gone = [article.id for article in self._index.library.withdrawn()]
        ids = self._chance.sample(gone, min(len(gone), 2))
        library = self._index.library
        wanted = {n: state_of(library.article(n, library.history(n)[-1].version)) for n in ids}
        self._tell("restore", wanted)
        self._index.restore(ids)
        self._tell("done", wanted)

    def _purge(self):
        ids = self._some(2)
        if ids:
            self._tell("purge", dict.fromkeys(ids, ""))
            self._index.purge(ids)
            self._tell("done", dict.fromkeys(ids, ""))

    def _say(self):
        """Say something of an answer of the conversation, be what it quotes there or not any more."""
        for article_id in self._some():
            version = self._index.library.versions()[article_id]
            quote = {"n": 1, "article_id": article_id, "version": version, "quote": quoted(article_id)}
            self._conversation.append({"id": "x", "question": "What?", "citations": [quote]})
        for answer in self._conversation[-1:] + self._conversation[:1]:
            self._tell("say", {})
            self._index.library.add_feedback("wrong citation", answer, 1, f"It says {answer['citations'][0]['quote']}.")

    def _reindex(self):
        made = self._index.library.indexed_with()
        if made is None:
            return
        self._tell("reindex", {})
        self._index.close()
        other = next(encoder for encoder in ENCODERS if encoder.digest != made.digest)
        self._index = PassageIndex(Settings(self._home), other)
        for _ in reindex(self._index):
            pass
        self._tell("done", {})


def quoted(article_id):
    """Return words that an article holds and no other does."""
    return f"Quoted{article_id}end"


def state_of(article):
    """What an article is in: its version and title."""
    return f"{article.version[:12]} {article.title}"


def set_trap(point, count):
    """Let this process kill itself when it comes by ``point`` for the ``count``-th time."""
    left = count

    def passing(name):
        nonlocal left
        left -= name == point
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrap(holder, name, where):
        real = getattr(holder, name)

        def wrapped(*args, **kwargs):
            passing(f"before {where}")
            value = real(*args, **kwargs)
            passing(f"after {where}")
            return value

        setattr(holder, name, wrapped)

    real_change = Database.change

    @contextmanager
    def change(self, visible=True, erasing=False):
        with real_change(self, visible, erasing) as connection:
            yield connection
            passing("before commit")
        passing("after commit")

    Database.change = change
    wrap(ChromaStore, "add", "upsert")
    wrap(footnote.index.search.chroma, "_write_mark", "mark")
    wrap(footnote.index.search.chroma.shutil, "rmtree", "removing the old store")
    wrap(footnote.index.passages, "scrub", "scrub")
    wrap(footnote.index.reindex.shadow_index, "switch", "switch")
    wrap(footnote.index.reindex.shadow_index, "store", "store")


# --- the parent ---


@dataclass
class Tally:
    """What was seen: how many kills of which kind, during which operation, and what went wrong."""

    kinds: Counter = field(default_factory=Counter)
    during: Counter = field(default_factory=Counter)
    repaired: int = 0
    libraries: int = 0
    faults: list = field(default_factory=list)

    @property
    def kills(self):
        return sum(self.kinds.values())


@dataclass
class Heard:
    """What a child has told: the states that are sure, and those that an unfinished operation may have made."""

    sure: dict
    begun: dict = field(default_factory=dict)
    together: bool = False
    operation: str = "opening"
    rest: bytes = b""
    purged: set = field(default_factory=set)

    def hear(self, data):
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            operation, states = json.loads(line)
            if operation == "done":
                self.sure.update(states)
                self.purged.update(n for n, state in states.items() if not state)
                self.begun = {n: state for n, state in self.begun.items() if n not in states}
            else:
                self.operation, self.begun, self.together = operation, states, operation != "many"
        return len(lines)

    def faults(self, actual):
        """Return what of the library's actual states cannot be; the actual ones are sure from now on."""
        found = []
        done = set()
        for article_id in self.sure | self.begun | actual:
            old, now = self.sure.get(article_id, ""), actual.get(article_id, "")
            new = self.begun.get(article_id, old)
            if now not in (old, new):
                found.append(f"{article_id} is {now!r}, not {old!r} or {new!r} ({self.operation})")
            if article_id in self.begun and self.operation == "purge" and not now:
                self.purged.add(article_id)
            if article_id in self.begun and old != new:
                done.add(now == new)
        if self.together and len(done) > 1:
            found.append(f"{self.operation} was half done: {self.begun}")
        self.sure, self.begun = {n: state for n, state in actual.items() if state}, {}
        return found


def fork(work):
    """Run ``work(write)`` in a child process; returns its id and the end of a pipe that it writes to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        os.close(reading)
        _silence()
        work(lambda *message: os.write(writing, json.dumps(message).encode() + b"\n"))
        code = 0
    except BaseException as error:
        os.write(writing, json.dumps(["error", {"error": f"{type(error).__name__}: {error}"}]).encode() + b"\n")
    finally:
        os._exit(code)


def _silence():
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def kill_once(home, chance, heard, kind, seed):
    """Let a child work on the library and kill it; returns the kind of moment that it was, or nothing if it ended."""
    point = chance.choice(list(POINTS)) if kind == "point" else ""
    first = POINTS.get(point) or chance.choice(list(OPERATIONS))

    def work(tell):
        if point:
            set_trap(point, chance.randrange(1, 4))
        os.nice(5)  # who watches comes first
        worker = Worker(home, seed, tell)
        if kind == "persist":
            worker.grow()
        elif kind == "persist after deletes":
            worker.churn()
        else:
            worker.run(first)

    child, reading = fork(work)
    try:
        if kind == "random":
            return kind if _kill_at_random(child, reading, heard, chance) else ""
        if kind == "point":
            return point if _wait(child, reading, heard) else ""
        inside = _kill_inside_persist(child, reading, heard, chance, home)
        return {True: kind, False: "random", None: ""}[inside]
    finally:
        os.close(reading)


def _kill_at_random(child, reading, heard, chance):
    lines, delay = chance.randrange(1, 30), chance.uniform(0, 0.03)
    while lines > 0 and (data := _read(reading)):
        lines -= heard.hear(data)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    return _wait(child, reading, heard)


def _kill_inside_persist(child, reading, heard, chance, home):
    """Kill when Chroma begins to write its index files; tell whether it had not finished, None when it never began."""
    until = time.monotonic() + _LIMIT_SECONDS
    passing, before = chance.randrange(0, 2), {}
    while time.monotonic() < until:
        if select.select([reading], [], [], 0.0005)[0]:  # to look all the time would leave the child none
            data = os.read(reading, 65_536)
            if not data:
                break
            heard.hear(data)
            if heard.operation != "opening" and not before:
                before = _written(home)
        changed = any(_stamp(file) != stamp for file, stamp in before.items())
        if changed and not passing:
            time.sleep(chance.choice([0, 0, chance.uniform(0, 0.0003)]))
            break
        if changed:
            passing -= 1
            time.sleep(0.02)
            before = _written(home)
    os.kill(child, signal.SIGKILL)
    now = {file: _stamp(file) for file in before}
    return _is_half_written(before, now) if _wait(child, reading, heard) else None


def _is_half_written(before, after):
    new = [after[file] != stamp for file, stamp in before.items()]
    return any(new) and not all(new)


def _written(home):
    """Return when each of Chroma's index files was last written, in its newest store."""
    folders = sorted((home / FOLDER).glob("*/*-*-*"))[-1:]
    return {folder / name: _stamp(folder / name) for folder in folders for name in INDEX_FILES}


def _stamp(file):
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _wait(child, reading, heard):
    """Hear the rest of what a child has told; returns whether it was killed."""
    while data := _read(reading):
        heard.hear(data)
    if heard.operation == "error":
        raise AssertionError(f"the child failed: {heard.begun}")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _read(reading):
    if not select.select([reading], [], [], _LIMIT_SECONDS)[0]:
        raise AssertionError("the child hangs")
    return os.read(reading, 65_536)


def look_after(home, tell):
    """Open the library as anyone would, check everything, and tell what is in it."""
    lines = []
    opened = open_library(home, lines.append)
    found = problems(opened)
    library = opened.library
    states = {article.id: state_of(library.article(article.id)) for article in library.articles()}
    states.update({article.id: "withdrawn" for article in library.withdrawn()})
    snapshot = opened.snapshot() if states else None
    if snapshot is not None and len(snapshot.ids):
        for text in ("word1 word2", "word3"):
            vector = opened.encoder.encode_query(text)
            similarity = np.stack([own for _, own in library.chunk_vectors()]) @ vector
            best = int(snapshot.ids[int(np.argmax(similarity))])
            got = opened.search(vector, "", Scope(), 5)[0].chunk.id  # by the vector alone, as the exact search is
            both = opened.search(vector, text, Scope(), 5)[0]  # words can only add to what the nearest scores
            answers = opened.derived.query(vector, 5)
            if got != best or both.score < similarity.max() - 1e-6 or not answers:
                found.append(f"search gives {got} and Chroma {answers}, exact search {best}")
    opened.close()
    tell("seen", {"states": states, "problems": found, "lines": lines})


def check(home, heard, tally):
    """Look after the library in a child process, and count what is not as it must be."""

    child, reading = fork(lambda tell: look_after(home, tell))
    data = b""
    while more := _read(reading):
        data += more
    os.close(reading)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    kind, seen = json.loads(data or b'["nothing", {}]')
    if kind != "seen":
        tally.faults.append(f"the library did not open: {seen} (exit code {code})")
        return
    tally.repaired += any("Chroma index" in line for line in seen["lines"])
    tally.faults.extend([*heard.faults(seen["states"]), *seen["problems"]])
    tally.faults.extend(f"{name} still holds {what}" for name, what in left_of(heard.purged, home))


def left_of(article_ids, home):
    """Yield each file of a library that holds words of these articles, and which."""
    for file in filter(Path.is_file, Path(home).rglob("*")):
        held = set(_QUOTED.findall(file.read_bytes().lower()))
        yield from ((file.name, n) for n in article_ids if n.encode() in held)


def run(seed, kills, folder, say=lambda line: None, seconds=float("inf"), only=""):
    """Kill ``kills`` times, from a seed, with libraries in ``folder``; returns the tally.

    A fault ends it, and so does the time when it is over. ``only`` names a kind of moment: none but its kills count.
    """
    until = time.monotonic() + seconds
    chance, tally = random.Random(seed), Tally()
    before = dict(footnote.index.search.chroma.HNSW)
    footnote.index.search.chroma.HNSW.update(sync_threshold=60, batch_size=30)
    try:
        home, heard = folder / "none", Heard({})
        attempt = 0
        while (tally.kinds[only] if only else tally.kills) < kills and not tally.faults and time.monotonic() < until:
            attempt += 1
            if attempt % _ROUND == 1:
                shutil.rmtree(home, ignore_errors=True)
                home, heard = folder / f"home{attempt}", Heard({})
                tally.libraries += 1
                _fill(home, chance, heard)
            kind = only or chance.choices(list(KINDS), list(KINDS.values()))[0]
            heard.operation = "opening"
            if moment := kill_once(home, chance, heard, kind, seed * 10_000 + attempt):
                tally.kinds[moment] += 1
                tally.during[heard.operation] += 1
            shutil.rmtree(folder / "killed", ignore_errors=True)
            shutil.copytree(home, folder / "killed")
            check(home, heard, tally)
            if attempt % 25 == 0:
                say(f"{tally.kills} kills, {tally.repaired} stores repaired")
    finally:
        footnote.index.search.chroma.HNSW.clear()
        footnote.index.search.chroma.HNSW.update(before)
    return tally


def _fill(home, chance, heard):
    seed = chance.randrange(1 << 30)

    def work(tell):
        worker = Worker(home, seed, tell)
        for _ in range(8):
            worker._many()
        worker._index.derived.sync()
        worker._index.close()

    child, reading = fork(work)
    _wait(child, reading, heard)
    os.close(reading)


def main():
    """Run the kills that the command line asks for; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.kills", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--only", choices=["", "persist", "persist after deletes"], default="", help="these moments")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long")
    args = parser.parse_args()
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="footnote-kills-"))
    tally = run(args.seed, args.kills, folder, note, args.seconds, args.only)
    if tally.faults:
        note(f"the library as it was after the last kill is kept in {folder / 'killed'}")
    else:
        shutil.rmtree(folder)
    result(f"seed {args.seed}: {tally.kills} kills, {tally.libraries} libraries, {time.monotonic() - started:.0f} s")
    for name, counts in (("moment", tally.kinds), ("operation", tally.during)):
        result(f"by {name}: " + ", ".join(f"{key} {count}" for key, count in counts.most_common()))
    result(f"Chroma stores repaired or built anew: {tally.repaired}; faults: {len(tally.faults)}")
    for fault in tally.faults:
        result(f"fault: {fault}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
