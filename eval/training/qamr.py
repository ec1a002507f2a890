"""Training questions from QAMR (Michael et al. 2018): pairs of a question and the sentence that answers it.

Documents are put together from their sentences; a part of them is left out of the library, so that the questions on
those have no answer there. To fit with, never to report on.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from footnote.corpus.errors import SuiteError
from footnote.eval.importers import Imported, Item

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
_LEFT_OUT = 0.4
_FEWEST_WORDS = 5
PER_SENTENCE = {"wikinews": 5, "wikipedia": 2}


def read_qamr(folder: Path, seed: int = 0, per_sentence: Mapping[str, int] = PER_SENTENCE) -> Imported:
    """Read a folder with ``wiki-sentences.tsv``, ``dev.tsv`` and ``test.tsv`` as a suite, in a random order.

    ``per_sentence`` is how many questions to take of each sentence at most, by where it comes from.

    Raises:
        SuiteError: one of the files is missing.
    """
    rng = random.Random(seed)
    sentences, documents = read_documents(folder)
    asked: dict[str, dict[str, None]] = defaultdict(dict)
    for name in ("dev.tsv", "test.tsv"):
        for row in _rows(folder / name, 6):
            asked[row[0]][row[5].strip()] = None
    names = sorted(documents)
    rng.shuffle(names)
    kept = set(names[round(_LEFT_OUT * len(names)) :])
    texts = {name: text_of(documents[name], sentences) for name in names if name in kept}
    articles = [{"id": name, "title": "", "text": text} for name, text in texts.items()]
    questions = [
        item
        for name in names
        for key in documents[name]
        for item in _questions(key, asked, sentences, name in kept, rng, per_sentence.get(key.split(":")[1], 0))
    ]
    rng.shuffle(questions)
    return Imported({"name": "qamr"}, tuple(articles), tuple(questions))


def read_documents(folder: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the sentences by their key, in tokens, and the keys of each document in the order of its text.

    Raises:
        SuiteError: ``wiki-sentences.tsv`` is missing.
    """
    sentences = {key: tokens for key, tokens, *_ in _rows(folder / "wiki-sentences.tsv", 2)}
    documents: dict[str, list[str]] = defaultdict(list)
    for key in sorted(sentences, key=_place):
        documents[key.rsplit(":", 2)[0]].append(key)
    return sentences, dict(documents)


def _questions(
    key: str,
    asked: Mapping[str, Mapping[str, None]],
    sentences: Mapping[str, str],
    kept: bool,
    rng: random.Random,
    limit: int,
) -> Iterator[Item]:
    texts = [text for text in asked.get(key, {}) if len(text.split()) >= _FEWEST_WORDS]
    rng.shuffle(texts)
    for number, text in enumerate(texts[:limit]):
        evidence = [{"article_id": key.rsplit(":", 2)[0], "quote": plain(sentences[key])}] if kept else []
        yield {"id": f"{key}/{number}", "question": text, "answerable": kept, "answers": [], "evidence": evidence}


def _place(key: str) -> tuple[str, int, int]:
    document, paragraph, sentence = key.rsplit(":", 2)
    return document, int(paragraph), int(sentence)


def text_of(keys: Sequence[str], sentences: Mapping[str, str]) -> str:
    """Return the text of a document: its sentences, with an empty line between paragraphs."""
    text = ""
    for before, key in zip([None, *keys[:-1]], keys, strict=True):
        gap = "" if before is None else " " if _place(before)[:2] == _place(key)[:2] else "\n\n"
        text += gap + plain(sentences[key])
    return text


def plain(tokens: str) -> str:
    """Return text from its tokens: brackets and quotes as characters, no space before a stop."""
    words = [_BRACKETS.get(token, token) for token in tokens.split()]
    text, inside = "", False
    for word in words:
        glued = not text or text[-1] in "([$" or re.fullmatch(r"[.,;:!?%)\]]+|'(?:s|re|ve|ll|d|m)?|n't", word)
        if word == '"':
            inside = not inside
            text += ' "' if inside else '"'
        elif glued or (inside and text.endswith('"')):
            text += word
        else:
            text += " " + word
    return text.strip()


def _rows(file: Path, columns: int) -> Iterator[list[str]]:
    try:
        lines = file.read_text("utf-8").split("\n")
    except OSError as error:
        raise SuiteError(f"{file}: it cannot be read ({error.strerror})") from None
    for line in lines:
        row = line.split("\t")
        if len(row) >= columns:
            yield row
