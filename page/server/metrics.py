"""What a server counts, in the words of Prometheus; no question, answer or name is in it."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The numbers of one server: questions, the time they take, the library's size, requests and refusals.

    ``sizes`` returns how many articles and chunks the library has; it is called when the numbers are read.
    """

    def __init__(self, sizes: Callable[[], tuple[int, int]]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._sizes = sizes
        self._questions = Counter(
            "footnote_questions", "Questions by what became of them", ["outcome"], registry=registry
        )
        for outcome in ("answered", "abstained", "stopped", "failed", "broken", "refused"):
            self._questions.labels(outcome)
        self._seconds = Histogram(
            "footnote_answer_seconds", "Time that answering takes, by stage", ["stage"], buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self.answering = Gauge("footnote_answering", "Questions that are being answered now", registry=registry)
        self.in_flight = Gauge("footnote_requests_in_flight", "Requests that are open now", registry=registry)
        self._requests = Counter("footnote_requests", "Requests by class of status", ["status"], registry=registry)
        self._refused = Counter(
            "footnote_refused_requests", "Refused requests by reason", ["reason"], registry=registry
        )
        self._articles = Gauge("footnote_articles", "Articles that answers come from", registry=registry)
        self._chunks = Gauge("footnote_chunks", "Chunks that those are cut into", registry=registry)

    def question(self, outcome: str, timings_ms: Mapping[str, float] | None = None) -> None:
        """Count a question that was ``answered``, ``abstained``, ``stopped``, ``failed``, ``broken`` or ``refused``."""
        self._questions.labels(outcome).inc()
        for stage, milliseconds in (timings_ms or {}).items():
            self._seconds.labels(stage).observe(milliseconds / 1000)

    def request(self, status: int, refused: str | None = None) -> None:
        """Count a request that was answered with this status; ``refused`` is why it was not let through."""
        self._requests.labels(f"{status // 100}xx").inc()
        if refused:
            self._refused.labels(refused).inc()

    def read(self) -> bytes:
        """Return everything in Prometheus' text format."""
        articles, chunks = self._sizes()
        self._articles.set(articles)
        self._chunks.set(chunks)
        return bytes(generate_latest(self._registry))
