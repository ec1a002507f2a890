"""What may be chosen in the page about how questions are answered: how sure, as of when, by which models.

The choice is kept in the library. A language model is looked for, and asked, at addresses of this computer alone; a
reader is one of those that lie in the folder `READERS` of the library.
"""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BeforeValidator, Field
from starlette.concurrency import run_in_threadpool

from footnote.corpus.errors import UsageError
from footnote.index.library import Library
from footnote.page import strings
from footnote.page.chat.events import Day
from footnote.page.markup import NONE, Html, h, labelled, options
from footnote.page.server.rate_limits import is_local
from footnote.page.signin.access import Access
from footnote.page.web import FRESH, fresh_html, sent_json, validated
from footnote.qa.engine import Engine
from footnote.qa.events import Event
from footnote.qa.llm.endpoint import Endpoint
from footnote.qa.pipeline import Pipeline
from footnote.qa.rank.model_folder import is_model, open_model
from footnote.qa.rank.reranker import CrossEncoderReranker
from footnote.qa.retriever import ScopedQuery

ADDRESS, LOOK = "/settings", "/settings/look"
# programs that serve language models, and the ports at which they do
KNOWN = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080}
READERS = "readers"

_KEY = "choice"
_PATIENCE = 1.0
_MOST_MODELS = 100
_MOST_CHARS = 500


def _share(percent: object) -> float | None:
    """Return what the form sends as a share of 1; None where it was left empty."""
    if not isinstance(percent, str) or len(percent) > _MOST_CHARS:
        raise UsageError(strings.BAD_REQUEST)
    try:
        share = float(percent) / 100 if percent.strip() else None
    except ValueError:
        share = -1.0
    if share is not None and not 0 <= share <= 1:
        raise UsageError(strings.SETTINGS_BAD_SURE)
    return share


_Line = Annotated[str, Field(max_length=_MOST_CHARS), AfterValidator(str.strip)]


@dataclass(frozen=True, slots=True)
class Choice:
    """How questions are answered; empty fields leave that to what the server was started with.

    ``as_of`` is what the chat fills in for the date as of which it answers.
    """

    min_confidence: Annotated[float | None, BeforeValidator(_share)] = None
    llm_url: _Line = ""
    llm_model: _Line = ""
    reader: _Line = ""
    as_of: Day = ""


class Chosen:
    """An engine that answers as was chosen. Everything but ``events`` and ``streams`` is the engine's own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._made: tuple[Choice, Pipeline] | None = None
        self.choice = _kept(engine.library)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._engine, name)

    @property
    def streams(self) -> bool:
        """Whether an answer comes from a language model, word by word."""
        return self._engine.streams or bool(self.choice.llm_url)

    def events(self, query: ScopedQuery, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Answer a question; see `qa.pipeline.Pipeline.events`."""
        choice = replace(self.choice, as_of="")
        return self._engine.events(query, stop) if choice == Choice() else self._with(choice).events(query, stop)

    def readers(self) -> list[str]:
        """Return the names of the readers that there are to choose from, beside the one of the start."""
        folder = self._engine.settings.home / READERS
        return sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []

    def choose(self, choice: Choice) -> None:
        """Answer so from now on.

        Raises ``UsageError`` for an address that is not of this computer and for no such reader, and ``ModelError`` for
        a reader that cannot be used.
        """
        host = (urlsplit(choice.llm_url).hostname or "").lower()
        if choice.llm_url and host != "localhost" and not is_local(host):
            raise UsageError(strings.SETTINGS_ELSEWHERE)
        if choice.reader and choice.reader not in self.readers():
            raise UsageError(strings.SETTINGS_NO_READER)
        self._with(replace(choice, as_of=""))
        keeping = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        with self._engine.library.change(visible=False) as connection:
            connection.execute(keeping, (_KEY, json.dumps(asdict(choice))))
        self.choice = choice

    def _with(self, choice: Choice) -> Pipeline:
        with self._guard:
            if self._made is None or self._made[0] != choice:
                made = self._engine.pipeline
                if choice.min_confidence is not None:
                    made = replace(made, min_confidence=choice.min_confidence)
                if choice.llm_url:
                    made = replace(made, model=Endpoint.from_environment(choice.llm_url, choice.llm_model))
                if choice.reader:
                    made = _reading(made, str(self._engine.settings.home / READERS / choice.reader))
                self._made = choice, made
            return self._made[1]


