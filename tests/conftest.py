"""What the tests share: the real embedding model, loaded once, and libraries in folders of their own."""

import signal

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

import footnote.index.passages
from footnote.corpus.settings import Settings
from footnote.index.embedding.minilm import open_encoder
from footnote.index.passages import PassageIndex

pytest_plugins = ["browser", "postgresql_server"]

# the first example of a test may wait for the model, and a busy machine is slow at random
settings.register_profile("footnote", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("footnote")


def pytest_collection_modifyitems(items):
    """Mark what needs the model; try a test of the page once more: a browser on a busy machine may keep it waiting.

    What fails twice, fails; what was tried again is counted in the last line.
    """
    for item in items:
        if "encoder" in item.fixturenames:
            item.add_marker("model")
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Let processes that the tests start hear SIGINT, also where a script runs the tests in the background."""
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def encoder():
    """The real MiniLM."""
    return open_encoder()


@pytest.fixture
def loaded_once(monkeypatch, encoder):
    """Commands that run inside the test use the model that is loaded already."""
    monkeypatch.setattr(footnote.index.passages, "open_encoder", lambda *_: encoder)


@pytest.fixture
def not_owner(tmp_path):
    """Hold the Chroma folder of the library in ``home``, so that opening it does not wait for Chroma."""
    folder = tmp_path / "home"
    folder.mkdir()
    lock = FileLock(str(folder / "chroma.lock"))
    lock.acquire()
    yield folder
    lock.release()


@pytest.fixture
def open_index(tmp_path, encoder):
    """Open the library in ``tmp_path / name``; all that were opened are closed at the end."""
    opened = []

    def open_(name="home", notify=lambda line: None):
        opened.append(PassageIndex(Settings(home=tmp_path / name), encoder, notify))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def exact(not_owner, open_index):
    """An index that searches the library's own vectors, without Chroma."""
    return open_index()
