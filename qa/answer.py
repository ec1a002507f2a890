"""The answer record and its JSON, ``footnote.answer/1``.

It always holds that ``stored_text[start:end] == quote`` for each citation, that every ``[n]`` in the text is
in ``citations`` and runs 1, 2, 3 in order of appearance, and that an abstention has no citations.
"""

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

SCHEMA = "footnote.answer/1"
_MARKER = re.compile(r"\[(\d+)\]")

Status = Literal["answered", "abstained"]
Verdict = Literal["verbatim", "supported", "not confirmed"]


@dataclass(frozen=True, slots=True)
class Quote:
    """An exact span of a stored article: ``text[start:end] == quote``, in Unicode code points."""

    article_id: str
    version: str
    title: str
    publisher: str
    published: str
    url: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A footnote: its number, from 1 in order of appearance, and the span it points to."""

    n: int
    source: Quote


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of the answer, the numbers of its footnotes, and what checking it showed.

    ``marks`` are the spans (start, end) of ``text`` that hold the very words asked for: a name, a number, a date.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict = "verbatim"
    mismatches: tuple[str, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One value that an article gives for a fact in dispute, and the footnote that it stands in."""

    value: str
    published: str
    citation: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two or more values for one thing, by date; ``about`` names the thing in the articles' own words."""

    kind: Literal["later update", "conflict"]
    about: str
    sides: tuple[Side, ...]

    @property
    def dated(self) -> bool:
        """Whether the articles' dates tell the sides apart; values of one article all have its date."""
        return len({side.published for side in self.sides}) > 1


@dataclass(frozen=True, slots=True)
class Inferred:
    """What the question's own ``phrase`` was taken to mean: the days from ``after`` to ``before``.

    An empty ``before`` leaves the end open. Articles around these days come first, and none is left out. ``newest`` is
    the date of the library's newest article where the phrase was counted from it, and not from an as-of date.
    """

    phrase: str
    after: str = ""
    before: str = ""
    newest: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Footnote says to a question.

    ``confidence`` is the estimated probability, 0 to 1, that the library answers the question. ``nearest``
    holds the closest passages of an abstention, best first, and is empty otherwise. ``missing`` says, in
    words for the user, what an abstention did not find; ``notices`` are further lines for the user, such as that a
    language model did not reply. ``newest`` is the date of the newest article that was cited. ``inferred`` are the
    days that its words were taken to mean.
    """

    id: str
    question: str
    standalone_question: str
    status: Status
    confidence: float
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Quote, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    origins: int = 0
    newest: str = ""
    inferred: tuple[Inferred, ...] = ()
    notices: tuple[str, ...] = ()
    missing: str = ""
    answerer: str = "extractive"
    library: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All that is quoted: what is cited, and the passages of an abstention."""
        return (*(citation.source for citation in self.citations), *self.nearest)

    @property
    def text(self) -> str:
        """The sentences with their footnote markers; the reason, when there is no answer.

        A number in brackets that an article or question holds itself becomes ``(7)``: only markers look like markers.
        """
        if self.status == "abstained":
            return _unmarked(self.missing)
        return " ".join(
            _unmarked(sentence.text) + "".join(f" [{n}]" for n in sentence.citations) for sentence in self.sentences
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON values, keys in the documented order."""
        return {
            "schema": SCHEMA,
            "id": self.id,
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self.status,
            "confidence": round(self.confidence, 4),
            "text": self.text,
            "sentences": [asdict(sentence) for sentence in self.sentences],
            "citations": [{"n": c.n, **asdict(c.source)} for c in self.citations],
            "nearest": [asdict(quote) for quote in self.nearest],
            "disagreements": [asdict(each) for each in self.disagreements],
            "origins": self.origins,
            "newest": self.newest,
            "inferred": [asdict(each) for each in self.inferred],
            "notices": list(self.notices),
            "answerer": self.answerer,
            "library": self.library,
            "timings_ms": self.timings_ms,
        }

    def to_json(self) -> str:
        """Return the record on one line."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def _unmarked(text: str) -> str:
    return _MARKER.sub(r"(\1)", text)