def _reading(pipeline: Pipeline, folder: str) -> Pipeline:
    """Return the pipeline with another reader; raises ``ModelError`` where that cannot be used."""
    if is_model(folder):
        return replace(pipeline, answers=open_model(folder), reranker=None)
    reranker = CrossEncoderReranker(folder)
    reranker.scores("Is this a reader?", ["It is."])
    return replace(pipeline, reranker=reranker)


def _kept(library: Library) -> Choice:
    rows = library.read("SELECT value FROM meta WHERE key = ?", (_KEY,))
    try:
        return Choice(**json.loads(rows[0][0])) if rows else Choice()
    except (ValueError, TypeError):  # another version of Footnote wrote it
        return Choice()


def choice_of(data: object) -> Choice:
    """Return what was chosen in the form. Raises ``UsageError`` for anything that is not of that form."""
    chosen = validated(Choice, data)
    if bool(chosen.llm_url) != bool(chosen.llm_model):
        raise UsageError(strings.SETTINGS_BOTH)
    return chosen


def look(ports: dict[str, int] | None = None) -> list[tuple[str, str, str]]:
    """Return (program, address, model) of each model that a program on this computer serves at its usual port."""
    found = []
    with httpx.Client(timeout=_PATIENCE, trust_env=False, follow_redirects=False) as client:
        for program, port in (KNOWN if ports is None else ports).items():
            url = f"http://127.0.0.1:{port}/v1"
            try:
                models = client.get(f"{url}/models").json()["data"][:_MOST_MODELS]
                found += [(program, url, str(model["id"])[:200]) for model in models]
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                continue
    return found


def add_settings(web: FastAPI, chosen: Chosen, access: Access) -> None:
    """Put the settings at their address; only those who may edit see and change them."""
    editors = [Depends(access.require_edit)]

    @web.get(ADDRESS, dependencies=editors)
    def shown() -> Response:
        return fresh_html(form(chosen))

    @web.post(LOOK, dependencies=editors)
    def looked() -> Response:
        return fresh_html(models(look()))

    @web.post(ADDRESS, dependencies=editors)
    async def change(request: Request) -> Response:
        await run_in_threadpool(chosen.choose, choice_of(await sent_json(request)))
        return JSONResponse({"told": strings.SETTINGS_SAVED, "as_of": chosen.choice.as_of}, headers=FRESH)


def form(chosen: Chosen) -> Html:
    """Return the fields as they are, and what else answers depend on."""
    choice, known = chosen.choice, chosen.describe()
    least = "" if choice.min_confidence is None else f"{100 * choice.min_confidence:g}"
    usual = f"{100 * float(known['threshold']):.0f}"
    own = strings.SETTINGS_OWN_READER.format(reader=str(known["reader_digest"])[:12])
    readers = [("", own), *((each, each) for each in chosen.readers())]
    reader = h.select(*options(readers, choice.reader), name_="reader")
    fields = [
        _field(strings.SETTINGS_SURE, "min_confidence", least, strings.SETTINGS_SURE_HELP.format(usual=usual)),
        _field(strings.SETTINGS_AS_OF, "as_of", choice.as_of, strings.SETTINGS_AS_OF_HELP, kind="date"),
        labelled(strings.SETTINGS_READER, reader, h.small(strings.SETTINGS_READER_HELP)),
        _field(strings.SETTINGS_URL, "llm_url", choice.llm_url, strings.SETTINGS_URL_HELP),
        _field(strings.SETTINGS_MODEL, "llm_model", choice.llm_model, ""),
    ]
    search = h.button(strings.SETTINGS_LOOK, data_do="look")
    told = strings.SETTINGS_EMBEDDING.format(model=known["model"])
    return h.form(*fields, search, h.div(id="fn-models"), h.p(told, class_="fn-quiet"),
        h.div(h.button(strings.SAVE, type="submit", class_="fn-send")), data_form="settings",
    )  # fmt: skip


def _field(label: str, name: str, value: str, help_: str, kind: str = "text") -> Html:
    entry = h.input(type=kind, name_=name, value=value, autocomplete="off", maxlength=_MOST_CHARS)
    return labelled(label, entry, h.small(help_) if help_ else NONE)


def models(found: list[tuple[str, str, str]]) -> Html:
    """Return the models that were found, each a button that fills it in."""
    if not found:
        return h.p(strings.SETTINGS_NO_MODEL, role="status")
    rows = [
        h.li(h.button(f"{program}: {model}", data_do="model", data_url=url, data_model=model, dir="auto"))
        for program, url, model in found
    ]
    return h.div(h.ul(*rows), role="status")
