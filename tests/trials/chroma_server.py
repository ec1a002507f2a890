"""A real Chroma server on this computer, that can be killed and started again."""

import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

COMMAND = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(['chroma', *sys.argv[1:]])"
"""What ``chroma`` does, without importing all of chromadb first."""


class Server:
    """``chroma run`` over a folder."""

    def __init__(self, folder):
        self._folder = folder
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self._port = taken.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"

    def start(self):
        options = ["run", "--host", "127.0.0.1", "--port", str(self._port), "--path", str(self._folder)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([sys.executable, "-c", COMMAND, *options], **quiet)
        for _ in range(600):
            try:
                httpx.get(f"{self.address}/api/v2/heartbeat", timeout=2).raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise RuntimeError("the Chroma server does not start")

    def kill(self):
        self._process.kill()
        self._process.wait()


@contextmanager
def running():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def killed(server, times, seed=1):
    """Kill a server, of any kind, so often, at random moments, and start it again; gives what is set then."""
    chance, done = random.Random(seed), threading.Event()

    def run():
        for _ in range(times):
            time.sleep(chance.uniform(0.05, 0.6))
            server.kill()
            time.sleep(chance.uniform(0, 0.5))
            server.start()
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        thread.join()
